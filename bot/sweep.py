"""Rings what is due. The rows decide; whoever wakes the sweep only wakes it."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from bot.chat.records import Timer
from bot.errors import DatabaseAway
from bot.house import House
from bot.logs import about
from bot.records import Records, Storage
from bot.town import Town

_LIMIT = 100
_LONGEST_WAIT = 3600.0
log = logging.getLogger(__name__)


class Ringer(Protocol):
    """Does what one kind of timer is for."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """True when it is done, False when it was postponed."""


class Sweep:
    """Takes due timers and does their work in the same transaction. Kinds without a ringer are left to others."""

    def __init__(
        self,
        storage: Storage,
        house: House,
        ringers: Mapping[str, Ringer],
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._house = house
        self._ringers = ringers
        self._clock = clock
        self.ran_at: datetime | None = None  # the end of the last round, failed or not: that we still sweep at all

    async def run(self) -> None:
        """One sweep. Never raises: the next one comes in a second."""
        try:
            await self._house.refresh()
            while await self.ring_due() == _LIMIT:
                pass
        except Exception:
            log.exception("the sweep failed; again in a second")
        finally:
            self.ran_at = self._clock()

    async def ring_due(self) -> int:
        """Ring at most a hundred; how many were due. Where one of them fails all is undone, and each rings by itself."""
        now = self._clock()
        try:
            due = await self._ring_all(now, self._ring)
        except Exception:
            log.debug("one of the timers failed: now one by one", exc_info=True)
            due = await self._ring_all(now, self._ring_alone)
        self.ran_at = self._clock()
        return due

    async def _ring_all(self, now: datetime, ring: Callable[[Records, Timer, datetime], Awaitable[None]]) -> int:
        async with self._storage.writing() as records:
            due = await records.timers.due(now, _LIMIT)
            for timer in due:
                with about(timer=timer.id, kind=timer.kind, subject=timer.subject):
                    await ring(records, timer, now)
        return len(due)

    async def _ring(self, records: Records, timer: Timer, now: datetime) -> None:
        if await self._ringers[timer.kind].ring(records, self._house.town, timer, now):
            await records.timers.done(timer.id, now)

    async def _ring_alone(self, records: Records, timer: Timer, now: datetime) -> None:
        try:
            async with records.savepoint():
                await self._ring(records, timer, now)
        except DatabaseAway:
            raise
        except Exception:
            log.exception("timer %d (%s of %d) failed", timer.id, timer.kind, timer.subject)
            wait = min(2.0 ** min(timer.attempts + 1, 20), _LONGEST_WAIT)
            await records.timers.postpone(timer.id, now + timedelta(seconds=wait))
