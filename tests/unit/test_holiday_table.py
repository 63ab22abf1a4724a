"""A year's holidays as an office writes them."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.cases.holiday_table import read, sums
from bot.errors import BadDistrict
from bot.texts import texts

SAID = texts("zh-CN")


def table(folder: Path, text: str) -> Path:
    path = folder / "2027.csv"
    path.write_text(text, encoding="utf-8")
    return path


def faults(folder: Path, text: str) -> tuple[str, ...]:
    with pytest.raises(BadDistrict) as caught:
        read(table(folder, text), SAID)
    return caught.value.faults


def test_days_off_and_days_of_work_are_read(tmp_path: Path) -> None:
    days = read(table(tmp_path, "日期,上班/休息,说明\n2027-01-01,休息,元旦\n2027年1月3日,上班,调休\n"), SAID)
    assert days == {date(2027, 1, 1): False, date(2027, 1, 3): True}
    assert sums(days, SAID) == ("2027年：1个平日休息，1个周末上班。",)


def test_a_workbook_is_read_as_well(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["2027年放假安排"], ["日期", "上班/休息"], [date(2027, 1, 1), "放假"]):
        sheet.append(row)
    book.save(tmp_path / "2027.xlsx")
    assert read(tmp_path / "2027.xlsx", SAID) == {date(2027, 1, 1): False}


def test_every_fault_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    told = faults(tmp_path, "日期,上班/休息\n2027-13-01,休息\n2027-01-02,也许\n2027-01-03,休息\n2027-01-03,上班\n")
    assert [line.split("：")[0] for line in told] == ["第2行“日期”", "第3行“上班/休息”", "第5行“日期”"]


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, "day,what\n2027-01-01,休息\n") == ("「2027.csv」里没有“日期”和“上班/休息”两列。",)


def test_a_file_without_days_is_refused(tmp_path: Path) -> None:
    assert faults(tmp_path, "日期,上班/休息\n") == ("「2027.csv」里没有写日子。",)


def test_a_file_that_is_not_there_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(BadDistrict, match=r"没有找到"):
        read(tmp_path / "none.xlsx", SAID)
