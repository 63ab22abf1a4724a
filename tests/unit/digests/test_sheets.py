"""A report as a workbook."""

import io
import zipfile
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from bot.digests.figures import Late, Report, Span
from bot.digests.helping import HelpMeasure
from bot.digests.measures import Measure
from bot.digests.records import Spread
from bot.digests.sheets import safe, workbook
from bot.town import Town

REPORT = Report(
    (3,),
    Span.of("day", date(2026, 11, 23)),
    {
        Measure.FILED: 3,
        Measure.CONTACT_DUE: 2,
        Measure.CONTACTED_IN_TIME: 1,
        "left.contact_due": 1,
        "left.merged": 1,
        "hours.grid.4.5": 2,
    },
    {},
    days=((date(2026, 11, 23), {Measure.FILED: 3}),),
    late=(Late(4, "grid_worker", 2, timedelta(hours=30)),),
    heat=(Spread(4, "leak", 3),),
)


def test_every_rate_stands_with_its_numbers(town: Town) -> None:
    book = load_workbook(io.BytesIO(workbook(town, REPORT)))
    rows = [tuple(cell.value for cell in row) for row in book["指标"].iter_rows()]
    assert ("响应率", "50%", 1, 2, 1) in rows
    assert ("并案", 1, None, None, None) in rows
    assert ("网格", 2, 4.5, None, None) in rows


def test_who_is_late_has_a_sheet_without_anybodys_name(town: Town) -> None:
    book = load_workbook(io.BytesIO(workbook(town, REPORT)))
    assert [cell.value for cell in book["超期"][2]] == ["第一网格", "网格员", 2, 30]


def test_errands_and_care_have_a_sheet_with_both_numbers_and_each_day(town: Town) -> None:
    day: dict[str, int] = {
        HelpMeasure.ASKED: 2,
        HelpMeasure.DUE: 4,
        HelpMeasure.TAKEN: 4,
        HelpMeasure.DONE: 3,
        HelpMeasure.VISITS: 5,
        HelpMeasure.VISITED: 5,
    }
    report = replace(REPORT, totals=day, days=((date(2026, 11, 22), {}), (date(2026, 11, 23), day)))
    sheet = load_workbook(io.BytesIO(workbook(town, report)))["代办和养老"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    assert ("代办按时办好", 3, 4, "75%") in [row[:4] for row in rows]
    assert ("代办晚了", 1, 4, "25%") in [row[:4] for row in rows]
    assert [row[0] for row in rows].count("2026-11-23") == 1
    assert "2026-11-22" not in [row[0] for row in rows]


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://a","b")'])
def test_what_begins_like_a_formula_stays_words(words: str) -> None:
    book = Workbook()
    safe(book.worksheets[0], 1, 1, words)
    book.save(out := io.BytesIO())
    cell = load_workbook(io.BytesIO(out.getvalue())).worksheets[0]["A1"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    with zipfile.ZipFile(out) as packed:
        assert b"<f>" not in packed.read("xl/worksheets/sheet1.xml")


@given(
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1)
)
@settings(deadline=None)  # A workbook is a zip file: writing one takes as long as the machine is busy.
def test_any_words_come_back_as_they_were(words: str) -> None:
    assert came_back(words) == words


@pytest.mark.parametrize("odd", ["\x00", "\x0b", "\x1f", "\ud800", "\uffff"])
def test_what_a_sheet_cannot_hold_is_left_out(odd: str) -> None:
    assert came_back(f"金{odd}康") == "金康"


def came_back(words: str) -> object:
    book = Workbook()
    safe(book.worksheets[0], 1, 1, words)
    book.save(out := io.BytesIO())
    return load_workbook(io.BytesIO(out.getvalue())).worksheets[0]["A1"].value
