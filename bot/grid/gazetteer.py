"""Names of places found in what people write.

Names are looked up exactly first. Only when no name below a street is exact, names that sound alike or differ in one
character are looked for. One that sounds the same is taken when it is the only one; all else is offered and never
guessed.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from bot.grid import surroundings
from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.names import UPPER_KINDS, Hit, Names
from bot.grid.places import Parts, normalise, parse

_OFFERED = 5
_BEHIND = 3  # 金康苑里的3号楼: as many characters may stand between a name and its parts.
_ALIKE = 60.0  # The least likeness, of 100, that is worth a question.
_CLOSE = 10.0  # Two names whose likeness differs by less are both offered.
_GROUP_KINDS = {UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.COMPOUND, UnitKind.COMMUNITY}
_EDGES = " ,，。.、!！?？;；:：\n\t"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a text says of a place.

    `unit` is the deepest unit that is certain, None when none is. `candidates` are what to offer as buttons then, best
    first, at most five. `matched` is the phrase as the person wrote it: 金康苑, 李庄村3组, 锦康苑对面,
    金明大道与汉兴路交叉口. `how` tells whether the name stood there exactly, was found by likeness, or was taken from
    where the person is. `words_left` is the text without phrase and parts. `complete` is a phrase that names the place
    as well as can be, beside a compound or on a road: nobody need be asked for a building.
    """

    unit: Unit | None
    parts: Parts
    candidates: tuple[Unit, ...] = ()
    matched: str = ""
    how: Literal["exact", "fuzzy", "near", "none"] = "none"
    words_left: str = ""
    complete: bool = False


