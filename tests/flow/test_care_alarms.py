"""一键求助, as the elder, the family, the workers and strangers see it."""

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import select

from bot.cases.lifecycle import State
from bot.chat.messages import Address, Incoming
from bot.grid.directory import Role
from storage.database import Database
from storage.tables import outbox
from tests.flow.care_walk import ALLERGY, DAUGHTER, followed, let_in, registered
from tests.flow.errand_walk import delivered, labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def state(rig: Rig, case_id: int = 1) -> State:
    async with rig.storage.writing() as records:
        case = await records.cases.get(case_id)
    assert case is not None
    return case.state


async def test_one_word_gives_the_number_first_and_calls_the_daughter(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    told = await rig.say("wang", "求助")
    assert "120" in told[0].text
    assert "🆘 王秀英求助" in words(await rig.heard("fang"))


async def test_one_tap_in_the_greeting_calls_as_well(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.press("wang", "求助", await rig.say("wang", "你好"))
    assert "🆘" in words(await rig.heard("fang"))


async def test_a_cry_in_the_midst_of_a_report_calls_at_once(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "楼道灯坏了")
    assert "正在叫人" in words(await rig.say("wang", "救命我摔倒了"))


async def test_the_same_word_of_a_stranger_calls_nobody(rig: Rig) -> None:
    told = await rig.say("li", "求助")
    assert "120" in words(told)
    assert not await rig.heard("worker")


async def test_who_is_next_in_order_is_called_only_when_minutes_went_by(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    assert not await rig.heard("worker")
    await rig.pass_time(minutes=2)
    assert "🆘" in words(await rig.heard("worker"))


async def test_nobody_more_is_called_once_somebody_goes(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.press("fang", "我去", await rig.heard("fang"))
    await rig.pass_time(minutes=10)
    assert "我去" not in labels(await rig.heard("worker"))


async def test_everybody_hears_who_goes(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.heard("wang")
    await rig.press("fang", "我去", await rig.heard("fang"))
    assert "女儿王芳说：我去" in words(await rig.heard("wang"))
    assert "女儿王芳去了" in words(await rig.heard("worker"))


async def test_of_two_who_press_at_once_one_goes_and_the_other_hears_who(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.pass_time(minutes=2)
    await rig.heard("fang"), await rig.heard("worker")
    rig.said += 2
    presses = [
        Incoming(Address("web", who), Address("web", who), f"both-{who}", rig.now[0], choice="k:1:go")
        for who in ("fang", "worker")
    ]
    await asyncio.gather(*(rig.intake.receive([press]) for press in presses))
    told = [words(await rig.heard(who)) for who in ("fang", "worker")]
    assert sum("好，您去" in each for each in told) == 1
    assert sum("已经去了" in each or "去了。您可以放心" in each for each in told) == 1


async def test_somebody_who_was_not_called_cannot_answer(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    assert "没有叫到您" in words(await rig.say("manager", choice="k:1:go"))


async def test_how_it_ended_is_told_and_the_case_is_finished(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.pass_time(minutes=2)
    card = await rig.press("worker", "我去", await rig.heard("worker"))
    await rig.press("worker", "送医院", await rig.press("worker", "看过了", card))
    assert "送医院了" in words(await rig.heard("fang"))
    assert await state(rig) is State.FINISHED


async def test_an_elder_who_pressed_by_mistake_takes_it_back(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    told = await rig.say("wang", "求助")
    await rig.press("wang", "按错了", told)
    assert "按错了" in words(await rig.heard("fang"))
    assert await state(rig) is State.WITHDRAWN


async def test_a_second_call_while_one_stands_opens_no_other_case(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "求助")
    await rig.say("wang", "求助")
    async with rig.storage.writing() as records:
        assert await records.cases.get(2) is None


async def test_when_nobody_answers_the_elder_is_told_to_dial_and_all_are_called_again(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "求助")
    await rig.heard("wang")
    for _ in range(4):
        await rig.pass_time(minutes=2)
    assert "还没有人应" in words(await rig.heard("wang"))


async def test_who_takes_it_long_after_by_its_card_is_told_to_the_elder(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "求助")
    for _ in range(20):
        await rig.pass_time(minutes=2)
    await rig.heard("wang")
    await rig.say("worker", choice="c:1:accept")
    await rig.pass_time(minutes=2)
    assert "我去" in words(await rig.heard("wang"))


async def test_what_is_sensitive_reaches_who_is_called_and_stays_out_of_the_outbox(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await rig.say("wang", "求助")
    async with rig.database.reading() as connection:
        kept = " ".join(str(body) for body in await connection.scalars(select(outbox.c.body)))
    assert ALLERGY not in kept
    assert DAUGHTER not in kept
    async with rig.database.writing() as connection:
        await connection.execute(outbox.update().where(outbox.c.chat != "worker").values(state="sent"))
    assert ALLERGY in "\n".join(await delivered(rig, "worker"))


async def test_the_history_of_the_case_tells_who_was_called(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    async with rig.storage.writing() as records:
        told = [event.words for event in await records.cases.events(1)]
    assert "叫：女儿王芳" in told


async def test_a_call_is_heard_though_a_new_import_knows_the_building_no_more(rig: Rig) -> None:
    elder = await registered(rig)
    await let_in(rig, elder)
    async with rig.storage.writing() as records:
        bound = await records.elders.get(elder.id)
        assert bound is not None
        await records.elders.save(replace(bound, unit_id=987_654))
    assert "正在叫人" in words(await rig.say("wang", "求助"))


async def rescued(rig: Rig) -> str:
    """A daughter went and saw that all was well; what the elder then reads."""
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    goes = await rig.press("fang", "我去", await rig.heard("fang"))
    await rig.heard("wang")
    await rig.press("fang", "没事了", await rig.press("fang", "看过了", goes))
    told = await rig.heard("wang")
    return words(told) + labels(told)


async def test_who_was_rescued_is_asked_how_they_are_and_not_for_a_grade(rig: Rig) -> None:
    told = await rescued(rig)
    assert "您现在好些了吗" in told
    assert "满意" not in told


async def test_nobody_asks_for_a_grade_days_later_either(rig: Rig) -> None:
    await rescued(rig)
    for _ in range(10):
        await rig.pass_time(days=1)
    assert "满意" not in words(await rig.heard("wang"))


async def test_all_right_again_closes_the_call(rig: Rig) -> None:
    await rescued(rig)
    assert "好好歇着" in words(await rig.say("wang", choice="k:1:well"))
    assert await state(rig) is State.CLOSED


async def test_still_not_well_calls_people_again(rig: Rig) -> None:
    await rescued(rig)
    await rig.say("wang", choice="k:1:unwell")
    assert "🆘 王秀英求助" in words(await rig.heard("fang"))


async def test_nobody_else_answers_for_the_elder(rig: Rig) -> None:
    await rescued(rig)
    for verb in ("well", "unwell"):
        await rig.say("fang", choice=f"k:1:{verb}")
    assert await state(rig) is State.FINISHED


async def test_the_elder_hears_each_time_who_is_called_next(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.pass_time(minutes=2)
    assert "正在叫网格员王**。您别急" in words(await rig.heard("wang"))


async def test_at_night_nobody_is_woken_who_was_not_called(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.pass_time(hours=16)  # one at night
    await rig.heard("fang"), await rig.heard("manager")
    await rig.say("wang", "求助")
    await rig.press("fang", "我去", await rig.heard("fang"))
    assert "女儿王芳说：我去" in words(await rig.heard("wang"))
    assert "求助" not in words(await rig.heard("manager"))


async def test_a_buildings_head_gets_the_call_and_no_card_of_the_case(rig: Rig) -> None:
    head = next(
        rig.house.town.directory.staff[post.holder_id or 0]
        for post in rig.house.town.directory.posts.values()
        if post.role is Role.BUILDING_HEAD and rig.house.town.directory.units[post.unit_id].code == "JKY-3"
    )
    await rig.hire("head", head.code)
    await let_in(rig, await registered(rig))
    await rig.say("wang", "求助")
    for _ in range(3):
        await rig.pass_time(minutes=2)
    await rig.press("worker", "我去", await rig.heard("worker"))
    cards = {message.card.partition(":")[0] for message in await rig.heard("head")}
    assert "alarm" in cards
    assert "case" not in cards


async def test_the_card_of_a_call_says_that_the_family_went(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await followed(rig)
    await rig.say("wang", "求助")
    await rig.pass_time(minutes=2)
    await rig.press("fang", "我去", await rig.heard("fang"))
    assert "已由家人接单" in words(await rig.heard("worker"))
