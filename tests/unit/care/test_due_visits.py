"""Whom somebody visits on which day, and who comes first. Pure."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.care.elder import MOBILITY, Elder, Visit
from bot.care.visiting import NURSING, WEEKLY, due_on, needs

MONDAY = date(2026, 11, 23)
DONE = datetime(2026, 11, 23, tzinfo=UTC)
numbers = st.integers(1, 10_000)


def by_need(elders: list[Elder], last: dict[int, Visit]) -> list[Elder]:
    return sorted(elders, key=lambda elder: needs(elder, last.get(elder.id), MONDAY), reverse=True)


def elder(number: int, *, alone: bool = False, mobility: str = "well", doctor: int | None = 7) -> Elder:
    return Elder(f"L{number}", "王秀英", 1, 1, alone=alone, mobility=mobility, doctor_id=doctor, id=number)


def visited(on: date, *, done: bool = True, mood: str = "good", kind: str = WEEKLY) -> Visit:
    return Visit(1, kind, on, 9, done_at=DONE if done else None, mood=mood, missed_at=None if done else DONE)


@given(numbers)
def test_everybody_has_a_first_visit_on_one_working_day_of_any_week(number: int) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(5)]
    assert sum(due_on(elder(number), WEEKLY, None, day) for day in days) == 1


@given(numbers, st.integers(1, 30))
def test_after_a_visit_a_week_goes_by_and_no_more(number: int, days: int) -> None:
    assert due_on(elder(number), WEEKLY, visited(MONDAY), MONDAY + timedelta(days=days)) is (days >= 7)


@given(numbers, st.sampled_from([WEEKLY, NURSING]))
def test_a_missed_visit_is_due_the_next_day(number: int, kind: str) -> None:
    assert due_on(elder(number), kind, visited(MONDAY, done=False, kind=kind), MONDAY + timedelta(days=1))


@given(numbers)
def test_first_rounds_of_a_doctor_are_spread_over_twenty_days(number: int) -> None:
    days = [MONDAY + timedelta(days=n) for n in range(20)]
    assert sum(due_on(elder(number), NURSING, None, day) for day in days) == 1


def test_without_a_doctor_there_is_no_round() -> None:
    days = [MONDAY + timedelta(days=n) for n in range(60)]
    assert not any(due_on(elder(3, doctor=None), NURSING, None, day) for day in days)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(MOBILITY)), min_size=2, max_size=12))
def test_who_lives_alone_and_stays_in_bed_is_never_behind_one_who_walks_and_has_company(
    lives: list[tuple[bool, str]],
) -> None:
    elders = [elder(n, alone=alone, mobility=mobility) for n, (alone, mobility) in enumerate(lives, 1)]
    order = [(one.alone, one.mobility) for one in by_need(elders, {})]
    neediest = [n for n, life in enumerate(order) if life == (True, "bound")]
    least = [n for n, life in enumerate(order) if life == (False, "well")]
    assert not neediest or not least or max(neediest) < min(least)


def test_among_equals_who_was_not_seen_for_longest_comes_first() -> None:
    last = {1: visited(MONDAY - timedelta(days=2)), 2: visited(MONDAY - timedelta(days=9))}
    assert [one.id for one in by_need([elder(1), elder(2), elder(3)], last)] == [3, 2, 1]


def test_who_was_not_well_last_time_comes_before_who_was() -> None:
    last = {1: visited(MONDAY - timedelta(days=9)), 2: visited(MONDAY - timedelta(days=2), mood="bad")}
    assert [one.id for one in by_need([elder(1), elder(2)], last)] == [2, 1]
