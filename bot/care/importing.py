"""Registers from a workbook or CSV: elders, canteens, menus, and what units may claim. A sheet is known by its headers, whatever its title.

Every fault is told with its sheet, row and column, and a file with any fault changes nothing.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from bot.care.canteen import Canteen, Menu
from bot.care.elder import MOBILITY, Elder
from bot.double.claim import MOST
from bot.errors import BadDistrict
from bot.grid import parsing
from bot.grid.cells import Line, Unreadable, load
from bot.grid.directory import Unit, UnitKind
from bot.grid.sheets import folded
from bot.people.people import find_phone
from bot.texts import LOCALES, Texts, texts
from bot.town import Town

_HEADER_WITHIN = 10  # A title and a remark may stand above the headers.
_TIME = re.compile(r"([01]?\d|2[0-3])[:：点时](\d{2})?(?:分)?(?::00)?")
_CENTS = 100

# The columns of each register; those in NEEDED must stand in the sheet and be filled in every row.
REGISTERS = {
    "elders": (
        "code", "name", "place", "room", "phone", "born", "alone", "mobility", "contacts", "allergies", "notes", "doctor",
        "agreed_on",
    ),
    "canteens": ("code", "name", "community", "place", "hours", "until", "seats", "delivers", "liaison"),
    "menus": ("canteen", "day", "dishes", "price"),
    "services": ("community", "service", "takes"),
}  # fmt: skip
NEEDED = {
    "elders": {"code", "name", "place", "agreed_on"},
    "canteens": {"code", "name", "community", "until", "seats"},
    "menus": {"canteen", "day", "dishes", "price"},
    "services": {"community", "service"},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a register, by field."""

    title: str
    number: int
    values: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


@dataclass
class Registers:
    """What a file holds. Menus name their canteen by code, for it may be new."""

    elders: list[Elder] = field(default_factory=list)
    canteens: list[Canteen] = field(default_factory=list)
    menus: list[tuple[str, Menu]] = field(default_factory=list)
    services: list[tuple[int, str, int]] = field(default_factory=list)  # community, what, how many units


class _Reader:
    """Reads rows into values and gathers faults."""

    def __init__(self, town: Town, known: Mapping[str, Canteen]) -> None:
        self.town = town
        self.t: Texts = town.texts
        self.faults: list[str] = []
        self.known = set(known)
        self.staff = {person.code: person.id for person in town.directory.staff.values()}
        self.codes: set[str] = set()
        self.found = Registers()

    def fault(self, row: Row, name: str, key: str) -> None:
        """Note one."""
        what = self.t(f"registers.fault_{key}", value=row[name])
        column = _first(self.t, name)
        self.faults.append(self.t("registers.fault", sheet=row.title, row=row.number, column=column, what=what))

    def sound(self, row: Row, register: str) -> bool:
        """Whether what must be filled is filled, and no cell was spoilt by a spreadsheet."""
        before = len(self.faults)
        for column in REGISTERS[register]:
            if column in NEEDED[register] and not row[column]:
                self.fault(row, column, "consent" if column == "agreed_on" else "empty")
            if parsing.broken_cell(row[column]):
                self.fault(row, column, "broken")
        return len(self.faults) == before

    def elder(self, row: Row) -> None:
        """A row of the register of elders."""
        unit = self.town.gazetteer.find(row["place"]).unit if row["place"] else None
        community = self.town.directory.above(unit.id, UnitKind.COMMUNITY) if unit is not None else None
        agreed = parsing.day(row["agreed_on"])
        if unit is None or community is None or unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
            self.fault(row, "place", "place")
        if agreed is None:
            self.fault(row, "agreed_on", "consent")
        if row["phone"] and not find_phone(row["phone"]):
            self.fault(row, "phone", "phone")
        if row["born"] and not re.fullmatch(r"(?:19|20)\d\d", row["born"][:4]):
            self.fault(row, "born", "year")
        alone, mobility = self._word(row, "alone", ("yes", "no")), self._word(row, "mobility", MOBILITY)
        doctor = self._person(row, "doctor")
        if row["code"] in self.codes:
            self.fault(row, "code", "twice")
        self.codes.add(row["code"])
        if unit is None or community is None or agreed is None:
            return
        self.found.elders.append(
            Elder(
                row["code"], row["name"], unit.id, community.id, row["room"], find_phone(row["phone"]),
                int(row["born"][:4]) if row["born"][:4].isdecimal() else None, alone == "yes", mobility or "well",
                row["allergies"], row["notes"], row["contacts"], doctor, agreed,
            )
        )  # fmt: skip

    def canteen(self, row: Row) -> None:
        """A row of the canteens."""
        unit = self._community(row)
        if unit is None:
            return
        until = _TIME.fullmatch(row["until"])
        if until is None:
            self.fault(row, "until", "time")
        if not row["seats"].isdecimal():
            self.fault(row, "seats", "number")
        delivers, liaison = self._word(row, "delivers", ("yes", "no")), self._person(row, "liaison")
        if until is None or not row["seats"].isdecimal():
            return
        time = f"{int(until[1]):02d}:{until[2] or '00'}"
        self.known.add(row["code"])
        self.found.canteens.append(
            Canteen(
                row["code"], row["name"], unit.id, row["place"] or row["name"], row["hours"], time, int(row["seats"]),
                delivers == "yes", liaison,
            )
        )  # fmt: skip

    def menu(self, row: Row) -> None:
        """A row of the menus."""
        day, price = parsing.day(row["day"]), re.fullmatch(r"(\d{1,4})(?:\.(\d{1,2}))?元?", row["price"])
        if row["canteen"] not in self.known:
            self.fault(row, "canteen", "canteen")
        if day is None:
            self.fault(row, "day", "day")
        if price is None:
            self.fault(row, "price", "number")
        if day is not None and price is not None:
            cents = int(price[1]) * _CENTS + int((price[2] or "0").ljust(2, "0"))
            self.found.menus.append((row["canteen"], Menu(0, day, row["dishes"], cents)))

    def service(self, row: Row) -> None:
        """A row of the service lists; with nothing said one unit a month does it."""
        unit, takes = self._community(row), row["takes"] or "1"
        if not takes.isdecimal() or not 1 <= int(takes) <= MOST:
            self.fault(row, "takes", "number")
        elif unit is not None:
            self.found.services.append((unit.id, row["service"], int(takes)))

    def _community(self, row: Row) -> Unit | None:
        """The community by code or name; another place is a fault."""
        unit = self.town.directory.by_code.get(row["community"]) or self.town.gazetteer.find(row["community"]).unit
        if unit is not None and unit.kind is UnitKind.COMMUNITY:
            return unit
        self.fault(row, "community", "community")
        return None

    def _word(self, row: Row, name: str, values: tuple[str, ...]) -> str:
        """One of a few words, "" for an empty cell; another word is a fault."""
        for value in values:
            if folded(row[name]) in {folded(word) for word in _spellings(f"{name}_{value}")}:
                return value
        if row[name]:
            self.fault(row, name, "word")
        return ""

    def _person(self, row: Row, name: str) -> int | None:
        """A colleague by code, None for an empty cell."""
        if row[name] and row[name] not in self.staff:
            self.fault(row, name, "person")
        return self.staff.get(row[name])


