"""Every fault is told, with its sheet, row, column, and what would be right."""

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from bot.errors import BadDistrict
from bot.grid import cells, importing
from bot.texts import texts

FaultsOf = Callable[[dict[str, dict[str, object]]], tuple[str, ...]]


def faults_in(path: Path) -> tuple[str, ...]:
    with pytest.raises(BadDistrict) as raised:
        importing.read(path)
    return raised.value.faults


@pytest.mark.parametrize(
    ("sheet", "place", "value", "line"),
    [
        ("岗位", "B7", "JK-9", "表「岗位」第 7 行「单位编号」：没有编号 JK-9；应写「部门与物业」表里的编号"),
        ("岗位", "B2", "JKY", "表「岗位」第 2 行「单位编号」：JKY 是小区；应写区县的编号"),
        ("岗位", "C2", "网管", "表「岗位」第 2 行「岗位」：不认识「网管」；应写 「网格员」、「网格长」、"),
        ("岗位", "D2", "R999", "表「岗位」第 2 行「任职人员编号」：没有编号 R999；应写「人员」表里的编号"),
        ("网格", "D2", None, "表「网格」第 2 行「上级编号」：没有填；应写社区、街道、区县的编号"),
        ("网格", "B2", "小区", "表「网格」第 2 行「类别」：不认识「小区」；应写 「网格」、「微网格」、「专属网格」"),
        ("单位", "A3", "SF", "表「单位」第 3 行「编号」：编号 SF 用过了，在表「单位」第 2 行；请换一个"),
        ("单位", "C3", None, "表「单位」第 3 行「名称」：没有填；这里一定要填"),
        ("单位", "G2", "北纬", "表「单位」第 2 行「纬度」：「北纬」不是数字；请写数字，如 34.79"),
        ("单位", "G2", 114.25, "表「单位」第 2 行「纬度」：纬度「114.25」不对；应在 3 到 54 之间，如 34.79"),
        (
            "楼栋单元",
            "F2",
            date(2026, 1, 3),
            "表「楼栋单元」第 2 行「单元」：「2026-01-03」看不懂；请写 3，或写 东单元、西单元",
        ),
        ("楼栋单元", "F2", "#REF!", "表「楼栋单元」第 2 行「单元」：公式出错了（#REF!）；请改成文字或数字"),
        ("人员", "C2", "1380", "表「人员」第 2 行「电话」：电话「1380」不对；应是 11 位手机号或带区号的座机"),
        ("人员", "A2", 410202001001000123, "表「人员」第 2 行「编号」：数字太长，末几位会丢；请把这格设成文本再填"),
        ("请假", "B2", "明天", "表「请假」第 2 行「开始日期」：「明天」不是日期；请写成 2026-05-01"),
    ],
)
def test_a_fault_says_where_it_is_and_what_would_be_right(
    faults_of: FaultsOf, sheet: str, place: str, value: object, line: str
) -> None:
    assert any(fault.startswith(line) for fault in faults_of({sheet: {place: value}}))


def test_a_big_broken_workbook_tells_every_fault(small_file: Path) -> None:
    book = load_workbook(small_file)
    posts, people = book["岗位"], book["人员"]
    for row in range(1000, 1500):
        posts.cell(row, 1, f"P{row}")
        posts.cell(row, 2, f"NOWHERE-{row}")
        posts.cell(row, 3, "网格员" if row % 2 else "天兵")
        people.cell(row, 1, f"X{row}")
        people.cell(row, 3, "12")
    book.save(small_file)
    faults = faults_in(small_file)
    # A person has neither name nor phone: two faults each. A post has an unknown unit, or a role that cannot be read.
    assert len(faults) == 500 * 2 + 500
    assert len(set(faults)) == len(faults)


def test_faults_come_in_the_order_of_the_file(faults_of: FaultsOf) -> None:
    faults = faults_of({"岗位": {"D3": "R999"}, "人员": {"C9": "1", "C4": "2"}, "单位": {"C5": None}})
    assert [fault[:12] for fault in faults] == [
        "表「单位」第 5 行「名",
        "表「人员」第 4 行「电",
        "表「人员」第 9 行「电",
        "表「岗位」第 3 行「任",
    ]


def test_a_row_that_cannot_be_read_brings_no_second_fault(faults_of: FaultsOf) -> None:
    assert len(faults_of({"网格": {"B3": "胡乱"}})) == 1


