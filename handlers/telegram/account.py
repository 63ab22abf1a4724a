"""Our account with Telegram: the library's `Bot`, with the things it lacks for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from telegram import Bot
from telegram.request import RequestData

#: What we ask Telegram for; everything else it keeps to itself.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_GRACE = 10.0  # seconds beyond the long poll after which the line is taken for dead


@dataclass(frozen=True, slots=True)
class _Told:
    """What `Requests` reads of the library's `RequestData`, whose making costs more than sending it."""

    parameters: Mapping[str, Any]
    contains_files: bool = False


class Account(Bot):
    """A bot that hands updates over unread, and does not show its token when it is printed.

    What is said every second goes as plain JSON, and of Telegram's long answers the one number we need is read: to make
    objects of questions and answers cost a fifth of a whole turn. All else goes by the library's own methods.
    """

    async def updates(self, offset: int, timeout: int) -> Any:  # noqa: ASYNC109 - it is Telegram that waits, not we
        """What has arrived since `offset`, as Telegram wrote it; an empty answer takes `timeout` seconds.

        `Bot.get_updates` throws a whole batch away for one update that it cannot read. Raises TelegramError.
        """
        asked = {"offset": offset, "timeout": timeout, "allowed_updates": ALLOWED_UPDATES}
        return await self._post("getUpdates", asked, read_timeout=timeout + _GRACE)

    async def say(self, chat: str, text: str, **more: Any) -> int:
        """Send words, with `more` of sendMessage's parameters as JSON; the number of the message. Raises TelegramError."""
        answer = await self._tell("sendMessage", {"chat_id": chat, "text": text, **more})
        return int(answer["message_id"])

    async def reword(self, chat: str, number: int, text: str, **more: Any) -> None:
        """Edit words and buttons of a message, with `more` of editMessageText's parameters. Raises TelegramError."""
        await self._tell("editMessageText", {"chat_id": chat, "message_id": number, "text": text, **more})

    async def acknowledge(self, press: str, notice: str) -> None:
        """Answer a press, with a notice over the chat or none. Raises TelegramError."""
        await self._tell("answerCallbackQuery", {"callback_query_id": press} | ({"text": notice} if notice else {}))

    async def _tell(self, method: str, parameters: Mapping[str, Any]) -> Any:
        told = cast(RequestData, _Told(parameters))
        return await self.request.post(f"{self.base_url}/{method}", told)

    def __repr__(self) -> str:
        return "Account()"
