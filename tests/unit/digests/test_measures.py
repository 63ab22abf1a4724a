"""What is counted of a day, and for whom."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.lifecycle import Act, Event, Rating, State
from bot.digests.measures import ALL_KINDS, Belonging, History, Key, Measure, count_day
from bot.town import Town
from bot.triage.kinds import Urgency

DAY = datetime(2026, 11, 22, 16, tzinfo=UTC)  # Monday's midnight in Shanghai
NEXT = DAY + timedelta(days=1)
HOUR = timedelta(hours=1)
MORNING = DAY + 9 * HOUR
LATER = NEXT + timedelta(days=30)
GRID, COMMUNITY, STREET, DISTRICT, FIRM, COMPOUND = 4, 3, 2, 1, 90, 10
OPEN, A, F, C = State.OPEN, State.ACCEPTED, State.FINISHED, State.CLOSED


def happened(
    hours: float, act: Act, before: State, after: State, owner: int = GRID, *, was: int = GRID, round_: int = 1
) -> Event:
    return Event(1, MORNING + hours * HOUR, act, 104, "grid_worker", before, after, was, owner, "", round_)


def life(
    *events: Event,
    place: int | None = 21,
    repeat: bool = False,
    excluded: datetime | None = None,
    ratings: tuple[Rating, ...] = (),
    owner: int = GRID,
) -> History:
    filed = happened(0, Act.FILE, OPEN, OPEN, owner)
    return History(1, "leak", Urgency.NORMAL, place, "grid_worker", repeat, excluded, (filed, *events), ratings)


def counted(
    town: Town, *lives: History, since: datetime = DAY, until: datetime = NEXT, as_of: datetime = LATER
) -> Counter[Key]:
    return count_day(town, lives, since, until, as_of)


def of(counts: Counter[Key], unit: int, kind: str = ALL_KINDS) -> dict[str, int]:
    return {m: n for (u, k, m), n in counts.items() if (u, k) == (unit, kind) and not m.startswith("hours.")}


ACCEPTED = happened(0.5, Act.ACCEPT, OPEN, A)
DONE = (ACCEPTED, happened(1, Act.RELAY, A, A), happened(5, Act.FINISH, A, F))


def test_what_came_in_counts_for_all_above_and_for_its_compound(town: Town) -> None:
    counts = counted(town, life())
    assert {u for (u, k, m) in counts if (k, m) == ("leak", Measure.FILED)} == {
        GRID,
        COMMUNITY,
        STREET,
        DISTRICT,
        COMPOUND,
    }


def test_what_a_firm_holds_counts_where_it_happened_too(town: Town) -> None:
    assert Belonging(town).owned(FIRM, 21) == {FIRM, GRID, COMMUNITY, STREET, DISTRICT}


def test_what_the_street_holds_is_not_the_communitys(town: Town) -> None:
    assert Belonging(town).owned(STREET, 21) == {STREET, DISTRICT}


def test_units_that_are_gone_count_for_nobody(town: Town) -> None:
    assert Belonging(town).owned(4711, 4712) == frozenset()


def test_a_case_done_in_time_counts_in_every_rate(town: Town) -> None:
    assert of(counted(town, life(*DONE)), COMMUNITY) == {
        Measure.FILED: 1,
        Measure.HANDED: 1,
        Measure.ACCEPTED: 1,
        Measure.ACCEPTED_IN_TIME: 1,
        Measure.CONTACT_DUE: 1,
        Measure.CONTACTED_IN_TIME: 1,
        Measure.FINISHED: 1,
        Measure.FINISH_DUE: 1,
        Measure.FINISHED_IN_TIME: 1,
    }


def test_falling_overdue_is_counted_once_and_on_its_day(town: Town) -> None:
    slow = life(ACCEPTED, happened(20, Act.OVERDUE, A, A), happened(60, Act.FINISH, A, F))
    fell, done = NEXT, DAY + timedelta(days=2)
    assert of(counted(town, slow, since=fell, until=fell + 24 * HOUR), GRID) == {
        Measure.FELL_OVERDUE: 1,
        Measure.FINISH_DUE: 1,
    }
    second = of(counted(town, slow, since=done, until=done + 24 * HOUR), GRID)
    assert (second[Measure.FINISHED], Measure.FINISH_DUE in second, Measure.FINISHED_IN_TIME in second) == (
        1,
        False,
        False,
    )


def test_accepted_too_late_is_not_in_time(town: Town) -> None:
    counts = of(counted(town, life(happened(7, Act.ACCEPT, OPEN, A))), GRID)
    assert (counts[Measure.ACCEPTED], counts.get(Measure.ACCEPTED_IN_TIME)) == (1, None)


def test_a_second_owner_has_a_clock_of_their_own(town: Town) -> None:
    handed = happened(7, Act.RAISE, OPEN, OPEN, STREET)
    counts = counted(town, life(handed, happened(7.5, Act.ACCEPT, OPEN, A, STREET, was=STREET)))
    assert of(counts, STREET)[Measure.ACCEPTED_IN_TIME] == 1


def test_finished_without_a_word_to_the_resident_was_not_answered(town: Town) -> None:
    counts = of(counted(town, life(ACCEPTED, happened(2, Act.FINISH, A, F))), GRID)
    assert (counts[Measure.CONTACT_DUE], counts.get(Measure.CONTACTED_IN_TIME)) == (1, None)


def test_a_return_counts_for_who_gave_it_back(town: Town) -> None:
    counts = counted(town, life(happened(1, Act.RETURN, OPEN, OPEN, COMMUNITY)))
    assert of(counts, GRID)[Measure.RETURNED] == 1
    assert (of(counts, COMMUNITY)[Measure.RETURNED], of(counts, COMMUNITY)[Measure.HANDED]) == (1, 2)


def test_a_grade_counts_for_who_finished_that_round(town: Town) -> None:
    rating = Rating(1, 1, MORNING, 4, "solved", "", MORNING + 6 * HOUR)
    counts = of(counted(town, life(*DONE, happened(6, Act.RATE, F, C), ratings=(rating,))), GRID)
    assert [counts[m] for m in (Measure.RATED, Measure.SATISFIED, Measure.ANSWERED, Measure.SOLVED)] == [1, 1, 1, 1]


def test_good_words_for_a_thing_left_unsolved_do_not_satisfy(town: Town) -> None:
    rating = Rating(1, 1, MORNING, 5, "unsolved", "", MORNING + 6 * HOUR)
    counts = of(counted(town, life(*DONE, ratings=(rating,))), GRID)
    assert (counts[Measure.RATED], counts.get(Measure.SATISFIED), counts[Measure.UNHAPPY]) == (1, None, 1)


def test_who_never_answered_is_counted_apart(town: Town) -> None:
    counts = of(counted(town, life(*DONE, happened(9, Act.LAPSE, F, C))), GRID)
    assert (counts[Measure.UNRATED], counts.get(Measure.RATED)) == (1, None)


def test_a_reopened_case_is_due_again(town: Town) -> None:
    again = (happened(6, Act.REOPEN, State.DISPUTED, OPEN, round_=2), happened(7, Act.ACCEPT, OPEN, A, round_=2))
    done = happened(8, Act.FINISH, A, F, round_=2)
    counts = of(counted(town, life(*DONE, *again, done)), GRID)
    assert (counts[Measure.REOPENED], counts[Measure.FINISHED], counts[Measure.FINISH_DUE], counts[Measure.HANDED]) == (
        1,
        2,
        2,
        2,
    )


def test_an_excluded_case_is_shown_apart_and_in_no_rate(town: Town) -> None:
    counts = of(counted(town, life(*DONE, excluded=MORNING + 8 * HOUR)), GRID)
    assert (counts[Measure.FILED], counts["left.excluded"], counts["left.finish_due"]) == (1, 1, 1)
    assert not counts.keys() & {Measure.FINISH_DUE, Measure.FINISHED_IN_TIME, Measure.CONTACT_DUE, Measure.ACCEPTED}


def test_a_withdrawn_case_is_left_out_with_its_reason(town: Town) -> None:
    counts = of(counted(town, life(ACCEPTED, happened(1, Act.WITHDRAW, A, State.WITHDRAWN))), GRID)
    assert (counts["left.withdrawn"], counts["left.accepted"], Measure.ACCEPTED in counts) == (1, 1, False)


def test_what_was_excluded_later_was_not_known_that_night(town: Town) -> None:
    later = life(*DONE, excluded=NEXT + HOUR)
    assert of(counted(town, later, as_of=NEXT), GRID)[Measure.FINISH_DUE] == 1
    assert Measure.FINISH_DUE not in of(counted(town, later), GRID)


def test_hours_at_a_level_are_counted_when_they_end(town: Town) -> None:
    counts = counted(town, life(*DONE))
    assert {m: n for (u, _, m), n in counts.items() if u == GRID and m.startswith("hours.")} == {
        "hours.grid.0.5": 1,
        "hours.grid.4.5": 1,
    }


acts = st.sampled_from(
    [
        (Act.ACCEPT, OPEN, A),
        (Act.RETURN, A, OPEN),
        (Act.RELAY, A, A),
        (Act.OVERDUE, A, A),
        (Act.FINISH, A, F),
        (Act.REOPEN, State.DISPUTED, OPEN),
        (Act.WITHDRAW, OPEN, State.WITHDRAWN),
    ]
)


@st.composite
def any_life(draw: st.DrawFn) -> History:
    found, hours, round_ = [], 0.0, 1
    for act, before, after in draw(st.lists(acts, max_size=8)):
        hours += draw(st.floats(0, 30))
        round_ += act is Act.REOPEN
        found.append(happened(hours, act, before, after, draw(st.sampled_from([GRID, STREET, FIRM])), round_=round_))
    excluded = draw(st.none() | st.integers(0, 99).map(lambda n: MORNING + n * HOUR))
    return life(*found, place=draw(st.sampled_from([21, 31, None])), excluded=excluded)


@given(st.lists(any_life(), max_size=4))
def test_no_numerator_is_greater_than_its_denominator(town: Town, lives: list[History]) -> None:
    counts = counted(town, *lives, until=LATER)
    for unit in {u for u, _, _ in counts}:
        found = Counter(of(counts, unit))
        assert found[Measure.FINISHED_IN_TIME] <= found[Measure.FINISH_DUE]
        assert found[Measure.ACCEPTED_IN_TIME] <= found[Measure.ACCEPTED]
        assert found[Measure.CONTACTED_IN_TIME] <= found[Measure.CONTACT_DUE]
        assert found[Measure.REPEAT] <= found[Measure.FILED]


@given(st.lists(any_life(), max_size=4), st.integers(0, 200))
def test_days_side_by_side_add_up_to_the_whole(town: Town, lives: list[History], cut: int) -> None:
    middle = DAY + cut * HOUR
    parts = counted(town, *lives, until=middle) + counted(town, *lives, since=middle, until=LATER)
    assert parts == counted(town, *lives, until=LATER)


@pytest.mark.parametrize("kind", ["errand_parcel", "elder_sos"])
def test_who_takes_an_errand_or_goes_to_an_elder_has_answered(town: Town, kind: str) -> None:
    taken = replace(life(ACCEPTED, happened(5, Act.FINISH, A, F)), kind=kind)
    assert of(counted(town, taken), GRID)[Measure.CONTACTED_IN_TIME] == 1


def test_of_a_trouble_accepting_alone_is_no_answer(town: Town) -> None:
    counts = of(counted(town, life(ACCEPTED, happened(5, Act.FINISH, A, F))), GRID)
    assert (counts[Measure.CONTACT_DUE], Measure.CONTACTED_IN_TIME in counts) == (1, False)
