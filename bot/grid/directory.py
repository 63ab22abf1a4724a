"""The district as it stands today, held in memory: units, posts, people on duty.

It is small (a province has some 100,000 units) and replaced whole when its revision changes, so everything here is
immutable and every lookup is a dictionary.

    district ─ street ─ community ─┬─ compound                    where people live
                                   ├─ grid ─ micro_grid ─ building ─ door      who answers
                                   └─ dedicated_grid              a school, hospital or market, laid over the tree
    department, firm                                              owners outside the tree

A building hangs in the tree of those who answer (its micro-grid) and names its compound, and perhaps a dedicated grid
that goes before its grid. A compound may name the property firm that serves it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from bot.grid.shifts import Shift


class UnitKind(StrEnum):
    """What a unit is."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"
    COMPOUND = "compound"
    GRID = "grid"
    MICRO_GRID = "micro_grid"
    BUILDING = "building"
    DOOR = "door"
    DEDICATED_GRID = "dedicated_grid"
    DEPARTMENT = "department"
    FIRM = "firm"


OUTSIDE = (UnitKind.DEPARTMENT, UnitKind.FIRM)  # the tree of places


class Role(StrEnum):
    """What a post is for."""

    GRID_WORKER = "grid_worker"
    GRID_HEAD = "grid_head"
    BUILDING_HEAD = "building_head"
    UNIT_HEAD = "unit_head"
    COMMUNITY_DESK = "community_desk"
    STREET_DESK = "street_desk"
    DISTRICT_DESK = "district_desk"
    LIAISON = "liaison"
    VOLUNTEER = "volunteer"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


NEIGHBOURS = frozenset({Role.VOLUNTEER, Role.BUILDING_HEAD, Role.UNIT_HEAD})  # they help, and work on no case


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of the district. `lat`, `lon` are WGS-84 degrees, None where unknown.

    `shifts` are those of everybody who works there and has none of their own.
    """

    id: int
    code: str
    kind: UnitKind
    name: str
    parent_id: int | None = None
    compound_id: int | None = None
    dedicated_id: int | None = None
    firm_id: int | None = None
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None
    shifts: tuple[Shift, ...] = ()


@dataclass(frozen=True, slots=True)
class Post:
    """A job at a unit, held by a person (or vacant), with a deputy who stands in on leave days."""

    id: int
    code: str
    unit_id: int
    role: Role
    holder_id: int | None = None
    deputy_id: int | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """A person who holds or deputises for a post. `leaves` are (first day, last day), both included.

    Without `shifts` they follow those of their unit, and without these they are on duty all the time.
    """

    id: int
    code: str
    name: str
    phone: str = ""
    leaves: tuple[tuple[date, date], ...] = ()
    shifts: tuple[Shift, ...] = ()

    def away(self, day: date) -> bool:
        """Whether this person is on leave that day."""
        return any(first <= day <= last for first, last in self.leaves)


@dataclass(frozen=True)
class Directory:
    """The whole of it, indexed. `revision` tells whether storage has a newer one."""

    revision: int
    units: dict[int, Unit]
    posts: dict[int, Post]
    staff: dict[int, Staff]

    @classmethod
    def build(cls, revision: int, units: Iterable[Unit], posts: Iterable[Post], staff: Iterable[Staff]) -> "Directory":
        """Index the rows."""
        return cls(revision, {u.id: u for u in units}, {p.id: p for p in posts}, {s.id: s for s in staff})

    @cached_property
    def by_code(self) -> dict[str, Unit]:
        """Units by their code."""
        return {u.code: u for u in self.units.values()}

    @cached_property
    def _children(self) -> dict[int, tuple[Unit, ...]]:
        found: dict[int, list[Unit]] = defaultdict(list)
        for unit in self.units.values():
            if unit.parent_id is not None:
                found[unit.parent_id].append(unit)
            if unit.compound_id is not None:
                found[unit.compound_id].append(unit)
        return {parent: tuple(children) for parent, children in found.items()}

    @cached_property
    def _posts_at(self) -> dict[int, tuple[Post, ...]]:
        found: dict[int, list[Post]] = defaultdict(list)
        for post in self.posts.values():
            found[post.unit_id].append(post)
        return {unit: tuple(posts) for unit, posts in found.items()}

    @cached_property
    def _posts_of(self) -> dict[int, tuple[Post, ...]]:
        found: dict[int, list[Post]] = defaultdict(list)
        for post in self.posts.values():
            if post.holder_id is not None:
                found[post.holder_id].append(post)
        return {person: tuple(posts) for person, posts in found.items()}

    def children(self, unit_id: int, kind: UnitKind | None = None) -> tuple[Unit, ...]:
        """Units right below; below a compound stand its buildings."""
        below = self._children.get(unit_id, ())
        return below if kind is None else tuple(u for u in below if u.kind is kind)

    def posts_at(self, unit_id: int, role: Role | None = None) -> tuple[Post, ...]:
        """Posts of a unit, in the order of their ids."""
        posts = self._posts_at.get(unit_id, ())
        return posts if role is None else tuple(p for p in posts if p.role is role)

    def posts_of(self, person_id: int) -> tuple[Post, ...]:
        """Posts a person holds. A deputy's own posts only: standing in is asked of `on_duty`."""
        return self._posts_of.get(person_id, ())

    def upward(self, unit_id: int | None) -> Iterator[Unit]:
        """The unit itself, then each one above it in the tree of those who answer."""
        while unit_id is not None:
            unit = self.units[unit_id]
            yield unit
            unit_id = unit.parent_id

    def above(self, unit_id: int, kind: UnitKind) -> Unit | None:
        """The unit itself or the nearest one above of this kind."""
        return next((u for u in self.upward(unit_id) if u.kind is kind), None)

    def covers(self, upper_id: int, unit_id: int) -> bool:
        """Whether `upper_id` is the unit or stands above it."""
        return any(u.id == upper_id for u in self.upward(unit_id))

    def compound_of(self, unit_id: int) -> Unit | None:
        """The compound that a building, door or the compound itself belongs to, or that a micro-grid is all within."""
        for unit in self.upward(unit_id):
            if unit.kind is UnitKind.COMPOUND:
                return unit
            if unit.compound_id is not None:
                return self.units[unit.compound_id]
        within = set()
        if self.units[unit_id].kind is UnitKind.MICRO_GRID:
            within = {building.compound_id for building in self.children(unit_id, UnitKind.BUILDING)}
        return self.units.get(within.pop() or 0) if len(within) == 1 else None

    def on_duty(self, post: Post, day: date) -> Staff | None:
        """Who does this post's work that day: the holder, else the deputy, else nobody."""
        for person_id in (post.holder_id, post.deputy_id):
            person = self.staff.get(person_id) if person_id is not None else None
            if person is not None and not person.away(day):
                return person
        return None

    def full_name(self, unit_id: int) -> str:
        """A place as people say it: 金康苑3号楼2单元. Above a compound, the unit's own name."""
        unit = self.units[unit_id]
        if unit.kind is UnitKind.DOOR and unit.parent_id is not None:
            return self.full_name(unit.parent_id) + unit.name
        if unit.kind is UnitKind.BUILDING and unit.compound_id is not None:
            return self.units[unit.compound_id].name + unit.name
        return unit.name
