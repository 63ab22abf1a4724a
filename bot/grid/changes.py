"""What an import would change: the district that is stored against the one that was read, row by row and by code."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Generic, TypeVar

from bot.grid import sheets
from bot.grid.district import VACANT, District, LeaveRow, PersonRow, PostRow, ShiftRow, UnitRow
from bot.grid.sheets import Sheet
from bot.texts import Texts, texts
from bot.triage.kinds import Kind

LEFT_POST = "left_post"  # the timer of a person whom a post names no longer

Row = TypeVar("Row", UnitRow, PersonRow, PostRow, LeaveRow, ShiftRow, Kind)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows of one sheet are what. `missing` are stored, not in the file, and stay; `removed` go."""

    added: int = 0
    changed: int = 0
    same: int = 0
    missing: int = 0
    removed: int = 0


@dataclass(frozen=True)
class Difference(Generic[Row]):
    """The rows of one table. `changed` are (as stored, as it will be); `missing` are stored but not in the file."""

    added: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    same: tuple[Row, ...] = ()
    missing: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Changes:
    """All that an import changes. Leave and shifts are all it takes away: the `missing` of both are no longer meant."""

    units: Difference[UnitRow]
    people: Difference[PersonRow]
    posts: Difference[PostRow]
    leaves: Difference[LeaveRow]
    shifts: Difference[ShiftRow]
    kinds: Difference[Kind]

    def __bool__(self) -> bool:
        """Whether anything changes at all."""
        return any(count.added or count.changed or count.removed for count in self.counts.values())

    @property
    def counts(self) -> dict[str, Count]:
        """How many of what, by the name of the sheet: units, grids, buildings, owners, people, posts, leaves, shifts, kinds."""
        found = {sheet.name: _count(_of_sheet(self.units, sheet)) for sheet in sheets.UNIT_SHEETS}
        found |= {"people": _count(self.people), "posts": _count(self.posts)}
        for name, count in (("leaves", _count(self.leaves)), ("shifts", _count(self.shifts))):
            found[name] = replace(count, removed=count.missing, missing=0)
        return found | {"kinds": _count(self.kinds)}

    def lines(self, said: Texts | None = None) -> tuple[str, ...]:
        """What to print: a line for each sheet, then one for each changed cell and for each row that is not in the file."""
        return tuple(self._lines(said or texts()))

    def _lines(self, said: Texts) -> Iterator[str]:
        for sheet in sheets.SHEETS:
            count = self.counts[sheet.name]
            title = sheets.sheet_title(said, sheet)
            if count.added or count.changed or count.same:
                numbers = {"added": count.added, "changed": count.changed, "same": count.same}
                yield said("district.change_count", sheet=title, **numbers)
            if count.removed:
                yield said("district.change_removed_count", sheet=title, removed=count.removed)
            if count.missing:
                yield said("district.change_missing_count", sheet=title, missing=count.missing)
        if not self:
            yield said("district.change_nothing")
        for sheet in sheets.UNIT_SHEETS:
            yield from _details(_of_sheet(self.units, sheet), sheet, said)
        yield from _details(self.people, sheets.PEOPLE, said)
        yield from _details(self.posts, sheets.POSTS, said)
        yield from _details(self.kinds, sheets.KINDS, said)


def compare(stored: District, read: District) -> Changes:
    """What it takes to turn the stored district into the one that was read.

    Where the file leaves a holder, a deputy or a phone empty, what is stored stays: people may have joined by chat since.
    """
    people = {person.code: person for person in stored.people}
    posts = {post.code: post for post in stored.posts}
    return Changes(
        units=_by_code(stored.units, read.units),
        people=_by_code(stored.people, (_keep_phone(person, people.get(person.code)) for person in read.people)),
        posts=_by_code(stored.posts, (_keep_people(post, posts.get(post.code)) for post in read.posts)),
        leaves=_whole(stored.leaves, read.leaves, read),
        shifts=_whole(stored.shifts, read.shifts, read),
        kinds=_by_code(stored.kinds, read.kinds),
    )


