"""Which staircases get a sheet, what is said on it, and how its file is called. Pure."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import quote

from bot.grid.directory import Directory, Unit, UnitKind
from bot.texts import Texts

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
_START = 64  # characters that Telegram's ?start= takes


@dataclass(frozen=True, slots=True)
class Link:
    """A code to scan: where it leads, and what stands below it."""

    url: str
    caption: str


@dataclass(frozen=True, slots=True)
class Staircase:
    """What is said on one staircase's sheet. `links` has the web chat first."""

    place: str
    owner: str
    community: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Booklet:
    """One file: a building, with a page (or a page of stickers) for each of its staircases."""

    name: str
    staircases: tuple[Staircase, ...]


def booklets(
    directory: Directory, units: Iterable[Unit], link: Callable[[str], tuple[Link, ...]], said: Texts
) -> list[Booklet]:
    """The files for all buildings at or below these units, each once, in the directory's order.

    A door alone gives a file of its own. `link` makes the codes to scan from a unit's code.
    """
    wanted: dict[int, tuple[Unit, ...]] = {}
    single: dict[int, Unit] = {}
    for unit in units:
        if unit.kind is UnitKind.DOOR:
            single[unit.id] = unit
            continue
        for building in _buildings(directory, unit):
            wanted[building.id] = directory.children(building.id, UnitKind.DOOR) or (building,)
    names = _names(directory)
    made = [
        Booklet(f"{names[building]}.pdf", tuple(_staircase(directory, door, link, said) for door in doors))
        for building, doors in wanted.items()
    ]
    for door in single.values():
        if door.parent_id not in wanted:
            name = f"{names[door.parent_id or 0]}-{_NOT_IN_NAMES.sub('-', door.name)}.pdf"
            made.append(Booklet(name, (_staircase(directory, door, link, said),)))
    return made


def links(public_url: str, telegram: str, said: Texts) -> Callable[[str], tuple[Link, ...]]:
    """What makes the codes of a unit: the web chat, and the Telegram bot of this name unless it is ""."""

    def make(code: str) -> tuple[Link, ...]:
        web = Link(f"{public_url.rstrip('/')}/?b={quote(code)}", said("poster.by_web"))
        payload = f"b_{code}"
        if not telegram or len(payload) > _START:
            return (web,)
        return web, Link(f"https://t.me/{telegram}?start={payload}", said("poster.by_telegram"))

    return make


def _buildings(directory: Directory, unit: Unit) -> Iterable[Unit]:
    if unit.kind is UnitKind.BUILDING:
        yield unit
        return
    for below in directory.children(unit.id):
        if below.kind is not UnitKind.DOOR:
            yield from _buildings(directory, below)


def _names(directory: Directory) -> dict[int, str]:
    """A file name for every building: 金康苑-3号楼, with the community or the code where two would be called the same."""
    buildings = [unit for unit in directory.units.values() if unit.kind is UnitKind.BUILDING]
    names = {}
    for unit in buildings:
        compound = directory.compound_of(unit.id)
        names[unit.id] = _NOT_IN_NAMES.sub("-", f"{compound.name}-{unit.name}" if compound is not None else unit.name)
    twice = Counter(name.casefold() for name in names.values())
    for unit in buildings:
        community = directory.above(unit.id, UnitKind.COMMUNITY)
        if twice[names[unit.id].casefold()] > 1 and community is not None:
            names[unit.id] += "(" + _NOT_IN_NAMES.sub("-", community.name) + ")"
    twice = Counter(name.casefold() for name in names.values())
    return {
        id_: f"{name}-{directory.units[id_].code}" if twice[name.casefold()] > 1 else name
        for id_, name in names.items()
    }


def _staircase(directory: Directory, unit: Unit, link: Callable[[str], tuple[Link, ...]], said: Texts) -> Staircase:
    grid, community = directory.above(unit.id, UnitKind.GRID), directory.above(unit.id, UnitKind.COMMUNITY)
    return Staircase(
        directory.full_name(unit.id),
        said("poster.owner", grid=grid.name) if grid is not None else "",
        said("poster.community", community=community.name) if community is not None else "",
        link(unit.code),
    )
