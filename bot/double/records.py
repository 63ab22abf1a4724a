"""What double report-in asks of storage, inside one transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.double.claim import Claim, ServiceItem
from bot.double.gathering import Answer, Gathering, Member


class DoubleRecords(Protocol):
    """Members and gatherings."""

    async def save_member(self, member: Member) -> None:
        """Keep a new one, or what changed."""

    async def member(self, person_id: int) -> Member | None:
        """One, or None for somebody who never reported in."""

    async def members(self, community_id: int) -> tuple[Member, ...]:
        """All of a community who are still in, in the order of their ids."""

    async def add(self, gathering: Gathering) -> Gathering:
        """Keep a new one and give it back with its id."""

    async def get(self, gathering_id: int) -> Gathering | None:
        """One, held against other writers until the transaction ends."""

    async def save(self, gathering: Gathering) -> None:
        """Keep what changed."""

    async def latest(self, community_ids: Sequence[int]) -> tuple[Gathering, ...]:
        """The last five of these communities, the newest first."""

    async def answer(self, answer: Answer) -> None:
        """Keep what a member said, in the place of what they said before."""

    async def answers(self, gathering_id: int) -> tuple[Answer, ...]:
        """What all said, in the order of their ids."""


class ClaimRecords(Protocol):
    """Service lists, and what units claimed of them."""

    async def add_item(self, item: ServiceItem) -> ServiceItem:
        """Keep a new one and give it back with its id."""

    async def item(self, item_id: int) -> ServiceItem | None:
        """One, held against other writers until the transaction ends: its places are counted under it."""

    async def items(self, community_ids: Sequence[int]) -> tuple[ServiceItem, ...]:
        """What stands on these communities' lists, in the order it was added."""

    async def named(self, item_ids: Sequence[int]) -> Mapping[int, str]:
        """What these items are, those taken off the list as well."""

    async def change_item(self, item_id: int, takes: int, ended_at: datetime | None) -> None:
        """Let it take so many units, or take it off the list."""

    async def add(self, claim: Claim) -> Claim | None:
        """Keep a new one; None where that unit has one in that month."""

    async def get(self, claim_id: int) -> Claim | None:
        """One, held against other writers until the transaction ends."""

    async def of_unit(self, community_id: int, month: date, unit: str) -> Claim | None:
        """A unit's in that month."""

    async def of_month(self, community_ids: Sequence[int], month: date) -> tuple[Claim, ...]:
        """All of these communities in that month, in the order they were made."""

    async def save(self, claim: Claim) -> None:
        """Keep what changed."""

    async def drop(self, claim_id: int) -> None:
        """The unit gave it back."""
