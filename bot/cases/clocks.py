"""Deadlines: working hours on a calendar that knows 调休, or the wall clock where it must go around the clock.

Working hours are 8:00-12:00 and 14:00-18:00, eight a day, so that a limit of 5 days is 40 hours. A deadline is
computed from a start and a number of hours, never patched by hand.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import chinese_calendar

from bot.triage.kinds import Kind, Urgency

SATURDAY = 5
HOURS = ((time(8), time(12)), (time(14), time(18)))
QUIET = (time(21), time(7, 30))  # no reminder between these, emergencies excepted
MORNING = time(8)


def works(day: date) -> bool:
    """Whether offices work that day. A year the holiday table does not know yet is taken as Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < SATURDAY


class Clocks:
    """Deadlines and quiet hours of one time zone."""

    def __init__(
        self,
        zone: ZoneInfo,
        hours: tuple[tuple[time, time], ...] = HOURS,
        workday: Callable[[date], bool] = works,
    ) -> None:
        self.zone = zone
        self._hours = hours
        self._workday = workday

    def _spans(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Working spans from `start` on, in local time, without end."""
        day = start.astimezone(self.zone).date()
        while True:
            if self._workday(day):
                for opens, closes in self._hours:
                    span = datetime.combine(day, opens, self.zone), datetime.combine(day, closes, self.zone)
                    if span[1] > start:
                        yield max(span[0], start), span[1]
            day += timedelta(days=1)

    def add_working(self, start: datetime, hours: float) -> datetime:
        """The moment when `hours` of working time have passed since `start`."""
        left = timedelta(hours=hours)
        for opens, closes in self._spans(start):
            if left <= closes - opens:
                return (opens + left).astimezone(start.tzinfo)
            left -= closes - opens
        raise AssertionError  # _spans has no end

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """How much working time lies between two moments; zero where `end` is not later."""
        total = timedelta()
        for opens, closes in self._spans(start):
            if opens >= end:
                break
            total += min(closes, end) - opens
        return total

    def deadlines(self, kind: Kind, urgency: Urgency, now: datetime) -> tuple[datetime, datetime]:
        """When a case of this kind must be accepted and finished by.

        An emergency counts on the wall clock whatever its kind: half an hour and a day (field.md c.4).
        """
        accept, finish = kind.accept_hours, kind.finish_hours
        if urgency is Urgency.EMERGENCY:
            return now + timedelta(hours=min(accept, 0.5)), now + timedelta(hours=min(finish, 24))
        if kind.around_the_clock:
            return now + timedelta(hours=accept), now + timedelta(hours=finish)
        return self.add_working(now, accept), self.add_working(now, finish)

    def later(self, kind: Kind, urgency: Urgency, now: datetime, hours: float) -> datetime:
        """`hours` from now on the same clock as the kind's deadlines."""
        if kind.around_the_clock or urgency is Urgency.EMERGENCY:
            return now + timedelta(hours=hours)
        return self.add_working(now, hours)

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

    def at(self, day: date, moment: time) -> datetime:
        """A local time of day as an aware moment."""
        return datetime.combine(day, moment, self.zone)
