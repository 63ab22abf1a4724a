"""Learning by night from what desks corrected by day.

The timer only says that it is time. The work is done in a process of its own, at low priority and outside every
transaction, so that nobody who writes meanwhile waits for it; a crash before it is stored loses one night.
"""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ProcessPoolExecutor
from datetime import date, datetime, time, timedelta

from bot.chat.records import Timer
from bot.records import Records, Storage
from bot.town import Town
from bot.triage.kinds import Kinds
from bot.triage.lessons import TooLittle, relearn

TIMER = "learn"
AT = time(3, 0)
ENOUGH = 20  # corrections since the last lesson
_HISTORY = 5000  # latest closed tickets, for a city that never gave a file

log = logging.getLogger(__name__)


def apart() -> Executor:
    """One worker process that gives way to everything else on the machine."""
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=os.nice, initargs=(10,))


class Nightly:
    """The nightly lesson. `catalogue` reads the kinds before any lesson; `workers` makes what the work is done in."""

    def __init__(
        self,
        storage: Storage,
        catalogue: Callable[[], Awaitable[Kinds]],
        clock: Callable[[], datetime],
        workers: Callable[[], Executor] = apart,
    ) -> None:
        self._storage = storage
        self._catalogue = catalogue
        self._clock = clock
        self._workers = workers
        self._due = asyncio.Event()

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the next night's timer; once set, each ring sets the one after."""
        today = town.clocks.today(now)
        passed = now >= town.clocks.at(today, AT)
        await self._set(records, town, today + timedelta(days=passed))

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002
        """Say that it is time, and set tomorrow's timer. True: nothing is ever put off."""
        await self._set(records, town, town.clocks.today(now) + timedelta(days=1))
        self._due.set()
        return True

    async def run(self, town: Town) -> None:
        """Set the timer, and learn whenever it is time, until cancelled. A lesson that fails is logged."""
        async with self._storage.writing() as records:
            await self.start(records, town, self._clock())
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                version = await self.learn()
                log.info("the night's lesson: %s", f"version {version} is in use" if version else "nothing better")
            except Exception:
                log.exception("the night's lesson failed")

    async def learn(self) -> int:
        """Learn from corrections when there are enough; the version put in use, 0 when nothing changed."""
        catalogue = await self._catalogue()
        async with self._storage.writing() as records:
            before = await records.lessons.in_use()
            fresh = await records.lessons.since(before.trained_at if before is not None else None)
            history = await records.lessons.history(_HISTORY) if before is None else ()
        if len(fresh) < ENOUGH:
            return 0
        workers, work = self._workers(), (catalogue, before, history, fresh, self._clock())
        try:
            lesson = await asyncio.get_running_loop().run_in_executor(workers, relearn, *work)
        except TooLittle:
            return 0
        finally:
            workers.shutdown(wait=False, cancel_futures=True)
        if lesson is None:
            return 0
        async with self._storage.writing() as records:
            now = await records.lessons.in_use()
            if (now.version if now is not None else 0) != (before.version if before is not None else 0):
                return 0  # Somebody gave a file meanwhile: their lesson stands.
            return await records.lessons.keep(lesson.taught)

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day, AT))
