"""Places of the service list, over any claims."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.double.claim import Claim, ServiceItem, free, liaisons, month_after, month_of, open_items, unit_key
from bot.double.gathering import Member

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ITEMS = st.lists(st.integers(1, 9), max_size=6).map(
    lambda takes: [ServiceItem(1, f"{n}", count, NOW, id=n) for n, count in enumerate(takes)]
)


@given(ITEMS, st.lists(st.integers(0, 5), max_size=30))
def test_an_item_has_as_many_free_places_as_it_takes_less_its_claims(items: list[ServiceItem], on: list[int]) -> None:
    claims = [Claim(1, date(2026, 11, 1), f"u{n}", item, 1, NOW) for n, item in enumerate(on)]
    left = {item.id: item.takes for item in open_items(items, claims)}
    for item in items:
        assert left.get(item.id, 0) == free(item, claims) == max(0, item.takes - on.count(item.id))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_month_after_begins_where_the_month_ends(day: date) -> None:
    after = month_after(month_of(day))
    assert after.day == 1
    assert month_of(after - timedelta(days=1)) == month_of(day)


@given(st.permutations(["区税务局", "开封中学", " 区 税务局", "区税务局"]))
def test_each_unit_has_one_liaison_who_reported_in_first(units: list[str]) -> None:
    members = [Member(n, 1, "", unit, "", NOW + timedelta(days=n)) for n, unit in enumerate(units)]
    found = liaisons(reversed(members))
    assert list(found) == list(dict.fromkeys(map(unit_key, units)))
    assert all(member.person_id == [unit_key(u) for u in units].index(unit) for unit, member in found.items())
