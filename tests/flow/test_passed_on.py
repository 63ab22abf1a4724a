"""Whoever gave a case back, or lost it, reads on their card to whom it went, and is asked for nothing more."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def last_card(rig: Rig, who: str, heard: list[Outgoing] | None = None) -> Outgoing:
    """The card of the case as this person has it now."""
    messages: list[Outgoing] = [*(heard or ()), *await rig.heard(who)]
    return [message for message in messages if message.card == "case:1"][-1]


async def filed(rig: Rig) -> list[Outgoing]:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    return await rig.heard("worker")


async def disputed(rig: Rig) -> list[Outgoing]:
    """The desk's card of a case that the worker finished and the resident does not find done."""
    card = await rig.press("worker", "接单", await filed(rig))
    await rig.press(
        "worker", "没有照片", await rig.press("worker", "已处理好", await rig.press("worker", "办结", card))
    )
    await rig.press("li", "非常不满意", await rig.heard("li"))
    await rig.heard("worker")
    return await rig.heard("manager")


async def test_who_gave_a_case_back_is_not_asked_to_accept_it(rig: Rig) -> None:
    whose = await rig.press("worker", "退回", await filed(rig))
    heard = await rig.press("worker", "不是我的职责", await rig.press("worker", "不清楚", whose))
    card = await last_card(rig, "worker", heard)
    assert "已转给金康社区" in card.text
    assert card.buttons == ()


async def test_whose_work_is_done_anew_by_others_is_not_asked_to_accept_it(rig: Rig) -> None:
    await rig.press("manager", "重办", await disputed(rig))
    card = await last_card(rig, "worker")
    assert "您不用办了" in card.text
    assert card.buttons == ()


async def test_whose_case_is_sent_elsewhere_from_a_dispute_is_not_asked_to_accept_it(rig: Rig) -> None:
    await rig.press("manager", "派单", await disputed(rig))
    await rig.say("manager", "安居物业")
    await rig.say("manager", "请处理")
    card = await last_card(rig, "worker")
    assert "已转给安居物业" in card.text
    assert card.buttons == ()


async def test_what_happens_afterwards_leaves_that_card_alone(rig: Rig) -> None:
    whose = await rig.press("worker", "退回", await filed(rig))
    await rig.press("worker", "不是我的职责", await rig.press("worker", "不清楚", whose))
    await rig.heard("worker")
    await rig.say("li", choice="c:1:urge")
    await rig.press("manager", "接单", await rig.heard("manager"))
    assert await rig.heard("worker") == []
