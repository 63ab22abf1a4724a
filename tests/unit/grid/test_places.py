import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grid.places import Parts, normalise, number, parse


def said(parts: Parts) -> tuple[str, str, str, str]:
    return parts.building, parts.unit, parts.floor, parts.room


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3号楼2单元501", ("3", "2", "", "501")),
        ("三栋二单元", ("3", "2", "", "")),
        ("第三栋第二单元", ("3", "2", "", "")),
        ("3-2-501", ("3", "2", "", "501")),
        ("金名花园7-6-1046", ("7", "6", "", "1046")),
        ("3-2", ("3", "2", "", "")),
        ("3#楼2单元", ("3", "2", "", "")),
        ("3号楼２单元５０１", ("3", "2", "", "501")),
        ("三号楼二单元五零一", ("3", "2", "", "501")),
        ("十二号楼", ("12", "", "", "")),
        ("B座1201", ("B", "", "", "1201")),
        ("b座", ("B", "", "", "")),
        ("五号楼东单元3楼西户", ("5", "东", "3", "西户")),
        ("5楼3单元", ("5", "3", "", "")),
        ("顶楼2单元501", ("", "2", "", "501")),  # found by the fuzzer, as are the next two
        ("底楼3单元", ("", "3", "", "")),
        ("地下一楼3单元", ("", "3", "", "")),
        ("3幢2单无", ("3", "2", "", "")),
        ("2l号楼", ("21", "", "", "")),
        ("负一楼车库进水", ("", "", "-1", "")),
        ("门面房12号", ("", "", "", "门面12")),
        ("3号楼门面房", ("3", "", "", "门面房")),
        ("1-2号楼", ("1-2", "", "", "")),
        ("北楼东单元", ("北楼", "东", "", "")),
        ("肖马村15号", ("15", "", "", "")),
        ("金康苑3号楼2单元楼道灯坏了三天了", ("3", "2", "", "")),
        ("金康苑3-2楼道灯坏了", ("3", "2", "", "")),
        ("3号楼2单元301漏水到201", ("3", "2", "", "301")),
        ("3 号楼 2 单元 501", ("3", "2", "", "501")),
        ("第 3 栋 二 单元", ("3", "2", "", "")),
        ("廿三栋", ("23", "", "", "")),
        ("卅号楼", ("30", "", "", "")),
        ("甲2号楼", ("甲2", "", "", "")),
        ("南楼甲单元", ("南楼", "甲", "", "")),
        ("3＃２－５０１", ("3", "2", "", "501")),
        ("3栋2-5-501", ("3", "2", "5", "501")),
        ("三号楼2门501", ("3", "2", "", "501")),
        ("3号楼二单元五楼东户", ("3", "2", "5", "东户")),
        ("3号楼顶楼", ("3", "", "顶", "")),
        ("3号楼地下车库", ("3", "", "", "地下车库")),
        ("4号楼蔚蓝国际1041", ("4", "", "", "1041")),
    ],
)
def test_a_place_is_understood_as_people_write_it(text: str, expected: tuple[str, str, str, str]) -> None:
    assert said(parse(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "停电三天了",
        "2019年3月就报过",
        "交了500元",
        "电话13812345678",
        "打0371-22223333没人接",
        "2个人被困在电梯里",
        "来过3次了",
        "小区3号停水",
        "5-6家商铺",
        "两栋楼之间有垃圾",
        "这一栋楼",
        "打12345没用",
        "8点到9点",
        "15:30来的",
        "3.5米高",
        "万里公路125号",
        "小区2号门",
        "楼高三十层",
        "2019-4-21",
        "从2门进去",
        "地下车库进水",
        "两室一厅",
    ],
)
def test_a_plain_sentence_has_no_parts(text: str) -> None:
    assert not parse(text)


def test_a_call_to_the_fire_brigade_is_no_room() -> None:
    assert parse("3号楼2单元着火了快打119").room == ""


def test_people_in_a_building_are_no_unit() -> None:
    assert parse("3号楼12个人").unit == ""


def test_what_follows_a_known_name_is_trusted() -> None:
    text = "宴台3-2停水"
    assert not parse(text)
    assert said(parse(text, anchor=2)) == ("3", "2", "", "")


def test_spans_point_at_the_words_in_the_text() -> None:
    text = "我家在３号楼二单元，漏水"
    parts = parse(text)
    assert [text[start:end] for start, end in parts.spans] == ["３号楼", "二单元"]


@pytest.mark.parametrize(("text", "area"), [("A区12栋", "A"), ("一期3号", "1"), ("2期3号楼", "2"), ("东区3号楼", "东")])
def test_the_part_of_a_compound_that_numbers_its_own_buildings_is_kept(text: str, area: str) -> None:
    assert parse(text).area == area


@pytest.mark.parametrize("text", ["高新区12栋", "小区3号楼", "3号楼2单元"])
def test_what_is_no_part_of_a_compound_is_no_area(text: str) -> None:
    assert parse(text).area == ""


def test_a_cellar_or_shop_right_behind_a_known_name_is_a_part_of_it() -> None:
    assert parse("宴台地下车库进水", anchor=2).room == "地下车库"
    assert parse("宴台门面房油烟大", anchor=2).room == "门面房"


def test_spans_of_a_spaced_address_point_at_the_text_as_it_was() -> None:
    text = "我家在 3 号楼 2 单元，漏水"
    assert [text[start:end] for start, end in parse(text).spans] == ["3 号楼", "2 单元"]


def test_two_digits_side_by_side_are_about_and_not_a_number() -> None:
    assert number("二三") == ""


@given(st.integers(1, 99), st.integers(1, 9), st.integers(101, 3204))
def test_any_building_unit_and_room_comes_back_however_it_is_joined(building: int, unit: int, room: int) -> None:
    expected = (str(building), str(unit), "", str(room))
    for text in (
        f"{building}号楼{unit}单元{room}",
        f"某某小区{building}栋{unit}单元{room}室",
        f"{building}#{unit}单元{room}",
    ):
        assert said(parse(text)) == expected


@given(st.text(max_size=80))
def test_any_text_is_read_without_harm_and_spans_lie_in_it_in_order(text: str) -> None:
    assert len(normalise(text)) == len(text)
    edges = [edge for span in parse(text).spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)


@given(st.text(alphabet="三3号楼栋单元室-一十二0五1金康苑门面户东层 ，#A", max_size=30))
def test_place_like_noise_is_read_without_harm(text: str) -> None:
    parts = parse(text)
    assert bool(parts) == bool(parts.spans)
