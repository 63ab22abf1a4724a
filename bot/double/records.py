"""What double report-in asks of storage, inside one transaction."""

from collections.abc import Sequence
from typing import Protocol

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
