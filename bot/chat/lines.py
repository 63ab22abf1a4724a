"""A chat's transcript, for a network that keeps none of its own: our web page."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

WEB = "web"  # the network whose transcripts these are


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat.

    `key` names it for good. `seq` grows with every new or changed line of the chat: whoever has seen n asks for what
    came after n. `at` is when the line was first said and gives its place. `mine` is true for the person's own words.
    `body` is as `Outgoing.to_json` writes it; a person's own line may also have `pin`, [lat, lon].
    """

    key: str
    seq: int
    mine: bool
    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that has no number yet; the rest as in `Line`."""

    chat: str
    key: str
    mine: bool
    body: dict[str, Any]
    at: datetime


class Bell(Protocol):
    """Wakes the pages that are open on a chat in this process."""

    def ring(self, chat: str, line: Line) -> None:
        """Tell of a line that was added or changed, and is committed."""


class Lines(Protocol):
    """The transcripts of all web chats."""

    async def append(self, chat: str, key: str, mine: bool, body: dict[str, Any], at: datetime) -> Line:
        """Add a line, or change the one of this key where it stands; the line as it stands now. The same again does nothing."""

    async def after(self, chat: str, seq: int, limit: int) -> Sequence[Line]:
        """What was said or changed after `seq`, oldest change first, at most `limit` lines."""

    async def before(self, chat: str, seq: int | None, limit: int) -> Sequence[Line]:
        """The last `limit` lines (below `seq` unless None), oldest first."""

    async def newest(self, chats: Sequence[str]) -> Mapping[str, int]:
        """The highest `seq` that each of these chats has given out; nothing for a chat without lines."""


def key_of(body: Mapping[str, Any], shown: str) -> str:
    """The key of the line that a message becomes, which is as `Outgoing.to_json` writes it.

    A card changes where it stands, in the line of the key `shown` ("" for none), unless it must be noticed or answers a
    press: a press is a line of its own here, and its answer stands below it.
    """
    if not body.get("card") or body.get("fresh") or body.get("answers"):
        return f"line:{secrets.token_urlsafe(16)}"
    return shown or f"card:{body['card']}"
