"""What errands ask of storage, inside one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bot.errands.errand import Errand, Helper, Weekly


class ErrandRecords(Protocol):
    """Errands, one for a case."""

    async def add(self, errand: Errand) -> None:
        """Keep a new one."""

    async def get(self, case_id: int) -> Errand | None:
        """One, or None for a case without."""

    async def save(self, errand: Errand) -> None:
        """Keep what changed."""

    async def wipe(self, case_id: int) -> None:
        """Forget its secrets: the row's, and where they stand in what people wrote or were sent here."""

    async def in_hand(self, person_id: int) -> tuple[Errand, ...]:
        """What this person has in hand now, the earliest slot first."""


class HelperRecords(Protocol):
    """Helpers, and what they were offered."""

    async def get(self, person_id: int) -> Helper | None:
        """One, or None for somebody who never asked."""

    async def save(self, helper: Helper) -> None:
        """Keep a new one or what changed."""

    async def around(self, community_id: int) -> tuple[Helper, ...]:
        """The admitted helpers of a community, in the order of their ids."""

    async def offer(self, case_id: int, people: Sequence[int], now: datetime) -> None:
        """Note that they were offered it; once is enough."""

    async def offered(self, case_id: int) -> tuple[int, ...]:
        """Who was offered it."""


class WeeklyRecords(Protocol):
    """Errands that come again."""

    async def add(self, weekly: Weekly) -> int:
        """Keep a new one; its id."""

    async def get(self, weekly_id: int) -> Weekly | None:
        """One, held against other writers until the transaction ends."""

    async def end(self, person_id: int, now: datetime) -> int:
        """End all of this person; how many."""
