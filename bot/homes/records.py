"""What the registers of homes ask of storage, inside one transaction."""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from bot.homes.comparing import Difference
from bot.homes.home import Business, Home, HomeChange, HomeLook, Household, Register, Resident, Taking, Tally


class HomeRecords(Protocol):
    """Homes, people and businesses."""

    async def get(self, home_id: int) -> Home | None:
        """One home, held against other writers until the transaction ends."""

    async def found(self, unit_id: int, room: str) -> Home | None:
        """The home of this address."""

    async def save(self, home: Home) -> Home:
        """Keep a new one, or what changed; back with its id. One of the same address that stands is given back as it is."""

    async def residents(self, home_id: int) -> tuple[Resident, ...]:
        """Who lives there, in the order of their ids."""

    async def resident(self, resident_id: int) -> Resident | None:
        """One person."""

    async def save_resident(self, resident: Resident) -> Resident:
        """Keep a new one, or what changed; back with the id."""

    async def drop_resident(self, resident_id: int) -> None:
        """They live there no more: nothing of them is kept."""

    async def business(self, business_id: int) -> Business | None:
        """One business, held against other writers until the transaction ends."""

    async def standing(self, unit_ids: Collection[int]) -> Register:
        """All that stands in these units."""

    async def take(self, difference: Difference) -> None:
        """Carry a difference out."""

    async def households(self, community_ids: Collection[int]) -> tuple[Household, ...]:
        """The homes of these communities, without anybody's name."""

    async def businesses(self, community_ids: Collection[int]) -> tuple[Business, ...]:
        """The businesses of these communities, in the order of their names."""


class HomeDeskRecords(Protocol):
    """Who looked, what is asked for, what waits for a desk, and how many there are."""

    async def tallies(self, parted: Collection[int], whole: Collection[int]) -> tuple[Tally, ...]:
        """What stands at each unit of the communities `parted`, and in each of those `whole` taken together."""

    async def look(self, home_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that somebody looked at a home; a business has its number below zero."""

    async def looks(self, home_id: int) -> tuple[HomeLook, ...]:
        """Who looked, the latest first, twenty at most."""

    async def note(self, change: HomeChange) -> HomeChange:
        """Keep a new change, or how it was decided; back with its id."""

    async def change(self, change_id: int) -> HomeChange | None:
        """One, held against other writers until the transaction ends."""

    async def changes(self, home_id: int) -> tuple[HomeChange, ...]:
        """What was changed there, the latest first, twenty at most."""

    async def put(self, taking: Taking) -> Taking:
        """Keep a new part of a file, or how it was decided; back with its id."""

    async def taking(self, taking_id: int) -> Taking | None:
        """One, held against other writers until the transaction ends."""
