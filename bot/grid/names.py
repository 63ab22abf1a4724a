"""The names of a directory, looked up by their characters and by their sound."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from pypinyin import lazy_pinyin
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import ratio

from bot.grid import surroundings
from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.places import normalise, parse

__all__ = ["UPPER_KINDS", "Alike", "Hit", "Names"]

UPPER_KINDS = {UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY}
_NAMED_KINDS = UPPER_KINDS | {UnitKind.COMPOUND, UnitKind.DEDICATED_GRID, UnitKind.GRID, UnitKind.MICRO_GRID}
_FUZZY_KINDS = {UnitKind.COMPOUND, UnitKind.DEDICATED_GRID, UnitKind.COMMUNITY}
_SHORTEST = 2  # A name of one character would be found in every sentence.
_WHOLE = 3  # From this length on a name is known by itself when it ends as names of places do.
_LONG = 4  # From this length on any name is known by itself.
_LONGER = 5  # From this length on two wrong characters still leave a name recognisable.
_BRIEF = 12  # A text this short is an answer to "where?" and not a sentence.
_LONGEST = 16  # No piece longer than this is compared by its sound.
_BIT = 0.8  # What a likeness to a name of two characters is worth beside one to a longer name.
_NUMERALS = "123456789十"
_FIRST_SIGN = 0x100  # Signs are letters of their own, so that no digit or Latin letter is taken for a syllable.
_DIGITS = str.maketrans("一二三四五六七八九", "123456789")  # 二期 and 2期 are one name.
_WRITTEN = str.maketrans("123456789十", "衣而伞寺午刘妻巴久石")  # what a slip writes for a number: 御邦而期
_IN_NAMES = {"都": "du", "长": "chang", "曾": "zeng"}  # how names of places say what other words say otherwise
_SPOKEN = str.maketrans("123456789", "一二三四五六七八九")
_ENDINGS = {"小区", "社区", "街道", "花园", "家园", "公寓", "大厦", "新城", "新村", "公馆", "雅居", "嘉园", "佳园"}
_ENDINGS |= {"佳苑", "大院", "广场", "名邸", "华府", "名都", "小镇", "家属院"}
_FIRM = "苑寓邸墅庭轩阁郡寨坊府"  # 金康苑 is a place wherever it stands;
_SOFT = "园路街巷城港岸湾村庄江厂桥院楼场区道镇乡居"  # 人民路 or 桂花园 only where a name may begin.
_UNBROKEN = re.compile(r"[^\W_]+(?:·[^\W_]+)*")  # Names hold no sign but this dot.
_PHASE = re.compile(r"[\d十]+期")
_PHASE_END = re.compile(r"[\d十]+期$")
_OFFICES = "局厂校行所司站馆店社银医委院会部处厅"  # The short form of 供电局小区 would be found in every complaint.


@dataclass(frozen=True, slots=True)
class Hit:
    """A name at text[start:end], every unit that bears it, and where the phrase around it ends: 金康苑门口."""

    start: int
    end: int
    units: tuple[Unit, ...]
    said: int
    doubtful: bool = False  # so short, and between other words, that it may be a piece of a longer name
    group: str = ""


class Alike(NamedTuple):
    """A piece text[start:end] that is like the name of a unit, and whether it is certain, sounding just the same."""

    likeness: float
    start: int
    end: int
    certain: bool
    unit: Unit


class Names:
    """Names and aliases of a directory."""

    def __init__(self, directory: Directory) -> None:
        self._sounds = _Sounds()
        self._units: dict[str, list[Unit]] = defaultdict(list)
        self._weak: set[str] = set()  # names that only stand for a longer one
        firm: dict[str, None] = {}
        for unit in directory.units.values():
            for name, whole in _names_of(unit):
                bearers = self._units[name]
                if not bearers or bearers[-1] is not unit:
                    bearers.append(unit)
                if whole:
                    firm[name] = None
                else:
                    self._weak.add(name)
        self._weak -= firm.keys()
        self._stems = set(self._add_stems(firm))
        lengths: dict[str, set[int]] = defaultdict(set)
        for name in self._units:
            lengths[name[:_SHORTEST]].add(len(name))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        self._nearly: dict[str, list[str]] = defaultdict(list)
        self._index_sounds()

    def _add_stems(self, given: Collection[str]) -> Iterator[str]:
        """Make 恒大绿洲 a name of each of its phases, unless it is a place itself."""
        for name in given:
            stem = name[: _phase_at(name)]
            if stem != name and len(stem) >= _WHOLE and stem not in given:
                self._units[stem] += self._units[name]
                yield stem

    def _index_sounds(self) -> None:
        for name, units in self._units.items():
            if _comparable(name) and name not in self._weak and any(unit.kind in _FUZZY_KINDS for unit in units):
                sound = self._sounds.of(name)
                for way in {sound, self._sounds.of(name.translate(_WRITTEN))}:
                    self._by_sound[way].append(name)
                for key in _shortened(sound):
                    self._nearly[key].append(name)

    def exact(self, plain: str) -> Iterator[Hit]:
        """The longest name at each place of the text, from left to right, none inside another."""
        text = plain.translate(_DIGITS)
        here = last = 0
        while here < len(text) - 1:
            for length in self._lengths.get(text[here : here + _SHORTEST], ()):
                end = here + length
                units = self._units.get(text[here:end]) if end <= len(text) else None
                if units and self._stands(plain, here, end, text[here:end], follows=here == last):
                    doubtful = length == _SHORTEST and here != last and not surroundings.opens(plain, here)
                    yield Hit(here, end, tuple(units), end, doubtful)
                    last = end
                    here = end - 1
                    break
            here += 1

    def _stands(self, plain: str, start: int, end: int, name: str, *, follows: bool) -> bool:
        """Whether these characters are the name here and not a piece of other words."""
        if name in self._stems and _PHASE.match(plain.translate(_DIGITS), end):
            return False  # 恒大绿洲四期 is none of the phases we know.
        opened = follows or surroundings.opens(plain, start)
        if name in _ENDINGS or _generic(name):
            return opened and (name not in _ENDINGS or surroundings.parts_behind(plain, end))
        if surroundings.parts_behind(plain, end):
            return True
        if name not in self._weak:
            if len(name) >= _LONG or (len(name) == _WHOLE and name[-1] in _FIRM):
                return True
            if len(name) == _WHOLE and name[-1] in _SOFT:
                return opened
        return opened and surroundings.closes(plain, end) and not (name in self._weak and name[-1] in _OFFICES)

    def alike(self, plain: str) -> Iterator[Alike]:
        """Pieces of the text that sound like a name, or nearly so where only a name can stand.

        A name can be expected right before a building and in a short text that is nothing but a place; elsewhere almost
        any three characters are like some name, so a piece must sound the same and stand between words that go
        around a place.
        """
        plain = plain.translate(_DIGITS)  # as the names are
        sound = self._sounds.of(plain)
        first = surroundings.lead(plain)
        anchors = surroundings.ends_before_parts(plain)
        brief = len(plain) <= _BRIEF
        for begins, stops in (words.span() for words in _UNBROKEN.finditer(plain)):
            for end in (end for end in anchors if begins < end <= stops):
                for start in range(max(begins, end - _LONGEST), end - _SHORTEST + 1):
                    expected = start == first or surroundings.opens(plain, start)
                    yield from self._like(plain, sound, (start, end), near=expected)
            for start in (here for here in range(begins, stops - _SHORTEST) if surroundings.opens(plain, here)):
                expected = brief and start == first
                for end in range(start + _WHOLE, min(start + _LONGEST, stops) + 1):
                    if end in anchors or not (expected or sound[start:end] in self._by_sound):
                        continue
                    # 公园里 is a word, and so is 家里.
                    trusted = brief or end - start >= _LONG or plain[end - 1] != "里"
                    if trusted and surroundings.closes(plain, end):
                        yield from self._like(plain, sound, (start, end), near=expected)

    def _like(self, plain: str, sounds: str, span: tuple[int, int], *, near: bool) -> Iterator[Alike]:
        piece, sound = plain[slice(*span)], sounds[slice(*span)]
        phase = _PHASE.match(plain, span[1]) is not None
        ends_like_one = near or piece[-1] in _FIRM + _SOFT
        wrong = 1 if len(piece) < _LONGER else 2
        same = [name for name in self._by_sound.get(sound, ()) if not (phase and name in self._stems)]
        for name in same:
            shared = sum(mine == theirs for mine, theirs in zip(piece, name, strict=True))
            enough = len(name) - (2 if ends_like_one else 1)
            if shared >= max(1, enough) and (len(name) > _SHORTEST or near):
                yield from self._found(piece, sound, span, name, same=True)
        if not near or len(piece) < _WHOLE:
            return
        close: set[str] = set()
        for key in {sound, *_shortened(sound)}:
            names = self._nearly.get(key, ())
            close.update(
                name for name, *_ in process.extract_iter(piece, names, scorer=Levenshtein.distance, score_cutoff=wrong)
            )
            close.update(name for name in self._by_sound.get(key, ()) if Levenshtein.distance(piece, name) <= wrong)
        for name in close.difference(self._by_sound.get(sound, ())):
            if not (phase and name in self._stems) and self._near_enough(piece, sound, name):
                yield from self._found(piece, sound, span, name, same=False)

    def _near_enough(self, piece: str, sound: str, name: str) -> bool:
        """Whether one syllable of two could be a slip: 金空苑 is 金康苑, but 毕桥村 is not 双桥村."""
        if len(name) != len(piece) or len(_root(name)) > _SHORTEST:
            return True
        pairs = zip(sound, self._sounds.of(name), strict=True)
        return all(self._sounds.same_start(mine, theirs) for mine, theirs in pairs)

    def _found(self, piece: str, sound: str, span: tuple[int, int], name: str, *, same: bool) -> Iterator[Alike]:
        certain = same and len(name) > _SHORTEST and name not in self._stems
        whole = 1.0 if len(name) > _SHORTEST else _BIT  # 进康院 is 金康苑 rather than 金康.
        likeness = whole * (ratio(piece, name) + 2 * ratio(sound, self._sounds.of(name))) / 3
        for unit in self._units[name]:
            if unit.kind in _FUZZY_KINDS:
                yield Alike(likeness, *span, certain, unit)


class _Sounds:
    """Text as a string of syllables, one sign for each, as many people here say them: zh as z, -ng as -n, no tones."""

    def __init__(self) -> None:
        self._signs: dict[str, str] = {}  # by syllable
        self._known: dict[str, str] = {}  # by character
        self._starts: dict[str, str] = {}  # the first letter, by sign

    def of(self, text: str) -> str:
        """The signs of the syllables, as many as the text has characters."""
        known = self._known
        for char in set(text) - known.keys():
            known[char] = self._sign(char)
        return "".join([known[char] for char in text])

    def same_start(self, one: str, other: str) -> bool:
        """Whether two signs stand for syllables that begin with the same consonant."""
        return one == other or self._starts[one] == self._starts[other]

    def _sign(self, char: str) -> str:
        spoken = _IN_NAMES.get(char) or lazy_pinyin(char.translate(_SPOKEN))[0]
        spoken = spoken.replace("zh", "z").replace("ch", "c").replace("sh", "s")
        syllable = spoken.removesuffix("g") if spoken.endswith("ng") else spoken
        if char in _NUMERALS:  # 四期 and 十期 sound alike here and are two places.
            syllable = char
        sign = self._signs.setdefault(syllable, chr(_FIRST_SIGN + len(self._signs)))
        self._starts[sign] = spoken[:1]
        return sign


def _names_of(unit: Unit) -> Iterator[tuple[str, bool]]:
    """The names a unit is looked up by, and whether each is one it was given.

    3号楼 alone is no name of a place, nor is 三组; a building's aliases are.
    """
    if unit.kind in _NAMED_KINDS:
        for name in (unit.name, *unit.aliases):
            if len(name) >= _SHORTEST and not surroundings.is_group(name):
                yield normalise(name).translate(_DIGITS), True
        short = normalise(unit.name).removesuffix("小区").translate(_DIGITS)
        if len(short) > _SHORTEST and not short.isascii():
            yield short, short == normalise(unit.name).translate(_DIGITS)
    elif unit.kind is UnitKind.BUILDING:
        for name in unit.aliases:
            if len(name) > _SHORTEST and not parse("小区" + name):
                yield normalise(name).translate(_DIGITS), True


def _shortened(sound: str) -> Iterable[str]:
    """All ways to leave out one syllable: two that differ in one syllable share one of these."""
    return {sound[:here] + sound[here + 1 :] for here in range(len(sound))} if len(sound) > _SHORTEST else ()


def _comparable(name: str) -> bool:
    """Whether a name has enough characters, and not too many, to be known when one is wrong: 11里 has not."""
    return len(name) <= _LONGEST and sum(not char.isascii() for char in name) >= _SHORTEST


def _phase_at(name: str) -> int:
    """Where the number of a phase begins that the name ends with, else the end of the name."""
    found = _PHASE_END.search(name)
    return found.start() if found else len(name)


def _root(name: str) -> str:
    """The name without the word for what it is: 金康 of 金康苑 and 金康花园."""
    for length in (3, 2):
        if name[-length:] in _ENDINGS:
            return name[:-length]
    return name[:-1] if name[-1] in _FIRM + _SOFT else name


def _generic(name: str) -> bool:
    """Whether a name is made of nothing but words for places, as 花园小区 or 新城家园 are."""
    return len(name) == _LONG and name[:_SHORTEST] in _ENDINGS and name[_SHORTEST:] in _ENDINGS
