"""When an errand is to be done, as people say it; Monday the 23rd of November 2026, nine in the morning."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.clocks import Clocks
from bot.cases.holidays import Holidays
from bot.errands.slots import label, offered, soon, spoken, suits
from bot.texts import texts

ZONE = ZoneInfo("Asia/Shanghai")
CLOCKS = Clocks(ZONE)
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("周二上午", "24 08:00", "24 12:00"),
        ("周一上午", "23 09:00", "23 12:00"),
        ("明天下午3点", "24 15:00", "24 16:00"),
        ("今晚", "23 18:00", "23 20:30"),
        ("明天15:20", "24 15:20", "24 16:20"),
        ("28号", "28 08:00", "28 18:00"),
        ("下周一", "30 08:00", "30 18:00"),
        ("五点半", "23 17:30", "23 18:30"),
        ("后天中午", "25 11:00", "25 14:00"),
        ("这周日晚上8点", "29 20:00", "29 21:00"),
        ("星期三", "25 08:00", "25 18:00"),
    ],
)
def test_a_day_and_an_hour_are_understood_as_people_say_them(said: str, start: str, end: str) -> None:
    slot = spoken(said, NOW, CLOCKS)
    assert slot is not None
    assert [f"{moment.astimezone(ZONE):%d %H:%M}" for moment in (slot.start, slot.end)] == [start, end]


@pytest.mark.parametrize(
    "said",
    ["昨天", "3号楼2单元", "5号柜", "建设路28号", "买3点东西", "取件码8-2-1033", "帮我取快递", "2月30日", "99点"],
)
def test_what_names_no_time_to_come_is_no_slot(said: str) -> None:
    assert spoken(said, NOW, CLOCKS) is None


def test_every_tuesday_is_weekly() -> None:
    assert (slot := spoken("每周二上午", NOW, CLOCKS)) is not None
    assert slot.weekly


def test_a_weekday_that_is_over_today_is_next_weeks() -> None:
    slot = spoken("周一上午", datetime(2026, 11, 23, 5, tzinfo=UTC), CLOCKS)
    assert slot is not None
    assert slot.start.astimezone(ZONE).date() == date(2026, 11, 30)


@given(MOMENTS)
def test_nothing_offered_is_over(now: datetime) -> None:
    slots = offered(now, CLOCKS)
    assert slots
    assert all(now < slot.end and now <= slot.start < slot.end for slot in slots.values())


@given(MOMENTS, st.text(st.sampled_from("今明后天上下午晚每周二日号点半12345678:"), max_size=8))
def test_nothing_said_is_over_or_far_away(now: datetime, said: str) -> None:
    slot = spoken(said, now, CLOCKS)
    assert slot is None or now <= slot.start < slot.end <= now + timedelta(days=32)


@given(MOMENTS)
def test_every_slot_can_be_read_aloud(now: datetime) -> None:
    assert all(label(slot, now, CLOCKS, texts()) for slot in (soon(now, CLOCKS), *offered(now, CLOCKS).values()))


def test_an_afternoon_is_called_one() -> None:
    assert label(offered(NOW, CLOCKS)["tomorrow_pm"], NOW, CLOCKS, texts()) == "11月24日（周二）下午"


@pytest.mark.parametrize(
    ("hours", "said", "fits"),
    [
        ("any", "今晚", True),
        ("day", "周二上午", True),
        ("day", "今晚", False),
        ("day", "这周日上午", False),
        ("evening", "今晚", True),
        ("evening", "周二上午", False),
        ("weekend", "这周日上午", True),
        ("weekend", "周二上午", False),
    ],
)
def test_a_helper_is_asked_only_in_their_hours(hours: str, said: str, fits: bool) -> None:
    slot = spoken(said, NOW, CLOCKS)
    assert slot is not None
    assert suits(hours, slot, CLOCKS) is fits


def test_a_sunday_on_which_offices_work_is_no_weekend() -> None:
    clocks = CLOCKS.knowing(Holidays({date(2026, 11, 29): True}))
    slot = spoken("这周日上午", NOW, clocks)
    assert slot is not None
    assert not suits("weekend", slot, clocks)
