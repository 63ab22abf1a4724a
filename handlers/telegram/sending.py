"""What we say, put on Telegram; and the files that people sent, brought from it.

Everything goes as plain text, without a parse mode: nothing that a person typed can break a card.
"""

import asyncio
import logging
import mimetypes
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from telegram.error import BadRequest, ChatMigrated, TelegramError

from bot.chat.messages import Attachment, Button, MenuEntry, Outgoing, Stored
from bot.errors import CardGone, Never, TryLater
from bot.texts import Texts
from handlers.telegram.account import Account
from handlers.telegram.attaching import Attaching, batches
from handlers.telegram.keyboards import Markup, inline, reply
from handlers.telegram.pacing import Pacing
from handlers.telegram.refusals import bad_link, not_modified, undelivered
from handlers.telegram.requesting import MAX_FILE_BYTES
from handlers.telegram.splitting import MAX_CAPTION, clip, length, split
from handlers.telegram.translating import CHANNEL

_LONGEST_NAP = 1.0  # seconds a message may wait here; longer waits belong to the outbox
_PATIENCE = 5.0  # seconds the second half of a message waits, rather than have its first half sent again
_ATTEMPTS = 3
MAX_NOTICE = 200
log = logging.getLogger(__name__)

_Piece = Callable[[], Awaitable[int]]


class Telegram:
    """The chat network "telegram", as `bot.chat.messages.Channel` wants it.

    `load` brings the bytes of an attachment that Telegram does not hold; it may raise Never, and then the rest of the
    message goes without it. `menu` is what a message with `menu` puts below the text field.
    """

    name = CHANNEL

    def __init__(
        self,
        bot: Account,
        load: Callable[[Attachment], Awaitable[Stored]],
        texts: Texts,
        pacing: Pacing,
        menu: tuple[MenuEntry, ...] = (),
    ) -> None:
        self._bot = bot
        self._texts = texts
        self._pacing = pacing
        self._menu = menu
        self._attaching = Attaching(bot, load)

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        """Send, or edit the message that `edit` names; the id of the message that carries the buttons.

        Raises TryLater, Never, Unreachable, or CardGone when the message to edit is not there any more.
        """
        await self._pace(chat, 1 if edit else len(message.attachments) + (not _fits_below(message)))
        try:
            return await (self._edit(chat, message, edit) if edit else self._say(chat, message))
        except ChatMigrated as moved:
            # A group that became a supergroup has a new id; its old messages cannot be edited any more.
            if edit:
                raise CardGone(str(moved)) from moved
            return await self.send(str(moved.new_chat_id), message, "")
        except TelegramError as error:
            raise undelivered(error) from error

    async def fetch(self, ref: str) -> Stored:
        """Bring a file. Raises TryLater, or Never when it is over 20 MB or no longer there."""
        try:
            file = await self._bot.get_file(ref)
            if (file.file_size or 0) > MAX_FILE_BYTES:
                raise Never("file is too big")
            content = await file.download_as_bytearray()
        except BadRequest as error:
            raise Never(str(error)) from error
        except TelegramError as error:
            raise undelivered(error) from error
        name = PurePosixPath(file.file_path or "").name
        return Stored(bytes(content), mimetypes.guess_type(name)[0] or "application/octet-stream", name)

    def link(self, payload: str) -> str:
        """A link that opens a private chat with us. Raises TryLater until Telegram has told us our name."""
        try:
            return f"https://t.me/{self._bot.username}?start={payload}"
        except RuntimeError as error:
            raise TryLater(5, "Telegram has not told us our name yet") from error

    async def answer(self, press: str, notice: str = "") -> None:
        """Stop the little clock on a pressed button, and show the presser a notice that nobody else in a group sees.

        Best effort: a press that is too old needs no answer.
        """
        try:
            await self._bot.acknowledge(press, clip(notice, MAX_NOTICE))
        except TelegramError as error:
            log.info("a press was not answered: %s", error)

    async def _pace(self, chat: str, count: int) -> None:
        rested = 0.0
        while wait := self._pacing.wait(chat, count):
            if rested + wait > _LONGEST_NAP:
                raise TryLater(wait, "we have written a lot just now")
            await asyncio.sleep(wait)
            rested += wait

    async def _edit(self, chat: str, message: Outgoing, edit: str) -> str:
        if not edit.isdecimal():
            raise CardGone(f"no message of Telegram's: {edit}")

        async def put(text: str, markup: Markup) -> int:
            await self._bot.reword(chat, int(edit), text, **_with_words(text, markup))
            return int(edit)

        try:
            await _with_links(put, clip(message.text), message.buttons)
        except BadRequest as error:
            if not not_modified(error):
                raise
        return edit

    async def _say(self, chat: str, message: Outgoing) -> str:
        sent = 0
        for piece in self._pieces(chat, message):
            sent = await (_patiently(piece) if sent else piece()) or sent
        if not sent:
            raise Never("there is nothing to say")
        return str(sent)

    def _pieces(self, chat: str, message: Outgoing) -> list[_Piece]:
        """The messages that it takes, in order; the last one carries the buttons."""
        keyboard = reply(message, self._menu, self._texts) if _private(chat) else None
        pieces: list[_Piece] = []
        if keyboard is not None and message.buttons:
            # A message has room for one keyboard only.
            pieces.append(partial(self._text, chat, self._texts(_beside(message)), (), keyboard))
            keyboard = None
        text = message.text.strip() or (self._texts("telegram.choose") if message.buttons else "")
        if _fits_below(message):
            photo = message.attachments
            return [*pieces, partial(self._captioned, chat, photo, text, message.buttons, keyboard)]
        pieces[:0] = [partial(self._attaching.send, chat, batch) for batch in batches(message.attachments)]
        *first, last = (clip(text),) if message.card else split(text) or ("",)
        pieces += [partial(self._text, chat, part) for part in first]
        return [*pieces, partial(self._text, chat, last, message.buttons, keyboard)] if last else pieces

    async def _captioned(
        self, chat: str, photo: Sequence[Attachment], text: str, buttons: tuple[Button, ...], keyboard: Markup
    ) -> int:
        sent = await self._attaching.send(chat, photo, text, inline(buttons) or keyboard)
        return sent or (await self._text(chat, text, buttons, keyboard) if text else 0)

    async def _text(self, chat: str, text: str, buttons: tuple[Button, ...] = (), keyboard: Markup = None) -> int:
        async def put(text: str, markup: Markup) -> int:
            return await self._bot.say(chat, text, **_with_words(text, markup or keyboard))

        return await _with_links(put, text, buttons)


