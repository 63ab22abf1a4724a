"""A desk lets somebody who only insults be silent for some days."""

import pytest
from sqlalchemy import select

from bot.chat.messages import Outgoing
from storage.database import Database
from storage.tables import mutings
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元有人半夜装修太吵了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    await rig.press("li", "提交", await rig.say("li", WORDS))
    await rig.heard("worker")
    return rig


async def mute(rig: Rig, who: str = "manager", words: str = "禁言 1001 7天 反复辱骂工作人员") -> list[Outgoing]:
    return await rig.say(who, words)


async def test_a_muted_resident_hears_why_and_until_when(rig: Rig) -> None:
    await mute(rig)
    told = (await rig.heard("li"))[-1].text
    assert "反复辱骂工作人员" in told
    assert "11月30日" in told


async def test_what_a_muted_resident_writes_opens_nothing(rig: Rig) -> None:
    await mute(rig)
    await rig.heard("li")
    heard = await rig.say("li", "金康苑5号楼门口垃圾没人收")
    assert [bool(message.buttons) for message in heard if "暂不收" in message.text] == [False]


async def test_a_muted_residents_emergency_passes(rig: Rig) -> None:
    await mute(rig)
    heard = await rig.say("li", "金康苑3号楼着火了")
    assert any("119" in message.text and "暂不收" not in message.text for message in heard)


async def test_a_muted_resident_still_sees_their_own_matters(rig: Rig) -> None:
    await mute(rig)
    await rig.heard("li")
    assert "1001" in (await rig.say("li", choice="c:1:show"))[-1].text


@pytest.mark.parametrize("typed", ["/export", "导出我的数据", "/erase", "删除我的数据", "查进度"])
async def test_a_muted_resident_still_gets_what_is_theirs_by_law(rig: Rig, typed: str) -> None:
    await mute(rig)
    await rig.heard("li")
    assert not any("暂不收" in message.text for message in await rig.say("li", typed))


async def test_a_desk_does_it_by_buttons(rig: Rig) -> None:
    more = await rig.say("manager", choice="c:1:more")
    told = await rig.press("manager", "7天", await rig.press("manager", "暂不收来人留言", more))
    told = await rig.press("manager", "反复辱骂", told)
    assert "1001号的来人，11月30日前不收留言" in told[-1].text
    assert "因为反复辱骂，11月30日前暂不收您的留言" in (await rig.heard("li"))[-1].text


async def test_a_desk_may_give_a_reason_and_days_in_words(rig: Rig) -> None:
    await rig.say("manager", choice="c:1:hush")
    await rig.say("manager", "3天")
    await rig.say("manager", "半夜连发一百条")
    assert "因为半夜连发一百条，11月26日前" in (await rig.heard("li"))[-1].text


@pytest.mark.parametrize("days", ["0", "31", "很久", "-1"])
async def test_days_beyond_a_month_are_asked_again(rig: Rig, days: str) -> None:
    await rig.say("manager", choice="c:1:hush")
    assert "几天" in (await rig.say("manager", days))[-1].text


async def test_the_button_lifts_what_it_ordered(rig: Rig) -> None:
    await mute(rig)
    await rig.press("manager", "恢复收来人留言", await rig.say("manager", choice="c:1:more"))
    await rig.heard("li")
    assert (await rig.say("li", "金康苑5号楼门口垃圾没人收"))[-1].buttons


async def test_another_case_of_the_same_person_does_not_tell_that_they_are_muted(rig: Rig) -> None:
    await rig.press("li", "提交", await rig.press("li", "匿名", await rig.say("li", "金康苑5号楼1单元楼道灯坏了")))
    await mute(rig)
    more = (await rig.say("manager", choice="c:2:more"))[-1]
    assert [b.label.partition(" ")[2] for b in more.buttons if "留言" in b.label] == ["暂不收来人留言"]


@pytest.mark.parametrize("who", ["worker", "stranger", "li"])
async def test_nobody_but_a_desk_is_offered_it_or_may_press_it(rig: Rig, who: str) -> None:
    more = await rig.say(who, choice="c:1:more")
    assert not any("来人留言" in button.label for message in more for button in message.buttons)
    await rig.say(who, choice="c:1:hush")
    await rig.say(who, "7天")
    await rig.say(who, "反复辱骂")
    await rig.say(who, choice="c:1:unhush")
    async with rig.database.reading() as connection:
        assert (await connection.execute(select(mutings))).all() == []


async def test_after_the_days_they_are_heard_again(rig: Rig) -> None:
    await mute(rig)
    await rig.pass_time(days=7, minutes=1)
    await rig.heard("li")
    assert (await rig.say("li", "金康苑5号楼门口垃圾没人收"))[-1].buttons


async def test_a_desk_can_lift_it(rig: Rig) -> None:
    await mute(rig)
    await mute(rig, words="解除禁言 1001")
    await rig.heard("li")
    assert (await rig.say("li", "金康苑5号楼门口垃圾没人收"))[-1].buttons


@pytest.mark.parametrize("who", ["worker", "stranger", "li"])
async def test_nobody_but_a_desk_may(rig: Rig, who: str) -> None:
    await mute(rig, who)
    async with rig.database.reading() as connection:
        assert (await connection.execute(select(mutings))).all() == []


async def test_an_order_without_a_reason_asks_for_one(rig: Rig) -> None:
    heard = await mute(rig, words="禁言 1001 7天")
    async with rig.database.reading() as connection:
        assert (await connection.execute(select(mutings))).all() == []
    assert heard


async def test_every_order_stays_on_record(rig: Rig) -> None:
    await mute(rig)
    await mute(rig, words="解除禁言 1001")
    async with rig.database.reading() as connection:
        assert len((await connection.execute(select(mutings))).all()) == 2
