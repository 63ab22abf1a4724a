"""A district written as a workbook that a city's clerk can read, fill in and import again.

An .xlsx gets explained headers, lists to choose from and columns wide enough; any other path becomes a folder with the
same sheets as CSVs.
"""

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from bot.grid import parsing, sample, sheets
from bot.grid.directory import UnitKind
from bot.grid.district import OWNERS, VACANT, District, LeaveRow, ShiftRow, UnitRow
from bot.grid.rosters import clock
from bot.grid.sheets import Sheet
from bot.grid.shifts import Shift
from bot.texts import Texts, texts
from bot.triage.kinds import Kind, Service

Cell = str | float | date | None

_HEAD = PatternFill("solid", fgColor="DDEBF7")
_NEEDED = PatternFill("solid", fgColor="FCE4D6")
_LISTED_ROWS = 200_000  # how far down the lists to choose from reach
_GUIDE_WIDTHS = (14, 18, 10, 44, 60)
_EXAMPLE_UNITS = ("SF", "JM", "JK", "JKY", "JKY-W1", "JKY-W1-2", "JKXX", "JKY-3", "CG", "AJ")


def template(path: Path, said: Texts | None = None) -> None:
    """Write an empty workbook: headers, explanations, lists, and a few example rows that import cleanly.

    A path that does not end in .xlsx becomes a folder of CSVs. Raises OSError where it cannot be written.
    """
    said = said or texts()
    write(example(said), path, said)


def example(said: Texts) -> District:
    """The rows of the template: one of everything, from the small sample."""
    whole = sample.make("small")
    units = tuple(u for u in whole.units if u.code in _EXAMPLE_UNITS or u.parent == "JKY-3")
    posts = tuple(p for p in whole.posts if p.unit in {u.code for u in units})
    held = {code for post in posts for code in (post.holder, post.deputy)}
    leaves = (LeaveRow(sample.PRACTICE_WORKER, date(2026, 10, 8), date(2026, 10, 10)),)
    shifts = tuple(ShiftRow(sample.PRACTICE_WORKER, Shift(weekday, None, 8 * 60, 18 * 60)) for weekday in range(5))
    shifts += (ShiftRow(sample.PRACTICE_WORKER, Shift(None, date(2026, 10, 1), 0, 0)),)
    shifts += (ShiftRow("", Shift(0, None, 9 * 60, 17 * 60), "CG"),)
    people = tuple(person for person in whole.people if person.code in held)
    kind = Kind(
        code="tree_trimming",
        name=said("district.example_kind"),
        service=Service.APPEAL,
        group=said("district.example_group"),
        words=parsing.several(said("district.example_words")),
        owner="CG",
        photo=True,
        icon="🌳",
    )
    spoken = (f"{post.unit}-{sheets.word(said, 'role', post.role)}".replace(" ", "_") for post in posts)
    posts = tuple(replace(post, code=code) for post, code in zip(posts, spoken, strict=True))
    return District(units, people, posts, leaves, shifts, (kind,))


def write(district: District, path: Path, said: Texts | None = None) -> None:
    """Write a district so that `importing.read` gives the same rows back.

    A path that does not end in .xlsx becomes a folder of CSVs. Raises OSError where it cannot be written.
    """
    said = said or texts()
    written = [(sheet, list(_rows(sheet, district, said))) for sheet in sheets.SHEETS]
    if path.suffix.lower() == ".xlsx":
        _write_workbook(written, path, said)
    else:
        _write_folder(written, path, said)


# ---------------------------------------------------------------- rows


