"""Registers from files: what is read, what is refused, what changes."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from bot.care import importing
from bot.care.elder import Elder
from bot.errors import BadDistrict
from bot.registers import reading
from bot.registers.rows import headers
from bot.texts import texts
from bot.town import Town

GOOD = {
    "编号": "L001", "姓名": "王秀英", "地址": "金康苑3号楼2单元", "房号": "501", "电话": "13900001111", "出生年": "1941",
    "独居": "是", "行动": "走不快", "联系人": "女儿王芳 13812345678", "过敏": "青霉素", "备注": "", "医生": "R103",
    "同意日期": "2026-11-01",
}  # fmt: skip
CANTEEN = {
    "编号": "ST1", "名称": "金康食堂", "社区": "金康社区", "地址": "金康苑1号楼", "开饭时间": "11:30", "截止": "10:00",
    "座位": "40", "送餐": "是", "负责人": "R101",
}  # fmt: skip
MENU = {"食堂": "ST1", "日期": "2026-11-24", "菜品": "红烧豆腐", "价格": "8.5"}


def book(path: Path, **sheets: list[dict[str, str]]) -> Path:
    """A workbook with these sheets, each with a title line above its headers."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        sheet.append([f"{title}台账"])
        sheet.append(list(rows[0]))
        for row in rows:
            sheet.append(list(row.values()))
    made.save(path)
    return path


def faults(path: Path, town: Town) -> str:
    with pytest.raises(BadDistrict) as bad:
        reading.read(path, town, {})
    return str(bad.value)


def one(tmp_path: Path, town: Town, **changed: str) -> Elder:
    found = reading.read(book(tmp_path / "a.xlsx", 老人=[GOOD | changed]), town, {})
    return found.care.elders[0]


def test_an_elder_is_read_with_all_that_is_known(tmp_path: Path, town: Town) -> None:
    elder = one(tmp_path, town)
    assert town.directory.full_name(elder.unit_id) == "金康苑3号楼2单元"
    assert (elder.born, elder.alone, elder.mobility, elder.allergies) == (1941, True, "slow", "青霉素")
    assert elder.doctor_id == next(p.id for p in town.directory.staff.values() if p.code == "R103")


def test_nobody_is_registered_without_the_day_of_their_consent(tmp_path: Path, town: Town) -> None:
    path = book(tmp_path / "a.xlsx", 老人=[GOOD, GOOD | {"编号": "L002", "同意日期": ""}])
    assert "第 4 行“同意日期”" in faults(path, town)


@pytest.mark.parametrize(
    ("column", "value"),
    [("地址", "火星"), ("电话", "12"), ("独居", "也许"), ("医生", "R999"), ("同意日期", "已同意"), ("出生年", "去年")],
)
def test_a_cell_that_cannot_be_meant_is_told_with_row_and_column(
    tmp_path: Path, town: Town, column: str, value: str
) -> None:
    assert f"第 3 行“{column}”" in faults(book(tmp_path / "a.xlsx", 老人=[GOOD | {column: value}]), town)


def test_every_fault_of_a_file_is_told_at_once(tmp_path: Path, town: Town) -> None:
    rows = [GOOD | {"电话": "12"}, GOOD | {"编号": "L002", "地址": "火星"}]
    assert len(faults(book(tmp_path / "a.xlsx", 老人=rows), town).splitlines()) == 2


def test_one_number_for_two_elders_is_a_fault(tmp_path: Path, town: Town) -> None:
    assert "写了两次" in faults(book(tmp_path / "a.xlsx", 老人=[GOOD, GOOD]), town)


def test_a_sheet_that_nobody_knows_is_a_fault_and_not_passed_over(tmp_path: Path, town: Town) -> None:
    assert "表头认不出" in faults(book(tmp_path / "a.xlsx", 杂项=[{"甲": "乙"}]), town)


def test_a_csv_with_other_spellings_is_read_as_well(tmp_path: Path, town: Town) -> None:
    path = tmp_path / "老人.csv"
    path.write_text("序号,名字,住址,知情同意日期\nL9,李大爷,金康苑1号楼,2026/11/2\n", encoding="gb18030")
    assert reading.read(path, town, {}).care.elders[0].agreed_on == date(2026, 11, 2)


