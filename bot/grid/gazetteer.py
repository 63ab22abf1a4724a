"""Names of places found in what people write.

Names are looked up exactly first. Only when no name below a community is exact, names that sound alike or differ in one
character are looked for, and two that come close to each other are both offered instead of guessed between.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from pypinyin import lazy_pinyin
from rapidfuzz.fuzz import ratio

from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.places import Parts, normalise, parse

_UPPER_KINDS = {UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY}
_NAMED_KINDS = _UPPER_KINDS | {UnitKind.COMPOUND, UnitKind.DEDICATED_GRID, UnitKind.GRID, UnitKind.MICRO_GRID}
_FUZZY_KINDS = {UnitKind.COMPOUND, UnitKind.DEDICATED_GRID}
_OFFERED = 5
_SHORTEST = 2  # A name of one character would be found in every sentence.
_BEHIND = 3  # 金康苑里的3号楼: as many characters may stand between a name and its parts.
_BRIEF = 12  # A text this short is an answer to "where?" and not a sentence.
_ALIKE = 60.0  # The least likeness, of 100, that is worth a question.
_BIT = 0.8  # What a likeness to a name of two characters is worth beside one to a longer name.
_CLOSE = 10.0  # Two names whose likeness differs by less are both offered.
_EDGES = " ,，。.、!！?？;；:：\n\t"


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a text says of a place.

    `unit` is the deepest unit that is certain, None when none is. `candidates` are what to offer as buttons then, best
    first, at most five. `matched` is the name as the person wrote it. `how` tells whether it stood there exactly, was
    found by likeness, or was taken from where the person is. `words_left` is the text without name and parts.
    """

    unit: Unit | None
    parts: Parts
    candidates: tuple[Unit, ...] = ()
    matched: str = ""
    how: Literal["exact", "fuzzy", "near", "none"] = "none"
    words_left: str = ""


@dataclass(frozen=True, slots=True)
class _Hit:
    """A name at text[start:end], and every unit that bears it."""

    start: int
    end: int
    units: tuple[Unit, ...]


