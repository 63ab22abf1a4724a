"""The sweep is woken every second, whatever becomes of the machine's clock."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.sweep import Sweep
from bot.waking import Waking
from storage.database import Database
from tests.flow.rig import build


async def test_a_clock_that_is_put_back_does_not_put_the_sweep_to_sleep(database: Database) -> None:
    rig = await build(database)
    rang = asyncio.Event()

    class Watched(Sweep):
        async def run(self) -> None:
            rang.set()

    sweep = Watched(rig.storage, rig.house, {}, lambda: rig.now[0])
    waking = Waking(sweep, lambda: rig.now[0])
    waking.start()
    # What a clock leaves behind that was an hour fast until now.
    waking._job.modify(next_run_time=datetime.now(UTC) + timedelta(hours=1))
    rang.clear()
    minding = asyncio.create_task(waking.mind_the_clock())
    await asyncio.sleep(0)
    rig.now[0] -= timedelta(hours=1)
    async with asyncio.timeout(5):
        await rang.wait()
    minding.cancel()
    waking.stop()
