"""When the resident says no: who decides stands above who did it, had no hand in it, and it comes to an end."""

import pytest

from bot.cases.lifecycle import Case, State
from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    for who, code in {"street": "R006", "district": "R003", "admin": "R005"}.items():
        await rig.hire(who, code)
        await rig.heard(who)
    return rig


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> str:
    return " ".join(button.label for message in messages for button in message.buttons)


async def case_of(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def done_by(rig: Rig, who: str) -> None:
    """The case is accepted and finished, and its reporter does not find it done."""
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    card = await rig.press(who, "接单", await rig.say(who, choice="c:1:show"))
    await rig.press(who, "没有照片", await rig.press(who, "已处理好", await rig.press(who, "办结", card)))
    for other in ("worker", "manager", "street", "district"):
        await rig.heard(other)
    await rig.press("li", "非常不满意", await rig.heard("li"))


async def upheld_by(rig: Rig, who: str, heard: list[Outgoing] | None = None) -> None:
    await rig.press(who, "维持", heard if heard is not None else await rig.heard(who))
    await rig.say(who, "灯已换新,现场看过")


async def again(rig: Rig) -> list[Outgoing]:
    """The resident says no once more."""
    await rig.say("li", choice="c:1:dispute")
    return await rig.say("li", "还是不亮")


@pytest.mark.parametrize(
    ("doer", "judge"), [("worker", "manager"), ("manager", "street"), ("street", "district"), ("district", "admin")]
)
async def test_a_dispute_goes_to_the_desk_above_who_did_it(rig: Rig, doer: str, judge: str) -> None:
    await done_by(rig, doer)
    assert "重办" in labels(await rig.heard(judge))


@pytest.mark.parametrize("verb", ["reopen", "uphold", "dispatch"])
async def test_a_desk_below_who_did_it_decides_nothing(rig: Rig, verb: str) -> None:
    await done_by(rig, "street")
    assert "上一级" in text(await rig.say("manager", choice=f"c:1:{verb}"))
    assert (await case_of(rig)).state is State.DISPUTED


async def test_who_did_it_cannot_send_their_own_dispute_elsewhere(rig: Rig) -> None:
    await done_by(rig, "manager")
    card = await rig.say("manager", choice="c:1:show")
    assert "派单" not in labels(card)
    assert "别人来定" in text(await rig.say("manager", choice="c:1:dispatch"))


async def test_a_desk_that_granted_a_refusal_does_not_review_it(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "法院", await rig.press("worker", "不受理", await rig.press("worker", "更多", card)))
    await rig.say("worker", "这是邻里官司")
    await rig.press("manager", "同意", await rig.heard("manager"))
    await rig.heard("manager")
    await rig.press("li", "请复核", await rig.heard("li"))
    await rig.say("li", "我不服")
    assert "重办" not in labels(await rig.heard("manager"))
    assert "重办" in labels(await rig.heard("street"))


async def test_a_second_dispute_goes_to_the_next_above_who_upheld_the_first(rig: Rig) -> None:
    await done_by(rig, "worker")
    await upheld_by(rig, "manager")
    await again(rig)
    assert "重办" not in labels(await rig.heard("manager"))
    assert "重办" in labels(await rig.heard("street"))


async def test_who_upheld_it_before_cannot_uphold_it_again(rig: Rig) -> None:
    await done_by(rig, "worker")
    await upheld_by(rig, "manager")
    await again(rig)
    await upheld_by(rig, "manager", await rig.say("manager", choice="c:1:show"))
    assert (await case_of(rig)).state is State.DISPUTED


async def test_after_two_desks_the_resident_is_told_where_else_to_go(rig: Rig) -> None:
    await done_by(rig, "worker")
    await upheld_by(rig, "manager")
    await again(rig)
    await rig.heard("li")
    await upheld_by(rig, "street")
    assert "12345" in text(await rig.heard("li"))
    assert "没解决" not in labels(await rig.say("li", choice="c:1:show"))
    assert "12345" in text(await again(rig))
    assert (await case_of(rig)).state is State.CLOSED


async def test_work_that_was_done_anew_can_be_disputed_anew(rig: Rig) -> None:
    await done_by(rig, "worker")
    await upheld_by(rig, "manager")
    await again(rig)
    await rig.press("street", "重办", await rig.heard("street"))
    case = await case_of(rig)
    assert (case.state, case.round, case.handler_id) == (State.OPEN, 2, None)


async def test_a_tips_dispute_goes_up_from_its_owner_and_never_to_its_place(rig: Rig) -> None:
    await rig.press("li", "干部作风", await rig.say("li", "我要举报金康社区主任李建国贪污低保钱,在金康苑3号楼2单元"))
    await rig.say("li", "1")
    card = await rig.press("district", "接单", await rig.heard("district"))
    await rig.press("district", "已处理好", await rig.press("district", "办结", card))
    await rig.press("li", "非常不满意", await rig.heard("li"))
    assert "重办" in labels(await rig.heard("admin"))
    assert [await rig.heard(who) for who in ("manager", "street")] == [[], []]
