"""Counted time on the working calendar, against a reference that looks at every quarter of an hour."""

import bisect
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import chinese_calendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.clocks import Clocks
from bot.cases.holidays import Holidays

SHANGHAI = ZoneInfo("Asia/Shanghai")
CLOCKS = Clocks(SHANGHAI)
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
QUARTER = timedelta(minutes=15)
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
QUARTERS = st.integers(0, 120)
HOURS = QUARTERS.map(lambda quarter: quarter / 4)
WALL = st.booleans()


@st.composite
def pauses(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(MOMENTS)
    return start, start + timedelta(minutes=draw(st.integers(0, 20_000)))


@cache
def working_quarters() -> list[datetime]:
    """The beginning of every working quarter of an hour of two years, in UTC."""
    found = []
    moment, end = datetime.combine(FIRST, time(), SHANGHAI), datetime.combine(LAST, time(23, 45), SHANGHAI)
    while moment <= end:
        if (8 <= moment.hour < 12 or 14 <= moment.hour < 18) and chinese_calendar.is_workday(moment.date()):
            found.append(moment.astimezone(UTC))
        moment += QUARTER
    return found


@settings(max_examples=200)
@given(MOMENTS, HOURS, HOURS)
def test_working_time_is_additive(start: datetime, first: float, second: float) -> None:
    between = CLOCKS.add_working(start, first)
    assert CLOCKS.working_between(start, CLOCKS.add_working(between, second)) == timedelta(hours=first + second)


@settings(max_examples=200)
@given(MOMENTS, HOURS, HOURS)
def test_more_hours_are_never_due_earlier(start: datetime, first: float, more: float) -> None:
    assert CLOCKS.add_working(start, first) <= CLOCKS.add_working(start, first + more)


@settings(max_examples=200)
@given(MOMENTS, HOURS, st.lists(pauses(), max_size=4), pauses(), WALL)
def test_a_further_pause_never_shortens_a_deadline(
    start: datetime,
    hours: float,
    before: list[tuple[datetime, datetime]],
    more: tuple[datetime, datetime],
    wall: bool,
) -> None:
    due = CLOCKS.due(start, hours, wall=wall, pauses=before)
    assert CLOCKS.due(start, hours, wall=wall, pauses=[*before, more]) >= due


@settings(max_examples=200)
@given(MOMENTS, HOURS, st.lists(pauses(), max_size=4), WALL)
def test_what_was_spent_until_a_deadline_is_its_limit(
    start: datetime, hours: float, rests: list[tuple[datetime, datetime]], wall: bool
) -> None:
    due = CLOCKS.due(start, hours, wall=wall, pauses=rests)
    assert CLOCKS.spent(start, due, wall=wall, pauses=rests) == timedelta(hours=hours)


@settings(max_examples=200)
@given(MOMENTS, HOURS, st.lists(pauses(), max_size=4), WALL)
def test_the_order_of_pauses_does_not_matter(
    start: datetime, hours: float, rests: list[tuple[datetime, datetime]], wall: bool
) -> None:
    forth = CLOCKS.due(start, hours, wall=wall, pauses=rests)
    assert CLOCKS.due(start, hours, wall=wall, pauses=rests[::-1]) == forth


def test_every_quarter_of_an_hour_of_two_years_agrees_with_the_slow_reference() -> None:
    working = working_quarters()
    origin = datetime.combine(FIRST, time(), SHANGHAI).astimezone(UTC)
    moment, end = origin, datetime.combine(LAST, time(23, 45), SHANGHAI).astimezone(UTC)
    counted = 0
    while moment <= end:
        assert CLOCKS.working_between(origin, moment) == counted * QUARTER, moment
        if counted < len(working) and working[counted] == moment:
            counted += 1
        moment += QUARTER
    assert counted == len(working) == 8 * 4 * 496  # 248 + 248 working days


@settings(max_examples=200)
@given(MOMENTS.map(lambda m: m.replace(minute=m.minute // 15 * 15, second=0, microsecond=0)), st.integers(1, 400))
def test_a_deadline_is_the_end_of_the_last_quarter_it_needs(start: datetime, quarters: int) -> None:
    working = working_quarters()
    needed = working[bisect.bisect_left(working, start) + quarters - 1]
    assert CLOCKS.add_working(start, quarters / 4) == needed + QUARTER


@settings(max_examples=100)
@given(MOMENTS, st.integers(1, 4000))
def test_a_deadline_in_working_hours_falls_into_working_hours(start: datetime, minutes: int) -> None:
    due = CLOCKS.add_working(start, minutes / 60).astimezone(SHANGHAI)
    assert CLOCKS.works(due)
    assert time(8) < due.time() <= time(12) or time(14) < due.time() <= time(18)


def test_two_hours_from_friday_five_end_on_monday_at_nine() -> None:
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert CLOCKS.add_working(friday, 2) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_a_sunday_of_work_counts() -> None:
    sunday = datetime.fromisoformat("2026-09-20T09:00+08:00")  # made up for the days off of October
    assert CLOCKS.add_working(sunday, 2) == datetime.fromisoformat("2026-09-20T11:00+08:00")


def test_a_week_of_waiting_for_the_resident_moves_the_deadline_by_a_week() -> None:
    monday = datetime.fromisoformat("2026-11-02T08:00+08:00")
    rest = (monday + timedelta(days=1), monday + timedelta(days=8))
    assert CLOCKS.due(monday, 40, wall=False, pauses=[rest]) == datetime.fromisoformat("2026-11-13T18:00+08:00")


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-02"])
def test_a_holiday_has_no_working_time(day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00+08:00")
    assert CLOCKS.working_between(start, start + timedelta(days=1)) == timedelta()


def test_a_year_without_its_table_is_provisional() -> None:
    assert CLOCKS.provisional(datetime(2027, 2, 1, tzinfo=UTC))
    assert not CLOCKS.provisional(datetime(2026, 2, 1, tzinfo=UTC))


def test_new_year_begins_where_the_clock_hangs() -> None:
    assert CLOCKS.provisional(datetime(2026, 12, 31, 16, 30, tzinfo=UTC))


def test_the_table_of_a_year_moves_what_was_provisional() -> None:
    start = datetime.fromisoformat("2026-12-31T16:00+08:00")
    known = CLOCKS.knowing(Holidays({date(2027, 1, 1): False, date(2027, 1, 3): True}))
    assert CLOCKS.add_working(start, 4) == datetime.fromisoformat("2027-01-04T10:00+08:00")
    assert known.add_working(start, 4) == datetime.fromisoformat("2027-01-03T10:00+08:00")
    assert not known.provisional(start + timedelta(days=1))


@pytest.mark.parametrize("day", ["2027-01-01", "2029-05-01", "2029-05-02", "2029-10-01", "2029-10-02", "2029-10-03"])
def test_days_that_are_free_by_law_are_free_before_their_years_table_is_known(day: str) -> None:
    assert not Holidays().works(date.fromisoformat(day))


def test_days_of_the_moon_stay_provisional() -> None:
    assert (Holidays().works(date(2029, 2, 13)), Holidays().knows(2029)) == (True, False)  # the first of its year


def test_a_table_that_does_not_name_new_year_leaves_it_free() -> None:
    assert not Holidays({date(2027, 1, 3): True}).works(date(2027, 1, 1))


def test_a_table_may_let_people_work_on_a_day_that_is_free_by_law() -> None:
    assert Holidays({date(2027, 1, 1): True}).works(date(2027, 1, 1))


def test_the_table_goes_before_what_the_library_says() -> None:
    assert not Holidays({date(2026, 11, 23): False}).works(date(2026, 11, 23))


def test_a_reminder_at_night_waits_for_the_morning() -> None:
    night = datetime.fromisoformat("2026-11-23T23:30+08:00")
    assert CLOCKS.civil(night) == datetime.fromisoformat("2026-11-24T08:00+08:00")
