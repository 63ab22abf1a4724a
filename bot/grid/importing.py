"""A district read from a workbook or a folder of CSVs, with every fault named by sheet, row and column.

Reading goes in three steps, and each tells all of its faults at once: are the sheets and columns there, can each cell be
understood, and does the whole hang together (`district.check`).
"""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

from bot.errors import BadDistrict
from bot.grid import cells, parsing, rosters, sheets
from bot.grid.cells import Line, Progress, Unreadable
from bot.grid.directory import Role, UnitKind
from bot.grid.district import OWNERS, District, Fault, LeaveRow, PersonRow, PostRow, ShiftRow, UnitRow, check
from bot.grid.layout import Faults, Row, rows_by_sheet
from bot.grid.shifts import DAY, Shift
from bot.texts import Texts, texts
from bot.triage.catalogue import kind_from_row
from bot.triage.kinds import Kind, Urgency

_ERRANDS = {"price": "free", "doers": "anyone", "proof": "code"}  # what a kind is where its cells are empty


def read(path: Path, progress: Progress | None = None, said: Texts | None = None) -> District:
    """The district in an XLSX file or in a folder of CSVs named after the sheets.

    `progress` is told how many more rows were read; `cells.expected_rows(path)` guesses how many there will be.
    Raises BadDistrict with every fault, in the words of `said` (zh-CN unless given).
    """
    said = said or texts()
    try:
        loaded = cells.load(path, progress)
    except Unreadable as error:
        raise BadDistrict((said(f"district.{error.text}", name=error.name),)) from error
    return _Reading(said).district(loaded)