def test_a_canteen_and_its_menu_come_in_one_file(tmp_path: Path, town: Town) -> None:
    found = reading.read(book(tmp_path / "a.xlsx", 菜单=[MENU], 食堂=[CANTEEN]), town, {})
    assert (found.care.canteens[0].seats, found.care.canteens[0].until, found.care.canteens[0].delivers) == (
        40,
        "10:00",
        True,
    )
    assert (found.care.menus[0][0], found.care.menus[0][1].price) == ("ST1", 850)


def test_a_menu_of_a_canteen_that_is_not_there_is_a_fault(tmp_path: Path, town: Town) -> None:
    assert "没有编号是“ST1”的食堂" in faults(book(tmp_path / "a.xlsx", 菜单=[MENU]), town)


def test_the_empty_sheets_can_be_read_back(tmp_path: Path, town: Town) -> None:
    made = Workbook()
    for register, sheet in reading.SHEETS.items():
        made.create_sheet(register).append(headers(texts("zh-CN"), sheet))
    made.save(tmp_path / "a.xlsx")
    assert reading.read(tmp_path / "a.xlsx", town, {}) == reading.Found(importing.Registers(), (), ())


def test_the_same_file_once_more_changes_nothing(tmp_path: Path, town: Town) -> None:
    elder = replace(one(tmp_path, town), id=3, person_id=9)
    changes = importing.compare([one(tmp_path, town)], {"L001": elder})
    assert (changes.new, dict(changes.changed), changes.kept) == ((), {}, ())


def test_a_difference_is_told_by_field_and_the_account_stays(tmp_path: Path, town: Town) -> None:
    known = replace(one(tmp_path, town), id=3, person_id=9)
    changes = importing.compare([one(tmp_path, town, 过敏="头孢")], {"L001": known})
    assert dict(changes.changed) == {"L001": ("allergies",)}
    assert changes.kept[0].person_id == 9


def test_who_took_their_consent_back_stays_out_until_they_agree_anew(tmp_path: Path, town: Town) -> None:
    known = replace(one(tmp_path, town), id=3, agreed_on=None, left_on=date(2026, 11, 10))
    assert importing.compare([one(tmp_path, town)], {"L001": known}).left == ("L001",)
    again = one(tmp_path, town, 同意日期="2026-11-11")
    assert importing.compare([again], {"L001": known}).new == ("L001",)


def test_a_service_list_is_read_and_one_unit_is_enough_where_nothing_is_said(tmp_path: Path, town: Town) -> None:
    rows = [
        {"社区": "金康社区", "服务项目": "给老人理发", "几家": ""},
        {"社区": "JK", "服务项目": "扫雪", "几家": "3"},
    ]
    found = reading.read(book(tmp_path / "a.xlsx", 服务清单=rows), town, {})
    community = town.directory.by_code["JK"].id
    assert found.services == ((community, "给老人理发", 1), (community, "扫雪", 3))


def test_a_service_of_no_community_or_for_no_unit_is_told_by_its_cell(tmp_path: Path, town: Town) -> None:
    rows = [{"社区": "火星", "服务项目": "理发", "几家": "1"}, {"社区": "JK", "服务项目": "理发", "几家": "0"}]
    told = faults(book(tmp_path / "a.xlsx", 服务清单=rows), town)
    assert "第 3 行“社区”" in told
    assert "第 4 行“几家”" in told


def test_a_place_of_day_care_is_read_with_its_hours_and_seats(tmp_path: Path, town: Town) -> None:
    row = {
        "编号": "RJ1", "名称": "金康日间照料", "社区": "金康社区", "地址": "金康苑2号楼", "开放时间": "8点到17点", "座位": "15",
        "服务内容": "午休、下棋", "负责人": "R101",
    }  # fmt: skip
    found = reading.read(book(tmp_path / "a.xlsx", 日间照料=[row]), town, {})
    (one,) = found.care.daycares
    assert (one.hours, one.seats, one.offers) == ("8点到17点", 15, "午休、下棋")
    assert found.services == ()


def test_a_place_of_day_care_without_seats_is_told_by_its_cell(tmp_path: Path, town: Town) -> None:
    row = {"编号": "RJ1", "名称": "照料", "社区": "金康社区", "座位": "很多", "服务内容": "午休"}
    assert "第 3 行“座位”" in faults(book(tmp_path / "a.xlsx", 日间照料=[row]), town)
