"""What figures ask of storage."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.cases.lifecycle import Act
from bot.digests.measures import History, Key

AGES = (1, 3, 7, 15)  # days: the bounds between the five ages of open cases
FLOW = (Act.FILE, Act.FINISH, Act.REOPEN, Act.OVERDUE)  # what is told of today


@dataclass(frozen=True, slots=True)
class Standing:
    """Open cases that one owner has in hand, of one age (0 is under a day, see AGES), late or not.

    `unit_id` is their place where the owner is a department or firm, else None. `due` is the earliest deadline passed.
    """

    owner_id: int
    owner_role: str
    unit_id: int | None
    age: int
    late: bool
    count: int
    due: datetime | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """How often one kind came in at one unit."""

    unit_id: int
    kind: str
    count: int


class FigureReads(Protocol):
    """Counts by day. Days are local, both ends included."""

    async def totals(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        """Measure → count of all kinds together, for each day that has any. The hours are only in `summed`."""

    async def summed(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, int]:
        """Measure → count of all kinds and days together."""

    async def spread(
        self, unit_ids: Sequence[int], measure: str, first: date, last: date, limit: int = 10_000
    ) -> tuple[Spread, ...]:
        """One measure by unit and kind, the most frequent first."""

    async def by_kind(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, Mapping[str, int]]:
        """Measure → count of each kind, for communities and larger units; of smaller ones only what came in."""

    async def first_event(self) -> datetime | None:
        """When the first thing happened at all."""

    async def standing(self, now: datetime, hidden: Collection[str] = ()) -> tuple[Standing, ...]:
        """All open cases of the district, as they stand now; those of hidden kinds without their place."""

    async def flow(
        self, since: datetime, hidden: Collection[str] = ()
    ) -> tuple[tuple[str, int | None, int | None, int], ...]:
        """(act, owner, place, how often) of what was filed, finished, reopened or fell overdue since a moment.

        What is of a hidden kind is told without its place.
        """


class DigestRecords(FigureReads, Protocol):
    """Counts by day, what they are made of, and keeping them."""

    async def histories(self, since: datetime, until: datetime) -> tuple[History, ...]:
        """Every case with an event in the stretch, with all its events."""

    async def helped(
        self, day: date, since: datetime, until: datetime, as_of: datetime
    ) -> tuple[tuple[int | None, str, int], ...]:
        """(place, one of `HelpMeasure`, count) of a day's errands, visits, lunches and calls, as known at `as_of`."""

    async def settled(self, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """The moments of earlier events of cases that the stretch has put into the rates or taken out of them."""

    async def keep_day(self, day: date, counts: Mapping[Key, int]) -> None:
        """Put the counts of a day in the place of those that stand."""

    async def kept(self, first: date, last: date) -> frozenset[date]:
        """The days that were counted."""

    async def stood(self, moment: datetime, hidden: Collection[str] = ()) -> tuple[Standing, ...]:
        """All open cases of the district as they stood in a past moment, told from their events."""


class Looking(Protocol):
    """Opens looks at the figures that never wait for a writer."""

    def reading(self) -> AbstractAsyncContextManager[DigestRecords]:
        """One moment's figures."""
