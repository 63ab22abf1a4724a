"""A message that tells of several matters: reported apart, at one place told once, or together as it stands."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了，电梯也坏了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def test_several_matters_are_offered_apart(rig: Rig) -> None:
    asked = await rig.say("li", WORDS)
    assert "2件事" in asked[-1].text
    assert "电梯也坏了" in asked[-1].text


async def test_the_second_matter_follows_the_first_at_the_same_place(rig: Rig) -> None:
    first = await rig.press("li", "分开报", await rig.say("li", WORDS))
    assert "楼道照明" in first[-1].text
    filed = await rig.press("li", "提交", first)
    assert "1001" in filed[0].text
    assert "电梯故障" in filed[-1].text
    assert "金康苑3号楼2单元" in filed[-1].text


async def test_both_matters_get_a_number(rig: Rig) -> None:
    first = await rig.press("li", "分开报", await rig.say("li", WORDS))
    second = await rig.press("li", "提交", first)
    done = await rig.press("li", "提交", second)
    assert "1002" in done[0].text
    assert len((await rig.say("li", "查进度"))[0].buttons) >= 2


async def test_a_press_reports_them_together(rig: Rig) -> None:
    which = await rig.press("li", "一起报", await rig.say("li", WORDS))
    check = await rig.press("li", "电梯故障", which)
    assert WORDS in check[-1].text
    filed = await rig.press("li", "提交", check)
    assert "1001" in filed[0].text
    assert not any("下一件" in message.text for message in filed)


async def test_more_words_instead_of_a_choice_are_kept(rig: Rig) -> None:
    await rig.say("li", WORDS)
    check = await rig.press("li", "电梯故障", await rig.say("li", "老人上下楼不方便"))
    assert "老人上下楼不方便" in check[-1].text


async def test_in_danger_nobody_is_asked_to_sort_their_matters(rig: Rig) -> None:
    heard = await rig.say("li", "金康苑3号楼着火了快来人，电梯也坏了，另外垃圾三天没人清")
    assert not any("件事" in message.text for message in heard)


LIGHT = "金康苑3号楼2单元楼道灯坏了"


async def test_another_matter_told_at_the_check_screen_is_offered_apart(rig: Rig) -> None:
    await rig.say("li", LIGHT)
    asked = await rig.say("li", "还有电梯也坏了")
    assert "2件事" in asked[-1].text
    first = await rig.press("li", "分开报", asked)
    assert "电梯" not in first[-1].text
    second = await rig.press("li", "提交", first)
    assert "电梯故障" in second[-1].text
    assert "金康苑3号楼2单元" in second[-1].text


async def test_both_together_stay_one_report(rig: Rig) -> None:
    await rig.say("li", LIGHT)
    check = await rig.press("li", "一起报", await rig.say("li", "还有电梯也坏了"))
    assert "楼道照明" in check[-1].text
    assert "还有电梯也坏了" in check[-1].text


@pytest.mark.parametrize(
    "more", ["都三天没人修了", "老人晚上下楼看不见", "不对，是电梯坏了", "我姓王", "快点来修吧", "灯泡是声控的"]
)
async def test_what_belongs_to_it_is_added_without_a_question(rig: Rig, more: str) -> None:
    await rig.say("li", LIGHT)
    check = await rig.say("li", more)
    assert "2件事" not in check[-1].text
    assert more.replace("，", ",") in check[-1].text.replace("，", ",")


async def test_another_errand_at_the_check_screen_is_one_of_its_own(rig: Rig) -> None:
    parcel = await rig.say("li", "帮我取快递,金康苑3号楼2单元501,菜鸟驿站,取件码8-2-1033,收件人王芳,今天下午")
    await rig.press("li", "当面交给我", parcel)
    first = await rig.press("li", "分开报", await rig.say("li", "再帮我买两斤鸡蛋"))
    assert "快递代收" in first[-1].text
    assert "鸡蛋" not in first[-1].text
    second = await rig.press("li", "提交", first)
    assert "花多少钱" in second[-1].text
    assert "8-2-1033" not in " ".join(message.text for message in second)


async def test_a_third_matter_waits_behind_the_second(rig: Rig) -> None:
    await rig.press("li", "分开报", await rig.say("li", WORDS))
    asked = await rig.say("li", "暖气也不热")
    first = await rig.press("li", "分开报", asked)
    for kind in ("暖气", "电梯"):
        first = await rig.press("li", "提交", first)
        assert kind in first[-1].text
