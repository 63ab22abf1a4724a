"""Shifts (班次): when a person is on duty, and when they next will be. Pure; times are local, without a zone.

Whoever has no shifts is always on duty, and so is whoever's shifts are all over: a roster that nobody renewed strands no
case, and of it only the days off still hold. A day with shifts of its own follows those alone, whatever its weekday has;
holidays change nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count, islice

MOST = 60  # shifts that one person may have
DAY = 24 * 60  # minutes
_FARTHEST = 400  # days; a weekly shift comes again before that, though many a day be taken out


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """One stretch on duty, each week on `weekday` (0 is Monday) or once on `day`; one of them is None.

    `begins` and `ends` are minutes since midnight; one that ends no later than it begins ends the next day. A day with
    `begins` = `ends` = 0 is off.
    """

    weekday: int | None
    day: date | None
    begins: int
    ends: int

    @property
    def off(self) -> bool:
        """Whether it says that the day is free."""
        return self.begins == self.ends

    def on(self, day: date) -> tuple[datetime, datetime]:
        """From when to when it is where it begins that day."""
        midnight = datetime.combine(day, time())
        ends = self.ends + (DAY if self.ends <= self.begins else 0)
        return midnight + timedelta(minutes=self.begins), midnight + timedelta(minutes=ends)


def in_shift(shifts: Sequence[Shift], local: datetime) -> bool:
    """Whether a local moment without a zone lies within one of the shifts."""
    today = local.date()
    return any(first <= local < last for day in (today - timedelta(days=1), today) for first, last in _of(shifts, day))


def on_shift(shifts: Sequence[Shift], local: datetime) -> bool:
    """Whether somebody with these shifts is on duty at a local moment without a zone."""
    return starts(shifts, local) == local


def on_that_day(shifts: Sequence[Shift], day: date) -> bool:
    """Whether somebody with these shifts is on duty at any moment of a day."""
    return starts(shifts, datetime.combine(day, time())).date() == day


def starts(shifts: Sequence[Shift], local: datetime, leaves: Iterable[tuple[date, date]] = ()) -> datetime:
    """The moment itself for who is on duty then, else when the next shift begins that no leave takes away."""
    if in_shift(shifts, local):
        return local
    today = local.date()
    ahead: Iterable[date] = islice(_from(today), _FARTHEST)
    if all(shift.weekday is None or shift.off for shift in shifts):
        ahead = sorted({shift.day for shift in shifts if shift.day is not None and shift.day >= today})
    away = tuple(leaves)
    for day in ahead:
        begins = [first for first, _ in _of(shifts, day) if first >= local]
        if begins and not any(first <= day <= last for first, last in away):
            return min(begins)
    # No shift is left: the roster is over, and only days off still hold.
    free = {shift.day for shift in shifts if shift.off} - {shift.day for shift in shifts if not shift.off}
    if today not in free:
        return local
    return datetime.combine(next(d for d in _from(today) if d not in free), time())


def _from(day: date) -> Iterator[date]:
    return (day + timedelta(days=n) for n in count())


def _of(shifts: Iterable[Shift], day: date) -> list[tuple[datetime, datetime]]:
    shifts = tuple(shifts)
    own = [shift for shift in shifts if shift.day == day]
    found = own or [shift for shift in shifts if shift.weekday == day.weekday()]
    return [shift.on(day) for shift in found if not shift.off]
