"""One Telegram update in, one `Incoming` out, or nothing when it was not said to us.

Updates are read as Telegram writes them: making the library's objects of all of one cost a twelfth of a whole turn.

private chat     all that a person says, shows, sends or presses; stickers, moving pictures and polls without words
group            only what is meant for us: a command, a reply to us, @us, a press
edited message   its words again, as an edit of the first; a live location that moves on says nothing
all else         service messages, channels, other bots: nothing
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import Any

from telegram import ChatMember
from telegram.constants import ChatType, MessageAttachmentType

from bot.chat.messages import Address, Attachment, Incoming, Medium, MenuEntry, Pin

CHANNEL = "telegram"
Json = Mapping[str, Any]
_COMMAND = re.compile(r"/(?P<word>\w+)(?:@(?P<bot>\w+))?(?P<rest>.*)", re.DOTALL)
_PRIVATE, _GROUPS = ChatType.PRIVATE.value, (ChatType.GROUP.value, ChatType.SUPERGROUP.value)
_SHOWN = tuple(kind.value for kind in MessageAttachmentType)
_AWAY = (ChatMember.BANNED, ChatMember.LEFT)
# A photo sent "as a file" is still a photo of the broken pipe; other picture formats cannot be shown by every phone.
_PICTURES = ("image/jpeg", "image/png", "image/webp")


def incoming(update: Json, me: str, now: datetime, menu: Iterable[MenuEntry] = ()) -> Incoming | None:
    """What a person said to us, or None. `me` is our username, `now` dates a press, which has no date of its own.

    A press on the `menu` of main actions arrives as its label in plain text, and leaves as the entry's choice. Raises
    KeyError, TypeError, ValueError or AttributeError for what is not an update of Telegram's.
    """
    if (query := update.get("callback_query")) is not None:
        return _pressed(query, now)
    if (message := update.get("message")) is not None:
        said = _said(message, me)
        return said and _chosen(said, menu)
    if (message := update.get("edited_message")) is not None:
        return _said_anew(message, me)
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


def changed(update: Json) -> Change | None:
    """What the update tells of the chat itself, if anything. Raises as `incoming` does."""
    if (message := update.get("message")) is not None:
        new, old = message.get("migrate_to_chat_id"), message.get("migrate_from_chat_id")
        if new is not None:
            return Change(What.MOVED, _address(new), group=True, old=_address(message["chat"]["id"]))
        if old is not None:
            return Change(What.MOVED, _address(message["chat"]["id"]), group=True, old=_address(old))
    change = update.get("my_chat_member")
    if change is None or change["chat"]["type"] not in (_PRIVATE, *_GROUPS):
        return None
    before, after = change["old_chat_member"]["status"] in _AWAY, change["new_chat_member"]["status"] in _AWAY
    if before == after:
        return None
    address = _address(change["chat"]["id"])
    return Change(What.LEFT if after else What.CAME, address, change["chat"]["type"] in _GROUPS, address)


def _pressed(query: Json, now: datetime) -> Incoming | None:
    message, choice = query.get("message"), _text(query, "data")
    if message is None or not choice:
        return None
    return Incoming(
        address=_address(message["chat"]["id"]),
        sender=_address(query["from"]["id"]),
        message_id=f"cb:{query['id']}",
        at=now,
        choice=choice,
        name=_full_name(query["from"]),
    )


def _chosen(said: Incoming, menu: Iterable[MenuEntry]) -> Incoming:
    choice = next((entry.choice for entry in menu if said.private and said.text == entry.label), "")
    return replace(said, text="", choice=choice) if choice else said


def _said(message: Json, me: str) -> Incoming | None:
    person = _person(message)
    if person is None or ("text" not in message and not any(message.get(kind) for kind in _SHOWN)):
        return None
    text = _for_us(message, me)
    if text is None:
        return None
    text, payload = _without_payload(text)
    chat, place = message["chat"]["id"], message.get("location")
    return Incoming(
        address=_address(chat),
        sender=_address(person["id"]),
        message_id=f"{chat}:{message['message_id']}",
        at=datetime.fromtimestamp(message["date"], UTC),
        text=text,
        attachments=_attachments(message),
        album=_text(message, "media_group_id"),
        pin=_pin(place) if place else None,
        phone=_own_phone(message, person),
        payload=payload,
        name=_full_name(person),
    )


def _said_anew(message: Json, me: str) -> Incoming | None:
    # The pictures were taken in the first time; what a person edits is what they say about them.
    said = _said(message, me)
    if said is None or not message.get("edit_date") or not said.text or message.get("location") is not None:
        return None
    edited = datetime.fromtimestamp(message["edit_date"], UTC)
    message_id = f"{said.message_id}:{edited:%Y%m%d%H%M%S}"
    return replace(said, message_id=message_id, at=edited, attachments=(), album="", edits=said.message_id)


def _person(message: Json) -> Json | None:
    # A message "on behalf of" a channel or an anonymous administrator comes from nobody we could answer for it.
    if message["chat"]["type"] not in (_PRIVATE, *_GROUPS) or message.get("sender_chat") is not None:
        return None
    person: Json | None = message.get("from")
    return person if person is not None and not person.get("is_bot") else None


def _for_us(message: Json, me: str) -> str | None:
    """The words with our own name taken out; None for the talk of a group among itself."""
    text, in_group = _words(message), message["chat"]["type"] in _GROUPS
    command = _COMMAND.fullmatch(text) if text.startswith("/") else None
    if command is not None and in_group and (command["bot"] or me).lower() != me.lower():
        return None
    if command is not None:
        return f"/{command['word'].lower()}{command['rest']}"
    if not in_group:
        return text
    # A username is plain letters, digits and "_"; Chinese may stand right before and after it.
    named = re.compile(rf"(?<![A-Za-z0-9_])@{re.escape(me)}(?![A-Za-z0-9_])", re.IGNORECASE)
    answered = (message.get("reply_to_message") or {}).get("from") or {}
    if named.search(text):
        return named.sub("", text).strip()
    return text if _text(answered, "username").lower() == me.lower() else None


def _words(message: Json) -> str:
    if (venue := message.get("venue")) is not None:
        return f"{_text(venue, 'title')} {_text(venue, 'address')}".strip()
    return (_text(message, "text") or _text(message, "caption")).strip()


def _without_payload(text: str) -> tuple[str, str]:
    word, _, rest = text.partition(" ")
    return (word, rest.strip()) if word == "/start" else (text, "")


def _own_phone(message: Json, person: Json) -> str:
    contact = message.get("contact")
    return _text(contact, "phone_number") if contact and contact.get("user_id") == person["id"] else ""


def _attachments(message: Json) -> tuple[Attachment, ...]:
    if photo := (message.get("live_photo") or {}).get("photo") or message.get("photo"):
        return (_largest(photo),)
    if (voice := message.get("voice")) is not None:
        return (_attachment(Medium.VOICE, voice, "audio/ogg"),)
    if (video := message.get("video") or message.get("video_note")) is not None:
        return (_attachment(Medium.VIDEO, video, "video/mp4"),)
    file = message.get("document") or message.get("audio")
    if file is None or message.get("animation") is not None:
        return ()
    medium = Medium.PHOTO if file.get("mime_type") in _PICTURES else Medium.DOCUMENT
    return (_attachment(medium, file, "application/octet-stream"),)


def _largest(sizes: Sequence[Json]) -> Attachment:
    return _attachment(Medium.PHOTO, max(sizes, key=lambda size: size["width"] * size["height"]), "image/jpeg")


def _attachment(medium: Medium, file: Json, mime: str) -> Attachment:
    known, size = _text(file, "mime_type") or mime, int(file.get("file_size") or 0)
    return Attachment(medium, CHANNEL, _text(file, "file_id"), mime=known, size=size)


def _pin(place: Json) -> Pin:
    lat, lon = float(place["latitude"]), float(place["longitude"])
    if not (math.isfinite(lat) and math.isfinite(lon)):
        raise ValueError("no place on the map")  # JSON as Python reads it knows NaN and Infinity
    return Pin(lat, lon)


def _address(number: int) -> Address:
    return Address(CHANNEL, str(int(number)))


def _full_name(person: Json) -> str:
    return f"{_text(person, 'first_name')} {_text(person, 'last_name')}".strip()


def _text(part: Json, field: str) -> str:
    """A text of Telegram's, or "" where it has none. Raises TypeError for anything else in its place."""
    text = part.get(field, "")
    if not isinstance(text, str):
        raise TypeError(f"{field} is no text")
    return text
