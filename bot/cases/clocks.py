"""Counted time: working hours on a calendar that knows 调休, or the wall clock where it must go around the clock.

Working hours are 8:00-12:00 and 14:00-18:00, eight a day, so that a limit of 5 days is 40 hours. A deadline is computed
from a start, a number of hours and the stretches in which the clock rested; it is never patched by hand.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.cases.holidays import Holidays

HOURS = ((time(8), time(12)), (time(14), time(18)))
HOURS_A_DAY = 8  # that are counted by these
QUIET = (time(21), time(7, 30))  # no reminder between these, emergencies excepted
MORNING = time(8)
ZERO = timedelta()

Pauses = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class _Year:
    """One year's working days, counted once: `days[n]` is the n-th, `before[d]` how many lie before its d-th day."""

    days: tuple[date, ...]
    before: tuple[int, ...]


class Clocks:
    """Deadlines and quiet hours of one time zone. Each year is counted when it is first asked for."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[tuple[time, time], ...] = HOURS,
        holidays: Holidays | None = None,
    ) -> None:
        self.zone = zone
        self.holidays = holidays or Holidays()
        self._hours = hours
        self._spans = tuple((_since_midnight(opens), _since_midnight(closes)) for opens, closes in hours)
        self._day = sum((closes - opens for opens, closes in self._spans), ZERO)
        self._years: dict[int, _Year] = {}
        # Cases that arrive together begin at one moment, each with three clocks.
        self._worked = lru_cache(256)(self._find_worked)

    def knowing(self, holidays: Holidays) -> "Clocks":
        """The same clocks on another calendar."""
        return Clocks(self.zone, self._hours, holidays)

    def due(self, start: datetime, hours: float, *, wall: bool, pauses: Pauses = ()) -> datetime:
        """The first moment when `hours` have been counted since `start`, on the wall clock or in working hours.

        Nothing is counted in `pauses` (from, until); they may overlap and need no order.
        """
        left, moment = timedelta(hours=hours), start
        for rests, runs in _merged(pauses, start):
            counted = self._counted(moment, rests, wall=wall)
            if counted >= left:
                break
            left, moment = left - counted, runs
        return self._after(moment, left, wall=wall)

    def spent(self, start: datetime, until: datetime, *, wall: bool, pauses: Pauses = ()) -> timedelta:
        """How much time was counted between two moments; zero where `until` is not later."""
        rested = (
            self._counted(rests, min(runs, until), wall=wall) for rests, runs in _merged(pauses, start) if rests < until
        )
        return self._counted(start, until, wall=wall) - sum(rested, ZERO)

    def provisional(self, moment: datetime) -> bool:
        """Whether a working time may still move, because the holidays of its year are not known."""
        return not self.holidays.knows(self.today(moment).year)

    def add_working(self, start: datetime, hours: float) -> datetime:
        """The first moment when `hours` of working time have passed since `start`."""
        return self._after(start, timedelta(hours=hours), wall=False)

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; zero where `end` is not later."""
        return self._counted(start, end, wall=False)

    def works(self, now: datetime) -> bool:
        """Whether offices work on that local day."""
        return self.holidays.works(self.today(now))

    def civil(self, moment: datetime) -> datetime:
        """The moment itself, or the next morning's start where it falls into quiet hours."""
        local = moment.astimezone(self.zone)
        if QUIET[1] <= local.time() < QUIET[0]:
            return moment
        day = local.date() + timedelta(days=1) if local.time() >= QUIET[0] else local.date()
        return datetime.combine(day, MORNING, self.zone)

    def today(self, now: datetime) -> date:
        """The local date."""
        return now.astimezone(self.zone).date()

    def local(self, now: datetime) -> datetime:
        """The moment as the clock on the wall shows it, without a zone."""
        return now.astimezone(self.zone).replace(tzinfo=None)

    def at(self, day: date, moment: time) -> datetime:
        """A local time of day as an aware moment."""
        return datetime.combine(day, moment, self.zone)

    def _counted(self, start: datetime, end: datetime, *, wall: bool) -> timedelta:
        if end <= start:
            return ZERO
        if wall:
            return end - start
        (first, into_first), (last, into_last) = self._worked(start), self._worked(end)
        whole = sum(len(self._year(year).days) for year in range(first, last))
        return whole * self._day + into_last - into_first

    def _after(self, start: datetime, span: timedelta, *, wall: bool) -> datetime:
        if wall or span <= ZERO:
            return start + span
        year, worked = self._worked(start)
        left = worked + span
        while left > len(self._year(year).days) * self._day:
            left -= len(self._year(year).days) * self._day
            year += 1
        # The end of a day belongs to that day, not to the beginning of the next.
        whole, rest = divmod(left, self._day)
        if not rest:
            whole, rest = whole - 1, self._day
        day = self._year(year).days[whole]
        for opens, closes in self._spans:
            if rest <= closes - opens:
                local = datetime.combine(day, time(), self.zone) + opens + rest
                return local.astimezone(start.tzinfo)
            rest -= closes - opens
        raise AssertionError  # the rest of a day fits into the day

    def _find_worked(self, moment: datetime) -> tuple[int, timedelta]:
        """The local year, and the working time in it until the moment."""
        local = moment.astimezone(self.zone)
        year, into = self._year(local.year), local.timetuple().tm_yday - 1
        worked = year.before[into] * self._day
        if year.before[into + 1] > year.before[into]:
            now = timedelta(
                hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
            for opens, closes in self._spans:
                worked += max(ZERO, min(now, closes) - opens)
        return local.year, worked

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            days: list[date] = []
            before = [0]
            day = date(year, 1, 1)
            while day.year == year:
                if self.holidays.works(day):
                    days.append(day)
                before.append(len(days))
                day += timedelta(days=1)
            self._years[year] = _Year(tuple(days), tuple(before))
        return self._years[year]


def _since_midnight(moment: time) -> timedelta:
    return datetime.combine(date.min, moment) - datetime.combine(date.min, time())


def _merged(pauses: Pauses, start: datetime) -> list[tuple[datetime, datetime]]:
    """Pauses as far as they lie after `start`, in order and without overlap."""
    found: list[tuple[datetime, datetime]] = []
    for rests, runs in sorted((max(rests, start), runs) for rests, runs in pauses if runs > max(rests, start)):
        if found and rests <= found[-1][1]:
            found[-1] = found[-1][0], max(runs, found[-1][1])
        else:
            found.append((rests, runs))
    return found
