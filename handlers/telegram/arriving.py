"""From raw updates to the rest of the service: translated one by one, handed over together, then answered.

Polling and webhook share this. An update that cannot be read is logged and passed over, so that it never stops others.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from telegram import Bot

from bot.chat.messages import Address, Incoming, MenuEntry, Presence, Receiver
from handlers.telegram.sending import Telegram
from handlers.telegram.translating import Change, What, changed, incoming

log = logging.getLogger(__name__)


class Arriving:
    """Takes raw updates. `now` dates presses; `presence`, if given, is told of chats that leave, come and move."""

    def __init__(
        self,
        bot: Bot,
        channel: Telegram,
        receiver: Receiver,
        now: Callable[[], datetime],
        menu: tuple[MenuEntry, ...] = (),
        presence: Presence | None = None,
    ) -> None:
        self._bot = bot
        self._channel = channel
        self._receiver = receiver
        self._now = now
        self._menu = menu
        self._presence = presence
        self._answers: set[asyncio.Task[None]] = set()

    async def take(self, raw_updates: Iterable[Mapping[str, Any]]) -> None:
        """When this returns, all of it is committed and may be confirmed. Raises what the receiver raises."""
        said: list[Incoming] = []
        changes: dict[Address, Change] = {}
        unheard: list[str] = []
        # Until Telegram has told us who we are nothing can be read: this raises then, and nothing is confirmed.
        username, now = self._bot.username, self._now()
        for raw in raw_updates:
            try:
                words = incoming(raw, username, now, self._menu)
                change = changed(raw)
            except Exception:
                log.exception("update %s could not be read and is passed over", raw.get("update_id"))
                continue
            if words is not None:
                said.append(words)
                changes.pop(words.address, None)  # whoever writes after leaving is back
            elif query := raw.get("callback_query"):
                unheard.append(str(query.get("id")))
            if change is not None:
                changes[change.address] = change
        notices = await self._receiver.receive(said) if said else ()
        await self._tell(changes.values())
        for words, notice in zip(said, notices, strict=True):
            if words.choice and words.message_id.startswith("cb:"):
                self._answer(words.message_id.removeprefix("cb:"), notice)
        for press in unheard:
            self._answer(press, "")

    async def drain(self, seconds: float) -> None:
        """Give answers to presses that are on their way this long, then let go of them."""
        if self._answers:
            _, late = await asyncio.wait(self._answers, timeout=seconds)
            for task in late:
                task.cancel()

    def _answer(self, press: str, notice: str) -> None:
        # In the background: the next updates need not wait until every button has stopped blinking.
        task = asyncio.create_task(self._channel.answer(press, notice))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _tell(self, changes: Iterable[Change]) -> None:
        if self._presence is None:
            return
        # A group that moved is taken along before the old one counts as left.
        for change in sorted(changes, key=lambda change: change.what is not What.MOVED):
            match change.what:
                case What.LEFT:
                    await self._presence.left(change.address)
                case What.CAME:
                    await self._presence.came(change.address, group=change.group)
                case What.MOVED:
                    await self._presence.moved(change.old, change.address)