class Gazetteer:
    """The names of a directory. Building it takes about a second for 40,000 names; a look-up takes microseconds."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._names = _Names(directory)
        self._parts = _PartsIndex(directory)

    def find(self, text: str, *, near: Unit | None = None) -> Sighting:
        """The place a text speaks of.

        `near` is the person's home or the staircase whose code they scanned: parts without a name ("3号楼2单元") are
        taken within its compound, and of two places with one name the nearer is meant.
        """
        plain = normalise(text)
        hits = list(self._names.exact(plain))
        how: Literal["exact", "fuzzy"] = "exact"
        if not any(unit.kind not in _UPPER_KINDS for hit in hits for unit in hit.units):
            alike = self._alike(plain, hits)
            if alike is not None:
                hits, how = [*hits, alike], "fuzzy"
        if not hits:
            return self._nearby(text, near)
        hits = self._narrowed(hits, near)
        parts = _parse(plain, hits)
        hits = self._meant(hits, parts)
        units = list(dict.fromkeys(unit for hit in hits for unit in hit.units))
        matched = "、".join(text[hit.start : hit.end] for hit in hits)
        left = _without(text, [*((hit.start, hit.end) for hit in hits), *parts.spans])
        if len(units) == 1:
            return Sighting(self.within(units[0].id, parts), parts, (), matched, how, left)
        deepest = dict.fromkeys(self.within(unit.id, parts) for unit in units)
        return Sighting(None, parts, tuple(deepest)[:_OFFERED], matched, how, left)

    def within(self, unit_id: int, parts: Parts) -> Unit:
        """Descend from a compound or building by parts, as deep as the directory holds. Raises KeyError for no unit."""
        unit = self._directory.units[unit_id]
        if unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
            unit = self._parts.building(unit, parts) or unit
        if unit.kind is UnitKind.BUILDING:
            unit = self._parts.door(unit, parts) or unit
        return unit

    def _nearby(self, text: str, near: Unit | None) -> Sighting:
        """Parts without a name, taken within the compound of `near`."""
        parts = parse(text)
        left = _without(text, parts.spans)
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

    def _alike(self, plain: str, hits: list[_Hit]) -> _Hit | None:
        """The names that are most like a piece of the text, below the streets and communities that stand in it."""
        free = list(plain)
        for hit in hits:
            free[hit.start : hit.end] = " " * (hit.end - hit.start)
        spans = parse(plain).spans
        best: list[tuple[float, int, int, Unit]] = []
        for start, end, like, unit in self._names.alike("".join(free), spans[0][0] if spans else None):
            below = any(self._directory.covers(upper.id, unit.id) for hit in hits for upper in hit.units)
            if below or not hits:
                best.append((like, start, end, unit))
        if not best:
            return None
        best.sort(key=lambda found: (-found[0], found[1] - found[2], found[3].id))
        top, start, end, _ = best[0]
        close = tuple(dict.fromkeys(unit for like, *_, unit in best if top - like < _CLOSE))
        return _Hit(start, end, close)

    def _narrowed(self, hits: list[_Hit], near: Unit | None) -> list[_Hit]:
        """Of units with one name, those below another name of the text, else those in the community of `near`."""
        narrowed = []
        for hit in hits:
            others = [unit for other in hits if other is not hit for unit in other.units]
            kept = [u for u in hit.units if any(o != u and self._directory.covers(o.id, u.id) for o in others)]
            if not kept and near is not None:
                home = self._directory.above((self._directory.compound_of(near.id) or near).id, UnitKind.COMMUNITY)
                kept = [u for u in hit.units if home is not None and self._directory.covers(home.id, u.id)]
            narrowed.append(replace(hit, units=tuple(kept)) if kept else hit)
        # 金明池街道金康社区金康苑 is one place: what stands above another named unit only says where that is.
        named = {unit for hit in narrowed for unit in hit.units}
        above = {
            upper for unit in named for upper in self._directory.upward(unit.id) if upper != unit and upper in named
        }
        lowest = [replace(hit, units=tuple(u for u in hit.units if u not in above)) for hit in narrowed]
        return [hit for hit in lowest if hit.units]

    def _meant(self, hits: list[_Hit], parts: Parts) -> list[_Hit]:
        """Of several places the one that the parts stand behind, and of one name those that have such a building."""
        if parts.spans:
            first = parts.spans[0][0]
            behind = [hit for hit in hits if 0 <= first - hit.end <= _BEHIND]
            hits = behind[-1:] or hits
        if sum(len(hit.units) for hit in hits) > 1 and parts.building:
            fitting = [
                replace(hit, units=tuple(u for u in hit.units if self._parts.building(u, parts) is not None))
                for hit in hits
            ]
            hits = [hit for hit in fitting if hit.units] or hits
        return hits


class _Names:
    """Names and aliases by their characters and by their sound."""

    def __init__(self, directory: Directory) -> None:
        self._syllables: dict[str, str] = {}
        self._units: dict[str, list[Unit]] = defaultdict(list)
        self._lengths: dict[str, list[int]] = {}
        self._sounds: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for unit in directory.units.values():
            for name in _names_of(unit):
                if unit not in self._units[name]:
                    self._units[name].append(unit)
        lengths: dict[str, set[int]] = defaultdict(set)
        for name, units in self._units.items():
            lengths[name[:_SHORTEST]].add(len(name))
            if any(unit.kind in _FUZZY_KINDS for unit in units):
                for key in _shortened(self._sound(name)):
                    self._sounds[key].add(name)
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self._longest = max(map(len, self._units), default=0)

    def exact(self, plain: str) -> Iterator[_Hit]:
        """The longest name at each place of the text, from left to right, none inside another."""
        here = 0
        while here < len(plain) - 1:
            for length in self._lengths.get(plain[here : here + _SHORTEST], ()):
                units = self._units.get(plain[here : here + length]) if here + length <= len(plain) else None
                if units:
                    yield _Hit(here, here + length, tuple(units))
                    here += length - 1
                    break
            here += 1

    def alike(self, plain: str, parts_at: int | None) -> Iterator[tuple[int, int, float, Unit]]:
        """(start, end, likeness of 100, unit) of pieces that sound like a name or differ in one syllable.

        In a long sentence almost any three characters are like some name, so one that only resembles a name counts
        right before the parts or in a short text; elsewhere it must sound the same.
        """
        sound = self._sound(plain)
        for start in range(len(plain)):
            for end in range(start + _SHORTEST, min(start + self._longest + 1, len(plain)) + 1):
                piece = plain[start:end]
                if " " in piece:
                    break
                placed = (parts_at is not None and 0 <= parts_at - end <= _BEHIND) or len(plain) <= _BRIEF
                if not placed and end - start <= _SHORTEST:
                    continue
                keys = _shortened(sound[start:end]) if placed else [sound[start:end]]
                for name in {name for key in keys for name in self._sounds.get(key, ())}:
                    like = self._likeness(piece, sound[start:end], name, placed=placed)
                    if like >= _ALIKE:
                        for unit in self._units[name]:
                            if unit.kind in _FUZZY_KINDS:
                                yield start, end, like, unit

    def _likeness(self, piece: str, sound: tuple[str, ...], name: str, *, placed: bool) -> float:
        theirs = self._sound(name)
        if sound != theirs and (not placed or len(name) <= _SHORTEST):
            return 0.0
        whole = 1.0 if len(piece) > _SHORTEST else _BIT  # 进康院 is 金康苑 rather than 金康.
        return whole * (ratio(piece, name) + 2 * ratio(sound, theirs)) / 3

    def _sound(self, text: str) -> tuple[str, ...]:
        """The syllables as many people here say them: zh as z, -ng as -n, no tones."""
        known = self._syllables
        for char in set(text) - known.keys():
            syllable = lazy_pinyin(char)[0].replace("zh", "z").replace("ch", "c").replace("sh", "s")
            known[char] = syllable.removesuffix("g") if syllable.endswith("ng") else syllable
        return tuple(known[char] for char in text)


class _PartsIndex:
    """Buildings of each compound and doors of each building, by what `parse` makes of their names."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
        self._buildings: dict[tuple[int, str], list[Unit]] = defaultdict(list)
        self._doors: dict[tuple[int, str], Unit] = {}
        keys: dict[tuple[UnitKind, str], str] = {}
        for unit in directory.units.values():
            if unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
                continue
            for name in (unit.name, *unit.aliases):
                if (unit.kind, name) not in keys:
                    keys[unit.kind, name] = _key(unit.kind, name)
                key = keys[unit.kind, name]
                if unit.kind is UnitKind.DOOR and unit.parent_id is not None:
                    self._doors.setdefault((unit.parent_id, key), unit)
                for upper in {unit.compound_id, unit.parent_id, unit.dedicated_id} - {None}:
                    if unit.kind is UnitKind.BUILDING and upper is not None:
                        self._buildings[upper, key].append(unit)

    def building(self, unit: Unit, parts: Parts) -> Unit | None:
        """The building of that number, or the only one there is when a staircase is named alone."""
        if parts.building:
            found = dict.fromkeys(self._buildings.get((unit.id, parts.building), ()))
            return next(iter(found)) if len(found) == 1 else None
        only = self._directory.children(unit.id, UnitKind.BUILDING) if parts.unit else ()
        return only[0] if len(only) == 1 else None

    def door(self, building: Unit, parts: Parts) -> Unit | None:
        """The door of that number."""
        return self._doors.get((building.id, parts.unit)) if parts.unit else None


