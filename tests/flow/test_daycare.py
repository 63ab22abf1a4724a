"""日间照料, as elders and those who run a place see it."""

import asyncio

import pytest

from bot.care.daycare import DayCare
from bot.chat.messages import Address, Incoming, Outgoing
from bot.grid import sample
from storage.database import Database
from tests.flow.care_walk import let_in, registered
from tests.flow.errand_walk import labels, words
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    """Monday, nine in the morning: today's list is written already."""
    rig = await build(database)
    await let_in(rig, await registered(rig))
    await rig.heard("worker")
    return rig


async def daycare(rig: Rig, seats: int = 1) -> DayCare:
    """A place in 金康社区 that the grid worker runs."""
    async with rig.storage.writing() as records:
        worker = await records.people.by_code(sample.PRACTICE_WORKER)
        assert worker is not None
        community = rig.house.town.directory.by_code["JK"].id
        return await records.daycares.save(
            DayCare(
                "RJ1", "金康日间照料", community, "金康苑2号楼", "8点到17点", seats, "午休、下棋、量血压", worker.id
            )
        )


async def booked(rig: Rig, who: str, day: str = "明天") -> list[Outgoing]:
    told = await rig.press(who, "去金康", await rig.say(who, "日间照料在哪?"))
    told = await rig.press(who, day, told)
    return await rig.say(who, "李大爷") if "称呼" in words(told) else told


async def test_it_tells_where_it_is_when_and_what_there_is(rig: Rig) -> None:
    await daycare(rig)
    told = words(await rig.say("wang", "日间照料在哪"))
    assert "在金康苑2号楼，8点到17点" in told
    assert "午休、下棋、量血压" in told


async def test_two_taps_take_a_place(rig: Rig) -> None:
    await daycare(rig)
    assert "订好了：明天" in words(await booked(rig, "wang"))


async def test_a_neighbour_says_their_name(rig: Rig) -> None:
    await daycare(rig)
    await booked(rig, "li")
    assert "李**" in words(await rig.say("worker", "日间照料名单"))


async def test_a_full_day_is_not_offered(rig: Rig) -> None:
    await daycare(rig)
    await booked(rig, "wang")
    told = labels(await rig.press("li", "去金康", await rig.say("li", "日间照料")))
    assert "明天" not in told
    assert "后天" in told


async def test_weekends_and_days_whose_list_is_written_are_not_offered(rig: Rig) -> None:
    await daycare(rig)
    told = labels(await rig.press("wang", "去金康", await rig.say("wang", "日间照料")))
    assert "今天" not in told
    assert "11月28日" not in told


async def test_of_two_who_take_the_last_place_at_once_one_has_it(rig: Rig) -> None:
    kept = await daycare(rig)
    for who in ("li", "zhao"):
        await rig.say(who, choice=f"k:{kept.id}:daycare_seat:2026-11-24")
    last = [
        Incoming(Address("web", w), Address("web", w), f"both-{w}", rig.now[0], text="老人") for w in ("li", "zhao")
    ]
    await asyncio.gather(*(rig.intake.receive([each]) for each in last))
    told = [words(await rig.heard(who)) for who in ("li", "zhao")]
    assert sum("订好了" in each for each in told) == 1
    assert sum("都满了" in each for each in told) == 1


async def test_who_books_the_same_day_twice_has_one_place(rig: Rig) -> None:
    kept = await daycare(rig)
    await booked(rig, "wang")
    assert "订好了" in words(await rig.say("wang", choice=f"k:{kept.id}:daycare_seat:2026-11-24"))


async def test_a_place_given_back_is_free_again(rig: Rig) -> None:
    await daycare(rig)
    await rig.press("wang", "不去了", await booked(rig, "wang"))
    assert "订好了" in words(await booked(rig, "li"))


async def test_in_the_morning_the_place_reads_who_comes(rig: Rig) -> None:
    await daycare(rig)
    await booked(rig, "wang")
    await rig.pass_time(hours=22, minutes=41)
    told = words(await rig.heard("worker"))
    assert "金康日间照料 今天来 1 位" in told
    assert "王**" in told


async def test_then_it_is_too_late_to_give_it_back(rig: Rig) -> None:
    await daycare(rig)
    told = await booked(rig, "wang")
    await rig.pass_time(hours=22, minutes=41)
    assert "名单已经交了" in words(await rig.press("wang", "不去了", told))


async def test_a_day_that_is_no_day_is_refused(rig: Rig) -> None:
    kept = await daycare(rig)
    for day in ("2026-11-22", "2027-01-01", "x"):
        assert "订不了" in words(await rig.say("wang", choice=f"k:{kept.id}:daycare_book:{day}"))


async def test_the_list_is_for_those_who_run_a_place(rig: Rig) -> None:
    await daycare(rig)
    assert "没有负责" in words(await rig.say("wang", "日间照料名单"))


async def test_without_a_place_it_says_so(rig: Rig) -> None:
    assert "还没有日间照料" in words(await rig.say("wang", "日间照料"))
