"""What is no longer needed is let go by night: a few years after a case ended, or soon where somebody asked for it.

The timer only says that it is time; the work is done in short transactions of its own, so that nobody waits for it.
A file is deleted when nothing points to it any more, after the commit that let go of it: a crash between the two leaves
a file and never a hole. The same night takes what was put away and never got a row: such a crash, a photo over the limit or of
somebody who is muted, a post that was given up.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Protocol

from bot.cases.lifecycle import REOPEN_WINDOW
from bot.chat.records import Timer
from bot.people.privacy_records import Stale
from bot.records import Records, Storage
from bot.town import Town

TIMER = "retention"
AT = time(3, 30)
SAID = timedelta(days=90)  # messages once sent, ids once heard, timers once rung, drafts once left
EXPORTS = timedelta(days=7)
UNCLAIMED = timedelta(days=1)  # files put away for words that never came
_AT_ONCE = 100
log = logging.getLogger(__name__)


class Shelf(Protocol):
    """Where files lie, each named by its SHA-256."""

    async def drop(self, sha256: str, before: datetime | None = None) -> None:
        """Delete a file, only where it was last put away `before` that moment; one that is not there is gone already."""

    def lying(self, since: datetime, before: datetime) -> AsyncIterator[Sequence[str]]:
        """What was last put away between these moments, some at once."""


class Retention:
    """`keep_days` is how long the words of an ended case stay."""

    def __init__(
        self,
        storage: Storage,
        shelf: Shelf,
        clock: Callable[[], datetime],
        keep_days: int,
    ) -> None:
        self._storage = storage
        self._shelf = shelf
        self._clock = clock
        self._keep = timedelta(days=keep_days)
        self._due = asyncio.Event()

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002
        """Say that it is time, and set tomorrow's timer. True: nothing is ever put off."""
        await self._set(records, town, town.clocks.today(now) + timedelta(days=1))
        self._due.set()
        return True

    async def run(self, town: Town) -> None:
        """Set the timer, and let go whenever it is time, until cancelled. A night that fails is logged."""
        async with self._storage.writing() as records:
            now = self._clock()
            today = town.clocks.today(now)
            await self._set(records, town, today + timedelta(days=now >= town.clocks.at(today, AT)))
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                log.info("let go of what is no longer needed: %d cases", await self.let_go())
            except Exception:
                log.exception("what is no longer needed could not be let go; tomorrow again")

    async def look(self) -> Stale:
        """How much would go, changing nothing."""
        now = self._clock()
        async with self._storage.reading() as records:
            return await records.privacy.stale(now - self._keep, now - REOPEN_WINDOW, now - SAID)

    async def let_go(self) -> int:
        """Let go of all that is due; how many cases were blanked."""
        now, count = self._clock(), 0
        while True:
            async with self._storage.writing() as records:
                due = await records.privacy.due(now - self._keep, now - REOPEN_WINDOW, _AT_ONCE)
                files = await records.privacy.blank(due, now)
            await self._drop_ownerless(files)
            count += len(due)
            if len(due) < _AT_ONCE:
                break
        async with self._storage.writing() as records:
            await records.privacy.let_go()
        behind: int | None = 0
        while behind is not None:
            async with self._storage.writing() as records:
                files, behind = await records.privacy.purge(now - SAID, now - EXPORTS, behind)
            await self._drop_ownerless(files)
        await self._drop_unclaimed(now - UNCLAIMED)
        return count

    async def _drop_unclaimed(self, before: datetime) -> None:
        """What was there before this database began is left alone: whoever tries another one must not lose their photos."""
        async with self._storage.reading() as records:
            began = await records.privacy.began()
        if began is None:
            return
        async for files in self._shelf.lying(began, before):
            async with self._storage.reading() as records:
                unclaimed = await records.privacy.ownerless(files)
            await self._drop_ownerless(unclaimed, before)

    async def _drop_ownerless(self, files: Collection[str], before: datetime | None = None) -> None:
        if files:
            async with self._storage.writing() as records:
                ownerless = await records.privacy.ownerless(files)
            for sha256 in ownerless:
                await self._shelf.drop(sha256, before)

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day, AT))
