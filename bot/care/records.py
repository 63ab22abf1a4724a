"""What elder care asks of storage, inside one transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol

from bot.care.canteen import Canteen, Kitchen, Meal, Menu
from bot.care.daycare import DayCare, DaySeat
from bot.care.elder import Alarm, AlarmCall, Correction, Elder, ElderLook, Kin, Need, Visit


class ElderRecords(Protocol):
    """The register."""

    async def save(self, elder: Elder) -> Elder:
        """Keep a new one, or what changed, by its code; back with its id."""

    async def get(self, elder_id: int) -> Elder | None:
        """One, held against other writers until the transaction ends."""

    async def by_code(self) -> Mapping[str, Elder]:
        """The whole register by the register's own numbers."""

    async def around(self, community_ids: Collection[int]) -> tuple[Need, ...]:
        """Those of these communities who agree, in the order of their ids."""

    async def bind(self, elder: Elder, person_id: int) -> None:
        """Make this account the elder's; one that was theirs before is not any more."""

    async def leave(self, elder: Elder, day: date) -> None:
        """They took their consent back: all that is sensitive is wiped, nobody follows, the account is anybody's."""

    async def look(self, elder_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that somebody opened the card."""

    async def looks(self, elder_id: int) -> tuple[ElderLook, ...]:
        """Who looked, the latest first, twenty at most."""

    async def ask_correction(self, correction: Correction) -> Correction:
        """Keep a new one and give it back with its id."""

    async def correction(self, correction_id: int) -> Correction | None:
        """One, held against other writers until the transaction ends."""

    async def decide(self, correction: Correction) -> None:
        """Keep how it was decided."""


class KinRecords(Protocol):
    """Who follows whom, and the codes by which accounts are let in."""

    async def issue(self, digest: str, elder_id: int, purpose: str, made_by: int, until: datetime) -> None:
        """Keep the hash of a new code; older ones of the same purpose for this elder are void."""

    async def use(self, digest: str, purpose: str, now: datetime) -> int | None:
        """The elder of a good code, which is then used up; None for all others."""

    async def tries(self, person_id: int, day: date) -> int:
        """Count one more try of this person on that day; how many it makes."""

    async def follow(self, kin: Kin) -> None:
        """Keep a new follower; who follows already stays as they are."""

    async def end(self, elder_id: int, person_id: int | None, now: datetime) -> int:
        """End one, or all where `person_id` is None; how many."""

    async def of_elder(self, elder_id: int) -> tuple[Kin, ...]:
        """Who follows an elder now, the first first."""

    async def of_person(self, person_id: int) -> tuple[Kin, ...]:
        """Whom somebody follows now."""


class AlarmRecords(Protocol):
    """Calls for help."""

    async def add(self, alarm: Alarm, calls: Sequence[AlarmCall]) -> None:
        """Keep a new one with whom to call."""

    async def get(self, case_id: int) -> Alarm | None:
        """One, held against other writers until the transaction ends."""

    async def open_of(self, elder_id: int) -> Alarm | None:
        """The one of an elder that is not over."""

    async def save(self, alarm: Alarm) -> None:
        """Keep what changed."""

    async def calls(self, case_id: int) -> tuple[AlarmCall, ...]:
        """Whom to call, in order."""

    async def called(self, case_id: int, person_ids: Sequence[int], now: datetime) -> None:
        """Note that these were called."""


class VisitRecords(Protocol):
    """Visits."""

    async def needs(self, elder_ids: Collection[int]) -> tuple[Need, ...]:
        """What says when these elders are visited, of those who agree, in the order of their ids."""

    async def add(self, visit: Visit) -> Visit | None:
        """Keep a new one; None where that elder has one of that kind and day."""

    async def get(self, visit_id: int) -> Visit | None:
        """One, held against other writers until the transaction ends."""

    async def save(self, visit: Visit) -> None:
        """Keep what changed."""

    async def open_of(self, person_id: int) -> tuple[Visit, ...]:
        """What somebody is to visit, the oldest first."""

    async def open_on(self, day: date, after: int, limit: int) -> tuple[Visit, ...]:
        """The open ones up to that day with a greater id, in the order of their ids."""

    async def doctors(self, community_id: int) -> tuple[int, ...]:
        """The doctors of those of this community who agree, in the order of their ids."""

    async def last(self, elder_ids: Collection[int], kind: str) -> Mapping[int, Visit]:
        """The latest visit of a kind, done or not, of each elder who had one."""

    async def made(self, elder_ids: Collection[int], kind: str) -> Mapping[int, Visit]:
        """The latest visit of a kind that was made, of each elder who had one."""


class MealRecords(Protocol):
    """Canteens and bookings."""

    async def save_canteen(self, canteen: Canteen) -> Canteen:
        """Keep a new one, or what changed, by its code; back with its id."""

    async def canteens(self) -> tuple[Canteen, ...]:
        """All, in the order of their ids."""

    async def canteen(self, canteen_id: int) -> Canteen | None:
        """One, held against other writers until the transaction ends: seats are counted under it."""

    async def save_menu(self, menu: Menu) -> bool:
        """Keep a day's menu; whether it changed anything."""

    async def menu(self, canteen_id: int, day: date) -> Menu | None:
        """That day's menu."""

    async def book(self, meal: Meal) -> None:
        """Keep a booking in the place of the person's other for that day and canteen."""

    async def booked(self, canteen_id: int, day: date) -> tuple[Meal, ...]:
        """All bookings of a day that stand, in the order they were made."""

    async def mine(self, person_id: int, day: date) -> tuple[Meal, ...]:
        """A person's bookings that stand, from this day on."""

    async def last(self, person_id: int) -> int | None:
        """The canteen of a person's latest booking, None for somebody without any."""

    async def close(self, kitchen: Kitchen) -> bool:
        """Note that the sheet of a day was written; False where it was before."""

    async def serve(self, canteen_id: int, day: date, served: int) -> None:
        """Note how many were served."""

    async def kitchens(self, canteen_id: int, first: date, last: date) -> tuple[Kitchen, ...]:
        """The days of a canteen from first to last, both included."""


class DayCareRecords(Protocol):
    """Places of day care and who has a place there."""

    async def save(self, daycare: DayCare) -> DayCare:
        """Keep a new one, or what changed, by its code; back with its id."""

    async def every(self) -> tuple[DayCare, ...]:
        """All, in the order of their ids."""

    async def get(self, daycare_id: int) -> DayCare | None:
        """One, held against other writers until the transaction ends: places are counted under it."""

    async def book(self, seat: DaySeat) -> None:
        """Keep a place on a day, in the place of the person's other for that day."""

    async def booked(self, daycare_id: int, first: date, last: date) -> tuple[DaySeat, ...]:
        """The places that are taken from first to last, both included, in the order they were taken."""

    async def mine(self, person_id: int, day: date) -> tuple[DaySeat, ...]:
        """A person's places from this day on."""
