"""Which days offices work: the state's holiday notices as chinesecalendar has them, and a district's own table over them.

A year that neither knows is taken as Monday to Friday without the days that are free by law on a fixed date; those of the
moon, and the days worked for them, are left to its table. Times that rest on such a year are provisional until that arrives.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache, cached_property

import chinese_calendar

SATURDAY = 5
# 元旦, 劳动节, 国庆节 by 《全国年节及纪念日放假办法》, as month and day.
_BY_LAW = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


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
            return _plain(day)
        try:
            return bool(chinese_calendar.is_workday(day))
        except NotImplementedError:
            return _plain(day)

    def knows(self, year: int) -> bool:
        """Whether the holidays of a year are known, by the table or by the library."""
        return year in self._listed or _in_library(year)


def _plain(day: date) -> bool:
    return day.weekday() < SATURDAY and (day.month, day.day) not in _BY_LAW


@cache
def _in_library(year: int) -> bool:
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True
