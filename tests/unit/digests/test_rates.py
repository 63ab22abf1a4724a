"""Rates with what they are made of."""

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.rates import Hours, Rate, hours, rates, reasons


def test_a_rate_shows_what_it_is_made_of() -> None:
    found = {rate.name: rate for rate in rates({"contacted_in_time": 46, "contact_due": 50, "left.contact_due": 2})}
    assert found["response"] == Rate("response", 46, 50, 2)


def test_one_late_of_two_hundred_is_not_all_of_them() -> None:
    assert Rate("on_time", 199, 200).percent == 99


def test_nothing_to_divide_by_is_no_rate() -> None:
    assert Rate("on_time", 0, 0).percent is None


def test_what_is_left_out_is_told_by_reason() -> None:
    assert reasons({"left.merged": 2, "left.excluded": 1, "left.finish_due": 3}) == {"excluded": 1, "merged": 2}


def test_each_level_has_its_median() -> None:
    found = hours({"hours.street.20": 1, "hours.grid.0.5": 2, "hours.grid.3": 1, "filed": 9})
    assert found == (Hours("grid", 3, 0.5), Hours("street", 1, 20))


@given(st.dictionaries(st.integers(1, 99), st.integers(1, 9), min_size=1))
def test_half_of_the_stretches_are_no_longer_than_the_median(spans: dict[float, int]) -> None:
    found = Hours.of("grid", spans)
    assert 2 * sum(n for length, n in spans.items() if length <= found.median) >= found.count
    assert 2 * sum(n for length, n in spans.items() if length < found.median) < found.count
