"""The cells of a workbook or of a folder of CSVs as plain text, whatever the program that wrote them.

Numbers lose their ".0", dates become 2026-05-01, full-width digits become digits, and the cells of a vertical merge all
say what the first says.
"""

import csv
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import range_boundaries

Progress = Callable[[int], object]
"""Told how many more rows are done."""

MAX_UNPACKED = 200 * 1024 * 1024
MAX_COLUMNS = 40  # Whole-row formatting makes rows of 16,384 cells, nearly all of them empty.
_STEP = 200
_SAFE_INTEGER = 10**15  # Excel keeps 15 digits.
_ENCODINGS = ("utf-8-sig", "gb18030")
_WIDE = {
    **{
        chr(wide): chr(wide - 0xFEE0)
        for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
        for wide in range(*span)
    },
    "\uff0d": "-",
    "\uff0e": ".",
    "\uff3f": "_",
}
_WIDE_TO_NARROW = str.maketrans(_WIDE)
_WHOLE = re.compile(r"(-?\d+)\.0+")
_MERGED = re.compile(rb'mergeCell [^>]*?ref="([A-Z]+\d+:[A-Z]+\d+)"')
_DIMENSION = re.compile(rb'dimension ref="[A-Z]+\d+:[A-Z]+(\d+)"')
_XLSX = (".xlsx", ".xlsm")


class Unreadable(Exception):
    """A file that cannot be opened. `text` is a key of the catalogue `district`, `name` the file's name."""

    def __init__(self, text: str, name: str) -> None:
        super().__init__(f"{text}: {name}")
        self.text = text
        self.name = name


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is not blank. `number` is what the spreadsheet shows at its left."""

    number: int
    cells: tuple[str, ...]


def clean(text: str) -> str:
    """A cell's text without invisible characters, spare spaces, full-width digits and letters."""
    visible = (" " if c.isspace() else c for c in text.translate(_WIDE_TO_NARROW) if c.isspace() or _shown(c))
    text = " ".join("".join(visible).split())
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text


def _shown(character: str) -> bool:
    # A joiner is invisible too, but it makes one emoji of several. The two last are no characters: XML refuses them.
    if character == "\u200d":
        return True
    return unicodedata.category(character) not in ("Cc", "Cf", "Cs") and character not in "\ufffe\uffff"


def expected_rows(path: Path) -> int:
    """About how many rows there are to read, for a progress bar; 0 where the file does not say."""
    if path.is_dir():
        return sum(file.read_bytes().count(b"\n") for file in path.glob("*.csv"))
    if not zipfile.is_zipfile(path):
        return 0
    rows = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                with archive.open(name) as part:
                    found = _DIMENSION.search(part.read(2048))
                rows += int(found[1]) if found else 0
    return rows


def load(path: Path, progress: Progress | None = None) -> list[tuple[str, list[Line]]]:
    """Every sheet, by title, in order. Raises Unreadable."""
    tick = progress or (lambda _rows: None)
    if path.is_dir():
        return [(file.stem, _counted(_csv_lines(file), tick)) for file in sorted(path.glob("*.csv"))]
    if not path.is_file():
        raise Unreadable("no_file", path.name)
    if path.suffix.lower() == ".csv":
        return [(path.stem, _counted(_csv_lines(path), tick))]
    return _workbook(path, tick)


def _counted(lines: Iterator[Line], tick: Progress) -> list[Line]:
    found = []
    for line in lines:
        found.append(line)
        if len(found) % _STEP == 0:
            tick(_STEP)
    tick(len(found) % _STEP)
    return found


def _workbook(path: Path, tick: Progress) -> list[tuple[str, list[Line]]]:
    if path.suffix.lower() not in _XLSX or not zipfile.is_zipfile(path):
        raise Unreadable("not_xlsx", path.name)
    with zipfile.ZipFile(path) as archive:
        # A zip's entries cannot unpack to more than they declare: zipfile stops reading there.
        if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
            raise Unreadable("too_big", path.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and extensions that we do not read.
        try:
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                with zipfile.ZipFile(path) as archive:
                    return [
                        (sheet.title, _counted(_sheet_lines(sheet, archive), tick))
                        for sheet in book.worksheets
                        if sheet.sheet_state == "visible"
                    ]
            finally:
                book.close()
        except (KeyError, ValueError, TypeError, OSError, EOFError, zipfile.BadZipFile, SyntaxError) as error:
            # What openpyxl raises for a damaged file is whatever its parser met first; ParseError is a SyntaxError.
            raise Unreadable("not_xlsx", path.name) from error


def _sheet_lines(sheet: Any, archive: zipfile.ZipFile) -> Iterator[Line]:
    with archive.open(sheet._worksheet_path) as part:  # noqa: SLF001 - a streamed sheet tells of its merges nowhere else
        merges = sorted(_vertical_merges(part.read()), reverse=True)
    sheet.reset_dimensions()  # Some programs write a dimension of one cell.
    carried: dict[int, tuple[int, str]] = {}  # column: (last row, text)
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        cells = [_text(cell) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        while merges and merges[-1][0] <= number:
            first, column, last = merges.pop()
            if first == number and column < len(cells):
                carried[column] = (last, cells[column])
        if cells:
            yield Line(number, _filled(cells, number, carried))


def _filled(cells: list[str], number: int, carried: dict[int, tuple[int, str]]) -> tuple[str, ...]:
    for column, (last, text) in list(carried.items()):
        if number > last:
            del carried[column]
            continue
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cells[column] or text
    return tuple(cells)


def _vertical_merges(part: bytes) -> Iterator[tuple[int, int, int]]:
    """(first row, column from 0, last row) of each merge that spans several rows."""
    for found in _MERGED.finditer(part):
        left, top, _right, bottom = range_boundaries(found[1].decode())
        if left is not None and top is not None and bottom is not None and bottom > top and left <= MAX_COLUMNS:
            yield top, left - 1, bottom


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float):
        return _number(value, cell.number_format)
    return clean(str(value))


def _number(value: float, shown_as: str) -> str:
    if value != int(value):
        return repr(value)
    if abs(value) >= _SAFE_INTEGER:
        return f"{value:E}"  # The last digits are gone already: shown so, the reader of it can complain.
    # A format of zeros alone shows 7 as 007, and that is the code the clerk sees.
    return str(int(value)).zfill(len(shown_as) if set(shown_as) == {"0"} else 0)


def _csv_lines(file: Path) -> Iterator[Line]:
    # A record, not a line of the file, has a number: that is the row which a spreadsheet shows.
    for number, row in enumerate(_records(file), 1):
        cells = [clean(cell) for cell in row[:MAX_COLUMNS]]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Line(number, tuple(cells))


def _records(file: Path) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(_decoded(file), newline="")))
    except csv.Error as error:
        raise Unreadable("not_text", file.name) from error


def _decoded(file: Path) -> str:
    content = file.read_bytes()
    if len(content) > MAX_UNPACKED:
        raise Unreadable("too_big", file.name)
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable("not_text", file.name)
