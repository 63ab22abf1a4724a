"""To the page: a message becomes a line of the transcript, and the open pages hear of it."""

from collections.abc import Callable
from datetime import datetime

from bot.chat.files import Files
from bot.chat.lines import WEB, Lines, key_of
from bot.chat.media import true_mime
from bot.chat.messages import Outgoing, Stored
from bot.errors import Never
from handlers.webchat.waking import Bells


class WebChat:
    """The web page as a `bot.chat.messages.Channel`. Nothing can be refused here: a transcript takes every line."""

    name = WEB

    def __init__(self, lines: Lines, files: Files, bells: Bells, now: Callable[[], datetime], public_url: str) -> None:
        self._lines = lines
        self._files = files
        self._bells = bells
        self._now = now
        self._public_url = public_url.rstrip("/")

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        """Put the message into the transcript and ring for the open pages; return the line's key.

        Most messages stand there by the transaction that promised them; those that show a secret come here.
        """
        body = message.to_json()
        line = await self._lines.append(chat, key_of(body, edit), mine=False, body=body, at=self._now())
        self._bells.ring(chat, line)
        return line.key

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
