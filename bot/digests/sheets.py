"""A report as a workbook that opens clean: numbers as numbers, and no cell that a spreadsheet would run as a formula."""

import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from bot.digests.figures import Report
from bot.digests.helping import HelpMeasure, shares
from bot.digests.measures import Measure
from bot.digests.rates import RATES, Totals, hours, rates, reasons
from bot.digests.wording import title
from bot.town import Town

_HEAD = PatternFill("solid", fgColor="DDEBF7")
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML has no way to say these.
_WIDTH = 16
_HELP_HEAD = ("name", "above", "below", "percent")
_WIDE = 2  # A Chinese character is as wide as two digits.
_LONGEST = 60

Row = Sequence[str | int | float | None]


def workbook(town: Town, report: Report) -> bytes:
    """The report as XLSX: rates with what they are made of, each day, kinds by unit, who is late, and errands and care."""
    t = town.texts
    book = Workbook()
    del book[book.sheetnames[0]]
    table(book, t("digest.sheet_rates"), (title(town, report),), _rates(town, report))
    counted = [
        *(t(f"digest.chart_{key}") for key in ("filed", "finished")),
        *(t(f"digest.rate_{name}") for name in RATES),
    ]
    days = ([day.isoformat(), *_counted(totals)] for day, totals in report.days)
    table(book, t("digest.sheet_days"), [t("digest.sheet_day"), *counted], days)
    most = sorted(report.kinds.items(), key=lambda item: (-item[1].get(Measure.FILED, 0), item[0]))
    kinds = ([town.kind(kind).name, *_counted(totals)] for kind, totals in most)
    table(book, t("digest.sheet_by_kind"), [t("digest.sheet_kind"), *counted], kinds)
    heat = (
        (town.directory.full_name(each.unit_id), town.kind(each.kind).name, each.count)
        for each in report.heat
        if town.unit(each.unit_id) is not None
    )
    table(book, t("digest.sheet_kinds"), [t(f"digest.sheet_{key}") for key in ("unit", "kind", "count")], heat)
    late = (
        (
            _name(town, each.unit_id),
            town.role_name(each.role),
            each.count,
            round(each.longest.total_seconds() / 3600, 1),
        )
        for each in report.late
    )
    table(
        book, t("digest.sheet_late"), [t(f"digest.sheet_{key}") for key in ("unit", "role", "count", "longest")], late
    )
    table(book, t("digest.sheet_help"), [t(f"digest.sheet_{key}") for key in _HELP_HEAD], _helped(town, report))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def safe(sheet: Worksheet, row: int, column: int, value: Any) -> None:
    """Write one cell. A text stays a text, also one that begins like a formula; what no sheet can hold is left out."""
    cell: Any = sheet.cell(row, column, _UNWRITABLE.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # What begins with = would be taken for a formula.
        # Without the mark, who edits the cell makes it one after all.
        cell.quotePrefix = str(cell.value).startswith(_RISKY)


def _rates(town: Town, report: Report) -> Iterable[Row]:
    t = town.texts
    yield [t(f"digest.sheet_{key}") for key in ("name", "percent", "above", "below", "left")]
    for rate in rates(report.totals):
        percent = t("digest.sheet_percent_none") if rate.percent is None else f"{rate.percent}%"
        yield [t(f"digest.rate_{rate.name}"), percent, rate.numerator, rate.denominator, rate.left_out]
    yield []
    yield [t("digest.sheet_reason"), t("digest.sheet_count")]
    for reason, count in reasons(report.totals).items():
        yield [t(f"digest.reason_{reason}"), count]
    yield []
    yield [t(f"digest.sheet_{key}") for key in ("level", "stays", "median")]
    for each in hours(report.totals):
        yield [t(f"digest.level_{each.level}"), each.count, each.median]


def _helped(town: Town, report: Report) -> Iterable[Row]:
    """Errands, visits, lunches and calls of the stretch, then day by day."""
    t = town.texts
    for share in shares(report.totals):
        percent = f"{100 * share.above // share.below}%" if share.below else None
        yield [t(f"digest.help_name_{share.name}"), share.above, share.below, percent]
    yield []
    yield [t("digest.sheet_day"), *(t(f"digest.{measure.replace('.', '_count_')}") for measure in HelpMeasure)]
    for day, totals in report.days:
        if any(totals.get(measure) for measure in HelpMeasure):
            yield [day.isoformat(), *(totals.get(measure, 0) for measure in HelpMeasure)]


def _counted(totals: Totals) -> Row:
    """What came and was finished, and each rate as its two numbers: they can be added up, a share cannot."""
    shares = (f"{rate.numerator}/{rate.denominator}" for rate in rates(totals))
    return [totals.get(Measure.FILED, 0), totals.get(Measure.FINISHED, 0), *shares]


def _name(town: Town, unit_id: int) -> str:
    return town.directory.full_name(unit_id) if town.unit(unit_id) is not None else ""


def table(book: Workbook, name: str, head: Iterable[str], rows: Iterable[Row]) -> None:
    """Add a sheet with a head and rows, its columns as wide as what stands in them."""
    sheet = book.create_sheet(name)
    widths: dict[int, int] = {}
    lines: list[Row] = [tuple(head), *rows]
    for number, row in enumerate(lines, 1):
        for column, value in enumerate(row, 1):
            safe(sheet, number, column, value)
            if number > 1 or len(row) > 1:
                widths[column] = max(widths.get(column, 0), sum(_WIDE if ord(c) > 255 else 1 for c in str(value)))  # noqa: PLR2004 - Latin-1
            if number == 1:
                sheet.cell(number, column).font = Font(bold=True)
                sheet.cell(number, column).fill = _HEAD
                sheet.cell(number, column).alignment = Alignment(vertical="center")
    for column, width in widths.items():
        sheet.column_dimensions[get_column_letter(column)].width = min(max(width + 2, _WIDTH // 2), _LONGEST)
    sheet.freeze_panes = "A2"
