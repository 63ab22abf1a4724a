from dataclasses import replace
from datetime import date

import pytest

from bot.grid import sample
from bot.grid.directory import Role, UnitKind
from bot.grid.district import VACANT, District, LeaveRow, PersonRow, PostRow, UnitRow, check
from bot.texts import load
from bot.triage.kinds import Kind, Service

SMALL = sample.make("small")


def faults_with(*units: UnitRow, **tables: object) -> set[tuple[str, str]]:
    """(field, text) of the faults that these rows bring to the small sample."""
    more = {name: (*getattr(SMALL, name), *rows) for name, rows in tables.items()}  # type: ignore[misc]
    found = check(replace(SMALL, units=(*SMALL.units, *units), **more))
    return {(fault.field, fault.text) for fault in found}


def test_the_sample_has_no_faults() -> None:
    assert check(SMALL) == ()


def test_a_parent_must_exist() -> None:
    assert faults_with(UnitRow("X", UnitKind.GRID, "新网格", "NOWHERE")) == {("parent", "fault_no_unit")}


def test_a_parent_must_be_of_the_right_kind() -> None:
    assert faults_with(UnitRow("X", UnitKind.GRID, "新网格", "JM")) == {("parent", "fault_wrong_unit")}


def test_a_grid_must_have_a_parent() -> None:
    assert faults_with(UnitRow("X", UnitKind.GRID, "新网格")) == {("parent", "fault_wants_unit")}


def test_a_property_firm_has_no_parent() -> None:
    assert faults_with(UnitRow("X", UnitKind.FIRM, "某物业", "JM")) == {("parent", "fault_wants_nothing")}


def test_units_that_go_round_in_a_ring_are_told_once() -> None:
    ring = District(units=(UnitRow("A", UnitKind.GRID, "甲", "B"), UnitRow("B", UnitKind.GRID, "乙", "A")))
    loops = [fault for fault in check(ring) if fault.text == "fault_loop"]
    assert [fault.said for fault in loops] == ["A → B → A"]


def test_a_unit_cannot_be_its_own_parent() -> None:
    assert ("parent", "fault_loop") in faults_with(UnitRow("X", UnitKind.GRID, "新网格", "X"))


def test_a_code_is_used_once() -> None:
    assert ("code", "fault_duplicate") in faults_with(UnitRow("JKY", UnitKind.FIRM, "某物业"))


@pytest.mark.parametrize("code", ["a b", "a,b", "a、b", "-", "=1"])
def test_a_code_is_plain(code: str) -> None:
    assert faults_with(UnitRow(code, UnitKind.FIRM, "某物业")) == {("code", "fault_code")}


def test_a_code_may_be_in_chinese() -> None:
    assert faults_with(UnitRow("物业-三", UnitKind.FIRM, "某物业")) == set()


def test_a_name_is_given() -> None:
    assert faults_with(UnitRow("X", UnitKind.FIRM, "")) == {("name", "fault_empty")}


def test_two_buildings_of_a_compound_have_two_names() -> None:
    again = UnitRow("X", UnitKind.BUILDING, "3号楼", "JKY-W1-2", compound="JKY")
    assert faults_with(again) == {("name", "fault_same_name")}


def test_the_same_building_name_may_stand_in_another_compound() -> None:
    assert faults_with(UnitRow("X", UnitKind.BUILDING, "6号楼", "BHY-W1-1", compound="BHY")) == set()


def test_a_building_names_its_compound() -> None:
    assert faults_with(UnitRow("X", UnitKind.BUILDING, "9号楼", "JKY-W1-2")) == {("compound", "fault_wants_unit")}


@pytest.mark.parametrize(
    ("lat", "lon", "fault"),
    [
        (114.25, 34.79, {("lat", "fault_lat"), ("lon", "fault_lon")}),
        (34.79, None, {("lon", "fault_half")}),
        (float("nan"), 114.0, {("lat", "fault_lat")}),
        (34.79, 114.25, set()),
    ],
)
def test_coordinates_lie_in_china_and_come_in_pairs(lat: float, lon: float | None, fault: set[tuple[str, str]]) -> None:
    assert faults_with(UnitRow("X", UnitKind.FIRM, "某物业", lat=lat, lon=lon)) == fault


@pytest.mark.parametrize("phone", ["13800000001", "037122223333", ""])
def test_phones_that_ring_are_taken(phone: str) -> None:
    assert faults_with(people=(PersonRow("X", "王一", phone),)) == set()


@pytest.mark.parametrize("phone", ["1380000000", "138000000011", "23800000001", "abc"])
def test_phones_that_cannot_ring_are_faults(phone: str) -> None:
    assert faults_with(people=(PersonRow("X", "王一", phone),)) == {("phone", "fault_phone")}


def test_a_post_stands_at_the_right_kind_of_unit() -> None:
    assert faults_with(posts=(PostRow("X", "JKY", Role.GRID_WORKER),)) == {("unit", "fault_wrong_unit")}


def test_a_post_stands_somewhere() -> None:
    assert faults_with(posts=(PostRow("X", "NOWHERE", Role.GRID_WORKER),)) == {("unit", "fault_no_unit")}


def test_a_holder_is_known() -> None:
    assert faults_with(posts=(PostRow("X", "JKY-W1", Role.GRID_WORKER, "R999"),)) == {("holder", "fault_no_person")}


def test_a_post_may_be_vacant() -> None:
    assert faults_with(posts=(PostRow("X", "JKY-W1", Role.GRID_WORKER, VACANT, VACANT),)) == set()


def test_nobody_is_their_own_deputy() -> None:
    twice = PostRow("X", "JKY-W1", Role.GRID_WORKER, "R001", "R001")
    assert faults_with(posts=(twice,)) == {("deputy", "fault_deputy")}


def test_leave_does_not_end_before_it_starts() -> None:
    leave = LeaveRow("R001", date(2026, 5, 3), date(2026, 5, 1))
    assert faults_with(leaves=(leave,)) == {("last_day", "fault_days")}


def test_leave_is_somebodys() -> None:
    days = date(2026, 5, 1), date(2026, 5, 1)
    found = faults_with(leaves=(LeaveRow("R999", *days), LeaveRow("", *days)))
    assert found == {("person", "fault_no_person"), ("person", "fault_empty")}


def test_a_kind_is_answered_by_somebody_there_is() -> None:
    kinds = (
        Kind("x", "甲", Service.APPEAL, owner="NOBODY"),
        Kind("y", "乙", Service.APPEAL, owner="CG"),
        Kind("z", "丙", Service.APPEAL, owner="firm"),
    )
    assert faults_with(kinds=kinds) == {("owner", "fault_owner")}


def test_hours_of_a_kind_make_sense() -> None:
    kinds = (
        Kind("x", "甲", Service.APPEAL, accept_hours=0),
        Kind("y", "乙", Service.APPEAL, accept_hours=5, finish_hours=4),
    )
    assert faults_with(kinds=kinds) == {("accept_hours", "fault_hours"), ("finish_hours", "fault_hours_order")}


def test_naming_a_row_that_could_not_be_read_is_no_second_fault() -> None:
    units = (*SMALL.units, UnitRow("X", UnitKind.MICRO_GRID, "微网格", "BROKEN"))
    assert check(replace(SMALL, units=units), unread=["BROKEN"]) == ()


def test_both_languages_say_the_same_things() -> None:
    chinese, english = ({key for key in load(locale) if key.startswith("district.")} for locale in ("zh-CN", "en"))
    assert chinese == english