def _rows(sheet: Sheet, district: District, said: Texts) -> Iterator[list[Cell]]:
    """The cells of one sheet, in the order of its columns."""
    if sheet.kinds:
        rows = _unit_rows(sheet, district, said)
    elif sheet is sheets.PEOPLE:
        rows = ({"code": p.code, "name": p.name, "phone": p.phone} for p in district.people)
    elif sheet is sheets.POSTS:
        rows = (
            {
                "code": post.code,
                "unit": post.unit,
                "role": sheets.word(said, "role", post.role),
                "holder": _held(post.holder, said),
                "deputy": _held(post.deputy, said),
            }
            for post in district.posts
        )
    elif sheet is sheets.LEAVES:
        rows = (
            {"person": leave.person, "first_day": leave.first_day, "last_day": leave.last_day}
            for leave in district.leaves
        )
    elif sheet is sheets.SHIFTS:
        rows = (_shift_row(row, said) for row in district.shifts)
    else:
        rows = (_kind_row(kind, said) for kind in district.kinds)
    return ([row.get(column.field) for column in sheet.columns] for row in rows)


def _unit_rows(sheet: Sheet, district: District, said: Texts) -> Iterator[dict[str, Cell]]:
    listed: dict[str, list[tuple[str, str]]] = {}
    plain = _plain_doors(district) if sheet is sheets.BUILDINGS else frozenset()
    for unit in district.units:
        if unit.code in plain:
            listed.setdefault(unit.parent, []).append((unit.name, unit.code))
    for unit in district.units:
        if unit.kind in sheet.kinds and unit.code not in plain:
            yield {
                "code": unit.code,
                "kind": sheets.word(said, "kind", unit.kind),
                "name": unit.name,
                "parent": unit.parent,
                "compound": unit.compound,
                "dedicated": unit.dedicated,
                "firm": unit.firm,
                "aliases": said.listed(unit.aliases),
                "lat": unit.lat,
                "lon": unit.lon,
                "doors": parsing.doors_text(unit.code, listed.get(unit.code, [])),
            }


def _plain_doors(district: District) -> frozenset[str]:
    """Doors that say no more than a name and a code: they fit into their building's row.

    A building's doors go there all or none, so that they keep their order.
    """
    buildings = {unit.code for unit in district.units if unit.kind is UnitKind.BUILDING}
    doors = [unit for unit in district.units if unit.kind is UnitKind.DOOR]
    own_rows = {door.parent for door in doors if door != UnitRow(door.code, door.kind, door.name, door.parent)}
    by_building: dict[str, list[tuple[str, str]]] = {}
    for door in doors:
        by_building.setdefault(door.parent, []).append((door.name, door.code))
    for building, listed in by_building.items():
        if parsing.doors(parsing.doors_text(building, listed), building) != tuple(listed):
            own_rows.add(building)
    return frozenset(door.code for door in doors if door.parent in buildings - own_rows)


def _shift_row(row: ShiftRow, said: Texts) -> dict[str, Cell]:
    shift = row.shift
    times = {} if shift.off else {"begins": clock(shift.begins), "ends": clock(shift.ends)}
    day = shift.day if shift.weekday is None else said(f"times.weekday_{shift.weekday}")
    return {"person": row.person, "unit": row.unit, "days": day, **times}


def _kind_row(kind: Kind, said: Texts) -> dict[str, Cell]:
    def yes(flag: bool) -> str:
        return sheets.word(said, "yes", sheets.YES if flag else sheets.NO)

    return {
        "code": kind.code,
        "name": kind.name,
        "service": sheets.word(said, "service", kind.service),
        "group": kind.group,
        "words": said.listed(kind.words),
        "urgency": sheets.word(said, "urgency", kind.urgency),
        "owner": sheets.word(said, "owner", kind.owner) if kind.owner in OWNERS else kind.owner,
        "accept_hours": kind.accept_hours,
        "contact_hours": kind.contact_hours,
        "finish_hours": kind.finish_hours,
        "around_the_clock": yes(kind.around_the_clock),
        "photo": yes(kind.photo),
        "hidden": yes(kind.hidden),
        "open311": kind.open311,
        "icon": kind.icon,
        "asks": said.listed(kind.asks),
        "cost_limit": kind.cost_limit or None,
        **{field: sheets.word(said, field, getattr(kind, field)) for field in ("price", "doers", "proof")},
    }


def _held(person: str, said: Texts) -> str:
    return said("district.vacant") if person == VACANT else person


