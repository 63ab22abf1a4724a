"""What was asked of the desk, and is decided only when the case has gone on."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build
from tests.flow.test_levels import accepted, further, text

DEPUTY = "R018"  # 张敏 stands in for the practice worker


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await rig.hire("deputy", DEPUTY)
    await rig.heard("deputy")
    return rig


async def asked_and_finished(rig: Rig) -> list[Outgoing]:
    """A worker asks for shelving, and finishes after all; the desk's card of what was asked."""
    card = await accepted(rig)
    await rig.press("worker", "一个月后", await further(rig, "worker", "挂账", card))
    await rig.say("worker", "要等工程")
    await rig.press("worker", "已处理好", await rig.press("worker", "办结", card))
    await rig.press("worker", "没有照片", await rig.say("worker"))
    return await rig.heard("manager")


async def test_shelving_that_is_granted_too_late_leaves_the_case_finished(rig: Rig) -> None:
    answer = await rig.press("manager", "同意", await asked_and_finished(rig))
    assert "已经办结了" in text(answer)


async def test_the_card_of_a_finished_case_no_longer_says_that_shelving_is_asked_for(rig: Rig) -> None:
    await asked_and_finished(rig)
    assert "正在申请" not in (await rig.heard("worker") or await rig.say("worker", "1001"))[-1].text


async def test_what_was_asked_in_an_earlier_round_does_not_stand_in_the_way_of_the_next(rig: Rig) -> None:
    await asked_and_finished(rig)
    resident = await rig.heard("li")
    await rig.press("li", "未解决", await rig.press("li", "非常不满意", resident))
    await rig.press("manager", "重办", await rig.heard("manager"))
    card = await rig.press("deputy", "接单", await rig.heard("deputy"))
    await rig.press("deputy", "3天", await further(rig, "deputy", "延期", card))
    await rig.say("deputy", "等配件")
    assert "3天" in text(await rig.heard("manager"))
