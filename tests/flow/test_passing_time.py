"""What people hear when time passes: each thing once, with its reason, at a civil hour, and only a handful a day."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete

from bot.cases import timing
from bot.cases.lifecycle import Act, Case, State
from bot.cases.mornings import Mornings
from bot.cases.recounting import recount_some
from bot.cases.reminding import HANDFUL
from bot.chat.messages import Outgoing
from bot.chat.wishes import DoAct
from bot.grid import sample
from bot.triage.kinds import Urgency
from storage.calendars import take_holidays
from storage.database import Database
from storage.tables import timers
from tests.flow.rig import MONDAY, Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def filed(rig: Rig, who: str = "li") -> list[Outgoing]:
    """A case filed; what the worker then has."""
    await rig.say(who, WORDS)
    await rig.say(who, "1")
    return await rig.heard("worker")


async def accepted(rig: Rig) -> Case:
    """A case that the worker has accepted and written to the resident about."""
    await rig.press("worker", "接单", await filed(rig))
    case = await case_of(rig)
    await act(rig, case, Act.RELAY, "我明天来")
    for who in ("li", "worker", "manager"):
        await rig.heard(who)
    return await case_of(rig)


async def act(rig: Rig, case: Case, act_: Act, words: str, value: str = "", code: str = "") -> None:
    """As the handler, or as the staff member with this code."""
    async with rig.storage.writing() as records:
        found = await records.people.by_code(code)
        person = found or await records.people.get(case.handler_id or 0)
        wish = DoAct(case.id, act_, words, value=value)
        await rig.intake._casework.act(records, rig.house.town, person, wish, rig.now[0])


async def case_of(rig: Rig, case_id: int = 1) -> Case:
    async with rig.storage.writing() as records:
        case = await records.cases.get(case_id)
    assert case is not None
    return case


async def at(rig: Rig, moment: str) -> None:
    """Let it be this local time, and ring whatever is due until nothing is."""
    rig.now[0] = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
    while await rig.sweep.ring_due():
        pass


async def begin_mornings(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        await Mornings().start(records, rig.house.town, rig.now[0])


def said(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def test_a_case_is_filed_with_its_three_deadlines(rig: Rig) -> None:
    await filed(rig)
    case = await case_of(rig)
    hours = [rig.house.town.clocks.working_between(MONDAY, due) for due in (case.accept_by, case.contact_by)]  # type: ignore[arg-type] # it is set
    assert [round(each / timedelta(hours=1)) for each in hours] == [2, 8]
    assert rig.house.town.clocks.working_between(MONDAY, case.finish_by) >= timedelta(hours=40)


async def test_whoever_is_called_next_hears_whom_it_comes_from(rig: Rig) -> None:
    await filed(rig)
    await at(rig, "2026-11-23T11:01")
    reminded = await rig.heard("worker")
    assert "还没人接" in said(reminded)
    for hour in ("14:10", "15:20", "16:30", "17:40"):
        await at(rig, f"2026-11-23T{hour}")
    assert "轮到您了" in said(await rig.heard("manager"))


async def test_nobody_who_is_called_late_is_told_to_accept_by_an_hour_that_is_over(rig: Rig) -> None:
    await filed(rig)
    for hour in ("11:01", "14:10", "15:20", "16:30", "17:40"):
        await at(rig, f"2026-11-23T{hour}")
    called = said(await rig.heard("manager"))
    assert "该有人接，请尽快接单" in called
    assert "前接单" not in called


async def test_a_reminder_to_accept_can_be_accepted_from(rig: Rig) -> None:
    await filed(rig)
    await at(rig, "2026-11-23T11:01")
    await rig.press("worker", "接单", await rig.heard("worker"))
    assert (await case_of(rig)).state is State.ACCEPTED


async def test_who_does_not_talk_to_the_resident_is_reminded_once(rig: Rig) -> None:
    await rig.press("worker", "接单", await filed(rig))
    await rig.heard("worker")
    await at(rig, "2026-11-24T09:30")
    await at(rig, "2026-11-24T11:30")
    assert said(await rig.heard("worker")).count("还没联系居民") == 1


async def test_who_has_talked_to_the_resident_is_not_reminded_of_it(rig: Rig) -> None:
    await accepted(rig)
    await at(rig, "2026-11-24T12:30")
    assert await rig.heard("worker") == []


async def test_after_a_standstill_nothing_late_is_called_near(rig: Rig) -> None:
    await accepted(rig)
    await at(rig, "2026-12-02T09:30")
    heard = said(await rig.heard("worker"))
    assert "超期了" in heard
    assert "快到点了" not in heard


async def test_the_desk_above_hears_who_is_late(rig: Rig) -> None:
    case = await accepted(rig)
    rig.now[0] = case.finish_by
    await at(rig, "2026-11-30T09:30")
    assert "超期了，请尽快办" in said(await rig.heard("worker"))
    assert "在办，请过问" in said(await rig.heard("manager"))


async def test_while_the_case_waits_for_the_resident_nothing_rings(rig: Rig) -> None:
    case = await accepted(rig)
    await act(rig, case, Act.ASK, "几楼的灯?")
    await rig.heard("worker")
    rig.now[0] += timedelta(days=2, hours=23)
    while await rig.sweep.ring_due():
        pass
    assert await rig.heard("worker") == []


async def test_after_three_days_without_an_answer_the_clock_runs_again(rig: Rig) -> None:
    before = await accepted(rig)
    await act(rig, before, Act.ASK, "几楼的灯?")
    await rig.heard("li")
    await at(rig, "2026-11-26T09:30")
    after = await case_of(rig)
    assert after.state is State.ACCEPTED
    rested = rig.house.town.clocks.working_between(before.finish_by, after.finish_by)
    assert timedelta(hours=24) <= rested <= timedelta(hours=25)
    assert "没等到您的回话" in said(await rig.heard("li"))
    assert "接着算" in said(await rig.heard("worker"))


async def test_an_answer_in_time_leaves_nothing_to_ring(rig: Rig) -> None:
    case = await accepted(rig)
    await act(rig, case, Act.ASK, "几楼的灯?")
    async with rig.storage.writing() as records:
        resident = await records.people.get(case.reporter_id)
        await rig.intake._casework.act(records, rig.house.town, resident, DoAct(1, Act.ADD, "二楼"), rig.now[0])
    events = await events_of(rig)
    await at(rig, "2026-11-26T09:30")
    assert await events_of(rig) == events


async def events_of(rig: Rig) -> list[str]:
    async with rig.storage.writing() as records:
        return [event.act for event in await records.cases.events(1)]


async def test_a_shelved_case_goes_on_at_its_review(rig: Rig) -> None:
    case = await accepted(rig)
    await act(rig, case, Act.SHELVE, "等配件", value="2026-12-21")
    await act(rig, case, Act.GRANT, "", code=sample.PRACTICE_MANAGER)
    await rig.heard("worker")
    await at(rig, "2026-12-18T10:00")
    assert Act.OVERDUE not in await events_of(rig)
    await at(rig, "2026-12-21T09:00")
    after = await case_of(rig)
    assert after.state is State.ACCEPTED
    assert after.finish_by > case.finish_by + timedelta(days=27)
    assert "挂账到期了" in said(await rig.heard("worker"))
    assert "挂账到期了" in said(await rig.heard("manager"))


async def test_the_resident_hears_that_the_day_of_a_shelved_case_has_come(rig: Rig) -> None:
    case = await accepted(rig)
    await act(rig, case, Act.SHELVE, "等配件", value="2026-12-21")
    await act(rig, case, Act.GRANT, "", code=sample.PRACTICE_MANAGER)
    await rig.heard("li")
    await at(rig, "2026-12-21T09:00")
    assert "到日子了" in said(await rig.heard("li"))


async def test_a_return_leaves_the_residents_deadline_and_gives_the_desk_its_own_to_accept(rig: Rig) -> None:
    before = await accepted(rig)
    rig.now[0] += timedelta(hours=1)
    await act(rig, before, Act.RETURN, "归物业管")
    after = await case_of(rig)
    assert after.finish_by == before.finish_by
    assert rig.house.town.clocks.working_between(rig.now[0], after.accept_by) == timedelta(hours=4)


async def test_a_timer_of_an_older_version_is_replaced_by_those_that_stand(rig: Rig) -> None:
    case = await accepted(rig)
    async with rig.database.writing() as connection:
        await connection.execute(delete(timers))
    async with rig.storage.writing() as records:
        await records.timers.set("near", case.id, "1.0", rig.now[0])
    await at(rig, "2026-11-23T10:00")
    await at(rig, "2026-11-30T10:00")
    assert Act.OVERDUE in await events_of(rig)


async def test_a_deadline_that_was_moved_rings_when_it_has_come(rig: Rig) -> None:
    case = await accepted(rig)
    async with rig.storage.writing() as records:
        later = await timing.extend(records, rig.house.town, case, 8, rig.now[0])
        await records.cases.save(later)
    rig.now[0] = case.finish_by
    await rig.pass_time(minutes=1)
    assert Act.OVERDUE not in await events_of(rig)
    rig.now[0] = later.finish_by
    await rig.pass_time(minutes=1)
    assert Act.OVERDUE in await events_of(rig)


async def test_the_morning_list_comes_once_and_says_what_is_due(rig: Rig) -> None:
    await begin_mornings(rig)
    case = await accepted(rig)
    await at(rig, "2026-11-30T08:00")
    heard = await rig.heard("worker")
    assert case.number == 1001
    lists = [message for message in heard if "您手上有1件" in message.text]
    assert len(lists) == 1
    assert "1001号" in lists[0].text
    shown = await rig.press("worker", "1001", lists)
    assert "金康苑3号楼2单元" in said(shown)


async def test_who_has_nothing_to_do_gets_no_list(rig: Rig) -> None:
    await begin_mornings(rig)
    await at(rig, "2026-11-24T08:00")
    assert await rig.heard("worker") == []


async def test_there_is_no_list_on_a_day_off(rig: Rig) -> None:
    await accepted(rig)
    rig.now[0] = datetime(2026, 11, 27, 2, 0, tzinfo=UTC)
    await begin_mornings(rig)
    await at(rig, "2026-11-28T08:00")
    assert "您手上有" not in said(await rig.heard("worker"))


async def test_nobody_on_leave_gets_a_list(rig: Rig) -> None:
    case = await accepted(rig)
    async with rig.storage.writing() as records:
        day = datetime(2026, 11, 24, tzinfo=UTC).date()
        await records.people.take_leave(case.handler_id or 0, day, day)
    await rig.house.refresh()
    await begin_mornings(rig)
    await at(rig, "2026-11-24T08:00")
    assert await rig.heard("worker") == []


async def test_what_fell_late_in_the_evening_is_said_in_the_morning_list_alone(rig: Rig) -> None:
    await begin_mornings(rig)
    case = await accepted(rig)
    late = datetime.fromisoformat("2026-11-24T22:00+08:00").astimezone(UTC)
    async with rig.storage.writing() as records:
        await records.cases.save(moved := replace(case, finish_by=late))
        await timing.ring(records, rig.house.town, moved, rig.now[0])
    await at(rig, "2026-11-24T22:01")
    assert "超期" not in said(await rig.heard("worker"))
    await at(rig, "2026-11-25T08:15")
    heard = [message.text for message in await rig.heard("worker") if not message.card]
    assert len(heard) == 1
    assert "超期1件" in heard[0]


async def test_what_falls_late_at_night_is_written_at_its_own_hour_and_once(rig: Rig) -> None:
    case = await accepted(rig)
    late = datetime.fromisoformat("2026-11-24T23:00+08:00").astimezone(UTC)
    async with rig.storage.writing() as records:
        await records.cases.save(moved := replace(case, finish_by=late))
        await timing.ring(records, rig.house.town, moved, rig.now[0])
    await at(rig, "2026-11-24T23:00")
    assert (await events_of(rig)).count(Act.OVERDUE) == 1
    assert "超期" not in said(await rig.heard("worker"))
    await at(rig, "2026-11-25T09:30")
    assert (await events_of(rig)).count(Act.OVERDUE) == 1
    assert "超期" in said(await rig.heard("worker"))


async def test_a_deadline_that_comes_near_is_said_on_a_working_day(rig: Rig) -> None:
    await accepted(rig)
    for day in ("2026-11-27T17:59", "2026-11-29T20:00"):
        await at(rig, day)
    assert "快到点了" in said(await rig.heard("worker"))
    async with rig.storage.writing() as records:
        counts = [await records.reminders.counts(datetime(2026, 11, day, tzinfo=UTC).date()) for day in (27, 28, 29)]
    assert [sum(count.values()) for count in counts] == [1, 0, 0]


async def test_a_silenced_case_is_silent_for_one_person_alone(rig: Rig) -> None:
    await accepted(rig)
    await at(rig, "2026-11-27T17:59")
    await rig.press("worker", "这件别再提醒", await rig.heard("worker"))
    await at(rig, "2026-11-30T09:30")
    assert [message for message in await rig.heard("worker") if not message.card] == []
    assert "超期" in said(await rig.heard("manager"))


async def test_a_silenced_case_is_heard_of_again_when_wanted(rig: Rig) -> None:
    await accepted(rig)
    await at(rig, "2026-11-27T17:59")
    silent = await rig.press("worker", "这件别再提醒", await rig.heard("worker"))
    await rig.press("worker", "恢复提醒", silent)
    await at(rig, "2026-11-30T09:30")
    assert "超期" in said(await rig.heard("worker"))


async def test_a_stranger_cannot_silence_a_case(rig: Rig) -> None:
    await accepted(rig)
    assert said(await rig.say("stranger", choice="c:1:mute")) == said(await rig.say("stranger", choice="c:9:mute"))


async def test_an_emergency_is_said_at_night_and_though_it_was_silenced(rig: Rig) -> None:
    await filed(rig)
    night = datetime.fromisoformat("2026-11-23T23:00+08:00").astimezone(UTC)
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
        worker = await records.people.by_code(sample.PRACTICE_WORKER)
        assert case is not None
        assert worker is not None
        urgent = replace(case, urgency=Urgency.EMERGENCY, accept_by=night)
        await records.cases.save(urgent)
        await records.reminders.mute(worker.id, case.id, rig.now[0])
        await timing.ring(records, rig.house.town, urgent, rig.now[0])
    await at(rig, "2026-11-23T23:01")
    assert "还没人接" in said(await rig.heard("worker"))


async def test_nobody_gets_more_than_a_handful_a_day(rig: Rig) -> None:
    for number in range(HANDFUL + 3):
        await filed(rig, f"li{number}")
        await rig.say(f"li{number}", "不是，继续提交")  # to the question whether it is the neighbour's
    await rig.heard("worker")
    await at(rig, "2026-11-23T11:30")
    heard = [message for message in await rig.heard("worker") if not message.card]
    assert len(heard) == HANDFUL
    assert "看全部" in heard[-1].buttons[0].label
    async with rig.storage.writing() as records:
        assert max((await records.reminders.counts(rig.house.town.clocks.today(rig.now[0]))).values()) == HANDFUL


async def test_after_a_handful_a_turn_comes_with_its_card_alone(rig: Rig) -> None:
    await filed(rig)
    async with rig.storage.writing() as records:
        manager = await records.people.by_code(sample.PRACTICE_MANAGER)
        assert manager is not None
        for _ in range(HANDFUL):
            await records.reminders.count(manager.id, rig.house.town.clocks.today(rig.now[0]))
    for hour in ("11:01", "14:10", "15:20", "16:30", "17:40"):
        await at(rig, f"2026-11-23T{hour}")
    heard = await rig.heard("manager")
    assert any("接单" in button.label for message in heard for button in message.buttons)
    assert "轮到您了" not in said(heard)


async def test_a_years_table_moves_the_deadlines_in_that_year(rig: Rig) -> None:
    rig.now[0] = datetime.fromisoformat("2026-12-30T09:00+08:00").astimezone(UTC)
    case = await accepted(rig)
    assert timing.provisional(rig.house.town, case, case.finish_by)
    monday = datetime(2027, 1, 4, tzinfo=UTC).date()
    await take_holidays(rig.database, {monday: False}, "2027.csv")
    assert await rig.house.refresh()
    town = rig.house.town
    async with rig.storage.writing() as records:
        _, moved = await recount_some(records, town, datetime(2027, 1, 1, tzinfo=UTC), 0, rig.now[0])
    after = await case_of(rig)
    assert [each.after.number for each in moved] == [1001]
    assert after.finish_by == case.finish_by + timedelta(days=1)
    assert not timing.provisional(town, after, after.finish_by)