class Gazetteer:
    """The names of a directory. Building it takes about a second for 40,000 names; a look-up takes microseconds."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._names = Names(directory)
        self._parts = _PartsIndex(directory)

    def find(self, text: str, *, near: Unit | None = None) -> Sighting:
        """The place a text speaks of.

        `near` is the person's home or the staircase whose code they scanned: parts without a name ("3号楼2单元") are
        taken within its compound, and of two places with one name the nearer is meant.
        """
        text = text.replace("##", "")  # Tables of addresses hold 160##4 for 1604: pieces of a number, glued badly.
        plain = normalise(text)
        hits = list(self._names.exact(plain))
        how: Literal["exact", "fuzzy"] = "exact"
        sure = True
        if all(hit.doubtful or unit.kind in UPPER_KINDS for hit in hits for unit in hit.units):
            firm = [hit for hit in hits if not hit.doubtful]
            alike, certain = self._alike(plain, firm)
            if alike is not None:
                hits, how, sure = [*firm, alike], "fuzzy", certain
        if not hits:
            return self._nearby(text, near)
        plain, hits = _of_the_matter(plain, hits)
        hits = self._narrowed(
            _crossings(plain, [_phrase(plain, hit) for hit in hits]), near if how == "exact" else None
        )
        parts = _parse(plain, hits)
        hits = self._meant(hits, parts)
        parts = replace(parts, group=next((hit.group for hit in hits if hit.group), ""))
        units = list(dict.fromkeys(unit for hit in hits for unit in hit.units))
        matched = "、".join(dict.fromkeys(text[hit.start : hit.said] for hit in hits))
        left = _without(text, [*((hit.start, hit.said) for hit in hits), *parts.spans])
        if len(units) == 1 and sure:
            complete = how == "exact" and not parts and all(_complete(plain, hit) for hit in hits)
            return Sighting(self.within(units[0].id, parts), parts, (), matched, how, left, complete)
        home = self._community(near)
        if home is not None:
            units.sort(key=lambda unit: not self._directory.covers(home.id, unit.id))
        deepest = dict.fromkeys(self.within(unit.id, parts) for unit in units)
        return Sighting(None, parts, tuple(deepest)[:_OFFERED], matched, how, left)

    def within(self, unit_id: int, parts: Parts) -> Unit:
        """Descend from a village, compound or building by parts, as deep as the directory holds.

        Raises KeyError for no unit.
        """
        unit = self._directory.units[unit_id]
        if unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
            above = unit
            unit = self._parts.group(unit, parts) or unit
            unit = self._parts.building(unit, parts) or self._parts.building(above, parts) or unit
        if unit.kind is UnitKind.BUILDING:
            unit = self._parts.door(unit, parts) or unit
        return unit

    def _nearby(self, text: str, near: Unit | None) -> Sighting:
        """Parts without a name, taken within the compound of `near`, and a group without its village."""
        parts = parse(text)
        left = _without(text, parts.spans)
        plain = normalise(text)
        begins = surroundings.lead(plain)
        number, ends = surroundings.group(plain, begins)
        groups = self._parts.groups(number)
        if groups:
            parts, said = replace(parts, group=number), text[begins:ends]
            left = _without(text, [(begins, ends), *parts.spans])
            home = self._community(near)
            here = [unit for unit in groups if home is not None and self._directory.covers(home.id, unit.id)]
            if len(here) == 1:
                return Sighting(self.within(here[0].id, parts), parts, (), said, "near", left)
            return Sighting(None, parts, groups[:_OFFERED], said, "exact", left)
        if near is None or not (parts.building or parts.unit):
            return Sighting(None, parts, words_left=left if parts else text)
        if parts.building:
            start = self._directory.compound_of(near.id) or near
        else:
            start = self._directory.above(near.id, UnitKind.BUILDING) or near
        found = self.within(start.id, parts)
        if found == start and parts.building:
            # The compound has no such building, so the person may speak of another one.
            return Sighting(None, parts, (start,), words_left=left)
        return Sighting(found, parts, (), "", "near", left)

    def _alike(self, plain: str, hits: list[Hit]) -> tuple[Hit | None, bool]:
        """The names most like a piece of the text, below the names that stand in it; whether they are certain."""
        free = list(plain)
        for hit in hits:
            free[hit.start : hit.end] = " " * (hit.end - hit.start)
        best = [
            found
            for found in self._names.alike("".join(free))
            if found.likeness >= _ALIKE
            and (not hits or any(self._directory.covers(u.id, found.unit.id) for hit in hits for u in hit.units))
        ]
        if not best:
            return None, False
        best.sort(key=lambda found: (-found.likeness, found.start - found.end, found.unit.id))
        top = best[0]
        close = [found for found in best if top.likeness - found.likeness < _CLOSE]
        units = tuple(dict.fromkeys(found.unit for found in close))
        return Hit(top.start, top.end, units, top.end), top.certain

    def _narrowed(self, hits: list[Hit], near: Unit | None) -> list[Hit]:
        """Of units with one name, those that another name of the text fits, else those in the community of `near`."""
        narrowed = []
        home = self._community(near)
        for hit in hits:
            kept = self._related(hit, hits) if len(hit.units) > 1 else []
            if not kept and home is not None:
                kept = [unit for unit in hit.units if self._directory.covers(home.id, unit.id)]
            narrowed.append(replace(hit, units=tuple(kept)) if kept else hit)
        # 金明池街道金康社区金康苑 is one place: what stands above another named unit only says where that is.
        named = {unit for hit in narrowed for unit in hit.units}
        above = {
            upper for unit in named for upper in self._directory.upward(unit.id) if upper != unit and upper in named
        }
        lowest = [replace(hit, units=tuple(u for u in hit.units if u not in above)) for hit in narrowed]
        return [hit for hit in lowest if hit.units]

    def _community(self, near: Unit | None) -> Unit | None:
        """The community a person is in, which a building's own grid does not always tell."""
        if near is None:
            return None
        return self._directory.above((self._directory.compound_of(near.id) or near).id, UnitKind.COMMUNITY)

    def _related(self, hit: Hit, hits: Sequence[Hit]) -> list[Unit]:
        """The units of a hit that are one of another name's, or stand above or below one."""
        upward = self._directory.upward
        others = {unit.id for other in hits if other.units != hit.units for unit in other.units}
        above = {upper.id for other in others for upper in upward(other)}
        return [unit for unit in hit.units if unit.id in above or any(upper.id in others for upper in upward(unit.id))]

    def _meant(self, hits: list[Hit], parts: Parts) -> list[Hit]:
        """Of several places the one that the parts stand behind, and of one name those that may have such a building."""
        if parts.spans:
            first = parts.spans[0][0]
            behind = [hit for hit in hits if hit.end <= first <= hit.said + _BEHIND]
            hits = behind[-1:] or hits
        if sum(len(hit.units) for hit in hits) > 1 and parts.building:
            fitting = [replace(hit, units=tuple(u for u in hit.units if self._parts.fits(u, parts))) for hit in hits]
            hits = [hit for hit in fitting if hit.units] or hits
        return hits


