"""Weekly visits and nursing rounds, as workers, doctors, desks and families see them."""

import asyncio
from datetime import date, timedelta

import pytest

from bot.care.elder import Elder, Visit
from bot.chat.messages import Address, Incoming, Outgoing
from bot.grid import sample
from storage.database import Database
from tests.flow.care_walk import followed, let_in, registered
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    """It is Monday, 9 in the morning; the elder whose number is 5 is visited on Mondays."""
    rig = await build(database)
    async with rig.storage.writing() as records:
        await records.timers.set("care_day", 0, "2026-11-23", rig.now[0])
    return rig


async def five(rig: Rig) -> list[Elder]:
    """Five elders of one house, one for each working day."""
    return [await registered(rig, f"L{n}", f"王秀{n}", room=f"{n}01") for n in range(1, 6)]


async def begin(rig: Rig) -> list[Outgoing]:
    """The day's visits are made; what the worker reads."""
    await rig.pass_time(seconds=1)
    await rig.pass_time(seconds=1)
    return await rig.heard("worker")


async def visit(rig: Rig, who: str, elder: Elder, *answers: str) -> list[Outgoing]:
    told = await rig.say(who, choice=f"k:{elder.id}:visit")
    for answer in answers:
        told = await rig.press(who, answer, told)
    return told


async def of(rig: Rig, elder: Elder, kind: str = "weekly") -> Visit:
    async with rig.storage.writing() as records:
        return (await records.visits.last((elder.id,), kind))[elder.id]


async def test_in_the_morning_the_worker_gets_those_who_are_due(rig: Rig) -> None:
    await five(rig)
    assert "王秀5" in labels(await begin(rig))


