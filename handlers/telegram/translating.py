"""One Telegram update in, one `Incoming` out, or nothing when it was not said to us.

private chat     all that a person says, shows, sends or presses; stickers, moving pictures and polls without words
group            only what is meant for us: a command, a reply to us, @us, a press
edited message   its words again, as an edit of the first; a live location that moves on says nothing
all else         service messages, channels, other bots: nothing
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto

from telegram import (
    Audio,
    CallbackQuery,
    ChatMember,
    Document,
    Message,
    PhotoSize,
    Update,
    User,
    Video,
    VideoNote,
    Voice,
)
from telegram.constants import ChatType

from bot.chat.messages import Address, Attachment, Incoming, Medium, MenuEntry, Pin

CHANNEL = "telegram"
_File = Audio | Document | PhotoSize | Video | VideoNote | Voice
_COMMAND = re.compile(r"/(?P<word>\w+)(?:@(?P<bot>\w+))?(?P<rest>.*)", re.DOTALL)
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
# A photo sent "as a file" is still a photo of the broken pipe; other picture formats cannot be shown by every phone.
_PICTURES = ("image/jpeg", "image/png", "image/webp")


def incoming(update: Update, me: str, now: datetime, menu: Iterable[MenuEntry] = ()) -> Incoming | None:
    """What a person said to us, or None. `me` is our username, `now` dates a press, which has no date of its own.

    A press on the `menu` of main actions arrives as its label in plain text, and leaves as the entry's choice.
    """
    if update.callback_query is not None:
        return _pressed(update.callback_query, now)
    if update.message is not None:
        said = _said(update.message, me)
        return said and _chosen(said, menu)
    if update.edited_message is not None:
        return _said_anew(update.edited_message, me)
    return None


class What(Enum):
    """What became of a chat."""

    LEFT = auto()
    CAME = auto()
    MOVED = auto()


@dataclass(frozen=True, slots=True)
class Change:
    """A chat that left us, took us in (again), or moved here from `old`."""

    what: What
    address: Address
    group: bool
    old: Address


def changed(update: Update) -> Change | None:
    """What the update tells of the chat itself, if anything."""
    message, change = update.message, update.my_chat_member
    if message is not None and message.migrate_to_chat_id is not None:
        new = Address(CHANNEL, str(message.migrate_to_chat_id))
        return Change(What.MOVED, new, group=True, old=Address(CHANNEL, str(message.chat.id)))
    if message is not None and message.migrate_from_chat_id is not None:
        here = Address(CHANNEL, str(message.chat.id))
        return Change(What.MOVED, here, group=True, old=Address(CHANNEL, str(message.migrate_from_chat_id)))
    if change is None or change.chat.type not in (ChatType.PRIVATE, *_GROUPS):
        return None
    away = (ChatMember.BANNED, ChatMember.LEFT)
    before, after = change.old_chat_member.status in away, change.new_chat_member.status in away
    if before == after:
        return None
    address = Address(CHANNEL, str(change.chat.id))
    return Change(What.LEFT if after else What.CAME, address, change.chat.type in _GROUPS, address)


def _pressed(query: CallbackQuery, now: datetime) -> Incoming | None:
    if query.message is None or not query.data:
        return None
    return Incoming(
        address=Address(CHANNEL, str(query.message.chat.id)),
        sender=Address(CHANNEL, str(query.from_user.id)),
        message_id=f"cb:{query.id}",
        at=now,
        choice=query.data,
        name=query.from_user.full_name,
    )


def _chosen(said: Incoming, menu: Iterable[MenuEntry]) -> Incoming:
    choice = next((entry.choice for entry in menu if said.private and said.text == entry.label), "")
    return replace(said, text="", choice=choice) if choice else said


def _said(message: Message, me: str) -> Incoming | None:
    person = _person(message)
    if person is None or (message.text is None and message.effective_attachment is None):
        return None
    text = _for_us(message, me)
    if text is None:
        return None
    text, payload = _without_payload(text)
    return Incoming(
        address=Address(CHANNEL, str(message.chat.id)),
        sender=Address(CHANNEL, str(person.id)),
        message_id=f"{message.chat.id}:{message.message_id}",
        at=message.date.astimezone(UTC),
        text=text,
        attachments=_attachments(message),
        album=message.media_group_id or "",
        pin=Pin(message.location.latitude, message.location.longitude) if message.location else None,
        phone=_own_phone(message, person),
        payload=payload,
        name=person.full_name,
    )


def _said_anew(message: Message, me: str) -> Incoming | None:
    # The pictures were taken in the first time; what a person edits is what they say about them.
    said = _said(message, me)
    if said is None or message.edit_date is None or not said.text or message.location is not None:
        return None
    edited = message.edit_date.astimezone(UTC)
    message_id = f"{said.message_id}:{edited:%Y%m%d%H%M%S}"
    return replace(said, message_id=message_id, at=edited, attachments=(), album="", edits=said.message_id)


def _person(message: Message) -> User | None:
    # A message "on behalf of" a channel or an anonymous administrator comes from nobody we could answer for it.
    if message.chat.type not in (ChatType.PRIVATE, *_GROUPS) or message.sender_chat is not None:
        return None
    return message.from_user if message.from_user is not None and not message.from_user.is_bot else None


def _for_us(message: Message, me: str) -> str | None:
    """The words with our own name taken out; None for the talk of a group among itself."""
    text = _words(message)
    command = _COMMAND.fullmatch(text)
    if command is not None and message.chat.type in _GROUPS and (command["bot"] or me).lower() != me.lower():
        return None
    if command is not None:
        return f"/{command['word'].lower()}{command['rest']}"
    if message.chat.type not in _GROUPS:
        return text
    # A username is plain letters, digits and "_"; Chinese may stand right before and after it.
    named = re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(me)}(?![A-Za-z0-9_])", re.IGNORECASE)
    answered = message.reply_to_message and message.reply_to_message.from_user
    if named.search(text):
        return named.sub("", text).strip()
    return text if answered and (answered.username or "").lower() == me.lower() else None


def _words(message: Message) -> str:
    if message.venue is not None:
        return f"{message.venue.title} {message.venue.address}".strip()
    return (message.text or message.caption or "").strip()


def _without_payload(text: str) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    return (word, rest.strip()) if word == "/start" else (text, "")


def _own_phone(message: Message, person: User) -> str:
    contact = message.contact
    return contact.phone_number if contact is not None and contact.user_id == person.id else ""


def _attachments(message: Message) -> tuple[Attachment, ...]:
    if message.live_photo is not None and message.live_photo.photo:
        return (_largest(message.live_photo.photo),)
    if message.photo:
        return (_largest(message.photo),)
    if message.voice is not None:
        return (_attachment(Medium.VOICE, message.voice, "audio/ogg"),)
    if message.video is not None:
        return (_attachment(Medium.VIDEO, message.video, "video/mp4"),)
    if message.video_note is not None:
        return (_attachment(Medium.VIDEO, message.video_note, "video/mp4"),)
    file = message.document or message.audio
    if file is None or message.animation is not None:
        return ()
    medium = Medium.PHOTO if file.mime_type in _PICTURES else Medium.DOCUMENT
    return (_attachment(medium, file, "application/octet-stream"),)


def _largest(sizes: Sequence[PhotoSize]) -> Attachment:
    return _attachment(Medium.PHOTO, max(sizes, key=lambda size: size.width * size.height), "image/jpeg")


def _attachment(medium: Medium, file: _File, mime: str) -> Attachment:
    known = getattr(file, "mime_type", None) or mime
    return Attachment(medium, CHANNEL, file.file_id, mime=known, size=file.file_size or 0)
