"""The rows of registers from a workbook or CSV. A sheet is known by its headers, whatever its title.

Every fault is told with its sheet, row and column, and a file with any fault changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import BadDistrict
from bot.grid import parsing
from bot.grid.cells import Line, Unreadable, load
from bot.grid.directory import Unit, UnitKind
from bot.grid.sheets import folded
from bot.people.people import find_phone
from bot.texts import LOCALES, Texts, texts
from bot.town import Town

_HEADER_WITHIN = 10  # A title and a remark may stand above the headers.


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a register's sheet looks like: its columns in order; the `needed` must stand in it and be filled in every row."""

    columns: tuple[str, ...]
    needed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register, by field."""

    title: str
    number: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


class Faults:
    """Gathers what is wrong in a file, and reads the cells that several registers have."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.found: list[str] = []
        self._texts: Texts = town.texts
        self._staff = {person.code: person.id for person in town.directory.staff.values()}

    def note(self, row: Row, name: str, key: str) -> None:
        """Note one."""
        values = {"choices": self._texts.listed(choices(self._texts, name))} if key == "word" else {}
        what = self._texts(f"registers.fault_{key}", value=row[name], **values)
        column = first_spelling(self._texts, name)
        self.found.append(self._texts("registers.fault", sheet=row.title, row=row.number, column=column, what=what))

    def unknown(self, title: str) -> None:
        """Note a sheet that is no register."""
        self.found.append(self._texts("registers.unknown", sheet=title))

    def sound(self, row: Row, sheet: Sheet) -> bool:
        """Whether what must be filled is filled, and no cell was spoilt by a spreadsheet."""
        before = len(self.found)
        for column in sheet.columns:
            if column in sheet.needed and not row[column]:
                self.note(row, column, "consent" if column == "agreed_on" else "empty")
            if parsing.broken_cell(row[column]):
                self.note(row, column, "broken")
        return len(self.found) == before

    def building(self, row: Row) -> tuple[Unit, Unit] | None:
        """The building or door of the row's address, and its community."""
        unit = self.town.gazetteer.find(row["place"]).unit
        community = self.town.directory.above(unit.id, UnitKind.COMMUNITY) if unit is not None else None
        if unit is None or community is None or unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
            self.note(row, "place", "place")
            return None
        return unit, community

    def community(self, row: Row) -> Unit | None:
        """The community that the row names."""
        unit = self.town.directory.by_code.get(row["community"]) or self.town.gazetteer.find(row["community"]).unit
        if unit is None or unit.kind is not UnitKind.COMMUNITY:
            self.note(row, "community", "community")
            return None
        return unit

    def phone(self, row: Row) -> str:
        """The phone number, "" for an empty cell."""
        found = find_phone(row["phone"])
        if row["phone"] and not found:
            self.note(row, "phone", "phone")
        return found

    def born(self, row: Row) -> int | None:
        """The year of birth, None for an empty cell; the rest of a whole date is not kept."""
        year = row["born"][:4]
        if not row["born"]:
            return None
        if year.isascii() and year.isdecimal() and year[:2] in {"19", "20"}:
            return int(year)
        self.note(row, "born", "year")
        return None

    def word(self, row: Row, name: str, values: tuple[str, ...]) -> str:
        """One of a few words, "" for an empty cell; another word is a fault."""
        for value in values:
            if folded(row[name]) in {folded(word) for word in _spellings(f"{name}_{value}")}:
                return value
        if row[name]:
            self.note(row, name, "word")
        return ""

    def number(self, row: Row, name: str) -> int | None:
        """A whole number."""
        if row[name].isascii() and row[name].isdecimal() and len(row[name]) < len("1000000"):
            return int(row[name])
        self.note(row, name, "number")
        return None

    def person(self, row: Row, name: str) -> int | None:
        """A colleague by code, None for an empty cell."""
        if row[name] and row[name] not in self._staff:
            self.note(row, name, "person")
        return self._staff.get(row[name])


def load_rows(path: Path, faults: Faults, registers: Mapping[str, Sheet]) -> dict[str, list[Row]]:
    """The rows of each register in a file. Raises BadDistrict for a file that cannot be opened."""
    try:
        loaded = load(path)
    except Unreadable as bad:
        raise BadDistrict((faults.town.texts(f"district.{bad.text}", name=bad.name),)) from bad
    rows: dict[str, list[Row]] = {name: [] for name in registers}
    filled = [(title, lines) for title, lines in loaded if lines]
    if not filled:
        faults.unknown(path.name)
    for title, lines in filled:
        name, found = _rows(title, lines, registers)
        if name:
            rows[name] += found
        else:
            faults.unknown(title)
    return rows


def _rows(title: str, lines: list[Line], registers: Mapping[str, Sheet]) -> tuple[str, list[Row]]:
    """Which register a sheet is, by its headers, and its rows; "" for none."""
    for place, line in enumerate(lines[:_HEADER_WITHIN]):
        for name, sheet in registers.items():
            spelt = {folded(word): column for column in sheet.columns for word in _spellings(f"head_{column}")}
            header = [spelt.get(folded(cell), "") for cell in line.cells]
            if set(header) >= sheet.needed:
                rows = [
                    Row(title, one.number, dict(zip(header, one.cells, strict=False))) for one in lines[place + 1 :]
                ]
                return name, rows
    return "", []


def _spellings(key: str) -> list[str]:
    """Every way to write a header or word, in any language."""
    return [word for locale in LOCALES for word in texts(locale)(f"registers.{key}").split()]


def first_spelling(said: Texts, column: str) -> str:
    """The header as an empty sheet has it."""
    return said(f"registers.head_{column}").split()[0]


def choices(said: Texts, column: str) -> list[str]:
    """The words of a column that takes only a few, as an empty sheet offers them; none for a column that takes any."""
    return [said(key).split()[0] for key in said.keys(f"registers.{column}_")]


def headers(said: Texts, sheet: Sheet) -> list[str]:
    """The headers of a register, for an empty sheet to fill in."""
    return [first_spelling(said, column) for column in sheet.columns]
