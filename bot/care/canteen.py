"""A canteen, what it cooks, and who eats there. Values and the rules of the cut-off."""

from dataclasses import dataclass
from datetime import date, datetime, time

from bot.cases.clocks import Clocks

MOST = 5  # portions of one booking


@dataclass(frozen=True, slots=True)
class Canteen:
    """Where elders eat. `until` is the local time at which the kitchen gets its sheet; `seats` are portions eaten there."""

    code: str
    name: str
    community_id: int
    place: str
    hours: str
    until: str
    seats: int
    delivers: bool
    liaison_id: int | None = None
    id: int = 0

    def cut_off(self, day: date, clocks: Clocks) -> datetime:
        """Until when that day's lunch can be booked or cancelled."""
        return clocks.at(day, time.fromisoformat(self.until))


@dataclass(frozen=True, slots=True)
class Menu:
    """What is cooked on one day, with the price of a portion in 分."""

    canteen_id: int
    day: date
    dishes: str
    price: int


@dataclass(frozen=True, slots=True)
class Meal:
    """Somebody's booking for one day. `way` is dine or deliver; a cancelled one keeps its row."""

    canteen_id: int
    day: date
    person_id: int
    way: str
    count: int
    unit_id: int | None
    room: str
    name: str
    booked_at: datetime
    cancelled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Kitchen:
    """One day of a canteen after its cut-off: portions ordered, and served once the canteen told."""

    canteen_id: int
    day: date
    ordered: int
    served: int | None = None