class _Reading:
    """What was read so far, from where, and what is wrong with it."""

    def __init__(self, said: Texts) -> None:
        self._said = said
        self._faults = Faults(said)
        self._unread: set[str] = set()  # codes of rows that could not be read
        self._origins: dict[str, list[Row]] = defaultdict(list)
        self._units: list[UnitRow] = []
        self._people: list[PersonRow] = []
        self._posts: list[PostRow] = []
        self._leaves: list[LeaveRow] = []
        self._shifts: list[ShiftRow] = []
        self._kinds: list[Kind] = []

    def district(self, loaded: list[tuple[str, list[Line]]]) -> District:
        found = rows_by_sheet(loaded, self._faults)
        self._faults.stop_at_sheets()
        for sheet in sheets.UNIT_SHEETS:
            for row in found[sheet.name]:
                self._read_unit(row)
        for row in found["people"]:
            self._people.append(PersonRow(row["code"], row["name"], parsing.phone(row["phone"])))
            self._origins["people"].append(row)
        for row in found["posts"]:
            self._read_post(row)
        for row in found.get("leaves", ()):
            self._read_leave(row)
        for row in found.get("shifts", ()):
            self._read_shift(row)
        for row in found.get("kinds", ()):
            self._read_kind(row)
        district = District(
            tuple(self._units),
            tuple(self._people),
            tuple(self._posts),
            tuple(self._leaves),
            tuple(self._shifts),
            tuple(self._kinds),
        )
        for fault in check(district, self._unread):
            origin = self._origins[fault.table][fault.index]
            self._faults.of_cell(origin, fault.field, fault.text, **self._values(fault))
        self._faults.stop()
        return district

    # ------------------------------------------------------------ rows

    def _read_unit(self, row: Row) -> None:
        default = UnitKind.BUILDING if row.sheet is sheets.BUILDINGS else ""
        kind = self._choice(row, "kind", default)
        lat, lon = self._number(row, "lat", "34.79"), self._number(row, "lon", "114.25")
        if not kind:
            self._unread.add(row["code"])
            return
        unit = UnitRow(
            code=row["code"],
            kind=UnitKind(kind),
            name=row["name"],
            parent=row["parent"],
            compound=row["compound"],
            dedicated=row["dedicated"],
            firm=row["firm"],
            aliases=parsing.several(row["aliases"]),
            lat=lat,
            lon=lon,
        )
        self._units.append(unit)
        self._origins["units"].append(row)
        self._read_doors(row, unit)

    def _read_doors(self, row: Row, building: UnitRow) -> None:
        if row["doors"] and building.kind is UnitKind.DOOR:
            self._faults.of_cell(row, "doors", "fault_doors_of_door")
            return
        doors = parsing.doors(row["doors"], building.code)
        if doors is None:
            self._faults.of_cell(row, "doors", "fault_doors", said=row["doors"])
            return
        for name, code in doors:
            self._units.append(UnitRow(code, UnitKind.DOOR, name, parent=building.code))
            self._origins["units"].append(replace(row, field="doors"))

    def _read_post(self, row: Row) -> None:
        role = self._choice(row, "role")
        if role:
            holder, deputy = parsing.person(row["holder"]), parsing.person(row["deputy"])
            self._posts.append(PostRow(row["code"], row["unit"], Role(role), holder, deputy))
            self._origins["posts"].append(row)

    def _read_leave(self, row: Row) -> None:
        days = []
        for field in ("first_day", "last_day"):
            day = parsing.day(row[field])
            if day is not None:
                days.append(day)
            elif row[field]:
                self._faults.of_cell(row, field, "fault_date", said=row[field])
            else:
                self._faults.of_cell(row, field, "fault_empty")
        match days:
            case [first, last]:
                self._leaves.append(LeaveRow(row["person"], first, last))
                self._origins["leaves"].append(row)

    def _read_shift(self, row: Row) -> None:
        """A row is one shift for each day it names; a date without hours is a day off."""
        days = rosters.read_days(row["days"])
        if days is None:
            self._faults.of_cell(row, "days", "fault_shift_days" if row["days"] else "fault_empty", said=row["days"])
            return
        times = self._times(row, off=isinstance(days, date))
        if times is None:
            return
        for weekday, day in [(None, days)] if isinstance(days, date) else [(each, None) for each in days]:
            self._shifts.append(ShiftRow(row["person"], Shift(weekday, day, *times), row["unit"]))
            self._origins["shifts"].append(row)

    def _times(self, row: Row, *, off: bool) -> tuple[int, int] | None:
        """From when to when; (0, 0) where it may say nothing and does. None and a fault where it cannot be meant."""
        if off and not row["begins"] and not row["ends"]:
            return 0, 0
        found = []
        for field in ("begins", "ends"):
            minutes = rosters.read_clock(row[field])
            if minutes is None:
                self._faults.of_cell(row, field, "fault_clock" if row[field] else "fault_empty", said=row[field])
            else:
                found.append(minutes)
        match found:
            case [begins, ends] if begins != ends and begins < DAY:
                return begins, ends
            case [_, _]:
                self._faults.of_cell(row, "ends", "fault_shift_times", said=row["ends"])
        return None

    def _read_kind(self, row: Row) -> None:
        service = self._choice(row, "service")
        urgency = self._choice(row, "urgency", Urgency.NORMAL)
        accept, finish = self._number(row, "accept_hours", "2"), self._number(row, "finish_hours", "40")
        contact = self._number(row, "contact_hours", "8")
        flags = {
            flag: self._choice(row, flag, sheets.NO) == sheets.YES for flag in ("around_the_clock", "photo", "hidden")
        }
        if not service or not urgency:
            return
        owner = row["owner"]
        read = {
            "service": service,
            "urgency": urgency,
            "owner": sheets.vocabulary("owner", OWNERS).get(sheets.folded(owner), owner),
            "accept_hours": accept,
            "contact_hours": contact,
            "finish_hours": finish,
            "words": parsing.several(row["words"]),
            "asks": parsing.several(row["asks"]),
            "cost_limit": self._number(row, "cost_limit", "0"),
            **{field: self._choice(row, field, default) for field, default in _ERRANDS.items()},
        }
        texts_of = {field: row[field] for field in ("code", "name", "group", "open311", "icon")}
        kind = kind_from_row({**texts_of, **read, **flags})
        self._kinds.append(kind)
        self._origins["kinds"].append(row)

    def _choice(self, row: Row, field: str, default: str = "") -> str:
        """The value behind a cell's word; "" and a fault where there is none."""
        text = row[field]
        if not text and default:
            return default
        words = row.sheet.column(field).words
        values = sheets.choices(row.sheet, words)
        value = sheets.vocabulary(words, values).get(sheets.folded(text), "") if text else ""
        if not value:
            shown = self._faults.listed(sheets.word(self._said, words, value) for value in values)
            fault = "fault_choice" if text else "fault_empty"
            self._faults.of_cell(row, field, fault, said=text, choices=shown)
        return value

    def _number(self, row: Row, field: str, example: str) -> float | None:
        text = row[field]
        try:
            return float(text) if text else None
        except ValueError:
            self._faults.of_cell(row, field, "fault_number", said=text, example=example)
            return None

    # ------------------------------------------------------------ saying what is wrong

    def _values(self, fault: Fault) -> dict[str, object]:
        """What the text of a fault has places for."""
        where = ""
        if fault.other is not None:
            other = self._origins[fault.table][fault.other]
            where = self._said("district.where", sheet=sheets.sheet_title(self._said, other.sheet), row=other.number)
        holding = [sheet for sheet in sheets.UNIT_SHEETS if set(sheet.kinds) & set(fault.kinds)]
        return {
            "said": fault.said,
            "other": where,
            "found": sheets.word(self._said, "kind", fault.found) if fault.found else "",
            "kinds": self._faults.listed((sheets.word(self._said, "kind", kind) for kind in fault.kinds), quoted=False),
            "sheets": self._faults.listed(sheets.sheet_title(self._said, sheet) for sheet in holding),
            "owners": self._faults.listed((sheets.word(self._said, "owner", owner) for owner in OWNERS), quoted=False),
            "limit": fault.limit,
        }
