"""What the board asks of storage."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.cases.lifecycle import Assignment, Case, Event
from bot.digests.records import FigureReads


@dataclass(frozen=True, slots=True)
class Scope:
    """What somebody may see: cases these units own, cases at these places that outsiders own, and these `cases`.

    `owners` = None is everything. Of `hidden` kinds only what is `overseen` by their posts (owners, None for any), those
    `cases`, and what `person_id` is called to.
    """

    owners: Sequence[int] | None = None
    places: Sequence[int] | None = None
    cases: Sequence[int] = ()
    hidden: Collection[str] = ()
    overseen: Sequence[int] | None = None
    person_id: int = 0


@dataclass(frozen=True, slots=True)
class Filter:
    """What a queue shows. Empty fields ask for nothing; `owners` are the units of the chosen level or unit."""

    kind: str = ""
    state: str = ""
    late: bool = False
    owners: Sequence[int] | None = None


@dataclass(frozen=True, slots=True)
class QueueCase:
    """One line of a queue. Nothing here tells who reported. `due` is the deadline that counts now, None where none does."""

    id: int
    kind: str
    urgency: str
    state: str
    place: str
    owner_id: int
    owner_role: str
    handler_id: int | None
    created_at: datetime
    due: datetime | None


class BoardReads(FigureReads, Protocol):
    """Open cases, one case, and figures."""

    async def queue(self, scope: Scope, chosen: Filter, now: datetime, limit: int, skip: int) -> tuple[QueueCase, ...]:
        """Open cases, the one due first first."""

    async def called(self, person_id: int, case_ids: Sequence[int]) -> frozenset[int]:
        """Those of the cases that nobody has accepted and that this person was called to."""

    async def helping(self, unit_ids: Sequence[int]) -> tuple[int, ...]:
        """Open cases to which these units were whistled, as long as they have not done their part."""

    async def helpers(self, case_id: int) -> frozenset[int]:
        """The units that were whistled to a case."""

    async def case(self, case_id: int) -> Case | None:
        """One case."""

    async def events(self, case_id: int) -> tuple[Event, ...]:
        """Everything that happened to it, in order."""

    async def calls(self, case: Case) -> tuple[Assignment, ...]:
        """Who was called to it in this round."""

    async def open_at(self, unit_ids: Sequence[int], hidden: Collection[str] = ()) -> Mapping[int, int]:
        """How many open cases lie at each of these places, but for those of hidden kinds."""


class Boards(Protocol):
    """Opens looks for the board, which never wait for a writer."""

    def reading(self) -> AbstractAsyncContextManager[BoardReads]:
        """One moment's board."""


class SessionRecords(Protocol):
    """One-time links and the browsers they let in; only hashes are kept."""

    async def add_link(self, digest: str, person_id: int, now: datetime, expires_at: datetime) -> None:
        """Keep a new link."""

    async def use_link(self, digest: str, now: datetime) -> int | None:
        """Use it up: whose it is, or None where it is unknown, used or expired."""

    async def open(self, digest: str, person_id: int, now: datetime, expires_at: datetime) -> None:
        """A browser is let in."""

    async def whose(self, digest: str, now: datetime, seen_since: datetime) -> int | None:
        """Whose browser it is; None where it is unknown, revoked, expired or was last seen before `seen_since`."""

    async def seen(self, digest: str, now: datetime) -> None:
        """It was used."""

    async def revoke(self, digest: str, now: datetime) -> None:
        """Shut this browser out."""

    async def revoke_all(self, person_id: int, now: datetime) -> int:
        """Shut all browsers of a person out and spoil their open links; how many browsers."""
