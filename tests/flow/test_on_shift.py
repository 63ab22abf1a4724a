"""Shifts through the whole service: told by chat or in a workbook, and who then gets a case."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.lifecycle import State
from bot.cases.mornings import Mornings
from bot.chat.conversation import Scene
from bot.chat.messages import Outgoing
from bot.chat.wishes import SaveShifts
from bot.errors import NotAllowed
from bot.grid import sample
from bot.grid.district import ShiftRow
from bot.grid.shifts import Shift
from bot.people import rostering
from storage.database import Database
from storage.districts import Districts
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元楼道灯坏了三天了"
OFFICE = tuple(Shift(weekday, None, 8 * 60, 18 * 60) for weekday in range(5))


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def text(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


async def tell(rig: Rig, words: str) -> list[Outgoing]:
    """What the worker hears who tells of their shifts."""
    await rig.say("worker", "我的班次")
    heard = await rig.say("worker", words)
    await rig.house.refresh()
    return heard


async def filed(rig: Rig, moment: str, words: str = WORDS) -> list[Outgoing]:
    """File a case at this local time; what the worker then has."""
    rig.now[0] = datetime.fromisoformat(f"{moment}+08:00").astimezone(UTC)
    await rig.say("li", words)
    await rig.say("li", "1")
    return await rig.heard("worker")


def offers(messages: list[Outgoing]) -> bool:
    return any("接单" in button.label for message in messages for button in message.buttons)


async def shifts_of(rig: Rig, code: str) -> tuple[Shift, ...]:
    return next(who.shifts for who in rig.house.town.directory.staff.values() if who.code == code)


async def test_a_worker_without_shifts_is_on_duty_at_any_hour(rig: Rig) -> None:
    assert "一直在岗" in text(await rig.say("worker", "我的班次"))
    await rig.say("worker", "/cancel")
    assert offers(await filed(rig, "2026-11-23T23:00"))


async def test_a_worker_tells_their_shifts_in_words_and_reads_them_back(rig: Rig) -> None:
    assert "周一到周五 8:00到18:00" in text(await tell(rig, "周一到周五8点到18点"))
    assert await shifts_of(rig, sample.PRACTICE_WORKER) == OFFICE
    assert "周一到周五 8:00到18:00" in text(await rig.say("worker", "/shifts"))


async def test_the_hours_of_a_shift_may_be_said_as_people_say_them(rig: Rig) -> None:
    assert "周一到周五 8:00到18:30" in text(await tell(rig, "周一到周五早八点到晚六点半"))


async def test_one_day_off_leaves_the_other_days_as_they_are(rig: Rig) -> None:
    await tell(rig, "周一到周五8点到18点")
    heard = text(await tell(rig, "12月3日休息"))
    assert "12月3日 休息" in heard
    assert "周一到周五" in heard


async def test_a_tap_puts_somebody_on_duty_all_the_time_again(rig: Rig) -> None:
    await tell(rig, "周一到周五8点到18点")
    assert "一直在岗" in text(await rig.press("worker", "不排自己的班", await rig.say("worker", "我的班次")))
    await rig.house.refresh()
    assert await shifts_of(rig, sample.PRACTICE_WORKER) == ()


async def test_words_that_name_no_shift_are_asked_again(rig: Rig) -> None:
    assert "没听明白" in text(await tell(rig, "差不多吧"))


async def test_there_is_no_morning_list_on_a_day_without_a_shift(rig: Rig) -> None:
    await filed(rig, "2026-11-23T09:00")
    async with rig.storage.writing() as records:
        await Mornings().start(records, rig.house.town, rig.now[0])
    await tell(rig, "周一、周三8点到18点")
    for day, listed in ((24, False), (25, True)):
        rig.now[0] = datetime(2026, 11, day, 0, 5, tzinfo=UTC)
        while await rig.sweep.ring_due():
            pass
        assert ("早上好" in text(await rig.heard("worker"))) is listed


async def test_a_resident_has_no_shifts_to_tell(rig: Rig) -> None:
    await rig.say("li", "我的班次")
    assert "工作人员" in text(await rig.say("li", "每天8点到20点"))


async def test_outside_the_shift_a_case_goes_to_the_deputy(rig: Rig) -> None:
    await tell(rig, "周一到周五8点到18点")
    town = rig.house.town
    post = next(p for p in town.directory.posts.values() if p.deputy_id and p.unit_id == _grid(rig))
    await rig.hire("deputy", town.directory.staff[post.deputy_id or 0].code)
    await rig.heard("deputy")
    assert not offers(await filed(rig, "2026-11-23T21:00"))
    card = await rig.heard("deputy")
    await rig.press("deputy", "接单", card)
    async with rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    assert (case.state, case.handler_id, case.owner_role) == (State.ACCEPTED, post.deputy_id, "grid_worker")


def _grid(rig: Rig) -> int:
    worker = next(who for who in rig.house.town.directory.staff.values() if who.code == sample.PRACTICE_WORKER)
    return rig.house.town.directory.posts_of(worker.id)[0].unit_id


async def test_shifts_come_with_the_districts_workbook(rig: Rig, database: Database) -> None:
    rows = tuple(ShiftRow(sample.PRACTICE_WORKER, shift) for shift in OFFICE)
    changes = await Districts(database).apply(replace(sample.make("small"), shifts=rows))
    await rig.house.refresh()
    assert await shifts_of(rig, sample.PRACTICE_WORKER) == OFFICE
    assert changes.counts["shifts"].added == len(OFFICE)
    again = await Districts(database).apply(replace(sample.make("small"), shifts=rows[:2]))
    await rig.house.refresh()
    assert await shifts_of(rig, sample.PRACTICE_WORKER) == OFFICE[:2]
    assert (again.counts["shifts"].same, again.counts["shifts"].removed) == (2, 3)
    assert not await Districts(database).apply(sample.make("small"))


async def test_who_has_no_shifts_of_their_own_follows_the_units(rig: Rig, database: Database) -> None:
    unit = rig.house.town.directory.units[_grid(rig)]
    rows = tuple(ShiftRow("", shift, unit.code) for shift in OFFICE)
    await Districts(database).apply(replace(sample.make("small"), shifts=rows))
    await rig.house.refresh()
    assert "跟着单位上班：\n周一到周五" in text(await rig.say("worker", "我的班次"))
    assert "周六" in text(await rig.say("worker", "周六8点到12点"))
    await rig.house.refresh()
    assert await shifts_of(rig, sample.PRACTICE_WORKER) == (Shift(5, None, 480, 720),)
    await rig.press("worker", "不排自己的班", await rig.say("worker", "我的班次"))
    await rig.house.refresh()
    assert not await Districts(database).apply(replace(sample.make("small"), shifts=rows))


async def units_shifts(rig: Rig) -> tuple[Shift, ...]:
    await rig.house.refresh()
    return rig.house.town.directory.units[_grid(rig)].shifts


async def test_a_desk_sets_the_shifts_of_a_grid_below_and_its_people_hear_of_it(rig: Rig) -> None:
    await rig.press("manager", "改单位班次", await rig.say("manager", "我的班次"))
    assert "没有排班" in text(await rig.say("manager", "金康苑第一网格"))
    told = text(await rig.say("manager", "周一到周五8点到18点"))
    assert "金康苑第一网格的班次：\n周一到周五 8:00到18:00" in told
    assert "接着来" not in told
    assert "单位班次改了" in text(await rig.heard("worker"))
    assert await units_shifts(rig) == OFFICE


async def test_a_head_puts_the_unit_on_duty_all_the_time_again(rig: Rig, database: Database) -> None:
    rows = tuple(ShiftRow("", shift, rig.house.town.directory.units[_grid(rig)].code) for shift in OFFICE)
    await Districts(database).apply(replace(sample.make("small"), shifts=rows))
    await rig.house.refresh()
    assert await units_shifts(rig) == OFFICE
    directory = rig.house.town.directory
    head = next(post.holder_id for post in directory.posts_at(_grid(rig)) if post.role == "grid_head")
    await rig.hire("head", directory.staff[head or 0].code)
    shown = await rig.press("head", "金康苑第一网格", await rig.say("head", "单位班次"))
    assert "周一到周五" in text(shown)
    await rig.press("head", "一直在岗", shown)
    assert await units_shifts(rig) == ()


async def test_a_worker_cannot_set_the_units_shifts(rig: Rig) -> None:
    assert "负责人" in text(await rig.say("worker", "单位班次"))
    assert "改单位班次" not in str(await rig.say("worker", "我的班次"))


@pytest.mark.parametrize("code", ["firm", "elsewhere"])
async def test_nobody_sets_the_shifts_of_what_they_do_not_lead(rig: Rig, code: str) -> None:
    directory = rig.house.town.directory
    unit = directory.units[_grid(rig)] if code == "elsewhere" else directory.by_code["CG"]
    async with rig.storage.writing() as records:
        liaison = directory.posts_at(directory.by_code["AJ"].id)[0].holder_id
        person = await records.people.get(liaison or 0)
        scene = Scene(rig.house.town, person, rig.now[0], rig.now[0].date())
        with pytest.raises(NotAllowed, match="may_not"):
            await rostering.carry_out(records, scene, SaveShifts(OFFICE, unit.id))
