"""From raw updates to the rest of the service: translated one by one, handed over together, then answered.

Polling and webhook share this. An update that cannot be read is logged and passed over, so that it never stops others.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from telegram import Bot, Update

from bot.chat.messages import Address, Incoming, MenuEntry, Receiver
from handlers.telegram.sending import Telegram
from handlers.telegram.translating import departed, incoming

log = logging.getLogger(__name__)


class Arriving:
    """Takes raw updates. `now` dates presses; `left`, if given, is told of chats that have blocked us or sent us away."""

    def __init__(
        self,
        bot: Bot,
        channel: Telegram,
        receiver: Receiver,
        now: Callable[[], datetime],
        menu: tuple[MenuEntry, ...] = (),
        left: Callable[[Address], Awaitable[None]] | None = None,
    ) -> None:
        self._bot = bot
        self._channel = channel
        self._receiver = receiver
        self._now = now
        self._menu = menu
        self._left = left
        self._answers: set[asyncio.Task[None]] = set()

    async def take(self, raw_updates: Iterable[Mapping[str, Any]]) -> None:
        """When this returns, all of it is committed and may be confirmed. Raises what the receiver raises."""
        me = self._bot.username
        said: list[Incoming] = []
        gone: dict[Address, None] = {}
        for raw in raw_updates:
            try:
                update = Update.de_json(dict(raw), self._bot)
                words = incoming(update, me, self._now(), self._menu)
                lost = departed(update)
            except Exception:
                log.exception("update %s could not be read and is passed over", raw.get("update_id"))
                continue
            if words is not None:
                said.append(words)
                gone.pop(words.address, None)  # whoever writes after leaving is back
            if lost is not None:
                gone[lost] = None
        if said:
            await self._receiver.receive(said)
        if self._left is not None:
            for address in gone:
                await self._left(address)
        self._answer(said)

    async def drain(self, seconds: float) -> None:
        """Give answers to presses that are on their way this long, then let go of them."""
        if self._answers:
            _, late = await asyncio.wait(self._answers, timeout=seconds)
            for task in late:
                task.cancel()

    def _answer(self, said: Sequence[Incoming]) -> None:
        # In the background: the next updates need not wait until every button has stopped blinking.
        for words in said:
            if words.choice and words.message_id.startswith("cb:"):
                task = asyncio.create_task(self._channel.answer(words.message_id.removeprefix("cb:")))
                self._answers.add(task)
                task.add_done_callback(self._answers.discard)
