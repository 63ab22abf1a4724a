"""What is due is rung together, and one timer that fails takes nothing from the others."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.messages import Address, Outgoing
from bot.chat.records import Timer
from bot.records import Records
from bot.sweep import Sweep
from bot.town import Town
from storage.database import Database
from storage.tables import outbox
from tests.flow.rig import Rig, build

WALL = Address("slow", "wall")


@dataclass
class Bell:
    """Writes its timer's subject on a wall; what is in `broken` it tears off again and falls down."""

    broken: frozenset[int] = frozenset()

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002
        await records.outbox.post(WALL, Outgoing(str(timer.subject)), now)
        if timer.subject in self.broken:
            raise RuntimeError("it fell")
        return True


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    async with rig.storage.writing() as records:
        for subject in (1, 2, 3):
            await records.timers.set("bell", subject, "", rig.now[0])
    return rig


async def rung(rig: Rig, bell: Bell) -> list[str]:
    """What is on the wall after a sweep."""
    await Sweep(rig.storage, rig.house, {"bell": bell}, lambda: rig.now[0]).ring_due()
    async with rig.database.reading() as connection:
        bodies = await connection.scalars(select(outbox.c.body).where(outbox.c.chat == "wall").order_by(outbox.c.id))
        return [body["text"] for body in bodies]


async def due(rig: Rig, after: timedelta = timedelta()) -> list[tuple[int, int]]:
    """Subjects and attempts of what is still to ring by then."""
    async with rig.storage.reading() as records:
        found = await records.timers.due(rig.now[0] + after, 10)
    return [(timer.subject, timer.attempts) for timer in found if timer.kind == "bell"]


async def test_all_that_is_due_rings_once(rig: Rig) -> None:
    assert await rung(rig, Bell()) == ["1", "2", "3"]


async def test_what_has_rung_is_not_due_again(rig: Rig) -> None:
    await rung(rig, Bell())
    assert await due(rig) == []


async def test_one_that_fails_leaves_nothing_and_the_others_ring(rig: Rig) -> None:
    assert await rung(rig, Bell(frozenset({2}))) == ["1", "3"]


async def test_one_that_failed_rings_again_a_little_later(rig: Rig) -> None:
    await rung(rig, Bell(frozenset({2})))
    assert (await due(rig), await due(rig, timedelta(seconds=2))) == ([], [(2, 1)])
