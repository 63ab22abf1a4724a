"""A reporter who needs nothing more goes; the case stays for everybody who waits for it."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.rig import Rig, build

LAMP = "金康苑3号楼2单元楼道灯坏了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def joined(rig: Rig) -> None:
    """Li reports, Wang says 我也遇到, the worker accepts."""
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.say("wang", LAMP)
    await rig.press("wang", "我也遇到", await rig.say("wang", "1"))
    await rig.press("worker", "接单", await rig.heard("worker"))
    await quiet(rig)


async def merged(rig: Rig) -> None:
    """Li and Wang report, and the desk takes both together."""
    await rig.say("li", LAMP)
    await rig.say("li", "1")
    await rig.say("wang", "金康苑3号楼2单元单元门关不上")
    await rig.say("wang", "1")
    await rig.say("manager", choice="c:2:merge:1")
    await rig.press("worker", "接单", (await rig.heard("worker"))[:1])
    await quiet(rig)


async def quiet(rig: Rig) -> None:
    for who in ("li", "wang", "worker"):
        await rig.heard(who)


async def withdraw(rig: Rig) -> list[Outgoing]:
    await rig.say("li", choice="c:1:withdraw")
    return await rig.say("li", "1")


async def finish(rig: Rig) -> None:
    await rig.say("worker", choice="c:1:finish")
    await rig.say("worker", "换了灯泡")
    await rig.say("worker", photo=True)


def told(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


@pytest.mark.parametrize("together", [joined, merged])
async def test_a_case_that_others_wait_for_goes_on(rig: Rig, together: object) -> None:
    await together(rig)  # type: ignore[operator]
    await withdraw(rig)
    await finish(rig)
    assert "1001号办好了" in told(await rig.heard("wang"))


async def test_the_worker_hears_that_only_the_reporter_needs_it_no_more(rig: Rig) -> None:
    await joined(rig)
    await withdraw(rig)
    assert "我这里不用办了。已经好了（别的居民还在等）" in told(await rig.heard("worker"))


async def test_the_reporter_is_told_that_it_goes_on(rig: Rig) -> None:
    await joined(rig)
    assert "接着办" in told(await withdraw(rig))


async def test_the_reporter_hears_no_more_of_it(rig: Rig) -> None:
    await joined(rig)
    await withdraw(rig)
    await finish(rig)
    await rig.pass_time(days=4)
    assert told(await rig.heard("li")) == ""


async def test_a_case_that_nobody_else_waits_for_is_withdrawn(rig: Rig) -> None:
    await joined(rig)
    await rig.say("wang", choice="c:1:unfollow")
    assert "1001号已撤回" in told(await withdraw(rig))
