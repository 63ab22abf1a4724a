"""Which days offices work: the state's holiday notices as chinesecalendar has them, and a district's own table over them.

A year that neither knows is taken as Monday to Friday. Times that rest on it are provisional until its table arrives.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property

import chinese_calendar

SATURDAY = 5


class Holidays:
    """`days` are a table's days that differ from Monday to Friday, and whether people work on them.

    The table is believed before the library, and one day of a year in it makes that year known.
    """

    def __init__(self, days: Mapping[date, bool] | None = None) -> None:
        self._days = dict(days or {})

    @cached_property
    def _listed(self) -> frozenset[int]:
        return frozenset(day.year for day in self._days)

    def works(self, day: date) -> bool:
        """Whether offices work that day."""
        if day in self._days:
            return self._days[day]
        if day.year in self._listed:
            return day.weekday() < SATURDAY
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return day.weekday() < SATURDAY

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known, by the table or by the library."""
        return year in self._listed or _in_library(year)


@cache
def _in_library(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
