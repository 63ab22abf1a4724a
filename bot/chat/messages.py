"""What is said, on any chat network: an `Incoming` from a person, an `Outgoing` to one.

An `Address` is a value that can be stored and written to days later. No type of any network appears here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, Self

from bot.chat.lines import NewLine

MAX_CHOICE_BYTES = 64  # Telegram's limit for button data, the narrowest of the networks.


@dataclass(frozen=True, slots=True)
class Address:
    """One chat on one network, for example ("telegram", "4711") or ("web", "k3v…")."""

    channel: str
    chat: str


class Medium(StrEnum):
    """How something other than text was said."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo, voice message, video or document.

    `ref` is the network's own name of it (a Telegram file id). `sha256` names the stored copy once we hold it, and is
    empty until then. `id` is its row, 0 before it has one.
    """

    medium: Medium
    channel: str
    ref: str
    sha256: str = ""
    mime: str = ""
    size: int = 0
    id: int = 0


@dataclass(frozen=True, slots=True)
class Pin:
    """A point on the map in WGS-84 degrees."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a person said or pressed.

    `address` is the chat it was said in; `sender` is who said it (the same in a private chat). `message_id` is unique
    within the channel and makes a repeat harmless. `choice` is the data of a pressed button, `payload` what a deep link
    carried, `album` groups photos that were sent together, `phone` a contact the person shared of themselves. `edits` is the
    `message_id` of the message whose words these replace. `line` is how it stands in the transcript, where that is ours.
    """

    address: Address
    sender: Address
    message_id: str
    at: datetime
    text: str = ""
    choice: str = ""
    attachments: tuple[Attachment, ...] = ()
    album: str = ""
    pin: Pin | None = None
    phone: str = ""
    payload: str = ""
    name: str = ""
    edits: str = ""
    line: NewLine | None = None

    @property
    def private(self) -> bool:
        """Whether only this person reads the chat."""
        return self.address == self.sender


@dataclass(frozen=True, slots=True)
class Button:
    """A thing to press. `choice` comes back in `Incoming.choice`; a `url` opens a page instead."""

    label: str
    choice: str = ""
    url: str = ""

    def __post_init__(self) -> None:
        if len(self.choice.encode()) > MAX_CHOICE_BYTES:
            message = f"button data is over {MAX_CHOICE_BYTES} bytes: {self.choice!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to a person; each network renders it its own way, one button a row.

    `card` names a message that is edited in place: a second `Outgoing` with the same card at the same address changes
    the first. `fresh` sends such a card anew because it must be noticed. `answers` says that it answers a press on that
    card: a network that shows presses as lines of their own sends it below them. `menu` offers the four main actions as well.
    `starts` says that the buttons are what this person can start, so that a network may keep the first of them in reach.
    `asks_pin` and `asks_phone` let a network show its own button for sending them. `hidden` names what of the errand is put in
    the place of `errand.HIDDEN` when it is sent, code or answers: it is kept nowhere else.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    card: str = ""
    fresh: bool = False
    answers: bool = False
    menu: bool = False
    starts: bool = False
    asks_pin: bool = False
    asks_phone: bool = False
    hidden: str = ""

    def to_json(self) -> dict[str, Any]:
        """Shape for the outbox: only what is set."""
        body: dict[str, Any] = {"text": self.text}
        if self.buttons:
            body["buttons"] = [[b.label, b.choice, b.url] for b in self.buttons]
        if self.attachments:
            body["attachments"] = [
                [a.medium, a.channel, a.ref, a.sha256, a.mime, a.size, a.id] for a in self.attachments
            ]
        for flag in ("card", "fresh", "answers", "menu", "starts", "asks_pin", "asks_phone", "hidden"):
            if getattr(self, flag):
                body[flag] = getattr(self, flag)
        return body

    @classmethod
    def from_json(cls, body: dict[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        return cls(
            text=body["text"],
            buttons=tuple(Button(*b) for b in body.get("buttons", ())),
            attachments=tuple(Attachment(Medium(a[0]), *a[1:]) for a in body.get("attachments", ())),
            card=body.get("card", ""),
            fresh=body.get("fresh", False),
            answers=body.get("answers", False),
            menu=body.get("menu", False),
            starts=body.get("starts", False),
            asks_pin=body.get("asks_pin", False),
            asks_phone=body.get("asks_phone", False),
            hidden=body.get("hidden", ""),
        )


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """One of the main actions that a network keeps in reach (a Telegram reply keyboard, a web toolbar)."""

    label: str
    choice: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes of an attachment with what is known of them."""

    content: bytes
    mime: str
    name: str = field(default="")


class Channel(Protocol):
    """One chat network, as the rest of the service sees it."""

    @property
    def name(self) -> str:
        """The word in `Address.channel`."""

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        """Send, or change the message `edit` names; return the network's id of it.

        Raises one of `errors.Undelivered`: TryLater, WaitForPerson, Never, Unreachable, CardGone.
        """

    async def fetch(self, ref: str) -> Stored:
        """Bring the bytes behind an attachment's `ref`. Raises TryLater or Never."""

    def link(self, payload: str) -> str:
        """A link that opens a private chat with us and carries `payload` (letters, digits, `_` and `-`)."""


class Presence(Protocol):
    """Who a network's adapter tells of chats that come and go."""

    async def left(self, address: Address) -> None:
        """A person blocked us, or a group put us out."""

    async def came(self, address: Address, *, group: bool) -> None:
        """A person let us in again, or a group took us in."""

    async def moved(self, old: Address, new: Address) -> None:
        """The network gave a group another id."""


class Receiver(Protocol):
    """What a network's adapter hands people's words to."""

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        """Take what people said, in order. When this returns, every word is committed and may be confirmed.

        For each a short notice, mostly "": what a network may show over a press to the presser alone.

        A message already taken is passed over, and one that we fail to understand is answered kindly: this raises only
        when nothing could be stored, and then nothing may be confirmed to the network.
        """
