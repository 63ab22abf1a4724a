"""What looking for repeats and merging ask of storage, inside one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from bot.cases.lifecycle import FIRST_NUMBER, State
from bot.chat.messages import Pin


class Told(NamedTuple):
    """What is looked at of a case to see whether a report repeats it, and told of the one that is found."""

    id: int
    kind: str
    state: State
    reporter_id: int
    unit_id: int | None
    room: str
    place: str
    lat: float | None
    lon: float | None
    words: str
    anonymous: bool
    created_at: datetime
    finished_at: datetime | None
    closed_at: datetime | None
    lead_id: int | None
    followed: bool

    @property
    def number(self) -> int:
        """What people call it by."""
        return FIRST_NUMBER + self.id


@dataclass(frozen=True, slots=True)
class Own:
    """Whose own cases may be repeated, and at which places: at these units or at none that is known; None for anywhere."""

    person_id: int
    unit_ids: Sequence[int] | None


@dataclass(frozen=True, slots=True)
class Around:
    """Where and since when others may have told of a matter of this kind: at the units, or around the pin.

    Around is a square that reaches 300 metres each way.
    """

    kind: str
    unit_ids: Sequence[int]
    pin: Pin | None
    since: datetime


class RepeatRecords(Protocol):
    """Cases that may tell of the same matter."""

    async def told(self, own: Own | None, around: Around | None) -> tuple[Told, ...]:
        """A person's cases out of their hundred newest, and those around that are not closed.

        Of each at most fifty, the newest: the person's, those at units, those around the pin.
        """

    async def lead(self, case_id: int, lead_id: int | None) -> None:
        """Let all that were merged into a case follow another lead."""
