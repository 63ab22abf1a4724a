"""Timers whose work takes longer than a transaction may: they are handed to a loop, and ring again in case we die."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.chat.records import Timer
from bot.records import Records

log = logging.getLogger(__name__)


class Backlog:
    """One such kind of work. `work` marks its timer done; what it raises is logged, and the timer rings again.

    `patience` is when a timer that was handed over rings again; while it waits here, that changes nothing. `at_once` is
    how many are worked on side by side.
    """

    def __init__(self, work: Callable[[Timer], Awaitable[None]], patience: timedelta, at_once: int = 1) -> None:
        self._work = work
        self._patience = patience
        self._at_once = at_once
        self._wanted: asyncio.Queue[Timer] = asyncio.Queue()
        self._waiting: set[int] = set()

    @property
    def waiting(self) -> int:
        """How many are in the line or being worked on."""
        return len(self._waiting)

    async def take(self, records: Records, timer: Timer, now: datetime) -> bool:
        """Hand a timer over, for `Ringer.ring` to return: it is never done yet."""
        waits = timer.id in self._waiting  # In a long line it rings more than once, and nobody has tried.
        await records.timers.postpone(timer.id, now + self._patience, tries=0 if waits else 1)
        if not waits:
            self._waiting.add(timer.id)
            self._wanted.put_nowait(timer)
        return False

    async def run(self) -> None:
        """Work on what is handed over, in order, until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self._at_once):
                group.create_task(self._go_on())

    async def _go_on(self) -> None:
        while True:
            timer = await self._wanted.get()
            try:
                await self._work(timer)
            except Exception:
                log.exception("%s of %d is not done yet", timer.kind, timer.subject)
            finally:
                self._waiting.discard(timer.id)