# ---------------------------------------------------------------- the guide


def _guide(said: Texts) -> Iterator[list[str]]:
    yield [said("district.guide_title")]
    for line in said("district.guide_lines").split("\n"):
        yield [line]
    yield []
    yield [said(f"district.guide_{part}") for part in ("sheet", "column", "needed", "note", "choices")]
    for sheet in sheets.SHEETS:
        for column in sheet.columns:
            yield [
                sheets.sheet_title(said, sheet),
                sheets.header(said, sheet, column.field),
                said("district.needed_yes" if column.needed else "district.needed_no"),
                said(f"district.note_{sheet.name}_{column.field}"),
                sheets.spoken_list(said, _choices(sheet, column.words, said)),
            ]


def _choices(sheet: Sheet, words: str, said: Texts) -> list[str]:
    return [sheets.word(said, words, value) for value in sheets.choices(sheet, words)] if words else []


# ---------------------------------------------------------------- files


def _write_folder(written: list[tuple[Sheet, list[list[Cell]]]], path: Path, said: Texts) -> None:
    path.mkdir(parents=True, exist_ok=True)
    guide: list[list[Any]] = list(_guide(said))
    files: list[tuple[str, list[list[Any]]]] = [(said(f"district.sheet_{sheets.GUIDE}"), guide)]
    for sheet, rows in written:
        head = [sheets.header(said, sheet, column.field) for column in sheet.columns]
        files.append((sheets.sheet_title(said, sheet), [head, *rows]))
    for title, lines in files:
        # Excel takes a CSV for UTF-8 only when it begins with the mark.
        with (path / f"{title}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(lines)


def _write_workbook(written: list[tuple[Sheet, list[list[Cell]]]], path: Path, said: Texts) -> None:
    book = Workbook()
    guide: Any = book.active
    guide.title = said(f"district.sheet_{sheets.GUIDE}")
    lines = list(_guide(said))
    for line in lines:
        guide.append(line)
    table = lines.index([]) + 2
    guide["A1"].font = Font(bold=True, size=16)
    for cell in guide[table]:
        cell.font, cell.fill = Font(bold=True), _HEAD
    for number, width in enumerate(_GUIDE_WIDTHS, 1):
        guide.column_dimensions[get_column_letter(number)].width = width
    for sheet, rows in written:
        _fill(book.create_sheet(sheets.sheet_title(said, sheet)), sheet, rows, said)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _fill(page: Any, sheet: Sheet, rows: list[list[Cell]], said: Texts) -> None:
    for number, column in enumerate(sheet.columns, 1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        # As text, so that Excel neither eats leading zeros nor makes a date of 1-3.
        page.column_dimensions[letter].number_format = "@"
        head = page.cell(1, number, sheets.header(said, sheet, column.field))
        head.font, head.fill = Font(bold=True), _NEEDED if column.needed else _HEAD
        head.alignment = Alignment(horizontal="center")
        _explain(
            page,
            head,
            letter,
            _choices(sheet, column.words, said),
            said(f"district.note_{sheet.name}_{column.field}"),
            said,
        )
    for number, row in enumerate(rows, 2):
        for place, value in enumerate(row, 1):
            if value in (None, ""):
                continue
            cell = page.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type, cell.number_format = "s", "@"  # A name may begin with "=" and is no formula.
            elif isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    page.freeze_panes = "B2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{max(2, len(rows) + 1)}"


def _explain(page: Any, head: Any, letter: str, choices: list[str], note: str, said: Texts) -> None:
    if choices:
        shown = said("district.choices", choices=sheets.spoken_list(said, choices))
        note = f"{note}\n{shown}"
        listed = DataValidation(type="list", formula1=f'"{",".join(choices)}"', allow_blank=True, showErrorMessage=True)
        listed.error = shown
        page.add_data_validation(listed)
        listed.add(f"{letter}2:{letter}{_LISTED_ROWS}")
    head.comment = Comment(note, "", height=24 + 20 * (1 + len(note) // 18), width=260)
