from collections import Counter
from itertools import pairwise

from bot.grid import sample
from bot.grid.directory import Role, UnitKind
from bot.grid.district import District, UnitRow, check

SMALL, SEED = sample.make("small"), sample.make("seed")


def unit(district: District, code: str) -> UnitRow:
    return next(unit for unit in district.units if unit.code == code)


def test_the_large_sample_has_the_figures_of_the_seed() -> None:
    counted = Counter(unit.kind for unit in SEED.units)
    assert counted[UnitKind.STREET] == 8
    assert counted[UnitKind.COMMUNITY] == 111
    assert counted[UnitKind.COMPOUND] == 402
    assert (counted[UnitKind.GRID], counted[UnitKind.DEDICATED_GRID]) == (320, 98)
    assert counted[UnitKind.MICRO_GRID] == 1107
    assert (counted[UnitKind.DEPARTMENT], counted[UnitKind.FIRM]) == (56, 128)
    assert counted[UnitKind.DOOR] == 7200
    assert len({post.holder for post in SEED.posts if post.role is Role.GRID_WORKER}) == 322


def test_both_samples_have_no_faults() -> None:
    assert check(SMALL) == check(SEED) == ()


def test_a_sample_is_the_same_every_time() -> None:
    assert sample.make("seed") == SEED


def test_the_small_sample_is_part_of_the_large_one() -> None:
    assert set(SMALL.units) < set(SEED.units)
    assert set(SMALL.people) < set(SEED.people)
    assert set(SMALL.posts) < set(SEED.posts)


def test_every_post_of_the_samples_is_held_and_every_person_has_one() -> None:
    holding = {code for post in SEED.posts for code in (post.holder, post.deputy)}
    assert {person.code for person in SEED.people} == holding - {""}
    assert all(post.holder for post in SEED.posts)


def test_the_practice_worker_answers_for_the_practice_door() -> None:
    door = unit(SMALL, "JKY-3-2")
    above = []
    while door.parent:
        above.append(door.code)
        door = unit(SMALL, door.parent)
    posts = [post for post in SMALL.posts if post.unit in above and post.role is Role.GRID_WORKER]
    assert [post.holder for post in posts] == [sample.PRACTICE_WORKER]
    assert posts[0].deputy


def test_the_practice_manager_holds_the_desk_of_the_community_too() -> None:
    held = {(post.unit, post.role) for post in SMALL.posts if post.holder == sample.PRACTICE_MANAGER}
    assert held == {("JM", Role.MANAGER), ("JK", Role.COMMUNITY_DESK)}


def test_every_role_is_played_in_the_small_sample() -> None:
    assert {post.role for post in SMALL.posts} == set(Role)


def test_places_that_people_say_alone_have_names_of_their_own() -> None:
    said = sorted(u.name for u in SEED.units if u.kind in (UnitKind.COMPOUND, UnitKind.COMMUNITY, UnitKind.STREET))
    assert all(one != other for one, other in pairwise(said))


def test_phones_are_invented_and_no_two_people_share_one() -> None:
    phones = [person.phone for person in SEED.people]
    assert all(phone.startswith("1380000") for phone in phones)
    assert len(set(phones)) == len(phones)
