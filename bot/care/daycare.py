"""日间照料: where elders spend a day, what is offered there, and who has a place on which day. Values."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class DayCare:
    """A place of day care. `seats` are people a day; `offers` says what there is, as people read it."""

    code: str
    name: str
    community_id: int
    place: str
    hours: str
    seats: int
    offers: str
    liaison_id: int | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class DaySeat:
    """One person's place on one day; a cancelled one keeps its row."""

    daycare_id: int
    day: date
    person_id: int
    name: str
    booked_at: datetime
    cancelled_at: datetime | None = None