def _keep_phone(person: PersonRow, stored: PersonRow | None) -> PersonRow:
    return replace(person, phone=stored.phone) if stored and not person.phone else person


def _keep_people(post: PostRow, stored: PostRow | None) -> PostRow:
    """Nobody is `VACANT` here, whether the file said so or nothing at all of a new post."""
    holder = post.holder or (stored.holder if stored else VACANT)
    deputy = post.deputy or (stored.deputy if stored else VACANT)
    return replace(post, holder=holder, deputy=deputy)


def _by_code(stored: Iterable[Row], read: Iterable[Row]) -> Difference[Row]:
    before = {_code(row): row for row in stored}
    now = {_code(row): row for row in read}
    return Difference(
        added=tuple(row for code, row in now.items() if code not in before),
        changed=tuple((before[code], row) for code, row in now.items() if code in before and before[code] != row),
        same=tuple(row for code, row in now.items() if before.get(code) == row),
        missing=tuple(row for code, row in before.items() if code not in now),
    )


_Dated = TypeVar("_Dated", LeaveRow, ShiftRow)


def _whole(stored: Iterable[_Dated], read: tuple[_Dated, ...], file: District) -> Difference[_Dated]:
    """What is told of people and units is told whole: what the file no longer says of those it names is not meant."""
    if not read:
        return Difference()
    people, units = {person.code for person in file.people}, {unit.code for unit in file.units}
    before = dict.fromkeys(row for row in stored if row.person in people or getattr(row, "unit", "") in units)
    now = dict.fromkeys(read)
    return Difference(
        added=tuple(row for row in now if row not in before),
        same=tuple(row for row in now if row in before),
        missing=tuple(row for row in before if row not in now),
    )


def _of_sheet(units: Difference[UnitRow], sheet: Sheet) -> Difference[UnitRow]:
    def mine(row: UnitRow) -> bool:
        return row.kind in sheet.kinds

    return Difference(
        tuple(filter(mine, units.added)),
        tuple(pair for pair in units.changed if mine(pair[1])),
        tuple(filter(mine, units.same)),
        tuple(filter(mine, units.missing)),
    )


def _count(rows: Difference[Row]) -> Count:
    return Count(len(rows.added), len(rows.changed), len(rows.same), len(rows.missing))


_LISTED = 10  # rows of a sheet that a file leaves out: more are counted


def _details(rows: Difference[Row], sheet: Sheet, said: Texts) -> Iterator[str]:
    title = sheets.sheet_title(said, sheet)
    shown = _shower(sheet, said)
    for before, now in rows.changed:
        for column in (field.name for field in fields(now)):
            old, new = getattr(before, column), getattr(now, column)
            if old != new:
                yield said(
                    "district.change_of",
                    sheet=title,
                    row=_named(now),
                    column=sheets.header(said, sheet, column),
                    old=shown(column, old),
                    new=shown(column, new),
                )
    for row in rows.missing[:_LISTED]:
        yield said("district.change_missing", sheet=title, row=_named(row))
    if (unlisted := len(rows.missing) - _LISTED) > 0:
        yield said("district.change_missing_more", sheet=title, count=unlisted)


def _shower(sheet: Sheet, said: Texts) -> Callable[[str, object], str]:
    listed = {column.field: column.words for column in sheet.columns}

    def shown(field: str, value: object) -> str:
        if isinstance(value, bool):
            value = sheets.YES if value else sheets.NO
        if value in (None, "", ()):
            return said("district.nothing")
        if value == VACANT:
            return said("district.vacant")
        if isinstance(value, tuple):
            return sheets.spoken_list(said, value)
        return sheets.word(said, listed[field], str(value)) if listed.get(field) else str(value)

    return shown


def _code(row: UnitRow | PersonRow | PostRow | LeaveRow | ShiftRow | Kind) -> str:
    if isinstance(row, ShiftRow):
        return row.person or row.unit
    return row.person if isinstance(row, LeaveRow) else row.code


def _named(row: UnitRow | PersonRow | PostRow | LeaveRow | ShiftRow | Kind) -> str:
    return f"{_code(row)} {getattr(row, 'name', '')}".strip()
