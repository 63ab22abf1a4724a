"""Homes, residents and businesses from files: what is read, what is refused, for which buildings a file speaks."""

from pathlib import Path

import pytest

from bot.errors import BadDistrict
from bot.homes.importing import Part, from_json, to_json
from bot.registers import reading
from bot.town import Town
from tests.unit.care.test_registers import book

HOME = {"地址": "金康苑3号楼2单元", "房号": "501", "用途": "自住", "备注": ""}
PERSON = {
    "地址": "金康苑3号楼2单元", "房号": "501室", "姓名": "赵大海", "人口类别": "户主", "电话": "13800138000", "出生年": "1950",
    "备注": "腿脚不好",
}  # fmt: skip
SHOP = {"名称": "老王面馆", "行业": "餐饮", "地址": "金康苑1号楼", "负责人": "王老板", "电话": "13900001111"}


def one(tmp_path: Path, town: Town, **sheets: list[dict[str, str]]) -> Part:
    parts = reading.read(book(tmp_path / "a.xlsx", **sheets), town, {}).parts
    assert len(parts) == 1
    return parts[0]


def faults(tmp_path: Path, town: Town, **sheets: list[dict[str, str]]) -> str:
    with pytest.raises(BadDistrict) as bad:
        reading.read(book(tmp_path / "a.xlsx", **sheets), town, {})
    return str(bad.value)


def test_a_home_and_who_lives_there_are_read_from_two_sheets(tmp_path: Path, town: Town) -> None:
    part = one(tmp_path, town, 房屋=[HOME], 人口=[PERSON])
    assert list(part.register.homes) == [(232, "501")]
    person = part.register.people[(232, "501"), "赵大海"]
    assert (person.relation, person.phone, person.born, person.notes) == ("owner", "13800138000", 1950, "腿脚不好")


def test_a_business_is_read_with_its_contact(tmp_path: Path, town: Town) -> None:
    shop = one(tmp_path, town, 商户=[SHOP]).register.businesses[21, "老王面馆"]
    assert (shop.trade, shop.contact, shop.phone, shop.place) == ("餐饮", "王老板", "13900001111", "金康苑1号楼")


def test_a_file_speaks_for_the_whole_building_that_it_names(tmp_path: Path, town: Town) -> None:
    assert one(tmp_path, town, 人口=[PERSON]).spoken == {"residents": {23, 231, 232, 233}}


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value"),
    [
        ("房屋", HOME, "地址", "火星"), ("房屋", HOME, "用途", "养鸡"), ("人口", PERSON, "姓名", ""),
        ("人口", PERSON, "电话", "12"), ("人口", PERSON, "人口类别", "朋友"), ("人口", PERSON, "出生年", "去年"),
        ("商户", SHOP, "地址", "火星"), ("商户", SHOP, "电话", "12"), ("商户", SHOP, "行业", ""),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_meant_is_told_with_row_and_column(
    tmp_path: Path, town: Town, sheet: str, row: dict[str, str], column: str, value: str
) -> None:
    assert f"第 3 行“{column}”" in faults(tmp_path, town, **{sheet: [row | {column: value}]})


def test_one_person_twice_in_a_home_is_a_fault(tmp_path: Path, town: Town) -> None:
    assert "写了两次" in faults(tmp_path, town, 人口=[PERSON, PERSON])


def test_a_fault_in_one_sheet_keeps_the_whole_file_out(tmp_path: Path, town: Town) -> None:
    assert "第 3 行“用途”" in faults(tmp_path, town, 房屋=[HOME | {"用途": "养鸡"}], 人口=[PERSON])


def test_what_waits_for_a_desk_is_read_back_as_it_was(tmp_path: Path, town: Town) -> None:
    part = one(tmp_path, town, 房屋=[HOME], 人口=[PERSON], 商户=[SHOP])
    assert from_json(part.community_id, to_json(part)) == part
