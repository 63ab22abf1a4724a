"""双报到: members report in, the community calls a gathering, hears who comes and ticks who was there."""

import pytest

from bot.chat.messages import Outgoing
from storage.database import Database
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    """Monday, 9 in the morning; two members of two units have reported in to 金康社区."""
    rig = await build(database)
    for who, name, unit in (("zhao", "赵强", "区税务局"), ("sun", "孙丽", "开封中学")):
        await rig.press(who, "金康社区", await rig.say(who, "报到"))
        await rig.say(who, unit)
        await rig.say(who, "搬东西")
        await rig.say(who, name)
    await rig.heard("manager")
    return rig


async def called(rig: Rig, when: str = "今天下午3点") -> list[Outgoing]:
    await rig.press("manager", "金康社区", await rig.say("manager", "召集"))
    await rig.say("manager", "扫雪")
    await rig.say("manager", "金康苑南门")
    return await rig.say("manager", when)


async def test_the_desk_hears_who_reported_in_and_what_they_can_do(rig: Rig) -> None:
    await rig.press("qian", "金康社区", await rig.say("qian", "报到"))
    for said in ("区医院", "量血压", "钱伟"):
        await rig.say("qian", said)
    assert "区医院的钱伟报到了，能帮：量血压" in words(await rig.heard("manager"))


async def test_every_member_of_the_community_is_asked(rig: Rig) -> None:
    assert "已通知 2 位" in words(await called(rig))
    told = words(await rig.heard("zhao"))
    assert "金康社区召集：扫雪" in told
    assert "今天下午3点，金康苑南门" in told


async def test_the_desk_reads_who_comes(rig: Rig) -> None:
    made = await called(rig)
    await rig.press("zhao", "参加", await rig.heard("zhao"))
    await rig.press("sun", "去不了", await rig.heard("sun"))
    told = words(await rig.press("manager", "看谁来", made))
    assert "来 1 位，去不了 1 位" in told
    assert "区税务局 赵强" in told


async def test_who_comes_is_reminded_and_who_does_not_is_left_alone(rig: Rig) -> None:
    await called(rig)
    await rig.press("zhao", "参加", await rig.heard("zhao"))
    await rig.press("sun", "去不了", await rig.heard("sun"))
    await rig.pass_time(hours=4, minutes=30)
    assert "别忘了" in words(await rig.heard("zhao"))
    assert not await rig.heard("sun")


async def test_afterwards_the_desk_ticks_who_was_there(rig: Rig) -> None:
    await called(rig)
    await rig.press("zhao", "参加", await rig.heard("zhao"))
    await rig.heard("manager")
    await rig.pass_time(hours=7, minutes=5)
    told = await rig.press("manager", "赵强到了", await rig.heard("manager"))
    assert "到场 1 位" in words(told)


async def test_nobody_is_ticked_before_it_began(rig: Rig) -> None:
    made = await called(rig)
    await rig.press("zhao", "参加", await rig.heard("zhao"))
    assert "赵强到了" not in labels(await rig.press("manager", "看谁来", made))


async def test_a_gathering_that_is_called_off_reminds_nobody(rig: Rig) -> None:
    made = await called(rig)
    await rig.press("zhao", "参加", await rig.heard("zhao"))
    await rig.press("manager", "取消这次", made)
    assert "取消了" in words(await rig.heard("zhao"))
    await rig.pass_time(hours=8)
    assert not await rig.heard("zhao")


async def test_nobody_but_the_desk_calls_or_reads_a_gathering(rig: Rig) -> None:
    await called(rig)
    assert "由社区发起" in words(await rig.say("zhao", "召集"))
    assert "赵强" not in words(await rig.say("worker", choice="g:1:who"))


async def test_who_did_not_report_in_there_cannot_sign_up(rig: Rig) -> None:
    await called(rig)
    assert "没有报到" in words(await rig.say("li", choice="g:1:yes"))


async def test_a_sign_up_after_the_start_is_refused(rig: Rig) -> None:
    await called(rig)
    told = await rig.heard("zhao")
    await rig.pass_time(hours=7)
    assert "已经过去了" in words(await rig.press("zhao", "参加", told))


async def test_who_reports_out_is_asked_no_more(rig: Rig) -> None:
    await rig.say("sun", "不报到了")
    assert "已通知 1 位" in words(await called(rig))
