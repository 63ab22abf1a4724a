"""To the page: a message becomes a line of the transcript, and the open pages hear of it."""

import secrets
from collections.abc import Callable
from datetime import datetime

from bot.chat.files import Files
from bot.chat.lines import Lines
from bot.chat.media import true_mime
from bot.chat.messages import Outgoing, Stored
from bot.errors import Never
from handlers.webchat.waking import Bells


class WebChat:
    """The web page as a `bot.chat.messages.Channel`. Nothing can be refused here: a transcript takes every line."""

    name = "web"
    shows_presses = True  # a press stands in the transcript as a line of its own

    def __init__(self, lines: Lines, files: Files, bells: Bells, now: Callable[[], datetime], public_url: str) -> None:
        self._lines = lines
        self._files = files
        self._bells = bells
        self._now = now
        self._public_url = public_url.rstrip("/")

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        """Put the message into the transcript and ring for the open pages; return the line's key.

        A card that is sent for the first time is named by its card, so that a repeat after a crash changes nothing.
        """
        if edit:
            key = edit
        elif message.card and not message.fresh:
            key = f"card:{message.card}"
        else:
            key = f"line:{secrets.token_urlsafe(16)}"
        line = await self._lines.append(chat, key, mine=False, body=message.to_json(), at=self._now())
        self._bells.ring(chat, line)
        return key

    async def fetch(self, ref: str) -> Stored:
        """Bring a file that a person sent; `ref` is its SHA-256. Raises Never."""
        try:
            content = await self._files.read(ref)
        except FileNotFoundError as error:
            raise Never(ref) from error
        return Stored(content, true_mime(content))

    def link(self, payload: str) -> str:
        """A link that opens the page and carries `payload`."""
        return f"{self._public_url}/?p={payload}"
