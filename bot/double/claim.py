"""What a community would like done, and which unit does it this month. Values."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from bot.double.gathering import Member

MOST = 9  # units that one item may take


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One line of a community's service list. So many units as `takes` may claim it in each month; `ended_at` takes it off."""

    community_id: int
    what: str
    takes: int
    added_at: datetime
    added_by: int | None = None
    ended_at: datetime | None = None
    id: int = 0


class Stand(StrEnum):
    """How far a claim is."""

    CLAIMED = "claimed"
    REPORTED = "reported"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Claim:
    """A unit's one item of a month (`month` is its first day). `unit` is the name as `unit_key` writes it.

    `person_id` pressed for the unit, None once they asked to be erased. `words` are what was reported.
    """

    community_id: int
    month: date
    unit: str
    item_id: int
    person_id: int | None
    at: datetime
    words: str = ""
    reported_at: datetime | None = None
    confirmed_at: datetime | None = None
    confirmed_by: int | None = None
    id: int = 0

    @property
    def stand(self) -> Stand:
        """How far it is."""
        if self.confirmed_at is not None:
            return Stand.CONFIRMED
        return Stand.CLAIMED if self.reported_at is None else Stand.REPORTED


def unit_key(name: str) -> str:
    """A unit's name as its members share it: 区 税务局 and 区税务局 are one unit."""
    return "".join(unicodedata.normalize("NFKC", name).split())


def liaisons(members: Iterable[Member]) -> dict[str, Member]:
    """Who hears for each unit: who reported in first. The units are in that order too, so that none is ranked."""
    found: dict[str, Member] = {}
    for member in sorted(members, key=lambda each: (each.at, each.person_id)):
        if key := unit_key(member.unit):
            found.setdefault(key, member)
    return found


def free(item: ServiceItem, claims: Iterable[Claim]) -> int:
    """How many units may still claim an item, of a month's claims."""
    return 0 if item.ended_at is not None else max(0, item.takes - sum(claim.item_id == item.id for claim in claims))


def open_items(items: Iterable[ServiceItem], claims: Sequence[Claim]) -> tuple[ServiceItem, ...]:
    """The items that can still be claimed, each with its free places in `takes`."""
    left = (replace(item, takes=free(item, claims)) for item in items)
    return tuple(item for item in left if item.takes)


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the month after."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
