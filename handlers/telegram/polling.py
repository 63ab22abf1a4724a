"""Long polling: ask, take, and only then ask for what comes after.

The library's own loop confirms updates before they are handled and would lose up to a hundred in a crash.
"""

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from telegram.error import Conflict, InvalidToken, TelegramError

from handlers.telegram.account import Account
from handlers.telegram.arriving import Arriving
from handlers.telegram.requesting import Flooded

_LONGEST_PAUSE = 10.0
_UNTIL_MENDED = 30.0
log = logging.getLogger(__name__)


class Polling:
    """The loop. `timeout` is how many seconds Telegram holds an empty answer back, `pause` the first wait after a fault."""

    def __init__(self, bot: Account, arriving: Arriving, *, timeout: int = 50, pause: float = 0.2) -> None:
        self._bot = bot
        self._arriving = arriving
        self._timeout = timeout
        self._pause = pause
        self._stopping = asyncio.Event()
        self._running: asyncio.Task[Any] | None = None
        self._asking: asyncio.Task[Any] | None = None

    async def run(self) -> None:
        """Take updates until stopped or cancelled. No fault ends it: the same updates are asked for again."""
        self._running = asyncio.current_task()
        offset, pause = 0, self._pause
        while not self._stopping.is_set():
            try:
                updates = await self._ask(offset)
                await self._arriving.take(updates)
                offset = max((update["update_id"] + 1 for update in updates), default=offset)
                pause = self._pause
            except Exception as error:  # noqa: BLE001 - whatever it was, the people behind the next update still wait
                await self._rest(await self._explain(error, pause))
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def stop(self) -> None:
        """Ask no more, and let what has come be committed: within a second."""
        self._stopping.set()
        if self._asking is not None:
            self._asking.cancel()
        if self._running is not None and self._running is not asyncio.current_task():
            await asyncio.wait({self._running}, timeout=1)
        await self._arriving.drain(0.5)

    async def _ask(self, offset: int) -> list[Mapping[str, Any]]:
        self._asking = asyncio.ensure_future(self._bot.updates(offset, self._timeout))
        try:
            updates = await self._asking
        except asyncio.CancelledError:
            if not self._stopping.is_set():
                raise
            return []
        if not isinstance(updates, list):
            raise TelegramError("the answer is not Telegram's")
        return updates

    async def _explain(self, error: Exception, pause: float) -> float:
        """Say in the log what is wrong and what will be done; the seconds to wait."""
        if isinstance(error, Flooded):
            pause = error.seconds
        elif isinstance(error, InvalidToken):
            pause = _UNTIL_MENDED
            log.error("Telegram does not know our token: please check the setting")
        elif isinstance(error, Conflict) and "webhook" in str(error).lower():
            log.warning("a webhook is set for this bot; it is taken off, because we ask by ourselves")
            with suppress(TelegramError):
                await self._bot.delete_webhook()
        elif isinstance(error, Conflict):
            log.error("another program asks with the same token: please stop one of the two")
        elif isinstance(error, TelegramError):
            log.warning("Telegram cannot be asked (%s); again in %g seconds", error, pause)
        else:
            log.error("what people said could not be taken in; again in %g seconds", pause, exc_info=error)
        return pause

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)
