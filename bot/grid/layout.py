"""From loose cells to rows by field: which sheet is which, where its headers stand, which column is what.

Every fault on the way is kept in `Faults`, with its sheet, row and column.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import BadDistrict
from bot.grid import parsing, sheets
from bot.grid.cells import Line
from bot.grid.sheets import Sheet
from bot.texts import Texts

_HEADER_WITHIN = 10  # A title and a remark may stand above the headers.


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet, by field. `field` names the cell where all that the row says comes from that one cell."""

    sheet: Sheet
    number: int
    values: dict[str, str]
    field: str = ""

    def __getitem__(self, field: str) -> str:
        return self.values.get(field, "")


class Faults:
    """What is wrong with a file, in the words of its reader. A cell has one fault: the first, for others follow from it."""

    def __init__(self, said: Texts) -> None:
        self.said = said
        self._of_sheets: list[str] = []
        self._of_cells: list[tuple[int, int, str]] = []  # the sheet's place, the row, the line
        self._marked: set[tuple[str, int, str]] = set()

    def of_sheet(self, title: str, text: str, **values: object) -> None:
        """A fault of a whole sheet."""
        what = self.said(f"district.{text}", **values)
        self._of_sheets.append(self.said("district.line_sheet", sheet=title, what=what))

    def of_column(self, sheet: Sheet, header: str, text: str, **values: object) -> None:
        """A fault of a whole column."""
        what = self.said(f"district.{text}", **values)
        title = sheets.sheet_title(self.said, sheet)
        self._of_sheets.append(self.said("district.line_column", sheet=title, column=header, what=what))

    def of_cell(self, row: Row, field: str, text: str, **values: object) -> None:
        """A fault of one cell."""
        field = row.field or field
        cell = (row.sheet.name, row.number, field)
        if cell in self._marked:
            return
        self._marked.add(cell)
        line = self.said(
            "district.line",
            sheet=sheets.sheet_title(self.said, row.sheet),
            row=row.number,
            column=sheets.header(self.said, row.sheet, field),
            what=self.said(f"district.{text}", **values),
        )
        self._of_cells.append((sheets.SHEETS.index(row.sheet), row.number, line))

    def stop_at_sheets(self) -> None:
        """Raise BadDistrict for faults of sheets and columns: what the cells say is not known before they are mended."""
        if self._of_sheets:
            raise BadDistrict(tuple(self._of_sheets))

    def stop(self) -> None:
        """Raise BadDistrict for any fault at all, in the order of the file."""
        if self._of_cells:
            raise BadDistrict(tuple(line for _, _, line in sorted(self._of_cells, key=lambda fault: fault[:2])))

    def listed(self, items: Iterable[str], *, quoted: bool = True) -> str:
        """Several words as one."""
        return sheets.spoken_list(self.said, items, quoted=quoted)


def rows_by_sheet(loaded: list[tuple[str, list[Line]]], faults: Faults) -> dict[str, list[Row]]:
    """The rows of each sheet by its name, of those sheets that are there."""
    names = sheets.sheet_names()
    lines: dict[str, list[Line]] = {}
    for title, sheet_lines in loaded:
        name = names.get(sheets.folded(title))
        if name is None and sheet_lines:
            known = (sheets.sheet_title(faults.said, sheet) for sheet in sheets.SHEETS)
            faults.of_sheet(title, "sheet_unknown", sheets=faults.listed(known))
        elif name in lines:
            faults.of_sheet(title, "sheet_twice")
        elif name is not None and name != sheets.GUIDE:
            lines[name] = sheet_lines
    found = {}
    for sheet in sheets.SHEETS:
        if sheet.name in lines and (lines[sheet.name] or sheet.needed):
            found[sheet.name] = _rows(sheet, lines[sheet.name], faults)
        elif sheet.needed:
            faults.of_sheet(sheets.sheet_title(faults.said, sheet), "sheet_missing")
    return found


def _rows(sheet: Sheet, lines: list[Line], faults: Faults) -> list[Row]:
    known = sheets.header_fields(sheet)
    place, header = max(
        enumerate(
            [known.get(sheets.folded(cell), "") if cell else "" for cell in line.cells]
            for line in lines[:_HEADER_WITHIN]
        ),
        key=lambda candidate: sum(map(bool, candidate[1])),
        default=(0, []),
    )
    needed = [column.field for column in sheet.columns if column.needed]
    title = sheets.sheet_title(faults.said, sheet)
    if not set(needed) & set(header):
        faults.of_sheet(title, "sheet_headless", columns=_headers(faults, sheet, needed))
        return []
    for field in needed:
        if field not in header:
            faults.of_column(sheet, sheets.header(faults.said, sheet, field), "column_missing")
    for field in dict.fromkeys(filter(None, header)):
        if header.count(field) > 1 and field != sheets.REMARK:
            faults.of_column(sheet, sheets.header(faults.said, sheet, field), "column_twice")
    written = lines[place].cells
    for text, field in zip(written, header, strict=True):
        if text and not field:
            every = _headers(faults, sheet, [column.field for column in sheet.columns])
            faults.of_column(sheet, text, "column_unknown", columns=every)
    rows = lines[place + 1 :]
    width = max((len(line.cells) for line in rows), default=0)
    for column in range(width):
        nameless = column >= len(written) or not written[column]
        if nameless and any(len(line.cells) > column and line.cells[column] for line in rows):
            faults.of_sheet(title, "column_nameless", number=column + 1)
    return [_row(sheet, line, header, faults) for line in rows]


def _row(sheet: Sheet, line: Line, header: list[str], faults: Faults) -> Row:
    row = Row(sheet, line.number, {})
    for field, text in zip(header, line.cells, strict=False):
        if not field or field == sheets.REMARK:
            continue
        fault = parsing.broken_cell(text)
        if fault:
            faults.of_cell(row, field, fault, said=text)
        row.values[field] = "" if fault else text
    return row


def _headers(faults: Faults, sheet: Sheet, fields: list[str]) -> str:
    return faults.listed(sheets.header(faults.said, sheet, field) for field in fields)
