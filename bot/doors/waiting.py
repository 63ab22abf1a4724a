"""A service whose database is not there yet waits for it at its own door, and opens when it is."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from starlette.routing import BaseRoute

from bot.doors.server import serve
from bot.errors import DatabaseAway
from bot.texts import Texts

FIRST, LONGEST = 1.0, 30.0  # seconds between two tries: twice as long each time
Opened = TypeVar("Opened")
log = logging.getLogger(__name__)


async def when_there(
    attempt: Callable[[], Awaitable[Opened]], said: Texts, waiting_room: list[BaseRoute], host: str, port: int
) -> Opened | None:
    """What `attempt` opens, as soon as it no longer raises DatabaseAway; None where SIGTERM came first.

    Only when the first try fails, the waiting room is served meanwhile: so that whoever watches sees a process that
    lives and is not ready, and whoever writes gets one honest line.
    """
    try:
        return await attempt()
    except DatabaseAway as away:
        log.warning("%s", away.say(said))
    opened: list[Opened] = []

    async def again() -> None:
        pause = FIRST
        while not opened:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST)
            try:
                opened.append(await attempt())
            except DatabaseAway as away:
                log.warning("%s", said("settings.database_still_away", why=away.say(said), seconds=round(pause)))
        log.warning("%s", said("settings.database_there"))

    await serve(waiting_room, host, port, lambda: None, lambda: None, until=again)
    return opened[0] if opened else None
