"""Deadlines on the working calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cases.clocks import Clocks

CLOCKS = Clocks(ZoneInfo("Asia/Shanghai"))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2026, 11, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
HOURS = st.integers(0, 120).map(lambda quarter: quarter / 4)


@settings(max_examples=60)
@given(MOMENTS, HOURS, HOURS)
def test_working_time_is_additive(start: datetime, first: float, second: float) -> None:
    between = CLOCKS.add_working(start, first)
    assert CLOCKS.working_between(start, CLOCKS.add_working(between, second)) == timedelta(hours=first + second)


@settings(max_examples=60)
@given(MOMENTS, HOURS, HOURS)
def test_more_hours_are_never_due_earlier(start: datetime, first: float, more: float) -> None:
    assert CLOCKS.add_working(start, first) <= CLOCKS.add_working(start, first + more)


def test_two_hours_from_friday_five_end_on_monday_at_nine() -> None:
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    assert CLOCKS.add_working(friday, 2) == datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", ["2026-10-01", "2026-10-02"])
def test_a_holiday_has_no_working_time(day: str) -> None:
    start = datetime.fromisoformat(f"{day}T00:00+08:00")
    assert CLOCKS.working_between(start, start + timedelta(days=1)) == timedelta()


def test_a_reminder_at_night_waits_for_the_morning() -> None:
    night = datetime.fromisoformat("2026-11-23T23:30+08:00")
    assert CLOCKS.civil(night) == datetime.fromisoformat("2026-11-24T08:00+08:00")
