"""Whether the service lives, and whether it can be given work: two questions with different answers.

A process that is not alive should be killed and started again. One that is not ready should get no work until it is:
starting it again would not bring a database back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.texts import Texts

SWEEP_PATIENCE = timedelta(seconds=10)
DATABASE_SECONDS = 5.0
log = logging.getLogger(__name__)


class Health:
    """Answers with what is wrong, in words; nothing wrong is an empty tuple.

    `ran_at` tells when the sweep last ended, `delivering` whether the postman is at work, `revision` at what revision the
    database stands; `wanted` is the program's own.
    """

    def __init__(
        self,
        said: Texts,
        clock: Callable[[], datetime],
        ran_at: Callable[[], datetime | None],
        delivering: Callable[[], bool],
        revision: Callable[[], Awaitable[str | None]],
        wanted: str,
    ) -> None:
        self._said = said
        self._clock = clock
        self._ran_at = ran_at
        self._delivering = delivering
        self._revision = revision
        self._wanted = wanted
        self._since = clock()

    def ill(self) -> tuple[str, ...]:
        """Why the process should be started again. That this is answered at all shows that its loop turns."""
        quiet = self._clock() - (self._ran_at() or self._since)
        return (self._said("watch.no_sweep", seconds=int(quiet.total_seconds())),) if quiet > SWEEP_PATIENCE else ()

    async def unready(self) -> tuple[str, ...]:
        """Why no work should come here now."""
        faults = list(self.ill())
        try:
            async with asyncio.timeout(DATABASE_SECONDS):
                found = await self._revision()
        except Exception:
            log.exception("the database does not answer")
            faults.append(self._said("watch.no_database"))
        else:
            if found != self._wanted:
                faults.append(self._said("watch.other_revision", found=found, wanted=self._wanted))
        if not self._delivering():
            faults.append(self._said("watch.no_delivery"))
        return tuple(faults)
