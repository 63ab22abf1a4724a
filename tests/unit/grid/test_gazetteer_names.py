"""Short names, misspelt names, roads, village groups and several places in one sentence, in the district of conftest."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.gazetteer import Gazetteer, Sighting

Find = Callable[[str], Sighting]


@pytest.fixture(scope="module")
def find(directory: Directory) -> Find:
    more = (
        Unit(500, "HX", UnitKind.COMMUNITY, "汉兴社区", 2, aliases=("汉兴路", "金明大道")),
        Unit(501, "HD", UnitKind.COMPOUND, "恒大名都", 500, aliases=("恒大",)),
        Unit(511, "HDA1", UnitKind.BUILDING, "A区1号楼", 4, compound_id=501),
        Unit(512, "HDB1", UnitKind.BUILDING, "B区1号楼", 4, compound_id=501),
        Unit(520, "GD", UnitKind.COMPOUND, "供电局小区", 500),
    )
    return Gazetteer(Directory.build(1, [*directory.units.values(), *more], (), ())).find


def codes(sighting: Sighting) -> list[str]:
    return [unit.code for unit in ([sighting.unit] if sighting.unit else sighting.candidates)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("红楼3号楼", "JKY3"),
        ("红楼停水了", "JKY"),
        ("我在东方门口", "DF"),
        ("恒大小区停电", "HD"),
        ("供电局小区停电", "GD"),
        ("供电局3号楼", "GD"),
    ],
)
def test_a_short_name_counts_where_only_a_place_can_stand(find: Find, text: str, code: str) -> None:
    found = find(text)
    assert (codes(found), found.how) == ([code], "exact")


@pytest.mark.parametrize(
    "text", ["我在看红楼梦", "东方红小学门口", "东方不亮西方亮", "供电局不作为", "供电局门口有人闹事", "恒大山庄的事"]
)
def test_a_short_name_inside_other_words_is_no_place(find: Find, text: str) -> None:
    assert find(text).how == "none"


def test_a_longer_misspelt_name_goes_before_a_short_one_inside_it(find: Find) -> None:
    found = find("恒大名督1号楼")
    assert (codes(found), found.matched, found.how) == (["HD"], "恒大名督", "fuzzy")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("金慷苑3号楼2单元灯坏了", "JKY3-2"),
        ("汴合雅居停水了，都一天没水做饭了怎么办呢", "BHY"),
        ("卞河雅居2号楼", "BHY"),
        ("面份厂家属院暖气不热", "JKY"),
        ("小马村3组路灯坏了", "XM-3"),
    ],
)
def test_a_name_that_sounds_like_only_one_is_that_one(find: Find, text: str, code: str) -> None:
    found = find(text)
    assert (codes(found), found.how, found.candidates) == ([code], "fuzzy", ())


@pytest.mark.parametrize("text", ["进康苑", "进康院", "我住在进康苑，楼上天天装修吵得一家人都睡不着觉"])
def test_a_name_that_sounds_like_two_is_never_guessed(find: Find, text: str) -> None:
    found = find(text)
    assert found.unit is None
    assert set(codes(found)) == {"JKY", "JXY"}


def test_home_does_not_decide_between_two_that_sound_alike(directory: Directory) -> None:
    found = Gazetteer(directory).find("进康苑3号楼", near=directory.units[231])
    assert (found.unit, found.how) == (None, "fuzzy")


@pytest.mark.parametrize("text", ["金空苑3号楼", "金康小区3号楼"])
def test_a_name_that_only_resembles_one_is_offered(find: Find, text: str) -> None:
    found = find(text)
    assert (found.unit, codes(found)) == (None, ["JKY3"])


@pytest.mark.parametrize("text", ["恒大绿洲3号楼", "恒大绿洲四期3号楼"])
def test_of_several_phases_none_is_guessed(find: Find, text: str) -> None:
    found = find(text)
    assert (found.unit, set(codes(found))) == (None, {"HDEr", "HDSan"})


def test_a_misspelt_name_with_its_phase_is_that_phase(find: Find) -> None:
    assert codes(find("恒大绿州二期3栋")) == ["HDEr"]


def test_a_phase_may_be_written_in_digits(find: Find) -> None:
    assert codes(find("恒大绿洲2期3号楼")) == ["HDEr"]


@pytest.mark.parametrize(("text", "code"), [("恒大名都A区1号楼", "HDA1"), ("恒大B区1栋", "HDB1"), ("恒大1号楼", "HD")])
def test_buildings_with_one_number_are_told_apart_by_their_area(find: Find, text: str, code: str) -> None:
    assert codes(find(text)) == [code]


@pytest.mark.parametrize(
    ("text", "code", "matched"),
    [
        ("肖马村三组停电了", "XM-3", "肖马村三组"),
        ("肖马村3组停电了", "XM-3", "肖马村3组"),
        ("肖马村第四村民小组的路坏了", "XM-4", "肖马村第四村民小组"),
        ("肖马村9组停电了", "XM", "肖马村9组"),
        ("金明大道与汉兴路交叉口积水", "HX", "金明大道与汉兴路交叉口"),
        ("汉兴路路口的井盖没了", "HX", "汉兴路路口"),
        ("郑开大道有坑", "JK", "郑开大道"),
        ("金康苑对面有人摆摊", "JKY", "金康苑对面"),
    ],
)
def test_groups_roads_and_landmarks_keep_their_whole_phrase(find: Find, text: str, code: str, matched: str) -> None:
    found = find(text)
    assert (codes(found), found.matched, found.how) == ([code], matched, "exact")


def test_a_group_without_its_village_is_in_the_village_of_the_person(directory: Directory) -> None:
    found = Gazetteer(directory).find("三组停电了", near=directory.units[43])
    assert (codes(found), found.how) == (["XM-3"], "near")


def test_a_group_without_any_village_is_asked_about(find: Find) -> None:
    found = find("我们4组停电了")
    assert (found.unit, codes(found)) == (None, ["XM-4"])


def test_of_two_alike_the_one_nearer_home_is_offered_first(directory: Directory) -> None:
    assert codes(Gazetteer(directory).find("进康苑", near=directory.units[30])) == ["JXY", "JKY"]
    assert codes(Gazetteer(directory).find("进康苑", near=directory.units[3])) == ["JKY", "JXY"]


@pytest.mark.parametrize(
    "text",
    ["金康苑门口有垃圾", "金康苑对面有人摆摊", "汉兴路路灯不亮", "金明大道与汉兴路交叉口积水", "肖马村9组停电了"],
)
def test_beside_a_compound_or_on_a_road_no_building_need_be_asked_for(find: Find, text: str) -> None:
    assert find(text).complete


@pytest.mark.parametrize(
    "text",
    ["金康苑楼上漏水", "金康苑停水了", "金康苑里面有人", "金康苑里边有人", "金康苑门口3号楼漏水", "汉兴社区停水"],
)
def test_in_a_compound_the_building_is_still_to_be_asked_for(find: Find, text: str) -> None:
    assert not find(text).complete


def test_a_road_through_several_communities_is_asked_about(find: Find) -> None:
    assert set(codes(find("金明大道路灯不亮"))) == {"JK", "JX", "HX"}


@pytest.mark.parametrize(("text", "code"), [("金康社区金明大道路灯坏了", "JK"), ("金明大道金康苑门口", "JKY")])
def test_a_road_is_where_the_other_name_is(find: Find, text: str, code: str) -> None:
    assert codes(find(text)) == [code]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("我住锦康苑，金康苑门口垃圾没人收", "JKY"),
        ("我住金康苑3号楼2单元，锦康苑门口有垃圾", "JXY"),
        ("金康小学旁边的锦康苑有垃圾", "JXY"),
        ("金康苑3号楼2单元漏水到锦康苑", "JKY3-2"),
        ("我家住金康苑，3号楼2单元灯坏了", "JKY3-2"),
    ],
)
def test_of_several_places_the_one_of_the_matter_is_meant(find: Find, text: str, code: str) -> None:
    assert codes(find(text)) == [code]


def test_two_places_that_both_could_be_meant_are_asked_about(find: Find) -> None:
    assert set(codes(find("金康苑和锦康苑之间的路坏了"))) == {"JKY", "JXY"}


_NAMES = ("金明池花园", "汴京雅居", "面粉厂家属院", "翠园", "龙亭府", "康平里", "开元名都二期", "李庄", "宋城路小区")
_MADE = Directory.build(
    1,
    [
        Unit(1, "SF", UnitKind.DISTRICT, "示范区"),
        Unit(2, "JM", UnitKind.STREET, "城西街道", 1),
        Unit(3, "JK", UnitKind.COMMUNITY, "城西社区", 2),
        *(Unit(100 * n, f"C{n}", UnitKind.COMPOUND, name, 3) for n, name in enumerate(_NAMES, 1)),
        *(
            Unit(100 * n + b, f"C{n}-{b}", UnitKind.BUILDING, f"{b}号楼", 3, compound_id=100 * n)
            for n in range(1, len(_NAMES) + 1)
            for b in range(1, 31)
        ),
    ],
    (),
    (),
)
_ANYWHERE = Gazetteer(_MADE)
_SPOKEN = (
    "",
    *"一二三四五六七八九",
    *("十" + d for d in ("", *"一二三四五六七八九")),
    *("二十" + d for d in ("", *"一二三")),
)
_FORMS = (
    "{b}号楼{u}单元",
    "{b}栋{u}单元501",
    "{b}幢{u}单元东户",
    "{b}#{u}单元",
    "{b}#{u}-501",
    "{b}-{u}-501",
    "{B}号楼{U}单元",
    "第{B}栋第{U}单元五楼",
    "小区{b}号楼{u}单元",
    "，{b}号楼{u}单元",
)
_AROUND = ("{}", "我家住{}，灯坏了", "{}楼道灯坏了三天了", "你好，{}漏水", "城西社区{}没电")


@given(
    st.integers(1, len(_NAMES)),
    st.integers(1, len(_SPOKEN) - 1),
    st.integers(1, 9),
    st.sampled_from(_FORMS),
    st.sampled_from(_AROUND),
)
def test_any_compound_with_any_building_in_any_form_is_found_exactly(
    compound: int, building: int, unit: int, form: str, around: str
) -> None:
    parts = form.format(b=building, u=unit, B=_SPOKEN[building], U=_SPOKEN[unit])
    found = _ANYWHERE.find(around.format(_NAMES[compound - 1] + parts))
    assert (codes(found), found.how) == ([f"C{compound}-{building}"], "exact")
    assert (found.parts.building, found.parts.unit) == (str(building), str(unit))


# Characters that sound the same, so that one written for the other is the slip of a phone's keyboard.
_SAME_SOUND = dict(
    zip(
        "金明池花园汴京雅居面粉厂家属院龙亭府康平开元名都宋城路二",
        "今名迟华圆卞经哑据棉份场加暑苑隆庭腐糠苹凯圆明督送程鹿而",
        strict=True,
    )
)


@given(st.data(), st.sampled_from(("{}", "{}3号楼2单元灯坏了", "我在{}3栋", "家住{}，停水了", "{}停水了")))
def test_one_misspelt_character_of_a_name_still_finds_or_offers_it(data: st.DataObject, around: str) -> None:
    name = data.draw(st.sampled_from([name for name in _NAMES if len(name) > 2]))
    place = data.draw(st.sampled_from([place for place, char in enumerate(name) if char in _SAME_SOUND]))
    slip = name[:place] + _SAME_SOUND[name[place]] + name[place + 1 :]
    assert any(code.startswith(f"C{_NAMES.index(name) + 1}") for code in codes(_ANYWHERE.find(around.format(slip))))


@given(
    st.lists(
        st.sampled_from(
            [
                "楼道灯",
                "坏了",
                "三天了",
                "没人管",
                "请问",
                "怎么办",
                "低保",
                "垃圾",
                "漏水",
                "电梯",
                "我妈",
                "80岁",
                "一个人",
                "住",
                "谢谢",
                "领导",
                "您好",
                "物业",
                "收费",
                "停电",
                "噪音",
                "太大",
                "孩子",
                "上学",
                "，",
                "。",
                "在",
                "的",
                "了",
                "我们",
                "小区",
                "门口",
                "有",
                "很多",
                "车",
                "今天",
                "昨天",
                "一直",
                "路灯",
                "不亮",
                "派人",
                "来",
                "看看",
            ]
        ),
        max_size=14,
    )
)
def test_words_without_a_name_never_give_a_place(words: list[str]) -> None:
    found = _ANYWHERE.find("".join(words))
    assert (found.unit, found.candidates) == (None, ())
