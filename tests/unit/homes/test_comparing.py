"""What taking in a part of a file would change."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from bot.homes.comparing import ADDED, CHANGED, GONE, Difference, compare
from bot.homes.home import Business, Home, Register, Resident
from bot.homes.importing import Part

rooms = st.sampled_from(["", "101", "102", "201"])
units = st.sampled_from([21, 22])
homes = st.builds(Home, units, st.just(3), rooms, st.sampled_from(["own", "rented"]), st.sampled_from(["", "狗"]))
people = st.builds(
    Resident,
    st.just(0),
    st.sampled_from(["甲", "乙"]),
    st.sampled_from(["owner", "tenant"]),
    st.sampled_from(["", "1"]),
)
shops = st.builds(Business, units, st.just(3), st.sampled_from(["面馆", "药店"]), st.just("店"), st.just("楼下"))


@st.composite
def parts(draw: st.DrawFn) -> Part:
    part = Part(3, spoken={name: draw(st.sets(units)) for name in ("homes", "residents", "businesses")})
    for home in draw(st.lists(homes, max_size=4)):
        part.register.homes[home.unit_id, home.room] = home
        part.spoken["homes"].add(home.unit_id)
    for unit, room, one in draw(st.lists(st.tuples(units, rooms, people), max_size=4)):
        part.register.people[(unit, room), one.name] = one
        part.spoken["residents"].add(unit)
    for shop in draw(st.lists(shops, max_size=2)):
        part.register.businesses[shop.unit_id, shop.name] = shop
        part.spoken["businesses"].add(shop.unit_id)
    return part


def taken(stands: Register, found: Difference) -> Register:
    """The register after a difference was carried out."""
    after, number = Register(), iter(range(100, 10**6))
    kept = {(h.unit_id, h.room): h for h in stands.homes.values() if h.id not in found.homes_gone}
    kept |= {(h.unit_id, h.room): h if h.id else replace(h, id=next(number)) for h in found.homes}
    after.homes = kept
    gone = set(found.people_gone)
    after.people = {key: one for key, one in stands.people.items() if one.id not in gone}
    for key, one in found.people:
        after.people[key, one.name] = one if one.id else replace(one, id=next(number), home_id=kept[key].id)
    after.businesses = {key: one for key, one in stands.businesses.items() if one.id not in found.businesses_gone}
    for shop in found.businesses:
        after.businesses[shop.unit_id, shop.name] = shop if shop.id else replace(shop, id=next(number))
    return after


@given(parts(), parts())
def test_after_a_file_was_taken_in_it_changes_nothing_more(first: Part, second: Part) -> None:
    stands = taken(Register(), compare(first, Register()))
    after = taken(stands, compare(second, stands))
    assert compare(second, after).entries == ()


@given(parts(), parts())
def test_what_a_file_does_not_speak_for_stays(first: Part, second: Part) -> None:
    stands = taken(Register(), compare(first, Register()))
    found = compare(second, stands)
    spoken = {unit for units in second.spoken.values() for unit in units}
    assert {entry.unit_id for entry in found.entries} <= spoken


@given(parts(), parts())
def test_everybody_in_the_register_lives_in_a_home_of_it(first: Part, second: Part) -> None:
    stands = taken(Register(), compare(first, Register()))
    after = taken(stands, compare(second, stands))
    assert {key for key, _ in after.people} <= set(after.homes)


def stood(**more: object) -> Register:
    home = replace(Home(21, 3, "101", visited_on=date(2026, 11, 1)), id=5)
    person = replace(Resident(5, "甲", "owner", "13800138000", 1950), id=7, **more)  # type: ignore[arg-type]
    return Register({(21, "101"): home}, {((21, "101"), "甲"): person})


def test_an_empty_cell_says_nothing() -> None:
    part = Part(3, Register(people={((21, "101"), "甲"): Resident(0, "甲", "owner")}), {"residents": {21}})
    assert compare(part, stood()).entries == ()


def test_a_change_is_told_by_field_and_keeps_the_last_visit() -> None:
    part = Part(3, Register(homes={(21, "101"): Home(21, 3, "101", "rented")}), {"homes": {21}})
    found = compare(part, stood())
    assert [(entry.sign, entry.fields) for entry in found.entries] == [(CHANGED, ("use",))]
    assert found.homes[0].visited_on == date(2026, 11, 1)


def test_who_goes_with_a_home_is_counted_too() -> None:
    found = compare(Part(3, Register(), {"homes": {21}}), stood())
    assert (found.count(GONE, "home"), found.count(GONE, "person")) == (1, 1)


def test_where_somebody_lives_is_a_home_without_a_row_of_its_own() -> None:
    part = Part(3, Register(people={((21, "101"), "甲"): Resident(0, "甲", "tenant")}), {"residents": {21}})
    found = compare(part, Register())
    assert found.count(ADDED, "home") == 1
    assert (found.homes[0].use, found.homes[0].community_id) == ("rented", 3)


def test_a_later_word_makes_another_fingerprint() -> None:
    part = Part(
        3, Register(people={((21, "101"), "甲"): Resident(0, "甲", "owner", "13900000000")}), {"residents": {21}}
    )
    assert compare(part, stood()).fingerprint != compare(part, stood(phone="13700000000")).fingerprint
