"""Who held a case and for how long, read from its events."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.cases.holdings import holdings
from bot.cases.lifecycle import ENDED, MOVES, Act, Event, State

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
GRID, STREET, WORKER, DESK = 4, 2, 104, 103


def event(hours: float, act: Act, before: State, after: State, owner: int = GRID, actor: int | None = WORKER) -> Event:
    return Event(1, AT + hours * HOUR, act, actor, "grid_worker", before, after, GRID, owner, act.value)


LIFE = (
    event(0, Act.FILE, State.OPEN, State.OPEN, actor=9),
    event(0, Act.CALL, State.OPEN, State.OPEN, actor=None),
    event(1, Act.ACCEPT, State.OPEN, State.ACCEPTED),
    event(3, Act.RAISE, State.ACCEPTED, State.OPEN, STREET),
    event(7, Act.ACCEPT, State.OPEN, State.ACCEPTED, STREET, DESK),
    event(8, Act.PROGRESS, State.ACCEPTED, State.ACCEPTED, STREET, DESK),
    event(15, Act.FINISH, State.ACCEPTED, State.FINISHED, STREET, DESK),
    event(16, Act.RATE, State.FINISHED, State.CLOSED, STREET, 9),
)


def test_each_stretch_names_its_holder_its_length_and_why_it_came() -> None:
    found = [(h.owner_id, h.handler_id, h.state, h.span / HOUR, h.act) for h in holdings(LIFE, AT + 99 * HOUR)]
    assert found == [
        (GRID, None, State.OPEN, 1, Act.FILE),
        (GRID, WORKER, State.ACCEPTED, 2, Act.ACCEPT),
        (STREET, None, State.OPEN, 4, Act.RAISE),
        (STREET, DESK, State.ACCEPTED, 8, Act.ACCEPT),
        (STREET, DESK, State.FINISHED, 1, Act.FINISH),
    ]


def test_an_open_case_is_held_until_now() -> None:
    assert holdings(LIFE[:3], AT + 5 * HOUR)[-1].until == AT + 5 * HOUR


def test_without_events_nobody_held_it() -> None:
    assert holdings((), AT) == ()


@st.composite
def lives(draw: st.DrawFn) -> tuple[Event, ...]:
    """Any walk through the states that the life of a case allows."""
    state, owner, at = State.OPEN, GRID, AT
    found = [event(0, Act.FILE, State.OPEN, State.OPEN, actor=9)]
    for _ in range(draw(st.integers(0, 12))):
        moves = sorted((act, after) for (before, act), after in MOVES.items() if before is state)
        act, after = draw(st.sampled_from(moves))
        at += draw(st.integers(0, 50)) * HOUR / 2
        owner = draw(st.sampled_from([GRID, STREET])) if act in {Act.RAISE, Act.RETURN, Act.DISPATCH} else owner
        found.append(Event(1, at, act, WORKER, "", state, after, None, owner, ""))
        state = after
    return tuple(found)


@given(lives(), st.integers(0, 99))
def test_the_stretches_together_are_the_cases_life(life: tuple[Event, ...], waits: int) -> None:
    now = life[-1].at + waits * HOUR
    found = holdings(life, now)
    ended = State(life[-1].to_state) in ENDED
    entered = next(e.at for n, e in enumerate(life) if all(o.to_state in ENDED for o in life[n:])) if ended else now
    assert sum((h.span for h in found), timedelta()) == entered - AT
    assert all(earlier.until == later.since for earlier, later in pairwise(found))
