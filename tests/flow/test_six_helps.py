"""六助 as errands: an elder asks for help of their own, or the family asks for them."""

import pytest

from storage.database import Database
from tests.flow.care_walk import let_in, registered
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("助餐", "哪一餐"),
        ("请人来助医", "看病、取药"),
        ("我要助洁", "洗衣、打扫"),
        ("我要助浴", "老人能自己走吗"),
        ("明天想助行", "坐轮椅吗"),
        ("我要助急", "什么事着急"),
    ],
)
async def test_each_of_the_six_asks_its_own_question(rig: Rig, said: str, asked: str) -> None:
    await let_in(rig, await registered(rig))
    assert asked in words(await rig.say("wang", said))


async def test_an_elders_home_is_known(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "明天上午助浴")
    await rig.say("wang", "走得动,有热水")
    told = words(await rig.say("wang", "女的"))
    assert "事情：🛁助浴" in told
    assert "地点：金康苑3号楼2单元501室" in told
    assert "来人：女的" in told


async def test_a_daughter_asks_for_her_mother(rig: Rig) -> None:
    await rig.say("fang", "明天上午帮我妈助浴,金康苑3号楼2单元501")
    await rig.say("fang", "走得动,有热水")
    told = await rig.say("fang", "女的")
    assert "妈妈的电话" in words(told)
    assert "替妈妈办" in words(await rig.press("fang", "打我的电话", told))


async def test_the_six_are_offered_in_a_list_of_their_own(rig: Rig) -> None:
    await rig.say("li", "请人代办")
    told = await rig.say("li", "有点事情想找个人")
    if "六助" not in labels(told):
        told = await rig.press("li", "都不是", told)
    told = await rig.press("li", "六助", told)
    for name in ("助餐", "助医", "助洁", "助浴", "助行", "助急"):
        assert name in labels(told)
