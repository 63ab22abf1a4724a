"""入万家: homes, who lives in them, and businesses; who looked, and what is to be changed. Values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

USES = ("own", "rented", "empty", "other")  # 自住 出租 空置 其他
RELATIONS = ("owner", "family", "tenant", "other")  # 户主 家人 租户 其他
OLD = 60  # years: from this age on living alone counts for more


@dataclass(frozen=True, slots=True)
class Home:
    """A home is known by its building or door and its room. `visited_on` is the last day that a worker was there."""

    unit_id: int
    community_id: int
    room: str = ""
    use: str = "own"
    notes: str = ""
    visited_on: date | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody who lives in a home, known there by their name. Name, phone and notes are sealed in storage."""

    home_id: int
    name: str
    relation: str = "family"
    phone: str = ""
    born: int | None = None
    notes: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Business:
    """A shop or firm, known by where it is and its name. Contact, phone and notes are sealed in storage."""

    unit_id: int
    community_id: int
    name: str
    trade: str
    place: str
    contact: str = ""
    phone: str = ""
    notes: str = ""
    id: int = 0


@dataclass(frozen=True, slots=True)
class Household:
    """What the list of visits and the counts need of a home: how many live there, and when the eldest was born."""

    home_id: int
    unit_id: int
    room: str
    use: str
    visited_on: date | None
    people: int
    eldest: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """What stands at one unit: homes, people, homes where somebody lives by themselves, businesses."""

    unit_id: int
    homes: int = 0
    people: int = 0
    alone: int = 0
    businesses: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """Both together, at this unit."""
        return Tally(
            self.unit_id, self.homes + other.homes, self.people + other.people, self.alone + other.alone,
            self.businesses + other.businesses,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class HomeLook:
    """Somebody opened a home's page (`why` page) or read a phone number there (`why` phone)."""

    person_id: int
    at: datetime
    why: str


@dataclass(frozen=True, slots=True)
class HomeChange:
    """What somebody changed in a home, or asks the desk to: `what` is added, phone, relation, left or shut.

    A business has its number below zero in `home_id`.

    `value` is sealed, and wiped once it is decided; who changed what and when stays. `granted` is None while it waits.
    """

    home_id: int
    what: str
    asked_by: int
    asked_at: datetime
    resident_id: int | None = None
    value: str = ""
    decided_by: int | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    id: int = 0


Key = tuple[int, str]  # a home: its unit and room


@dataclass
class Register:
    """Homes, people and businesses of some buildings: as a file has them, or as they stand."""

    homes: dict[Key, Home] = field(default_factory=dict)
    people: dict[tuple[Key, str], Resident] = field(default_factory=dict)
    businesses: dict[tuple[int, str], Business] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Taking:
    """A community's part of a file, waiting for its desk. `body` is sealed, and wiped once it is decided.

    `seen` is the fingerprint of the difference that the desk was shown last: no other one is carried out.
    """

    community_id: int
    body: Mapping[str, Any]
    seen: str
    asked_at: datetime
    decided_by: int | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    id: int = 0
