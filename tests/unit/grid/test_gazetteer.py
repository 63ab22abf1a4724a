"""Places are found by the names people use, and two that sound alike are offered instead of guessed between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grid import sample
from bot.grid.directory import Directory, Unit
from bot.grid.gazetteer import Gazetteer, Sighting
from bot.grid.places import Parts


def _directory() -> Directory:
    rows = sample.make("small").units
    ids = {row.code: number for number, row in enumerate(rows, 1)}
    units = (
        Unit(
            ids[row.code],
            row.code,
            row.kind,
            row.name,
            ids.get(row.parent),
            ids.get(row.compound),
            ids.get(row.dedicated),
            ids.get(row.firm),
            row.aliases,
        )
        for row in rows
    )
    return Directory.build(1, units, (), ())


DIRECTORY = _directory()
PLACES = Gazetteer(DIRECTORY)


def find(text: str, near: str = "") -> Sighting:
    return PLACES.find(text, near=DIRECTORY.by_code[near] if near else None)


def code(sighting: Sighting) -> str:
    return sighting.unit.code if sighting.unit is not None else ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("金康苑3号楼2单元楼道灯坏了三天了", "JKY-3-2"),
        ("金康苑小区三栋二单元501漏水", "JKY-3-2"),
        ("金康社区金康苑3-2-501", "JKY-3-2"),
        ("金康苑３号楼", "JKY-3"),
        ("锦康苑门口有垃圾", "JXY"),
        ("金康小学门口堵车", "JKXX"),
        ("金明池街道", "JM"),
    ],
)
def test_an_exact_name_finds_the_deepest_place(text: str, expected: str) -> None:
    found = find(text)
    assert (code(found), found.how) == (expected, "exact")


def test_a_building_that_is_not_there_leaves_the_compound() -> None:
    assert code(find("金康苑99号楼")) == "JKY"


@pytest.mark.parametrize("near", ["JKY", "JKY-1", "JKY-1-1"])
def test_parts_alone_are_taken_where_the_person_is(near: str) -> None:
    found = find("3号楼2单元灯坏了", near)
    assert (code(found), found.how) == ("JKY-3-2", "near")


def test_a_staircase_alone_is_in_the_persons_building() -> None:
    assert code(find("2单元", "JKY-1-1")) == "JKY-1-2"


def test_a_building_the_home_does_not_have_is_asked_about() -> None:
    found = find("99号楼", "JKY-1-1")
    assert found.unit is None
    assert [unit.code for unit in found.candidates] == ["JKY"]


def test_a_name_that_sounds_like_two_is_asked_about() -> None:
    found = find("进康院")
    assert (found.unit, found.how) == (None, "fuzzy")
    assert {unit.code for unit in found.candidates} == {"JKY", "JXY"}


def test_what_is_offered_goes_down_to_the_door() -> None:
    assert {unit.code for unit in find("进康院3号楼2单元").candidates} == {"JKY-3-2", "JXY-3-2"}


def test_of_two_names_the_one_with_the_building_behind_it_is_meant() -> None:
    assert code(find("金康小学旁边锦康苑2号楼")) == "JXY-2"


def test_two_names_without_parts_are_asked_about() -> None:
    assert find("金康苑，锦康苑门口").unit is None


@pytest.mark.parametrize("text", ["楼道灯坏了", "今天天气不错，想问一下低保怎么办", "", "我妈80岁了，住了3年"])
def test_a_sentence_without_a_place_finds_none(text: str) -> None:
    assert find(text, "JKY").how == "none"


def test_the_words_left_hold_neither_name_nor_parts() -> None:
    assert find("金康苑3号楼2单元楼道灯坏了三天了").words_left == "楼道灯坏了三天了"


def test_descending_needs_no_text() -> None:
    assert PLACES.within(DIRECTORY.by_code["JKY"].id, Parts(building="3", unit="2")).code == "JKY-3-2"


@given(st.text(max_size=60))
def test_any_text_is_read_without_error(text: str) -> None:
    assert find(text).parts is not None
