"""Wakes the sweep once a second. The rows decide what is due, so a missed or merged wake-up loses nothing."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.sweep import Sweep

_SECONDS = 1
log = logging.getLogger(__name__)


class Waking:
    """The only use of a scheduler here."""

    def __init__(self, sweep: Sweep, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._job = self._scheduler.add_job(
            sweep.run, "interval", seconds=_SECONDS, misfire_grace_time=None, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        """Begin, in the running loop."""
        self._scheduler.start()

    async def mind_the_clock(self) -> None:
        """Until cancelled: when the machine's clock is put back, go on at once.

        The scheduler would sleep until the clock shows again what it showed before.
        """
        before = self._clock()
        while True:
            await asyncio.sleep(_SECONDS)
            now = self._clock()
            if now < before:
                log.warning("the clock went back by %d s", (before - now).total_seconds())
                self._job.modify(next_run_time=datetime.now(UTC))
            before = now

    def stop(self) -> None:
        """Wake no more."""
        self._scheduler.shutdown(wait=False)
