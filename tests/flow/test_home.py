"""A home is remembered once, used when people say 家, shown, changed and forgotten by chat words."""

import pytest

from bot.chat.messages import Address, Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def words(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> str:
    return " ".join(button.label for message in messages for button in message.buttons)


async def at_home(rig: Rig) -> None:
    """Somebody who reported once from 金康苑3号楼2单元501室 and had it remembered."""
    heard = await rig.say("liu", "金康苑3号楼2单元501没水了")
    heard = await rig.press("liu", "提交", heard)
    heard = await rig.press("liu", "记住这里是我家", heard)
    assert "记住了" in words(heard)


async def test_home_is_the_place_when_somebody_says_at_home(rig: Rig) -> None:
    await at_home(rig)
    heard = words(await rig.say("liu", "家里没水了"))
    assert "地点：金康苑3号楼2单元" in heard
    assert "501" in heard


@pytest.mark.parametrize("said", ["我家灯坏了", "俺家暖气不热", "屋里没水了", "金康苑我家门口路灯坏了"])
async def test_home_is_meant_in_many_words(rig: Rig, said: str) -> None:
    await at_home(rig)
    assert "地点：金康苑3号楼2单元" in words(await rig.say("liu", said))


@pytest.mark.parametrize("said", ["邻居家里没水了", "锦康苑我家亲戚那栋2号楼没水了", "没水了"])
async def test_home_is_not_taken_for_another_place(rig: Rig, said: str) -> None:
    await at_home(rig)
    assert "地点：金康苑3号楼" not in words(await rig.say("liu", said))


async def test_home_is_offered_where_the_place_is_asked(rig: Rig) -> None:
    await at_home(rig)
    heard = await rig.say("liu", "没水了")
    assert "我家（金康苑3号楼2单元）" in labels(heard)
    assert "地点：金康苑3号楼2单元" in words(await rig.press("liu", "我家", heard))


async def test_my_home_typed_answers_where(rig: Rig) -> None:
    await at_home(rig)
    await rig.say("liu", "没水了")
    assert "地点：金康苑3号楼2单元" in words(await rig.say("liu", "我家"))


async def test_without_a_home_saying_at_home_asks_where(rig: Rig) -> None:
    assert "在哪里" in words(await rig.say("liu", "家里没水了"))


async def test_home_is_shown_on_asking(rig: Rig) -> None:
    await at_home(rig)
    assert "您家：金康苑3号楼2单元501室" in words(await rig.say("liu", "我家"))


async def test_who_has_no_home_can_tell_it(rig: Rig) -> None:
    heard = await rig.press("liu", "告诉您家地址", await rig.say("liu", "我家"))
    assert "您家在哪里" in words(heard)
    await rig.say("liu", "汴河雅居2号楼1单元")
    assert "您家：汴河雅居2号楼1单元" in words(await rig.say("liu", "我家"))


async def test_home_is_changed_by_words(rig: Rig) -> None:
    await at_home(rig)
    heard = await rig.say("liu", "换地址")
    assert "金康苑" not in labels(heard)
    await rig.say("liu", "汴河雅居2号楼1单元")
    assert "地点：汴河雅居2号楼1单元" in words(await rig.say("liu", "家里没水了"))


async def test_a_home_nobody_knows_is_asked_for_again(rig: Rig) -> None:
    await at_home(rig)
    await rig.say("liu", "搬家了")
    assert "没找到这个地方" in words(await rig.say("liu", "月亮上的环形山"))


async def test_home_is_forgotten_by_words(rig: Rig) -> None:
    await at_home(rig)
    assert "忘掉了" in words(await rig.say("liu", "忘记我家"))
    assert "在哪里" in words(await rig.say("liu", "家里没水了"))


async def test_moving_house_in_the_midst_of_a_report_loses_nothing(rig: Rig) -> None:
    await at_home(rig)
    await rig.say("liu", "没水了")
    await rig.say("liu", "换地址")
    heard = await rig.say("liu", "汴河雅居2号楼1单元")
    assert "我家（汴河雅居2号楼1单元）" in labels(heard)


EGGS = "今天下午帮我妈买两斤鸡蛋,20块钱"


async def for_mother(rig: Rig) -> list[Outgoing]:
    """Somebody orders for their mother and tells where she lives; what they hear once it is filed."""
    await rig.say("liu", f"{EGGS},金康苑5号楼1单元302")
    await rig.say("liu", choice="f:1:whom_phone:none")
    await rig.say("liu", choice="f:1:hand_over:hand")
    return await rig.say("liu", "提交")


async def test_a_mothers_home_is_remembered_when_asked(rig: Rig) -> None:
    heard = await rig.press("liu", "记住这里是妈妈家", await for_mother(rig))
    assert "记住了妈妈家" in words(heard)
    assert "妈妈家：金康苑5号楼1单元302室" in words(await rig.say("liu", "我家"))


async def test_a_second_order_for_her_does_not_ask_where(rig: Rig) -> None:
    await rig.press("liu", "记住这里是妈妈家", await for_mother(rig))
    await rig.say("liu", EGGS)
    await rig.say("liu", choice="f:2:whom_phone:none")
    assert "地点：金康苑5号楼1单元302" in words(await rig.say("liu", choice="f:2:hand_over:hand"))


async def test_her_home_is_not_taken_for_ones_own(rig: Rig) -> None:
    await rig.press("liu", "记住这里是妈妈家", await for_mother(rig))
    assert "302" not in words(await rig.say("liu", "家里没水了"))


async def test_her_home_is_forgotten_with_a_tap(rig: Rig) -> None:
    await rig.press("liu", "记住这里是妈妈家", await for_mother(rig))
    await rig.press("liu", "忘记妈妈家", await rig.say("liu", "我家"))
    assert "302" not in words(await rig.say("liu", "我家"))


async def test_nothing_is_remembered_unasked(rig: Rig) -> None:
    await for_mother(rig)
    assert "302" not in words(await rig.say("liu", "我家"))


async def test_who_is_erased_leaves_no_other_home_behind(rig: Rig) -> None:
    await rig.press("liu", "记住这里是妈妈家", await for_mother(rig))
    async with rig.storage.writing() as records:
        person = await records.people.at(Address("web", "liu"), "", rig.now[0])
        await records.privacy.erase(person.id, rig.now[0])
        assert (await records.people.get(person.id)).other_homes is None
