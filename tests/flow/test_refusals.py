"""A refusal that the resident asks to review: what they are asked, what the desk reads, and what runs anew."""

from datetime import UTC, datetime

import pytest

from bot.cases.lifecycle import Case
from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

LATER = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)  # six days after it was filed


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


@pytest.fixture
async def rig(database: Database) -> Rig:
    """A case that its worker asked to refuse; the community's desk agreed, and the resident has not read it yet."""
    rig = await build(database)
    await rig.hire("street", "R006")  # who agreed does not review it
    await rig.heard("street")
    await rig.say("li", "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.say("li", "1")
    await rig.heard("li")
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "法院", await rig.press("worker", "不受理", await rig.press("worker", "更多", card)))
    await rig.say("worker", "这是邻里官司")
    await rig.press("manager", "同意", await rig.heard("manager"))
    await rig.heard("worker")
    rig.now[0] = LATER
    return rig


async def case_of(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def reviewed(rig: Rig) -> list[Outgoing]:
    """What the desk hears when the resident asks for a review."""
    await rig.press("li", "该你们管", await rig.press("li", "请复核", await rig.heard("li")))
    return await rig.heard("street")


async def dispatched(rig: Rig) -> Case:
    """The case after the desk sent it to the worker's grid."""
    await rig.press("street", "派单", await reviewed(rig))
    await rig.say("street", "第一网格")
    await rig.say("street", "请处理")
    return await case_of(rig)


async def test_who_asks_for_a_review_is_not_asked_what_was_done_badly(rig: Rig) -> None:
    asked = await rig.press("li", "请复核", await rig.heard("li"))
    assert "办" not in "".join(button.label for button in asked[-1].buttons)


async def test_who_asks_for_a_review_is_not_promised_other_people(rig: Rig) -> None:
    asked = await rig.press("li", "请复核", await rig.heard("li"))
    assert "复核" in text(await rig.press("li", "那边也不管", asked))


async def test_the_desk_reads_that_a_refusal_is_to_be_reviewed(rig: Rig) -> None:
    assert "请复核不受理" in text(await reviewed(rig))


async def test_a_reviewed_refusal_that_is_dispatched_is_another_round(rig: Rig) -> None:
    assert (await dispatched(rig)).round == 2


async def test_a_reviewed_refusal_that_is_dispatched_is_due_after_it_is_to_be_accepted(rig: Rig) -> None:
    case = await dispatched(rig)
    assert LATER < case.accept_by < case.finish_by


async def test_a_reviewed_refusal_may_go_back_to_who_asked_for_it(rig: Rig) -> None:
    await dispatched(rig)
    assert any(message.fresh for message in await rig.heard("worker"))


async def test_the_history_says_that_a_review_was_asked_for(rig: Rig) -> None:
    await reviewed(rig)
    mine = await rig.press("li", "1001", await rig.say("li", "查进度"))
    assert "您请复核" in text(mine)
