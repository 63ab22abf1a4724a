"""A place told in pieces and words told beside the question stay with the matter, and no question comes twice in silence."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build

LAMP = "金康苑3号楼2单元楼道灯坏了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def check_after(rig: Rig, *said: str) -> str:
    """The last that somebody hears who says these one after another."""
    heard = [await rig.say("li", words) for words in said]
    return heard[-1][-1].text


async def test_a_house_told_before_its_compound_is_found(rig: Rig) -> None:
    check = await check_after(rig, "我家楼上漏水", "3号楼2单元402", "谢谢啊", "金康苑")
    assert "金康苑3号楼2单元402室" in check


async def test_a_house_told_before_its_compound_is_found_where_that_is_picked(rig: Rig) -> None:
    await rig.say("li", "我家楼上漏水")
    listed = await rig.press("li", "从名单里选", await rig.say("li", "3号楼2单元402"))
    check = await rig.press("li", "金康苑", listed[:1])
    assert "金康苑3号楼2单元402室" in check[-1].text


async def test_a_house_whose_compound_lacks_asks_for_the_compound(rig: Rig) -> None:
    assert "哪个小区" in await check_after(rig, "我家楼上漏水", "3号楼2单元402")


async def test_thanks_are_no_place(rig: Rig) -> None:
    await check_after(rig, "楼道灯不亮", "老井东头")
    asked = await rig.say("li", "谢谢啊")
    assert [button.label for button in asked[-1].buttons] == ["1 从名单里选", "2 就写“老井东头”"]


async def test_a_place_told_before_the_kind_is_known_is_not_asked_again(rig: Rig) -> None:
    check = await check_after(rig, "我想反映个事", "我住在金康苑3号楼2单元", "楼道里堆满了杂物没人管")
    assert "地点：金康苑3号楼2单元" in check


async def test_what_is_said_where_the_place_is_asked_is_part_of_the_matter(rig: Rig) -> None:
    check = await check_after(rig, "楼道灯不亮", "老人晚上摔过一跤", "金康苑3号楼2单元")
    assert "老人晚上摔过一跤" in check


async def test_what_is_said_beside_the_place_is_part_of_the_matter(rig: Rig) -> None:
    assert "老人晚上摔过一跤" in await check_after(rig, "楼道灯不亮", "金康苑3号楼2单元，老人晚上摔过一跤")


async def test_the_place_of_several_matters_may_come_in_pieces(rig: Rig) -> None:
    check = await check_after(rig, "金康苑楼道灯坏了，电梯也坏了", "3号楼", "2单元", "402", "1")
    assert "金康苑3号楼2单元402室" in check


@pytest.mark.parametrize("words", ["15", "好的", "提交"])
async def test_what_answers_nothing_is_no_word_of_the_matter(rig: Rig, words: str) -> None:
    check = await check_after(rig, "我想反映个事", words, LAMP)
    assert f"我想反映个事\n{LAMP}" in check


async def test_what_answers_nothing_is_said_not_to_be_understood(rig: Rig) -> None:
    await rig.say("li", "我想反映个事")
    assert "没听明白" in (await rig.say("li", "15"))[0].text


async def test_the_same_question_is_not_asked_twice_without_a_word(rig: Rig) -> None:
    await rig.say("li", "我想反映个事")
    assert "放在一起" in (await rig.say("li", "就是那个老问题"))[0].text


@pytest.mark.parametrize(("edit", "kept"), [("改地点", "金康苑3号楼2单元"), ("改类别", "楼道照明"), ("改内容", LAMP)])
async def test_who_goes_back_from_a_change_finds_what_stood(rig: Rig, edit: str, kept: str) -> None:
    await rig.press("li", edit, await rig.press("li", "修改", await rig.say("li", LAMP)))
    assert kept in await check_after(rig, "返回")


async def test_another_staircase_is_understood_by_the_place_that_is_changed(rig: Rig) -> None:
    await rig.press("li", "改地点", await rig.press("li", "修改", await rig.say("li", LAMP)))
    assert "地点：金康苑3号楼1单元" in await check_after(rig, "1单元")


async def test_a_new_place_is_not_undone_by_the_way_back(rig: Rig) -> None:
    await rig.press("li", "改地点", await rig.press("li", "修改", await rig.say("li", LAMP)))
    editing = await rig.press("li", "修改", await rig.say("li", "1单元"))
    assert "地点：金康苑3号楼1单元" in (await rig.press("li", "返回", editing))[-1].text


async def test_a_changed_mind_about_an_errand_keeps_its_code(rig: Rig) -> None:
    parcel = "帮我取快递,金康苑3号楼2单元501,菜鸟驿站,取件码8-2-1033,收件人王芳,今天下午"
    check = await rig.press("li", "当面交给我", await rig.say("li", parcel))
    await rig.press("li", "改内容", await rig.press("li", "修改", check))
    assert "取件码：记下了" in await check_after(rig, "返回")


async def test_who_says_that_it_is_right_has_sent_it(rig: Rig) -> None:
    assert "1001" in (await check_after(rig, LAMP, "对"))


async def test_danger_told_last_makes_it_an_emergency(rig: Rig) -> None:
    await check_after(rig, LAMP, "电线冒火花了,着火了快来人", "1")
    assert any("紧急" in message.text for message in await rig.heard("worker"))
