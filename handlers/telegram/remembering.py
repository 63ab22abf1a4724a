"""The ids under which Telegram holds what we have sent it: a picture is uploaded once, however many people get it."""

from collections import OrderedDict

from telegram import Message

from bot.chat.messages import Attachment

_KEPT = 4096


class SentFiles:
    """The last few thousand files, for as long as we run: after a restart each is uploaded once more."""

    def __init__(self) -> None:
        self._ids: OrderedDict[tuple[str, str], str] = OrderedDict()

    def get(self, attachment: Attachment) -> str:
        """Telegram's id of this file, or ""."""
        return self._ids.get(_key(attachment), "")

    def note(self, attachment: Attachment, message: Message) -> None:
        """Remember the file that this message shows."""
        file_id, key = _file_id(message), _key(attachment)
        if file_id and key[1]:
            self._ids[key] = file_id
            while len(self._ids) > _KEPT:
                self._ids.popitem(last=False)

    def forget(self, attachment: Attachment) -> None:
        """Telegram does not know it any more."""
        self._ids.pop(_key(attachment), None)


def _key(attachment: Attachment) -> tuple[str, str]:
    name = attachment.sha256 or (f"row {attachment.id}" if attachment.id else "")
    return attachment.medium, name


def _file_id(message: Message) -> str:
    if message.photo:
        return message.photo[-1].file_id
    file = message.voice or message.video or message.document
    return file.file_id if file is not None else ""
