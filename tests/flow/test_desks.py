"""What a desk takes for its own, and what it must decide in time."""

from datetime import UTC, datetime

import pytest

from bot.cases.lifecycle import Case, State
from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    for who, code in {"street": "R006", "firm": "R011"}.items():
        await rig.hire(who, code)
        await rig.heard(who)
    return rig


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def case_of(rig: Rig) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def at(rig: Rig, moment: str) -> None:
    rig.now[0] = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
    while await rig.sweep.ring_due():
        pass


async def returned(rig: Rig) -> list[Outgoing]:
    """A case that the worker gave back to the community's desk; the desk's card."""
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    whose = await rig.press("worker", "退回", await rig.heard("worker"))
    await rig.press("worker", "不是我的职责", await rig.press("worker", "不清楚", whose))
    return await rig.heard("manager")


async def dispatched(rig: Rig, unit: str) -> list[Outgoing]:
    """What the desk hears when it sends the case there."""
    await rig.press("manager", "派单", await returned(rig))
    await rig.say("manager", unit)
    return await rig.say("manager", "请处理")


async def disputed(rig: Rig) -> list[Outgoing]:
    """A case whose reporter says that it is not done; the community desk's card."""
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    await rig.press("worker", "办结", await rig.press("worker", "接单", await rig.heard("worker")))
    await rig.press("worker", "没有照片", await rig.say("worker", "好了"))
    await rig.press("li", "非常不满意", await rig.heard("li"))
    return await rig.heard("manager")


async def test_a_desk_cannot_send_a_case_round_to_itself(rig: Rig) -> None:
    assert "已经归您这里" in text(await dispatched(rig, "金康社区"))
    assert (await case_of(rig)).owner_role == "community_desk"


async def test_a_desk_keeps_a_workers_case_that_it_sends_to_its_own_unit(rig: Rig) -> None:
    await rig.say("li", WORDS)
    await rig.say("li", "1")
    await rig.press("manager", "派单", await rig.say("manager", choice="c:1:show"))
    await rig.say("manager", "金康社区")
    heard = await rig.say("manager", "我们自己办")
    assert "归您这里" in text(heard)
    await rig.press("manager", "接单", heard)
    assert (await case_of(rig)).state is State.ACCEPTED


async def test_a_desk_that_accepts_a_firms_case_owns_it_on_the_card_and_in_the_history(rig: Rig) -> None:
    await dispatched(rig, "安居物业")
    assert (await case_of(rig)).owner_role == "liaison"
    card = await rig.press("street", "接单", await rig.say("street", choice="c:1:show"))
    case = await case_of(rig)
    assert case.owner_role == "street_desk"
    trail = text(await rig.press("street", "看经过", await rig.press("street", "更多", card)))
    assert rig.house.town.directory.units[case.owner_id].name in trail.splitlines()[-1]


async def test_the_firms_own_liaison_leaves_the_case_with_the_firm(rig: Rig) -> None:
    await dispatched(rig, "安居物业")
    await rig.press("firm", "接单", await rig.heard("firm"))
    assert (await case_of(rig)).owner_role == "liaison"


async def test_a_disputed_case_names_the_day_to_decide_it(rig: Rig) -> None:
    assert "请在后天上午9点前定" in text(await disputed(rig))


async def test_a_desk_that_does_not_decide_is_reminded_and_then_the_next_is_asked(rig: Rig) -> None:
    await disputed(rig)
    await at(rig, "2026-11-25T09:10")
    assert "居民说没办好" in text(await rig.heard("manager"))
    assert await rig.heard("street") == []
    await at(rig, "2026-11-26T09:10")
    heard = await rig.heard("street")
    assert "还没定，1001号轮到您了" in text(heard)
    assert any("重办" in button.label for message in heard for button in message.buttons)


async def test_a_decided_case_rings_no_more(rig: Rig) -> None:
    card = await disputed(rig)
    await rig.press("manager", "重办", card)
    await rig.heard("manager")
    await at(rig, "2026-11-26T09:10")
    assert "轮到您了" not in text(await rig.heard("street"))
    assert (await case_of(rig)).decide_by is None


async def test_the_one_who_handled_it_is_never_asked_to_decide(rig: Rig) -> None:
    await disputed(rig)
    await rig.heard("worker")
    for day in ("25", "26", "27"):
        await at(rig, f"2026-11-{day}T09:10")
    assert not any("重办" in button.label for message in await rig.heard("worker") for button in message.buttons)
