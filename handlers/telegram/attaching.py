"""Photos, voices, videos and documents on their way to a person.

A file that Telegram holds goes by its id, any other by its bytes. A file it refuses goes as a plain document, and if it
is refused even so it is passed over: a picture must never keep the words from arriving.
"""

import logging
import mimetypes
from collections.abc import Awaitable, Callable, Iterable, Sequence

from telegram import (
    Bot,
    InputFile,
    InputMediaPhoto,
    InputMediaVideo,
    Message,
)
from telegram.error import BadRequest

from bot.chat.messages import Attachment, Medium, Stored
from bot.errors import Never, Unreachable
from handlers.telegram.keyboards import Markup
from handlers.telegram.refusals import undelivered
from handlers.telegram.remembering import SentFiles
from handlers.telegram.translating import CHANNEL

MAX_ALBUM = 10
log = logging.getLogger(__name__)


def batches(attachments: Iterable[Attachment]) -> list[tuple[Attachment, ...]]:
    """What goes in one message each: albums of pictures and videos first, then voices and documents one by one."""
    seen = [a for a in attachments if a.medium in (Medium.PHOTO, Medium.VIDEO)]
    others = [a for a in attachments if a.medium not in (Medium.PHOTO, Medium.VIDEO)]
    albums = [tuple(seen[start : start + MAX_ALBUM]) for start in range(0, len(seen), MAX_ALBUM)]
    return albums + [(a,) for a in others]


class Attaching:
    """Sends attachments. `load` brings the bytes of one; it raises Never when they are not to be had."""

    def __init__(self, bot: Bot, load: Callable[[Attachment], Awaitable[Stored]]) -> None:
        self._bot = bot
        self._load = load
        self._sent = SentFiles()

    async def send(self, chat: str, batch: Sequence[Attachment], caption: str = "", markup: Markup = None) -> int:
        """One batch as one message; its id, or 0 when none of it was taken. Caption and keyboard are for a batch of one.

        Raises what Telegram and `load` raise, but not for a refused file.
        """
        if len(batch) == 1:
            return await self._one(chat, batch[0], caption, markup)
        try:
            return await self._album(chat, batch)
        except BadRequest as error:
            _raise_unless_the_file(error)
            sent = [await self._one(chat, attachment, "", None) for attachment in batch]
            return next(filter(None, sent), 0)

    async def _album(self, chat: str, batch: Sequence[Attachment]) -> int:
        media = [InputMediaPhoto(f) if m is Medium.PHOTO else InputMediaVideo(f) for m, f in await self._files(batch)]
        if len(media) < len(batch):
            raise BadRequest("some of the album is not to be had")
        messages = await self._bot.send_media_group(chat, media)
        for attachment, message in zip(batch, messages, strict=False):
            self._note(attachment, message)
        return messages[0].message_id

    async def _files(self, batch: Sequence[Attachment]) -> list[tuple[Medium, str | InputFile]]:
        files: list[tuple[Medium, str | InputFile]] = []
        for attachment in batch:
            file = self._held(attachment) or await self._bytes(attachment, attach=True)
            if file is not None:
                files.append((attachment.medium, file))
        return files

    async def _one(self, chat: str, attachment: Attachment, caption: str, markup: Markup) -> int:
        if held := self._held(attachment):
            try:
                return (await self._put(chat, attachment.medium, held, caption, markup)).message_id
            except BadRequest as error:
                # An id of another bot, or of a round video that cannot be sent as a plain one: its bytes will do.
                _raise_unless_the_file(error)
                self._sent.forget(attachment)
        file = await self._bytes(attachment)
        if file is None:
            return 0
        for medium in dict.fromkeys((attachment.medium, Medium.DOCUMENT)):
            try:
                message = await self._put(chat, medium, file, caption, markup)
            except BadRequest as error:
                _raise_unless_the_file(error)
                log.warning("a %s was refused: %s", medium, error)
            else:
                if medium is attachment.medium:
                    self._note(attachment, message)
                return message.message_id
        return 0

    def _held(self, attachment: Attachment) -> str:
        """Telegram's own id of the file, or "" where it must be uploaded."""
        if attachment.channel == CHANNEL and attachment.ref:
            return attachment.ref
        return self._sent.get(attachment)

    def _note(self, attachment: Attachment, message: Message) -> None:
        if attachment.channel != CHANNEL:
            self._sent.note(attachment, message)

    async def _bytes(self, attachment: Attachment, *, attach: bool = False) -> InputFile | None:
        try:
            stored = await self._load(attachment)
        except Never as error:
            log.warning("a %s is not to be had: %s", attachment.medium, error)
            return None
        name = stored.name or f"{attachment.medium}{mimetypes.guess_extension(stored.mime) or ''}"
        return InputFile(stored.content, filename=name, attach=attach)

    async def _put(self, chat: str, medium: Medium, file: str | InputFile, caption: str, markup: Markup) -> Message:
        words, below = caption or None, {"reply_markup": markup} if markup else None
        message: Message
        match medium:
            case Medium.PHOTO:
                message = await self._bot.send_photo(chat, file, caption=words, api_kwargs=below)
            case Medium.VOICE:
                message = await self._bot.send_voice(chat, file, caption=words, api_kwargs=below)
            case Medium.VIDEO:
                message = await self._bot.send_video(chat, file, caption=words, api_kwargs=below)
            case Medium.DOCUMENT:
                message = await self._bot.send_document(chat, file, caption=words, api_kwargs=below)
        return message


def _raise_unless_the_file(error: BadRequest) -> None:
    reason = undelivered(error)
    if isinstance(reason, Unreachable) or not isinstance(reason, Never):
        raise error
