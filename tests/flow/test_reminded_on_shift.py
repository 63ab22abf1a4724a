"""Who is reminded, whistled for, called to an elder and sent on a visit, when people work in shifts."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases import present, timing
from bot.cases.lifecycle import Act, Case
from bot.chat.wishes import DoAct
from bot.grid import sample
from bot.grid.directory import Role
from bot.grid.shifts import Shift
from storage.database import Database
from tests.flow.care_walk import let_in, registered
from tests.flow.errand_walk import words
from tests.flow.rig import Rig, build

MORNINGS = "每天8点到12点"
NIGHTS = "每天20点到6点"


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def accepted(rig: Rig, shifts: str) -> Case:
    """A case of the worker's, who has written to the resident and then tells these shifts."""
    await rig.say("li", "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.say("li", "1")
    await rig.press("worker", "接单", await rig.heard("worker"))
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
        person = await records.people.by_code(sample.PRACTICE_WORKER)
        assert case is not None
        assert person is not None
        wish = DoAct(case.id, Act.RELAY, "我明天来")
        await rig.intake._casework.act(records, rig.house.town, person, wish, rig.now[0])
    await tell(rig, shifts)
    await rig.heard("manager")
    return case


async def tell(rig: Rig, shifts: str) -> None:
    await rig.say("worker", "我的班次")
    await rig.say("worker", shifts)
    await rig.house.refresh()


async def due(rig: Rig, case: Case, local: str) -> None:
    """The case is to be finished by this local time."""
    async with rig.storage.writing() as records:
        stored = await records.cases.get(case.id)
        assert stored is not None
        moved = replace(stored, finish_by=moment(local))
        await records.cases.save(moved)
        await timing.ring(records, rig.house.town, moved, rig.now[0])


def moment(local: str) -> datetime:
    return datetime.fromisoformat(f"{local}+08:00").astimezone(UTC)


async def at(rig: Rig, local: str) -> None:
    """Let time pass until then, ringing every ten minutes what is due."""
    until = moment(local)
    while rig.now[0] < until:
        rig.now[0] = min(until, rig.now[0] + timedelta(minutes=10))
        while await rig.sweep.ring_due():
            pass


async def test_a_late_case_is_said_to_the_desk_at_once_and_to_its_holder_on_their_shift(rig: Rig) -> None:
    await due(rig, await accepted(rig, MORNINGS), "2026-11-23T15:00")
    await at(rig, "2026-11-23T15:10")
    assert "在办，请过问" in words(await rig.heard("manager"))
    assert "超期了" not in words(await rig.heard("worker"))
    await at(rig, "2026-11-24T08:20")
    assert "超期了" in words(await rig.heard("worker"))


async def test_the_desk_hears_that_a_deadline_is_near_whose_holder_is_not_back_before_it(rig: Rig) -> None:
    await due(rig, await accepted(rig, MORNINGS), "2026-11-23T17:00")
    await at(rig, "2026-11-23T16:50")
    assert "不在班，请过问" in words(await rig.heard("manager"))
    assert "到点" not in words(await rig.heard("worker"))


async def test_a_deadline_that_comes_near_between_shifts_is_said_at_the_next(rig: Rig) -> None:
    await due(rig, await accepted(rig, "每天8点到10点,每天14点到16点"), "2026-11-23T15:00")
    await at(rig, "2026-11-23T14:00")
    assert "快到点了" not in words(await rig.heard("worker"))
    await at(rig, "2026-11-23T14:10")
    assert "快到点了" in words(await rig.heard("worker"))


async def test_who_works_at_night_hears_at_night_that_a_case_is_late(rig: Rig) -> None:
    await due(rig, await accepted(rig, NIGHTS), "2026-11-23T15:00")
    await at(rig, "2026-11-23T20:00")
    assert "超期了" not in words(await rig.heard("worker"))
    await at(rig, "2026-11-23T20:10")
    assert "超期了" in words(await rig.heard("worker"))


async def test_where_none_of_the_called_is_on_shift_the_next_is_called_instead_of_reminding(rig: Rig) -> None:
    await rig.say("li", "金康苑3号楼2单元楼道灯坏了三天了")
    await rig.say("li", "1")
    await tell(rig, "每天19点到22点")
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
        assert case is not None
        before = [a.person_id for a in await records.cases.assigned(1, 1)]
    await rig.heard("worker")
    rig.now[0] = case.accept_by
    await rig.sweep.ring_due()
    assert "还没人接" not in words(await rig.heard("worker"))
    async with rig.storage.writing() as records:
        assert len(await records.cases.assigned(1, 1)) > len(before)


async def test_of_a_whistled_unit_whoever_is_on_shift_is_called(rig: Rig) -> None:
    town = rig.house.town
    worker = next(who for who in town.directory.staff.values() if who.code == sample.PRACTICE_WORKER)
    grid = town.directory.posts_of(worker.id)[0].unit_id
    heads = {post.holder_id for post in town.directory.posts_at(grid, Role.GRID_HEAD)}
    assert worker.id in present.of_unit(town, grid, rig.now[0]).people
    others = {post.holder_id for post in town.directory.posts_at(grid, Role.GRID_WORKER)} - {worker.id}
    assert not others  # else one of them would be called before the head
    await tell(rig, NIGHTS)
    assert set(present.of_unit(rig.house.town, grid, rig.now[0]).people) == heads
    night = moment("2026-11-23T23:00")
    assert present.of_unit(rig.house.town, grid, night).people == (worker.id,)


async def test_an_elder_in_need_calls_who_is_on_shift_before_who_is_not(rig: Rig) -> None:
    await let_in(rig, await registered(rig))
    await tell(rig, NIGHTS)
    await rig.heard("worker")
    await rig.say("wang", "求助")
    async with rig.storage.writing() as records:
        calls = await records.alarms.calls(1)
        worker = await records.people.by_code(sample.PRACTICE_WORKER)
    assert worker is not None
    order = [call.person_id for call in sorted(calls, key=lambda call: call.position)]
    assert order[-1] == worker.id
    assert order[0] != worker.id
    await rig.pass_time(minutes=2)
    for _ in range(6):
        await rig.pass_time(minutes=2)
    assert "🆘" in words(await rig.heard("worker"))


async def test_nobody_who_is_off_all_day_is_to_visit_an_elder_today(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        await records.timers.set("care_day", 0, "2026-11-23", rig.now[0])
    elders = [await registered(rig, f"L{n}", f"王秀{n}", room=f"{n}01") for n in range(1, 6)]
    await tell(rig, "周二到周五8点到18点")
    await rig.pass_time(seconds=1)
    await rig.pass_time(seconds=1)
    worker = next(who.id for who in rig.house.town.directory.staff.values() if who.code == sample.PRACTICE_WORKER)
    async with rig.storage.writing() as records:
        made = await records.visits.last([elder.id for elder in elders], "weekly")
    assert made
    assert worker not in {visit.person_id for visit in made.values()}


async def test_who_has_no_shifts_hears_by_day(rig: Rig) -> None:
    town = rig.house.town
    worker = next(who for who in town.directory.staff.values() if who.code == sample.PRACTICE_WORKER)
    unit = town.directory.posts_of(worker.id)[0].unit_id
    assert present.hears(town, worker.id, unit, moment("2026-11-23T10:00")) == moment("2026-11-23T10:00")
    assert present.hears(town, worker.id, unit, moment("2026-11-23T23:00")).astimezone(UTC) == moment(
        "2026-11-24T08:10"
    )


async def test_a_leave_goes_before_the_next_shift(rig: Rig) -> None:
    town = rig.house.town
    worker = next(who for who in town.directory.staff.values() if who.code == sample.PRACTICE_WORKER)
    unit = town.directory.posts_of(worker.id)[0].unit_id
    day = datetime(2026, 11, 24, tzinfo=UTC).date()
    shifts = tuple(Shift(weekday, None, 8 * 60, 12 * 60) for weekday in range(7))
    town.directory.staff[worker.id] = replace(worker, shifts=shifts, leaves=((day, day),))
    assert present.hears(town, worker.id, unit, moment("2026-11-23T13:00")) == moment("2026-11-25T08:10")