def _key(kind: UnitKind, name: str) -> str:
    parts = parse("小区" + name)
    found = parts.building if kind is UnitKind.BUILDING else parts.unit
    return found or normalise(name)


def _names_of(unit: Unit) -> Iterator[str]:
    """The names a unit is looked up by. 3号楼 alone is no name of a place; a building's aliases are."""
    if unit.kind in _NAMED_KINDS:
        yield from (normalise(name) for name in (unit.name, *unit.aliases) if len(name) >= _SHORTEST)
        short = normalise(unit.name).removesuffix("小区")
        if len(short) > _SHORTEST:
            yield short
    elif unit.kind is UnitKind.BUILDING:
        yield from (normalise(name) for name in unit.aliases if len(name) > _SHORTEST and not parse("小区" + name))


def _shortened(sound: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The syllables, and all ways to leave one out: two that differ in one syllable share one of these."""
    if len(sound) <= _SHORTEST:
        return [sound]
    return [sound, *(sound[:here] + sound[here + 1 :] for here in range(len(sound)))]


def _parse(plain: str, hits: Sequence[_Hit]) -> Parts:
    """The parts of a text, numbers inside names left out; what follows a name is read as behind 小区."""
    masked, end = plain, None
    for hit in hits:
        masked = masked[: hit.start] + "某" * (hit.end - hit.start) + masked[hit.end :]
    best = parse(masked)
    for hit in hits:
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