def test_faults_can_be_told_in_english(small_file: Path) -> None:
    book = load_workbook(small_file)
    book["人员"]["C2"] = "12"
    book.save(small_file)
    with pytest.raises(BadDistrict) as raised:
        importing.read(small_file, said=texts("en"))
    assert raised.value.faults == (
        "Sheet “People”, row 2, “Phone”: the phone “12” is wrong; a mobile of 11 digits or a landline with area code",
    )


def test_a_missing_sheet_is_told_alone(small_file: Path) -> None:
    book = load_workbook(small_file)
    del book["网格"]
    book.save(small_file)
    assert faults_in(small_file) == ("表「网格」：没有这张表；请补上，可从模板里复制",)


def test_an_unknown_sheet_is_told(small_file: Path) -> None:
    book = load_workbook(small_file)
    book.create_sheet("请假人")["A1"] = "王五"
    book.save(small_file)
    assert faults_in(small_file)[0].startswith("表「请假人」：不认识这张表；能用的有 「单位」、「网格」")


def test_an_empty_spare_sheet_does_no_harm(small_file: Path) -> None:
    book = load_workbook(small_file)
    book.create_sheet("Sheet1")
    book.save(small_file)
    assert importing.read(small_file).people


def test_missing_unknown_double_and_nameless_columns_are_told_together(faults_of: FaultsOf) -> None:
    faults = faults_of({"人员": {"B1": "绰号", "D1": "电话", "F3": "不知何物"}})
    assert [fault.split("\uff1b")[0] for fault in faults] == [
        "表「人员」「姓名」列：缺这一列",
        "表「人员」「电话」列：这一列有两个",
        "表「人员」「绰号」列：不认识这一列",
        "表「人员」：第 6 列没有列名",
    ]


def test_a_sheet_without_headers_is_told(faults_of: FaultsOf) -> None:
    faults = faults_of({"人员": {"A1": None, "B1": None, "C1": None}})
    assert faults == ("表「人员」：没有列名；第一行应有 「编号」、「姓名」",)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert faults_in(tmp_path / "nowhere.xlsx") == ("没有找到这个文件：nowhere.xlsx",)


@pytest.mark.parametrize("content", [b"", b"hello", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 an old or locked workbook"])
def test_a_file_that_is_no_workbook_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "old.xlsx"
    path.write_bytes(content)
    assert faults_in(path) == ("old.xlsx 打不开；请另存为 .xlsx 再试",)


def test_a_damaged_workbook_is_told(small_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "torn.xlsx"
    with zipfile.ZipFile(small_file) as whole, zipfile.ZipFile(path, "w") as torn:
        for entry in whole.infolist():
            content = whole.read(entry)
            torn.writestr(entry, content[: len(content) // 2] if "sheet3" in entry.filename else content)
    assert faults_in(path) == ("torn.xlsx 打不开；请另存为 .xlsx 再试",)


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    Workbook().save(path)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as part:
        for _ in range(cells.MAX_UNPACKED // 2**20):
            part.write(bytes(2**20))
    assert path.stat().st_size < 2**20
    assert faults_in(path) == ("bomb.xlsx 解开后太大；请拆成几份",)


def test_letters_that_nobody_knows_are_told(tmp_path: Path) -> None:
    (tmp_path / "单位.csv").write_bytes(b"\xff\xff\x80\x00")
    assert faults_in(tmp_path) == ("单位.csv 的文字认不出；请另存为 UTF-8 的 CSV",)


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"C2": "初一"}, "「星期或日期」：「初一」看不懂；请写 周一到周五，或 2026-10-01"),
        ({"D2": "25:00"}, "「开始时间」：「25:00」不是时间；请写成 8:00"),
        ({"E2": "8:00"}, "「结束时间」：「8:00」不行；结束不能和开始一样"),
        ({"E2": ""}, "「结束时间」：没有填；这里一定要填"),
        (
            {"A2": "", "B2": "R001"},
            "「单位编号」：没有编号 R001；应写「单位」、「网格」、「楼栋单元」、「部门与物业」表里的编号",
        ),
        ({"B2": "JK"}, "「单位编号」：人员和单位只写一个"),
        ({"A2": "R999"}, "「人员编号」：没有编号 R999；应写「人员」表里的编号"),
    ],
)
def test_a_shift_that_cannot_be_meant_is_named_by_its_cell(
    faults_of: FaultsOf, cells: dict[str, object], line: str
) -> None:
    sound: dict[str, object] = {"A2": "R001", "C2": "周一到周五", "D2": "8:00", "E2": "18:00"}
    assert faults_of({"排班": {**sound, **cells}}) == (f"表「排班」第 2 行{line}",)
