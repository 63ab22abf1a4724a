"""Our account with Telegram: the library's `Bot`, with the things it lacks for us."""

from typing import Any

from telegram import Bot, TelegramObject

#: What we ask Telegram for; everything else it keeps to itself.
ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member")
_GRACE = 10.0  # seconds beyond the long poll after which the line is taken for dead


class Account(Bot):
    """A bot that hands updates over unread, and does not show its token when it is printed."""

    async def updates(self, offset: int, timeout: int) -> Any:  # noqa: ASYNC109 - it is Telegram that waits, not we
        """What has arrived since `offset`, as Telegram wrote it; an empty answer takes `timeout` seconds.

        `Bot.get_updates` throws a whole batch away for one update that it cannot read. Raises TelegramError.
        """
        asked = {"offset": offset, "timeout": timeout, "allowed_updates": ALLOWED_UPDATES}
        return await self._post("getUpdates", asked, read_timeout=timeout + _GRACE)

    async def say(self, chat: str, text: str, markup: TelegramObject | None, preview: TelegramObject | None) -> int:
        """Send words; the number of the message. Raises TelegramError.

        Of Telegram's long answer this reads the one number we need; `Bot.send_message` makes objects of all of it, which
        cost a tenth of a whole turn.
        """
        told = {"chat_id": chat, "text": text, "reply_markup": markup, "link_preview_options": preview}
        answer = await self._post("sendMessage", told)
        return int(answer["message_id"])

    def __repr__(self) -> str:
        return "Account()"
