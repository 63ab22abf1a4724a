"""What a digest counts, and for whom."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.digests.figures import Figures, Late, Matter, Sorted, belongs_to, count
from bot.town import Town

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def matter(
    *,
    case_id: int = 1,
    kind: str = "leak",
    place: int | None = 21,
    owner: int = 4,
    due: datetime = NOW,
    finished_at: datetime | None = None,
    grade: int | None = None,
    solved: str = "",
) -> Matter:
    return Matter(case_id, kind, place, owner, "grid_worker", due, finished_at, grade, solved)


def counted(town: Town, **matters: list[Matter]) -> Figures:
    kinds: dict[str, list[Matter]] = {"filed": [], "finished": [], "rated": [], "overdue": []} | matters
    return count(town.directory, **kinds, now=NOW)


def test_a_matter_of_a_grid_belongs_to_all_above_it(town: Town) -> None:
    assert belongs_to(town.directory, matter(owner=4)) == {4, 3, 2, 1}


def test_a_matter_sent_up_to_the_street_is_not_the_communitys_any_more(town: Town) -> None:
    assert belongs_to(town.directory, matter(owner=2, place=21)) == {2, 1}


def test_a_matter_of_a_firm_belongs_to_where_it_happened(town: Town) -> None:
    assert belongs_to(town.directory, matter(owner=90, place=21)) == {90, 21, 4, 3, 2, 1}


def test_a_unit_that_is_gone_breaks_nothing(town: Town) -> None:
    assert belongs_to(town.directory, matter(owner=4711, place=4712)) == frozenset()


def test_a_matter_below_two_units_of_one_person_counts_once(town: Town) -> None:
    laid = Sorted.of(town.directory, [matter(owner=90, place=21)])
    assert len(laid.of_units((90, 3))) == 1


def test_finished_at_the_very_deadline_is_on_time(town: Town) -> None:
    found = counted(town, finished=[matter(finished_at=NOW), matter(finished_at=NOW + HOUR)])
    assert (found.finished, found.on_time) == (2, 1)


def test_good_words_for_a_thing_left_unsolved_do_not_satisfy(town: Town) -> None:
    found = counted(town, rated=[matter(grade=5, solved="unsolved"), matter(grade=5), matter(grade=3)])
    assert (found.rated, found.satisfied, found.unhappy) == (3, 1, 1)


def test_each_late_owner_stands_once_with_its_longest_wait(town: Town) -> None:
    found = counted(
        town,
        overdue=[matter(due=NOW - HOUR), matter(due=NOW - 5 * HOUR), matter(owner=5, due=NOW - 9 * HOUR)],
    )
    assert found.late == (Late(5, "grid_worker", 1, 9 * HOUR), Late(4, "grid_worker", 2, 5 * HOUR))


def test_what_comes_most_is_placed_in_its_compound(town: Town) -> None:
    found = counted(town, filed=[matter(place=21), matter(place=22), matter(place=31), matter(kind="noise")])
    assert (found.most_kind, found.most_count, found.most_place, found.most_there) == ("leak", 3, 10, 2)


def test_what_came_once_does_not_come_most(town: Town) -> None:
    assert counted(town, filed=[matter(), matter(kind="noise")]).most_kind == ""


def test_what_comes_most_may_have_no_known_place(town: Town) -> None:
    found = counted(town, filed=[matter(place=None), matter(place=None)])
    assert (found.most_count, found.most_place, found.most_there) == (2, None, 0)


matters = st.builds(
    matter,
    case_id=st.integers(1, 9),
    kind=st.sampled_from(["leak", "noise", "fire"]),
    place=st.sampled_from([None, 21, 22, 31, 4712]),
    owner=st.sampled_from([1, 2, 3, 4, 5, 30, 31, 90, 4711]),
    due=st.integers(1, 500).map(lambda hours: NOW - hours * HOUR),
    finished_at=st.none() | st.integers(0, 500).map(lambda hours: NOW - hours * HOUR),
    grade=st.none() | st.integers(1, 5),
    solved=st.sampled_from(["", "solved", "partly", "unsolved"]),
)


@given(st.lists(matters))
def test_no_part_is_larger_than_its_whole(town: Town, some: list[Matter]) -> None:
    f = counted(town, filed=some, finished=some, rated=some, overdue=some)
    assert f.on_time <= f.finished
    assert f.satisfied + f.unhappy <= f.rated
    assert f.most_there <= f.most_count <= f.filed
    assert f.overdue == len(some)


@given(st.lists(matters))
def test_the_street_sees_at_least_what_its_communities_see(town: Town, some: list[Matter]) -> None:
    laid = Sorted.of(town.directory, some)
    street = {id(m) for m in laid.of_units((2,))}
    assert {id(m) for m in laid.of_units((3, 30))} <= street
