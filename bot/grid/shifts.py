"""Shifts (班次): when a person is on duty, and when they next will be. Pure; times are local, without a zone.

Whoever has no shifts is always on duty, and so is whoever's shifts are all over: a roster that nobody renewed strands no
case. A day with shifts of its own follows those alone, whatever its weekday has; holidays change nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

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


def on_shift(shifts: Sequence[Shift], local: datetime) -> bool:
    """Whether somebody with these shifts is on duty at a local moment without a zone."""
    return starts(shifts, local) == local


def starts(shifts: Sequence[Shift], local: datetime, leaves: Iterable[tuple[date, date]] = ()) -> datetime:
    """The moment itself for who is on duty then, else when the next shift begins that no leave takes away."""
    today = local.date()
    if any(first <= local < last for day in (today - timedelta(days=1), today) for first, last in _of(shifts, day)):
        return local
    farthest = _FARTHEST if any(shift.weekday is not None for shift in shifts) else 0
    days = {today + timedelta(days=ahead) for ahead in range(farthest)} | {s.day for s in shifts if s.day is not None}
    away = tuple(leaves)
    for day in sorted(day for day in days if day >= today):
        begins = [first for first, _ in _of(shifts, day) if first >= local]
        if begins and not any(first <= day <= last for first, last in away):
            return min(begins)
    return local  # No shift is left: the roster is over.


def _of(shifts: Iterable[Shift], day: date) -> list[tuple[datetime, datetime]]:
    shifts = tuple(shifts)
    own = [shift for shift in shifts if shift.day == day]
    found = own or [shift for shift in shifts if shift.weekday == day.weekday()]
    return [shift.on(day) for shift in found if not shift.off]
