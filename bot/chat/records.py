"""What talking asks of storage, inside one transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.chat.messages import Address, Incoming, Outgoing


class TalkRecords(Protocol):
    """What was heard, and the conversation each person is in."""

    async def first_time(self, channel: str, message_id: str, at: datetime) -> bool:
        """Note a message; False for one that was noted before."""

    async def conversation(self, person_id: int) -> Mapping[str, Any] | None:
        """The stored conversation, as JSON."""

    async def save_conversation(self, person_id: int, body: Mapping[str, Any], now: datetime) -> None:
        """Keep it."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way out. `edit` is the network's id of the message its card is shown in, "" for none."""

    id: int
    to: Address
    message: Outgoing
    attempts: int
    edit: str
    case_id: int | None


@dataclass(frozen=True, slots=True)
class Settled:
    """How sending a letter ended: `state` sent, waiting (again at `due_at`), resting or failed.

    `tries` is added to its attempts.
    """

    letter: Letter
    state: str
    message_id: str = ""
    due_at: datetime | None = None
    error: str = ""
    tries: int = 1


class Postman(Protocol):
    """Who sends what was promised in this process. What he may send at once is leased to him when it is written."""

    owner: str  # what he is called in a lease
    lease: timedelta

    @property
    def networks(self) -> Collection[str]:
        """What he can send by."""

    def room(self) -> int:
        """How many letters more he can take in hand just now."""

    def take(self, letters: Sequence[Letter]) -> None:
        """These were leased to him and are committed: they may go out."""

    def wake(self) -> None:
        """Something was promised that is leased to nobody."""


class OutboxRecords(Protocol):
    """Messages that are promised. A row here is the message; sending follows."""

    async def post(self, to: Address, message: Outgoing, now: datetime, case_id: int | None = None) -> None:
        """Promise a message. A waiting card that this one replaces is dropped."""

    def hear(self, said: Incoming) -> None:
        """Put what a person said into their transcript, where that is ours, before what answers it."""

    async def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> tuple[Letter, ...]:
        """Lease the oldest waiting message of each chat that has one due, for one sender alone."""

    async def lessees(self) -> Sequence[str]:
        """Who has leased something that waits."""

    async def release(self, owners: Collection[str]) -> None:
        """What these have leased may be claimed by anybody: they are gone."""

    async def hurry(self, now: datetime, leases: datetime | None = None) -> None:
        """Nothing waits any longer to be sent: what was put off is due now, and free where its lease outlasts `leases`."""

    async def settle(self, owner: str, settled: Sequence[Settled], now: datetime) -> int:
        """Write down how they ended, where the lease still stands; how many did."""

    async def wake(self, writers: Sequence[Address], now: datetime) -> None:
        """These people wrote: what rested for them may go out."""

    async def redirect(self, old: Address, new: Address, now: datetime) -> None:
        """What waits or rests for one address goes to another; what is on its way just now is left alone."""


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that is due: `kind` says what, `subject` for which row, `slot` which of several."""

    id: int
    kind: str
    subject: int
    slot: str
    due_at: datetime
    attempts: int


class TimerRecords(Protocol):
    """Deadlines, reminders and periodic work, as rows."""

    async def set(self, kind: str, subject: int, slot: str, due_at: datetime) -> None:
        """Ring once at `due_at`; setting the same slot again changes nothing."""

    async def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Timers to ring, held for this transaction alone."""

    async def done(self, timer_id: int, now: datetime) -> None:
        """It rang."""

    async def waits(self, kind: str, subject: int) -> bool:
        """Whether one of this kind is still to ring for this subject."""

    async def postpone(self, timer_id: int, due_at: datetime, *, tries: int = 1) -> None:
        """Ring later, after a failure or quiet hours.

        `tries` is added to its attempts: 0 where nothing was done but to wait, -1 to take one back.
        """
