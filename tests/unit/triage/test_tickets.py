from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.errors import YingshaoError
from bot.texts import texts
from bot.triage.tickets import read

SAID = texts()
TABLE = "编号,标题,内容,类别\n1,路灯,路灯不亮,市政\n2,,停水三天,水务\n3,空的,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "旧单.csv"
    path.write_text(TABLE, encoding=encoding)
    found = read(path, ["内容"], "类别", SAID)
    assert found.rows == (("路灯不亮", "市政"), ("停水三天", "水务"))
    assert found.passed_over == 1


def test_several_columns_become_lines_with_the_headline_first(tmp_path: Path) -> None:
    path = tmp_path / "旧单.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert read(path, ["标题", "内容"], "类别", SAID).rows[0] == ("路灯\n路灯不亮", "市政")


def test_of_a_workbook_the_sheet_with_the_columns_is_read(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["说明"])
    sheet = book.create_sheet("工单")
    sheet.append(["内容", "类别"])
    sheet.append(["路灯不亮", "市政"])
    book.save(tmp_path / "旧单.xlsx")
    assert read(tmp_path / "旧单.xlsx", ["内容"], "类别", SAID).rows == (("路灯不亮", "市政"),)


def test_a_column_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    path = tmp_path / "旧单.csv"
    path.write_text(TABLE, encoding="utf-8")
    with pytest.raises(YingshaoError, match=r"“类型”.*编号、标题、内容、类别"):
        read(path, ["内容"], "类型", SAID)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("没有.csv", None, "没有找到这个文件"),
        ("空.csv", "", "表里没有可用的行"),
        ("只有表头.csv", "内容,类别\n", "表里没有可用的行"),
        ("图.xlsx", "不是表", "打不开"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(tmp_path: Path, name: str, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(YingshaoError, match=said):
        read(tmp_path / name, ["内容"], "类别", SAID)
