"""Who answers for a place and a kind, who is called when nobody accepts, and why.

    grid         dedicated grid of the building → micro-grid → grid: workers on duty, else the grid's head
    community    community desk           street  street desk           district  district desk
    firm         the firm of the compound, else as a grid matter
    a code       that department, else the district desk
    nowhere      district desk

Whoever is missing, the matter goes up: community desk, street desk, district desk, an administrator.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from bot.grid.directory import Directory, Post, Role, Unit, UnitKind
from bot.texts import Texts
from bot.triage.kinds import Kind, Kinds


@dataclass(frozen=True, slots=True)
class Owner:
    """A unit that answers for a case, in which role, the people to call, and the reasons in sentences for people.

    `people` are ids of staff on duty that day; all are called and the first who presses has it. It is empty only where
    the whole district has nobody, and `why` then says so.
    """

    unit_id: int
    role: Role
    people: tuple[int, ...]
    why: tuple[str, ...]


_DESKS = (
    (UnitKind.COMMUNITY, Role.COMMUNITY_DESK),
    (UnitKind.STREET, Role.STREET_DESK),
    (UnitKind.DISTRICT, Role.DISTRICT_DESK),
)
_DESK_ROLES = tuple(role for _, role in _DESKS)
_LEVELS = {"community": 0, "street": 1, "district": 2}
_DISTRICT = 2
_GRID = (Role.GRID_WORKER, Role.GRID_HEAD)
_OFFICE: tuple[Role, ...] = (Role.LIAISON, Role.MANAGER)
_GRIDS = {UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.DEDICATED_GRID}


class Routing:
    """The rules over one directory. Every answer is a handful of dictionary lookups."""

    def __init__(self, directory: Directory, kinds: Kinds, texts: Texts) -> None:
        self._directory = directory
        self._kinds = kinds
        self._say = texts

    def owner(self, unit_id: int | None, kind: Kind, day: date) -> Owner:
        """Who is called first for a matter of this kind at this place, None for a place that is not known."""
        if unit_id is None:
            return self._desk(None, _DISTRICT, day, (self._say("routing.place_unknown"),))
        if kind.owner in _LEVELS:
            level = _LEVELS[kind.owner]
            return self._desk(unit_id, level, day, (self._say(f"routing.by_kind_{kind.owner}", kind=kind.name),))
        if kind.owner == "firm":
            return self._firm(unit_id, kind, day)
        if kind.owner != "grid":
            return self._department(unit_id, kind, day)
        return self._grid(unit_id, day, ())

    def ladder(self, owner: Owner, unit_id: int | None, day: date) -> tuple[Owner, ...]:
        """Who is called next, step by step, while nobody accepts: a deputy, the grid's head, then the desks upward.

        Nobody is called twice, and a step with nobody on duty is left out.
        """
        called = set(owner.people)
        steps = []
        for step in self._steps(owner, unit_id, day):
            people = tuple(person for person in dict.fromkeys(step.people) if person not in called)
            if people:
                called.update(people)
                steps.append(step if people == step.people else replace(step, people=people))
        return tuple(steps)

    def superior_desk(
        self, unit_id: int | None, day: date, exclude: frozenset[int] = frozenset(), *, above: int = 0
    ) -> Owner:
        """The first desk over the place with somebody on duty who is not excluded: who looks at a case again.

        `above` desks are passed over from the community upward: 1 begins with the street, 3 with the administrators.
        """
        return self._desk(unit_id, above if unit_id is not None else max(above, _DISTRICT), day, (), exclude)

    def of_unit(self, unit_id: int, day: date, exclude: frozenset[int] = frozenset()) -> Owner:
        """A unit that a desk names as the owner: its people on duty, else those above it. Raises KeyError."""
        unit = self._directory.units[unit_id]
        why = (self._say("routing.named", unit=unit.name),)
        level = next((index for index, (kind, _) in enumerate(_DESKS) if unit.kind is kind), None)
        if level is not None:
            return self._desk(unit_id, level, day, why, exclude)
        for step in self.roles_of(unit_id, day):
            people = tuple(person for person in step.people if person not in exclude)
            if people:
                return replace(step, people=people)
        return self._desk(unit_id, 0, day, (*why, self._say("routing.office_away", unit=unit.name)), exclude)

    def roles_of(self, unit_id: int, day: date) -> tuple[Owner, ...]:
        """Who of a unit answers when it is named, role after role; a role with nobody on duty is left out. Raises KeyError."""
        unit = self._directory.units[unit_id]
        roles = next(((role,) for kind, role in _DESKS if unit.kind is kind), _OFFICE)
        why = (self._say("routing.named", unit=unit.name),)
        posts = {role: self._directory.posts_at(unit_id, role) for role in (_GRID if unit.kind in _GRIDS else roles)}
        found = (Owner(unit_id, role, self._on_duty(posts[role], day), why) for role in posts)
        return tuple(step for step in found if step.people)

    def top(self, unit_id: int | None) -> int:
        """The district over the place; the place itself where the directory has no district, 0 where it has nothing."""
        district = self._directory.above(unit_id, UnitKind.DISTRICT) if unit_id is not None else None
        return district.id if district is not None else self._district_id or unit_id or 0

    def _grid(self, unit_id: int, day: date, why: tuple[str, ...]) -> Owner:
        """Of the grids that answer for the place, the smallest with a worker on duty, else its head, else the desks."""
        grids = self._grids(unit_id)
        place = self._directory.full_name(unit_id)
        if not grids:
            return self._desk(unit_id, 0, day, (*why, self._say("routing.no_grid", place=place)))
        # A micro-grid without posts of its own is looked after by its grid, and that is the name to give.
        first = next((grid for grid in grids if self._directory.posts_at(grid.id)), grids[0])
        dedicated = "dedicated" if first.kind is UnitKind.DEDICATED_GRID else "grid"
        why += (self._say(f"routing.by_{dedicated}", place=place, unit=first.name),)
        for role, missing in ((Role.GRID_WORKER, "worker_away"), (Role.GRID_HEAD, "head_away")):
            for grid in grids:
                people = self._on_duty(self._directory.posts_at(grid.id, role), day)
                if people:
                    return Owner(grid.id, role, people, why)
            why += (self._say(f"routing.{missing}", unit=first.name),)
        return self._desk(unit_id, 0, day, why)

    def _grids(self, unit_id: int) -> list[Unit]:
        """The grids over a place, the one that goes first first. Of a compound or community: its only grid, if it has one."""
        line = list(self._directory.upward(unit_id))
        dedicated = [self._directory.units[unit.dedicated_id] for unit in line if unit.dedicated_id is not None]
        grids = dedicated + [unit for unit in line if unit.kind in _GRIDS]
        if grids:
            return grids
        place = line[0]
        if place.kind is UnitKind.COMPOUND:
            buildings = self._directory.children(place.id, UnitKind.BUILDING)
            shared = [self._grids(building.id) for building in buildings]
            if shared:
                return [grid for grid in shared[0] if all(grid in others for others in shared)]
        community = self._directory.above(place.id, UnitKind.COMMUNITY)
        below = self._directory.children(community.id, UnitKind.GRID) if community is not None else ()
        return list(below) if len(below) == 1 else []

    def _firm(self, unit_id: int, kind: Kind, day: date) -> Owner:
        compound = self._directory.compound_of(unit_id)
        firm_id = compound.firm_id if compound is not None else None
        if compound is None or firm_id is None:
            return self._grid(unit_id, day, (self._say("routing.no_firm", place=self._directory.full_name(unit_id)),))
        firm = self._directory.units[firm_id]
        why = (self._say("routing.by_firm", place=compound.name, unit=firm.name, kind=kind.name),)
        return self._office(firm, day, why) or self._grid(
            unit_id, day, (*why, self._say("routing.office_away", unit=firm.name))
        )

    def _department(self, unit_id: int, kind: Kind, day: date) -> Owner:
        office = self._directory.by_code.get(kind.owner)
        if office is None:
            return self._desk(unit_id, _DISTRICT, day, (self._say("routing.no_department", kind=kind.name),))
        why = (self._say("routing.by_department", unit=office.name, kind=kind.name),)
        away = (*why, self._say("routing.office_away", unit=office.name))
        return self._office(office, day, why) or self._desk(unit_id, _DISTRICT, day, away)

    def _office(self, unit: Unit, day: date, why: tuple[str, ...]) -> Owner | None:
        """The liaison of a firm or department, else its manager; of a dedicated grid named by a kind, its worker."""
        for role in (Role.LIAISON, Role.GRID_WORKER, Role.MANAGER):
            people = self._on_duty(self._directory.posts_at(unit.id, role), day)
            if people:
                return Owner(unit.id, role, people, why)
        return None

    def _desk(
        self, unit_id: int | None, level: int, day: date, why: tuple[str, ...], exclude: frozenset[int] = frozenset()
    ) -> Owner:
        """The desk of this level, else the next above with somebody on duty, else an administrator, else nobody."""
        for desk in self._desks(unit_id, level, day):
            people = tuple(person for person in desk.people if person not in exclude)
            if people:
                return replace(desk, people=people, why=why + desk.why)
            why += (self._say("routing.desk_away", unit=self._directory.units[desk.unit_id].name),)
        posts = [post for post in self._directory.posts.values() if post.role is Role.ADMINISTRATOR]
        people = tuple(person for person in self._on_duty(posts, day) if person not in exclude)
        top = self.top(unit_id)
        if people:
            return Owner(top, Role.ADMINISTRATOR, people, (*why, self._say("routing.administrator")))
        return Owner(top, Role.DISTRICT_DESK, (), (*why, self._say("routing.nobody")))

    def _desks(self, unit_id: int | None, level: int, day: date) -> Iterator[Owner]:
        """The desks from this level upward, staffed or not."""
        line = [*self._directory.upward(unit_id), *self._directory.upward(self._district_id)]
        for kind, role in _DESKS[level:]:
            unit = next((unit for unit in line if unit.kind is kind), None)
            if unit is not None:
                people = self._on_duty(self._directory.posts_at(unit.id, role), day)
                yield Owner(unit.id, role, people, (self._say(f"routing.{role.value}", unit=unit.name),))

    def _steps(self, owner: Owner, unit_id: int | None, day: date) -> Iterator[Owner]:
        posts = self._directory.posts_at(owner.unit_id, owner.role)
        name = self._directory.units[owner.unit_id].name if owner.unit_id in self._directory.units else ""
        yield Owner(owner.unit_id, owner.role, self._deputies(posts, day), (self._say("routing.deputy", unit=name),))
        level = 0
        if owner.role in _DESK_ROLES:
            level = _DESK_ROLES.index(owner.role) + 1
        elif owner.role is Role.ADMINISTRATOR or self._is_department(owner.unit_id):
            level = _DISTRICT
        if level == 0 and unit_id is not None:
            for grid in self._grids(unit_id):
                people = self._on_duty(self._directory.posts_at(grid.id, Role.GRID_HEAD), day)
                yield Owner(grid.id, Role.GRID_HEAD, people, (self._say("routing.grid_head", unit=grid.name),))
        yield from self._desks(unit_id, level if unit_id is not None else _DISTRICT, day)

    def _is_department(self, unit_id: int) -> bool:
        unit = self._directory.units.get(unit_id)
        return unit is not None and unit.kind is UnitKind.DEPARTMENT

    def _on_duty(self, posts: Iterable[Post], day: date) -> tuple[int, ...]:
        found = (self._directory.on_duty(post, day) for post in posts)
        return tuple(dict.fromkeys(person.id for person in found if person is not None))

    def _deputies(self, posts: Sequence[Post], day: date) -> tuple[int, ...]:
        found = (self._directory.staff.get(post.deputy_id) for post in posts if post.deputy_id is not None)
        return tuple(dict.fromkeys(person.id for person in found if person is not None and not person.away(day)))

    @cached_property
    def _district_id(self) -> int | None:
        units = self._directory.units.values()
        return next((unit.id for unit in units if unit.kind is UnitKind.DISTRICT), None)
