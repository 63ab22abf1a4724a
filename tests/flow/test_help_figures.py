"""What a manager reads of errands, visits, lunches and calls for help the morning after."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.digests.counting import counted
from bot.digests.helping import HelpMeasure
from storage.database import Database
from storage.digests import DigestReads
from tests.flow.care_walk import canteen, let_in, registered
from tests.flow.errand_walk import errand, helper, order, taken, words
from tests.flow.rig import Rig, build

MONDAY = date(2026, 11, 23)


@pytest.fixture
async def rig(database: Database) -> Rig:
    """Monday, 9 in the morning; five elders, of whom the fifth, whose phone is let in, is visited on Mondays."""
    rig = await build(database)
    async with rig.storage.writing() as records:
        await records.timers.set("care_day", 0, MONDAY.isoformat(), rig.now[0])
    five = [await registered(rig, f"L{number}", f"王秀{number}") for number in range(1, 6)]
    await let_in(rig, five[-1])
    await rig.heard("worker")
    return rig


async def figures(rig: Rig, day: date = MONDAY) -> dict[str, int]:
    """What counts for the community that day, as known now."""
    town = rig.house.town
    async with rig.database.reading() as db:
        counts = await counted(DigestReads(db), town, day, rig.now[0])
    community = town.directory.by_code["JK"].id
    return {measure: n for (unit, _, measure), n in counts.items() if unit == community and measure in set(HelpMeasure)}


async def handed(rig: Rig) -> None:
    """An errand is ordered, taken by a helper and handed over."""
    await helper(rig, "zhang", "张建国")
    await order(rig)
    card = await taken(rig)
    await rig.press("zhang", "交接", await rig.press("zhang", "我出发了", card))
    await rig.say("zhang", (await errand(rig)).code)


async def test_an_errand_handed_over_in_its_slot_is_in_time(rig: Rig) -> None:
    await handed(rig)
    assert await figures(rig) == {
        HelpMeasure.ASKED: 1,
        HelpMeasure.DUE: 1,
        HelpMeasure.TAKEN: 1,
        HelpMeasure.BY_HELPER: 1,
        HelpMeasure.DONE: 1,
    }


async def test_an_errand_that_nobody_took_is_late(rig: Rig) -> None:
    await order(rig)
    await rig.pass_time(hours=14)
    assert await figures(rig) == {HelpMeasure.ASKED: 1, HelpMeasure.DUE: 1}


async def test_an_errand_that_was_withdrawn_is_not_due(rig: Rig) -> None:
    await order(rig)
    shown = await rig.say("li", choice="c:1:show")
    await rig.press("li", "已经好了", await rig.press("li", "撤回", shown))
    assert await figures(rig) == {HelpMeasure.ASKED: 1}


async def test_a_visit_that_was_made_counts_as_made(rig: Rig) -> None:
    await rig.pass_time(seconds=1)
    await rig.pass_time(seconds=1)
    told = await rig.say("worker", choice="k:5:visit")
    for answer in ("好", "正常", "按时", "没有了"):
        told = await rig.press("worker", answer, told)
    rig.now[0] += timedelta(seconds=1)
    assert await figures(rig) == {HelpMeasure.VISITS: 1, HelpMeasure.VISITED: 1}


async def test_a_visit_that_nobody_made_counts_as_missed(rig: Rig) -> None:
    for _ in range(12):
        await rig.pass_time(hours=1)
    assert await figures(rig) == {HelpMeasure.VISITS: 1, HelpMeasure.MISSED: 1}


async def test_what_the_kitchen_was_told_counts_once(rig: Rig) -> None:
    await canteen(rig)
    await rig.press("wang", "2 份", await rig.press("wang", "送到家", await rig.say("wang", "订餐")))
    await rig.pass_time(hours=1)
    await rig.press("worker", "都取走了", await rig.heard("worker"))
    assert await figures(rig) == {HelpMeasure.MEALS: 2}


async def test_a_call_that_somebody_answers_within_five_minutes_is_answered_soon(rig: Rig) -> None:
    await rig.say("wang", "求助")
    await rig.pass_time(minutes=4)
    await rig.press("worker", "我去", await rig.heard("worker"))
    assert await figures(rig) == {HelpMeasure.CALLS: 1, HelpMeasure.ANSWERED_SOON: 1}


async def test_a_call_that_was_nothing_is_none(rig: Rig) -> None:
    await rig.press("wang", "我没事", await rig.say("wang", "求助"))
    assert await figures(rig) == {}


async def test_the_manager_reads_one_line_of_it_and_no_name(rig: Rig) -> None:
    await handed(rig)
    rig.now[0] = datetime(2026, 11, 24, 1, tzinfo=UTC)
    told = words(await rig.say("manager", choice="m:digest"))
    assert "代办按时办好1件（共1件）。" in told
    assert "张建国" not in told


async def test_with_nothing_to_tell_there_is_no_line_of_it(rig: Rig) -> None:
    rig.now[0] = datetime(2026, 11, 24, 1, tzinfo=UTC)
    told = words(await rig.say("manager", choice="m:digest"))
    assert not any(word in told for word in ("代办", "探访", "订餐", "求助"))


async def test_calls_for_help_are_not_called_a_trouble_that_comes_again(rig: Rig) -> None:
    for _ in range(3):
        await rig.press("wang", "我没事", await rig.say("wang", "求助"))
    rig.now[0] = datetime(2026, 11, 24, 1, tzinfo=UTC)
    assert "没有扎堆出现的事" in words(await rig.say("manager", choice="m:digest"))
