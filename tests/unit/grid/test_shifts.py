"""When people in shifts are on duty, who is called first, and how shifts are written and said."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.chat.forms.shifts import changed, read
from bot.grid.directory import Directory, Role
from bot.grid.rosters import read_clock, read_days, said
from bot.grid.routing import Owner
from bot.grid.shifts import Shift, on_shift, on_that_day, starts
from bot.grid.turns import in_turn
from bot.texts import Texts

MONDAY = datetime(2026, 11, 23)  # noqa: DTZ001 - shifts are local
OFFICE = tuple(Shift(weekday, None, 8 * 60, 18 * 60) for weekday in range(5))
NIGHT = (Shift(0, None, 20 * 60, 8 * 60),)
HOUR = timedelta(hours=1)

minutes = st.integers(0, 24 * 60 - 1)
ends = st.integers(0, 24 * 60)
weekly = st.builds(Shift, st.integers(0, 6), st.none(), minutes, ends)
dated = st.builds(Shift, st.none(), st.dates(date(2026, 11, 20), date(2026, 12, 5)), minutes, ends)
free = st.dates(date(2026, 11, 20), date(2026, 12, 5)).map(lambda day: Shift(None, day, 0, 0))
rosters = st.lists(weekly | dated | free, max_size=6).map(tuple)
moments = st.integers(0, 14 * 24 * 60).map(lambda passed: MONDAY + timedelta(minutes=passed))


def slowly(shifts: tuple[Shift, ...], moment: datetime) -> bool:
    """Whether a minute lies in a shift, found by walking through the minutes of that day and of the day before."""
    for back in (0, 1):
        day = moment.date() - timedelta(days=back)
        mine = [s for s in shifts if s.day == day] or [s for s in shifts if s.weekday == day.weekday()]
        minute = moment.hour * 60 + moment.minute + back * 24 * 60
        for shift in mine:
            length = 0 if shift.off else (shift.ends - shift.begins) % (24 * 60) or 24 * 60
            if minute in range(shift.begins, shift.begins + length):
                return True
    return False


@given(rosters, moments)
def test_on_shift_is_who_a_walk_through_the_minutes_finds_or_whose_roster_is_over(
    shifts: tuple[Shift, ...], moment: datetime
) -> None:
    to_come = any(not s.off and (s.day is None or s.on(s.day)[0] >= moment) for s in shifts)
    today = [s for s in shifts if s.day == moment.date()]
    free = bool(today) and all(s.off for s in today)
    assert on_shift(shifts, moment) == (slowly(shifts, moment) or not (to_come or free))


@given(rosters, moments)
def test_the_next_start_is_on_shift_and_nothing_before_it_is(shifts: tuple[Shift, ...], moment: datetime) -> None:
    begins = starts(shifts, moment)
    assert begins >= moment
    if begins > moment:
        assert on_shift(shifts, begins)
        assert not on_shift(shifts, begins - timedelta(minutes=1))
        assert not any(slowly(shifts, moment + timedelta(hours=n)) for n in range((begins - moment) // HOUR))


@given(moments)
def test_who_has_no_shifts_is_always_on_duty(moment: datetime) -> None:
    assert on_shift((), moment)


def test_a_roster_that_is_over_strands_nothing() -> None:
    assert on_shift((Shift(None, date(2026, 11, 20), 480, 1080),), MONDAY)


def test_a_day_off_is_one_for_who_has_no_other_shifts() -> None:
    shifts = (Shift(None, MONDAY.date(), 0, 0),)
    assert starts(shifts, MONDAY + 9 * HOUR) == MONDAY + 24 * HOUR


def test_a_days_own_shifts_go_before_its_weekdays() -> None:
    shifts = (*OFFICE, Shift(None, MONDAY.date(), 0, 0))
    assert starts(shifts, MONDAY + 9 * HOUR) == MONDAY + 32 * HOUR


@given(rosters, st.dates(date(2026, 11, 23), date(2026, 12, 3)))
@settings(deadline=None, max_examples=40)  # it walks through a day's minutes
def test_a_day_without_a_minute_on_shift_is_a_day_off(shifts: tuple[Shift, ...], day: date) -> None:
    midnight = datetime.combine(day, datetime.min.time())
    minutes_on = any(on_shift(shifts, midnight + timedelta(minutes=n)) for n in range(24 * 60))
    assert on_that_day(shifts, day) is minutes_on


def test_a_night_shift_ends_the_next_morning() -> None:
    assert on_shift(NIGHT, MONDAY + 31 * HOUR)
    assert not on_shift(NIGHT, MONDAY + 32 * HOUR)


def test_a_shift_in_ones_leave_is_no_start() -> None:
    tuesday = (MONDAY + timedelta(days=1)).date()
    assert starts(OFFICE, MONDAY + 19 * HOUR, ((tuesday, tuesday),)) == MONDAY + 56 * HOUR


# ---------------------------------------------------------------- who is called first


def working(directory: Directory, **shifts: tuple[Shift, ...]) -> Directory:
    """The directory with these shifts: p101=…"""
    staff = {f"p{person}": who for person, who in directory.staff.items()}
    return Directory.build(
        1,
        directory.units.values(),
        directory.posts.values(),
        (replace(who, shifts=shifts.get(name, ())) for name, who in staff.items()),
    )


STEPS = (
    Owner(4, Role.GRID_WORKER, (101, 103), ("a",)),
    Owner(4, Role.GRID_WORKER, (102,), ("b",)),
    Owner(4, Role.GRID_HEAD, (104,), ("c",)),
    Owner(3, Role.COMMUNITY_DESK, (105,), ("d",)),
    Owner(2, Role.STREET_DESK, (106,), ("e",)),
)


def called(directory: Directory, words: Texts, at: datetime, *, urgent: bool = False) -> list[tuple[int, ...]]:
    return [step.people for step in in_turn(directory, STEPS, at, words, urgent=urgent)]


@given(moments, st.booleans())
def test_without_shifts_the_order_stays(directory: Directory, words: Texts, at: datetime, urgent: bool) -> None:
    assert called(directory, words, at, urgent=urgent) == [step.people for step in STEPS]


def test_the_one_on_shift_is_called_alone(directory: Directory, words: Texts) -> None:
    town = working(directory, p101=OFFICE, p103=NIGHT)
    assert called(town, words, MONDAY + 9 * HOUR)[0] == (101,)
    assert called(town, words, MONDAY + 21 * HOUR)[0] == (103,)


def test_a_units_shifts_are_those_of_its_people_without_their_own(directory: Directory, words: Texts) -> None:
    town = working(directory, p103=NIGHT)
    units = (replace(unit, shifts=OFFICE) if unit.id == 4 else unit for unit in town.units.values())
    town = Directory.build(1, units, town.posts.values(), town.staff.values())
    assert called(town, words, MONDAY + 9 * HOUR)[0] == (101,)
    assert called(town, words, MONDAY + 21 * HOUR)[0] == (103,)


def test_the_deputy_comes_when_no_holder_is_on_shift(directory: Directory, words: Texts) -> None:
    town = working(directory, p101=OFFICE, p103=OFFICE)
    steps = in_turn(town, STEPS, MONDAY + 21 * HOUR, words, urgent=False)
    assert steps[0].people == (102,)
    assert "不当班" in steps[0].why[0]


UNIT_OFF = {"p101": OFFICE, "p102": OFFICE, "p103": NIGHT, "p104": OFFICE}


def test_outside_all_shifts_the_one_who_begins_first_is_called(directory: Directory, words: Texts) -> None:
    steps = in_turn(working(directory, **UNIT_OFF), STEPS, MONDAY + 19 * HOUR, words, urgent=False)
    assert steps[0].people == (103,)
    assert "最先上班" in steps[0].why[-1]


def test_a_night_desk_on_shift_goes_before_a_shift_to_come(directory: Directory, words: Texts) -> None:
    town = working(directory, **UNIT_OFF, p106=NIGHT)
    assert called(town, words, MONDAY + 32 * HOUR - timedelta(minutes=1))[0] == (103,)
    no_night = working(directory, **(UNIT_OFF | {"p103": OFFICE}), p106=NIGHT)
    assert called(no_night, words, MONDAY + 21 * HOUR)[0] == (106,)


def test_what_is_urgent_goes_to_anyone_on_duty_up_the_ladder(directory: Directory, words: Texts) -> None:
    assert called(working(directory, **UNIT_OFF), words, MONDAY + 19 * HOUR, urgent=True)[0] == (105,)


@given(st.dictionaries(st.sampled_from([f"p{n}" for n in range(101, 107)]), rosters), moments, st.booleans())
def test_somebody_is_always_called_and_those_on_shift_first(
    directory: Directory, words: Texts, shifts: dict[str, tuple[Shift, ...]], at: datetime, urgent: bool
) -> None:
    town = working(directory, **shifts)
    people = called(town, words, at, urgent=urgent)
    assert people
    assert all(people)
    at_unit = [p for step in STEPS[:3] for p in step.people if on_shift(town.staff[p].shifts, at)]
    if at_unit:
        assert set(people[0]) <= set(at_unit)


# ---------------------------------------------------------------- written and said


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("周一", (0,)),
        ("星期天", (6,)),
        ("周一到周五", (0, 1, 2, 3, 4)),
        ("周六至一", (5, 6, 0)),
        ("周一、周三", (0, 2)),
        ("工作日", (0, 1, 2, 3, 4)),
        ("每天", tuple(range(7))),
        ("Mon-Fri", (0, 1, 2, 3, 4)),
        ("Saturday", (5,)),
        ("2026-10-01", date(2026, 10, 1)),
        ("周八", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_write_them(text: str, days: object) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize(
    ("text", "hour"),
    [("8:00", 8), ("08:00:00", 8), ("8点半", 8.5), ("下午2点", 14), ("24:00", 24), ("0.75", 18), ("18", 18)],
)
def test_times_are_read_as_people_write_them(text: str, hour: float) -> None:
    assert read_clock(text) == hour * 60


@pytest.mark.parametrize("text", ["25:00", "8:70", "早", "", "24:01"])
def test_what_is_no_time_is_not_taken_for_one(text: str) -> None:
    assert read_clock(text) is None


TODAY = MONDAY.date()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("周一到周五8点到18点", ["周一到周五 8:00到18:00"]),
        ("周一到周五 8:00-12:00，周六9点到12点", ["周一到周五 8:00到12:00", "周六 9:00到12:00"]),
        ("每天晚上8点到早上8点", ["每天 20:00到次日8:00"]),
        ("12月3日休息", ["12月3日 休息"]),
        ("12月3日 8点到12点", ["12月3日 8:00到12:00"]),
    ],
)
def test_a_line_of_words_is_said_back(words: Texts, text: str, lines: list[str]) -> None:
    assert said(words, read(text, TODAY) or [], TODAY) == lines


@pytest.mark.parametrize("text", ["明天再说", "周一8点到8点", "周一休息", "2月30日休息", "8点到18点"])
def test_words_that_name_no_shift_are_asked_again(text: str) -> None:
    assert read(text, TODAY) is None


@given(rosters, st.lists(weekly | dated, min_size=1, max_size=4))
def test_what_is_told_stands_and_what_it_does_not_touch_stays(before: tuple[Shift, ...], told: list[Shift]) -> None:
    after = changed(before, told, TODAY)
    assert set(told) <= set(after)
    if all(shift.day is not None for shift in told):
        assert {s for s in before if s.weekday is not None} <= set(after)
    else:
        assert {s for s in after if s.weekday is not None} == {s for s in told if s.weekday is not None}
