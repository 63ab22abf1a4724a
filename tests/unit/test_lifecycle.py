"""The life of a case, whatever is done to it in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.lifecycle import ENDED, MOVES, Act, State


@given(st.lists(st.sampled_from(list(Act))))
def test_no_sequence_of_acts_reaches_an_undefined_state(acts: list[Act]) -> None:
    state = State.OPEN
    for act in acts:
        state = MOVES.get((state, act), state)
    assert state in State


def test_every_state_that_is_not_an_end_can_reach_one() -> None:
    for start in State:
        reached = {start}
        for _ in State:
            reached |= {after for (before, _), after in MOVES.items() if before in reached}
        assert reached & ENDED


@given(st.lists(st.sampled_from(list(Act))))
def test_a_withdrawn_case_stays_withdrawn(acts: list[Act]) -> None:
    assert all(MOVES.get((State.WITHDRAWN, act), State.WITHDRAWN) is State.WITHDRAWN for act in acts)