def _with_words(text: str, markup: Markup) -> dict[str, Any]:
    """The keyboard, and that nobody's web page is shown in a card: what could be an address has a dot in it."""
    shown: dict[str, Any] = {"link_preview_options": {"is_disabled": True}} if "." in text else {}
    return shown | {"reply_markup": markup} if markup else shown


def _private(chat: str) -> bool:
    return not chat.startswith("-")


def _beside(message: Outgoing) -> str:
    if message.asks_pin:
        return "telegram.or_send_place"
    return "telegram.or_send_phone" if message.asks_phone else "telegram.menu"


def _fits_below(message: Outgoing) -> bool:
    """Whether the words can stand below the one picture. Not those of a card: a picture cannot be edited into words."""
    return (
        len(message.attachments) == 1
        and not message.card
        and not any(button.url for button in message.buttons)
        and length(message.text) <= MAX_CAPTION
    )


async def _patiently(piece: _Piece) -> int:
    """The second half of a message: a short wait is better than sending its first half again."""
    for _ in range(_ATTEMPTS - 1):
        try:
            return await piece()
        except TelegramError as error:
            reason = undelivered(error)
            if not isinstance(reason, TryLater) or reason.seconds > _PATIENCE:
                raise
            await asyncio.sleep(reason.seconds)
    return await piece()


async def _with_links(put: Callable[[str, Markup], Awaitable[int]], text: str, buttons: tuple[Button, ...]) -> int:
    """Put it; if Telegram will not have a button's address (one on localhost, say), the address goes into the words."""
    try:
        return await put(text, inline(buttons))
    except BadRequest as error:
        if not bad_link(error):
            raise
        lines = [text, *(f"{button.label} {button.url}" for button in buttons if button.url)]
        return await put(clip("\n".join(lines)), inline(button for button in buttons if not button.url))