def read(path: Path, town: Town, known: Mapping[str, Canteen]) -> Registers:
    """The registers of a file; `known` are the canteens that stand, by code. Raises BadDistrict with every fault."""
    reader = _Reader(town, known)
    readers: dict[str, Callable[[Row], None]] = {
        "elders": reader.elder, "canteens": reader.canteen, "menus": reader.menu, "services": reader.service,
    }  # fmt: skip
    try:
        loaded = load(path)
    except Unreadable as bad:
        raise BadDistrict((town.texts(f"district.{bad.text}", name=bad.name),)) from bad
    rows: dict[str, list[Row]] = {name: [] for name in REGISTERS}
    for title, lines in loaded:
        if not lines:
            continue
        name, found = _rows(title, lines)
        if name:
            rows[name] += found
        else:
            reader.faults.append(town.texts("registers.unknown", sheet=title))
    for name, read_row in readers.items():
        for row in rows[name]:
            if reader.sound(row, name):
                read_row(row)
    if reader.faults:
        raise BadDistrict(tuple(reader.faults))
    return reader.found


def _rows(title: str, lines: list[Line]) -> tuple[str, list[Row]]:
    """Which register a sheet is, by its headers, and its rows; "" for none."""
    for place, line in enumerate(lines[:_HEADER_WITHIN]):
        for name, columns in REGISTERS.items():
            spelt = {folded(word): column for column in columns for word in _spellings(f"head_{column}")}
            header = [spelt.get(folded(cell), "") for cell in line.cells]
            if set(header) >= NEEDED[name]:
                rows = [
                    Row(title, one.number, dict(zip(header, one.cells, strict=False))) for one in lines[place + 1 :]
                ]
                return name, rows
    return "", []


def _spellings(key: str) -> list[str]:
    """Every way to write a header or word, in any language."""
    return [word for locale in LOCALES for word in texts(locale)(f"registers.{key}").split()]


def _first(said: Texts, column: str) -> str:
    return said(f"registers.head_{column}").split()[0]


def headers(said: Texts, register: str) -> list[str]:
    """The headers of a register, for an empty sheet to fill in."""
    return [_first(said, column) for column in REGISTERS[register]]


def named(said: Texts, fields: tuple[str, ...]) -> list[str]:
    """What fields of an elder are called: their headers."""
    columns = {"unit_id": "place", "doctor_id": "doctor"}
    return [_first(said, columns.get(name, name)) for name in fields]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import of elders changes: new ones, what is different by code, and how many had left and stay out."""

    new: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    left: tuple[str, ...]
    kept: tuple[Elder, ...]  # as they are to be saved


_FIELDS = (
    "name", "unit_id", "room", "phone", "born", "alone", "mobility", "allergies", "notes", "contacts", "doctor_id",
)  # fmt: skip


def compare(elders: list[Elder], known: Mapping[str, Elder]) -> Changes:
    """What would change. Who took their consent back stays out until they agree anew, on a later day."""
    new, changed, left, kept = [], {}, [], []
    for elder in elders:
        before = known.get(elder.code)
        if before is None:
            new.append(elder.code)
            kept.append(elder)
            continue
        if before.agreed_on is None and not _newly(before.left_on, elder.agreed_on):
            left.append(elder.code)
            continue
        merged = replace(elder, person_id=before.person_id, id=before.id)
        different = tuple(name for name in _FIELDS if getattr(merged, name) != getattr(before, name))
        if before.agreed_on is None:
            new.append(elder.code)
        elif different:
            changed[elder.code] = different
        if merged != before:
            kept.append(merged)
    return Changes(tuple(new), changed, tuple(left), tuple(kept))


def _newly(left_on: date | None, agreed_on: date | None) -> bool:
    return agreed_on is not None and (left_on is None or agreed_on > left_on)