async def test_a_visit_is_closed_with_three_taps_and_a_last_one(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    told = await visit(rig, "worker", elder, "好", "正常", "按时", "没有了")
    assert "谢谢您看望王秀5" in words(told)
    assert (await of(rig, elder)).done_at is not None


async def test_the_daughter_hears_how_it_was(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await let_in(rig, elder)
    await followed(rig)
    await begin(rig)
    await visit(rig, "worker", elder, "一般", "吃得少", "按时", "没有了")
    assert "精神一般，吃饭吃得少" in words(await rig.heard("fang"))


async def test_a_worrying_answer_opens_an_urgent_case_at_the_community(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    told = await visit(rig, "worker", elder, "不好", "没吃", "忘了", "没有了")
    assert "报给社区" in words(told)
    assert "探访发现：王秀5" in words(await rig.heard("manager"))
    made = await of(rig, elder)
    async with rig.storage.writing() as records:
        case = await records.cases.get(made.case_id or 0)
    assert case is not None
    assert case.urgency == "urgent"


async def test_a_calm_answer_opens_none(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    await visit(rig, "worker", elder, "好", "正常", "不用吃", "没有了")
    assert (await of(rig, elder)).case_id is None


async def test_words_of_danger_open_one_though_the_taps_were_calm(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    await visit(rig, "worker", elder, "好", "正常", "按时")
    await rig.say("worker", "屋里煤气味很大,漏气了")
    assert (await of(rig, elder)).case_id is not None


async def test_what_is_not_visited_goes_to_the_next_person_the_same_day(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    first = (await of(rig, elder)).person_id
    await rig.pass_time(hours=6)
    again = await of(rig, elder)
    assert again.person_id != first
    assert again.day == date(2026, 11, 23)


async def test_whom_nobody_saw_the_desk_hears_of_and_tomorrow_begins_with(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    await rig.pass_time(hours=6)
    await rig.heard("manager")
    await rig.pass_time(hours=3, minutes=1)
    assert "没人探访：王秀5" in words(await rig.heard("manager"))
    await rig.pass_time(hours=14)
    await rig.pass_time(minutes=1)
    assert (await of(rig, elder)).day == date(2026, 11, 24)


async def test_a_week_later_the_same_elder_is_due_again(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    await visit(rig, "worker", elder, "好", "正常", "按时", "没有了")
    for _ in range(7):
        await rig.pass_time(days=1)
        await rig.pass_time(seconds=1)
    assert (await of(rig, elder)).day == date(2026, 11, 30)


async def test_the_neediest_come_first_in_the_list(rig: Rig) -> None:
    await registered(rig, "L1", "张大爷", alone=False, mobility="well")
    await registered(rig, "L2", "李奶奶", alone=True, mobility="bound")
    told = labels(await rig.say("worker", "探访"))
    assert told.index("李奶奶") < told.index("张大爷")


async def test_a_resident_gets_no_list(rig: Rig) -> None:
    await registered(rig)
    assert "王秀英" not in labels(await rig.say("li", "探访"))


async def test_a_stranger_cannot_note_a_visit(rig: Rig) -> None:
    elder = await registered(rig)
    told = await visit(rig, "li", elder, "不好", "没吃", "忘了", "没有了")
    assert "不归您管" in words(told)


async def test_a_second_visit_on_one_day_is_not_counted_twice(rig: Rig) -> None:
    elder = await registered(rig)
    await visit(rig, "worker", elder, "好", "正常", "按时", "没有了")
    told = await visit(rig, "worker", elder, "好", "正常", "按时", "没有了")
    assert "今天已经看望过" in words(told)


async def test_a_doctor_makes_the_monthly_round_and_four_weeks_later_again(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        doctor = await records.people.by_code("R003")
    assert doctor is not None
    await rig.hire("doctor", "R003")
    # Of twenty elders in a row one is due for a first round on any day.
    for n in range(20):
        await registered(rig, f"L{n}", f"老人{n}", doctor_id=doctor.id)
    await begin(rig)
    async with rig.storage.writing() as records:
        rounds = [v for v in await records.visits.open_of(doctor.id) if v.kind == "nursing"]
    assert len(rounds) == 1
    async with rig.storage.writing() as records:
        elder = await records.elders.get(rounds[0].elder_id)
    assert elder is not None
    await visit(rig, "doctor", elder, "好", "正常", "按时", "没有了")
    assert (await of(rig, elder, "nursing")).done_at is not None


async def test_after_a_standstill_of_days_only_todays_visits_are_made(rig: Rig) -> None:
    await five(rig)
    rig.now[0] += timedelta(days=2)
    for _ in range(3):
        await rig.pass_time(seconds=1)
    async with rig.storage.writing() as records:
        made = await records.visits.open_on(date(2026, 12, 31), 0, 100)
    assert {one.day for one in made} <= {date(2026, 11, 25)}


async def test_of_two_who_note_a_visit_at_once_one_opens_the_case(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    for who in ("worker", "manager"):
        told = await visit(rig, who, elder, "不好", "没吃", "忘了")
        assert "没有了" in labels(told)
    last = [
        Incoming(Address("web", who), Address("web", who), f"both-{who}", rig.now[0], text="没有了")
        for who in ("worker", "manager")
    ]
    await asyncio.gather(*(rig.intake.receive([each]) for each in last))
    async with rig.storage.writing() as records:
        assert await records.cases.get(1) is not None
        assert await records.cases.get(2) is None


async def test_the_desk_reads_numbers_for_each_grid(rig: Rig) -> None:
    elders = await five(rig)
    await registered(rig, "L9", "张大爷", unit="JKY-5", alone=False, mobility="bound")
    await visit(rig, "worker", elders[0], "好", "正常", "按时", "没有了")
    told = words(await rig.say("manager", "老人统计"))
    assert "金康苑第一网格：5 位，独居 5，卧床 0，七天内看过 1" in told
    assert "金康苑第二网格：1 位，独居 0，卧床 1，七天内看过 0" in told


async def rounds(rig: Rig, *codes: str) -> Visit:
    """The one doctor's round of the day, where these doctors share twenty elders; the first has who is due."""
    ids = []
    for code in codes:
        async with rig.storage.writing() as records:
            person = await records.people.by_code(code)
        assert person is not None
        await rig.hire(code, code)
        ids.append(person.id)
    today = date(2026, 11, 23).toordinal()
    for n in range(1, 21):
        await registered(rig, f"L{n}", f"老人{n}", doctor_id=ids[0] if n % 20 == today % 20 else ids[-1])
    await begin(rig)
    async with rig.storage.writing() as records:
        return next(v for v in await records.visits.open_of(ids[0]) if v.kind == "nursing")


async def now_with(rig: Rig, made: Visit) -> str | None:
    """The code of whom a visit is with."""
    async with rig.storage.writing() as records:
        held = await records.visits.get(made.id)
    assert held is not None
    return rig.house.town.directory.staff[held.person_id].code


async def test_a_round_that_the_doctor_missed_goes_to_the_next_doctor(rig: Rig) -> None:
    made = await rounds(rig, "R003", "R004")
    await rig.pass_time(hours=6)
    assert await now_with(rig, made) == "R004"


async def test_and_without_another_doctor_to_the_desk(rig: Rig) -> None:
    made = await rounds(rig, "R003")
    await rig.pass_time(hours=6)
    assert await now_with(rig, made) == sample.PRACTICE_MANAGER


async def test_the_next_doctor_closes_the_round(rig: Rig) -> None:
    made = await rounds(rig, "R003", "R004")
    await rig.pass_time(hours=6)
    async with rig.storage.writing() as records:
        elder = await records.elders.get(made.elder_id)
    assert elder is not None
    await visit(rig, "R004", elder, "好", "正常", "按时", "没有了")
    assert (await of(rig, elder, "nursing")).done_at is not None


async def test_of_an_elder_whom_nobody_met_neither_meals_nor_medicine_are_asked(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await let_in(rig, elder)
    await followed(rig)
    await rig.heard("fang")
    await begin(rig)
    told = await visit(rig, "worker", elder, "没见到人", "没有了")
    assert "已经报给社区" in words(told)
    assert "没见到人。您联系一下吧" in words(await rig.heard("fang"))


async def test_on_the_day_of_a_visit_the_card_tells_of_the_last_one(rig: Rig) -> None:
    elder = (await five(rig))[4]
    await begin(rig)
    await visit(rig, "worker", elder, "好", "正常", "按时", "没有了")
    await rig.pass_time(days=7)
    async with rig.storage.writing() as records:
        await records.visits.add(Visit(elder.id, "weekly", date(2026, 11, 30), elder.community_id))
    assert "精神好，吃饭正常" in words(await rig.say("worker", choice=f"k:{elder.id}:card"))
