"""Digests going out: each morning to whoever manages a unit or sits at a desk, and to them at any time by hand."""

from datetime import date, datetime, time, timedelta

from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.digests.figures import Period, Sorted, count, read
from bot.digests.wording import Today, digest
from bot.grid.directory import Role
from bot.records import Records
from bot.town import DESKS, Town

TIMER = "digest"
AT = time(8, 30)
MORNING = (Role.MANAGER, *DESKS)
READERS = (*MORNING, Role.ADMINISTRATOR)  # An administrator may ask, but is not written to each morning.


class Digests:
    """Writes digests from what storage tells. A digest is of the local calendar day before."""

    async def for_person(self, records: Records, town: Town, person_id: int, now: datetime) -> Outgoing:
        """Today so far and yesterday, for a person's units and all below; a kind word to who manages none."""
        today = town.clocks.today(now)
        units = _units(town, person_id, today)
        if not units:
            return Outgoing(town.texts("digest.none"), menu=True)
        round_ = await _Round.read(records, town, now)
        midnight = town.clocks.at(today, time())
        filed = Sorted.of(town.directory, await records.digests.filed(midnight, now))
        finished = Sorted.of(town.directory, await records.digests.finished(midnight, now))
        so_far = Today(len(filed.of_units(units)), len(finished.of_units(units)))
        return round_.write(units, so_far)

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the next morning's timer; once set, each ring sets the one after."""
        today = town.clocks.today(now)
        passed = now >= town.clocks.at(today, AT)
        await self._set(records, town, today + timedelta(days=passed))

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Post the morning's digests and set tomorrow's timer. True when done, False when put off to a civil hour.

        After some days of standstill only today's digest goes out, and only once: its slot is a row like any other.
        """
        today = town.clocks.today(now)
        if timer.slot != today.isoformat():
            await self._set(records, town, today)
            return True
        civil = town.clocks.civil(now)
        if civil > now:
            await records.timers.postpone(timer.id, civil)
            return False
        await self._set(records, town, today + timedelta(days=1))
        readers = await records.people.reachable(_readers(town, today))
        if not readers:
            return True
        round_ = await _Round.read(records, town, now)
        for person_id in sorted(readers):
            message = round_.write(_units(town, person_id, today))
            for address in (await records.people.addresses(person_id))[:1]:
                await records.outbox.post(address, message, now)
        return True

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day, AT))


class _Round:
    """Yesterday, read once and laid out by unit, however many digests are written from it."""

    def __init__(self, town: Town, period: Period, overdue: Sorted, now: datetime) -> None:
        self._town = town
        self._filed = Sorted.of(town.directory, period.filed)
        self._finished = Sorted.of(town.directory, period.finished)
        self._rated = Sorted.of(town.directory, period.rated)
        self._overdue = overdue
        self._now = now

    @classmethod
    async def read(cls, records: Records, town: Town, now: datetime) -> "_Round":
        """Ask storage for yesterday, and for what is late now."""
        today = town.clocks.today(now)
        since, until = (town.clocks.at(day, time()) for day in (today - timedelta(days=1), today))
        period = await read(records.digests, since, until)
        overdue = Sorted.of(town.directory, await records.digests.overdue(now))
        return cls(town, period, overdue, now)

    def write(self, units: tuple[int, ...], today: Today | None = None) -> Outgoing:
        """The digest of some units."""
        figures = count(
            self._town.directory,
            self._filed.of_units(units),
            self._finished.of_units(units),
            self._rated.of_units(units),
            self._overdue.of_units(units),
            self._now,
        )
        return digest(self._town, units, figures, today)


def _units(town: Town, person_id: int, day: date) -> tuple[int, ...]:
    """The units this person reads digests of, without those below another of them."""
    posts = (post for post in town.posts(person_id, day) if post.role in READERS)
    units = tuple(dict.fromkeys(post.unit_id for post in posts))
    covers = town.directory.covers
    return tuple(unit for unit in units if not any(other != unit and covers(other, unit) for other in units))


def _readers(town: Town, day: date) -> tuple[int, ...]:
    """Who gets a digest that morning: of each post the one on duty, so that nobody on leave is written to."""
    posts = (post for post in town.directory.posts.values() if post.role in MORNING)
    on_duty = (town.directory.on_duty(post, day) for post in posts)
    return tuple(dict.fromkeys(staff.id for staff in on_duty if staff is not None))
