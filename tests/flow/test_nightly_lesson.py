"""What desks correct by day is learnt by night, and the running service follows."""

from concurrent.futures import Executor, ThreadPoolExecutor
from datetime import timedelta

import pytest

from bot.chat.records import Timer
from bot.triage.nightly import ENOUGH, TIMER, Nightly
from bot.triage.records import Correction
from storage.database import Database
from storage.districts import Districts
from tests.flow.rig import Rig, build


def _thread() -> Executor:
    return ThreadPoolExecutor(1)


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


def _nightly(rig: Rig) -> Nightly:
    return Nightly(rig.storage, Districts(rig.database).catalogue, lambda: rig.now[0], _thread)


async def _correct(rig: Rig, count: int) -> None:
    async with rig.storage.writing() as records:
        for n in range(count):
            kind = ("noise_public", "sewer")[n % 2]
            words = (f"{n}号井边的喇叭整天响", f"{n}号院的沟冒脏水")[n % 2]
            await records.lessons.correct(Correction(n, words, "garbage", kind, 1, rig.now[0]))


async def test_a_few_corrections_are_not_worth_a_lesson(rig: Rig) -> None:
    await _correct(rig, ENOUGH - 1)
    assert await _nightly(rig).learn() == 0


async def test_enough_corrections_are_learnt_and_the_service_follows(rig: Rig) -> None:
    await _correct(rig, 30)
    assert await _nightly(rig).learn() > 0
    await rig.house.refresh()
    kind = rig.house.town.triage.read("井边的喇叭又整天响").kind
    assert kind is not None
    assert kind.code == "noise_public"


async def test_what_was_learnt_is_not_learnt_again(rig: Rig) -> None:
    await _correct(rig, 30)
    rig.now[0] += timedelta(hours=1)
    nightly = _nightly(rig)
    await nightly.learn()
    assert await nightly.learn() == 0


async def _due(rig: Rig, hours: int) -> list[str]:
    async with rig.storage.writing() as records:
        return [timer.kind for timer in await records.timers.due(rig.now[0] + timedelta(hours=hours), 10)]


async def test_it_is_time_at_three_in_the_morning(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        await _nightly(rig).start(records, rig.house.town, rig.now[0])
    assert TIMER not in await _due(rig, 17)
    assert TIMER in await _due(rig, 19)


async def test_each_night_sets_the_next(rig: Rig) -> None:
    async with rig.storage.writing() as records:
        assert await _nightly(rig).ring(records, rig.house.town, Timer(1, TIMER, 0, "", rig.now[0], 0), rig.now[0])
    assert TIMER in await _due(rig, 19)