class _PartsIndex:
    """Buildings of each compound and doors of each building, by what `parse` makes of their names."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._buildings: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        self._doors: dict[tuple[int, str], Unit] = {}
        self._areas: dict[int, str] = {}  # of buildings whose own name says it, as A区12栋 does
        self._groups: dict[tuple[int, str], Unit] = {}
        keys: dict[tuple[UnitKind, str], Parts] = {}
        for unit in directory.units.values():
            if unit.kind in _GROUP_KINDS and unit.parent_id is not None:
                self._add_group(unit, unit.parent_id)
            if unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
                continue
            for name in (unit.name, *unit.aliases):
                if (unit.kind, name) not in keys:
                    keys[unit.kind, name] = _key(unit.kind, name)
                parts = keys[unit.kind, name]
                if unit.kind is UnitKind.DOOR and unit.parent_id is not None:
                    self._doors.setdefault((unit.parent_id, parts.unit), unit)
                key = parts.building
                if unit.kind is UnitKind.BUILDING and parts.area:
                    self._areas[unit.id] = parts.area
                for upper in {unit.compound_id, unit.parent_id, unit.dedicated_id} - {None}:
                    if unit.kind is UnitKind.BUILDING and upper is not None:
                        self._buildings[upper, key].append(unit)

    def _add_group(self, unit: Unit, village: int) -> None:
        for name in (unit.name, *unit.aliases):
            number = surroundings.group_of(normalise(name))
            if number:
                self._groups.setdefault((village, number), unit)

    def groups(self, number: str) -> tuple[Unit, ...]:
        """The groups of all villages that have this number."""
        return tuple(unit for (_, known), unit in self._groups.items() if number and known == number)

    def group(self, unit: Unit, parts: Parts) -> Unit | None:
        """The villagers' group of that number."""
        return self._groups.get((unit.id, parts.group)) if parts.group else None

    def fits(self, unit: Unit, parts: Parts) -> bool:
        """Whether the unit has that building, or no building at all is known of it."""
        return self.building(unit, parts) is not None or not self._directory.children(unit.id, UnitKind.BUILDING)

    def building(self, unit: Unit, parts: Parts) -> Unit | None:
        """The building of that number, or the only one there is when a staircase is named alone."""
        if parts.building:
            found = dict.fromkeys(self._buildings.get((unit.id, parts.building), ()))
            if len(found) > 1:
                found = {u: None for u in found if self._areas.get(u.id, "") == parts.area}
            return next(iter(found)) if len(found) == 1 else None
        only = self._directory.children(unit.id, UnitKind.BUILDING) if parts.unit else ()
        return only[0] if len(only) == 1 else None

    def door(self, building: Unit, parts: Parts) -> Unit | None:
        """The door of that number."""
        return self._doors.get((building.id, parts.unit)) if parts.unit else None


def _key(kind: UnitKind, name: str) -> Parts:
    """What the name of a building or door says; a name that says nothing stands for itself."""
    parts = parse("小区" + name)
    if kind is UnitKind.BUILDING:
        return parts if parts.building else Parts(building=normalise(name))
    return parts if parts.unit else Parts(unit=normalise(name))


def _phrase(plain: str, hit: Hit) -> Hit:
    """The hit with the words that belong to it: 李庄村3组, 金康苑门口."""
    group, end = surroundings.group(plain, hit.end)
    return replace(hit, said=surroundings.phrase_end(plain, end), group=group)


def _complete(plain: str, hit: Hit) -> bool:
    road = hit.units[0].kind in UPPER_KINDS and surroundings.is_road(plain, hit.start, hit.end)
    return road or surroundings.outside(plain, hit.end, hit.said)


def _crossings(plain: str, hits: Sequence[Hit]) -> list[Hit]:
    """Two roads that cross are one place, where both pass."""
    joined: list[Hit] = []
    for hit in hits:
        last = joined[-1] if joined else None
        end = surroundings.crossing(plain, (last.start, last.end), (hit.start, hit.end)) if last else None
        if last is None or end is None:
            joined.append(hit)
            continue
        both = tuple(unit for unit in last.units if unit in hit.units)
        joined[-1] = Hit(last.start, hit.end, both or tuple(dict.fromkeys((*last.units, *hit.units))), end)
    return joined


def _of_the_matter(plain: str, hits: list[Hit]) -> tuple[str, list[Hit]]:
    """The text and names without what only leads to the place of the matter: 我住锦康苑，金康小学旁边的金康苑有垃圾.

    That is the clause in which people say where they live, when another place is named too, and what it stands beside.
    """
    for hit in hits:
        end = surroundings.home_clause(plain, hit.start)
        kept = [other for other in hits if end is not None and not hit.start <= other.start < end]
        if end is not None and kept:
            plain, hits = plain[: hit.start] + " " * (end - hit.start) + plain[end:], kept
            break
    beside = {first for first, after in pairwise(hits) if surroundings.beside(plain[first.end : after.start])}
    return plain, [hit for hit in hits if hit not in beside]


def _parse(plain: str, hits: Sequence[Hit]) -> Parts:
    """The parts of a text, numbers inside names left out; what follows a name is read as behind 小区."""
    masked, end = plain, None
    for hit in hits:
        masked = masked[: hit.start] + "某" * (hit.end - hit.start) + masked[hit.end :]
    best = parse(masked)
    for hit in hits:
        if not surroundings.maybe_parts(masked, hit.end):
            continue
        parts = parse(masked, anchor=hit.end)
        if len(parts.spans) > len(best.spans) or (end is None and parts):
            best, end = parts, hit.end
    return best


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    left, here = [], 0
    for start, end in sorted(spans):
        left.append(text[here:start])
        here = max(here, end)
    return "".join([*left, text[here:]]).strip(_EDGES)
