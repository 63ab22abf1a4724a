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
