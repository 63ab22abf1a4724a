"""What a report says of one part of the district."""

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.digests.figures import Late, Span, ages, compared, late, of_units, table
from bot.digests.records import Spread, Standing
from bot.town import Town

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def standing(
    owner: int = 4, *, age: int = 0, hours_late: int = 0, count: int = 1, place: int | None = None
) -> Standing:
    due = NOW - hours_late * HOUR if hours_late else None
    return Standing(owner, "grid_worker", place, age, hours_late > 0, count, due)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("day", date(2026, 12, 31), date(2026, 12, 31)),
        ("week", date(2026, 12, 28), date(2027, 1, 3)),
        ("month", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_span_holds_its_day_from_the_first_to_the_last(name: str, first: date, last: date) -> None:
    assert Span.of(name, date(2026, 12, 31)) == Span(name, first, last)


@pytest.mark.parametrize("name", ["day", "week", "month"])
def test_the_span_before_ends_the_day_before(name: str) -> None:
    span = Span.of(name, date(2026, 3, 1))
    assert span.before.last == span.first - timedelta(days=1)


def test_a_part_sees_its_own_open_cases_and_those_below(town: Town) -> None:
    found = of_units(town, [standing(4), standing(31), standing(2)], (3,))
    assert [each.owner_id for each in found] == [4]


def test_what_a_firm_holds_is_seen_where_it_lies(town: Town) -> None:
    assert of_units(town, [standing(90, place=21)], (3,))


def test_each_late_owner_stands_once_with_its_longest_wait() -> None:
    found = late([standing(hours_late=1, count=2), standing(hours_late=5, age=1), standing(5, hours_late=9)], NOW)
    assert found == (Late(5, "grid_worker", 1, 9 * HOUR), Late(4, "grid_worker", 3, 5 * HOUR))


def test_ages_tell_the_late_from_the_rest() -> None:
    found = ages([standing(count=3), standing(age=4, hours_late=500, count=2), standing(5, age=4)])
    assert found == ((3, 0), (0, 0), (0, 0), (0, 0), (3, 2))


def test_a_street_compares_its_communities_and_a_community_its_grids(town: Town) -> None:
    assert (set(compared(town, (2,))), set(compared(town, (3,)))) == ({3, 30}, {4, 5})


def test_a_district_of_one_street_compares_what_lies_below_it(town: Town) -> None:
    assert set(compared(town, (1,))) == {3, 30}


def test_a_grid_has_nothing_to_compare(town: Town) -> None:
    assert compared(town, (4,)) == ()


def test_the_busiest_come_first_in_the_table() -> None:
    units, kinds, cells = table([Spread(3, "leak", 2), Spread(30, "noise", 5), Spread(3, "noise", 1)])
    assert (units, kinds, cells[3, "leak"]) == ((30, 3), ("noise", "leak"), 2)
