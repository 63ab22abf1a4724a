"""Who may do what: every act, by everybody, on a case in every state."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.cases.lifecycle import MOVES, Act, Case, State
from bot.cases.rights import MAY, STAFF, Relation, refusal, relations
from bot.grid.directory import Directory, Post, Role, Staff, Unit, UnitKind
from bot.town import Town
from bot.triage.kinds import Urgency
from tests.unit.towns import town_of

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
NOBODYS = {Act.FILE, Act.CALL, Act.OVERDUE, Act.LAPSE}


def a_case(state: State = State.OPEN) -> Case:
    return Case(
        1, "appeal", "corridor_light", Urgency.NORMAL, state, 1, 100, 5, "", "3号楼", None, None, "灯坏了", False, "",
        "", 4, "grid_worker", None if state is State.OPEN else 200, NOW, NOW, NOW,
    )  # fmt: skip


@pytest.mark.parametrize("act", Act)
def test_a_stranger_may_do_nothing(act: Act) -> None:
    assert all(refusal(act, a_case(state), frozenset()) for state in State)


@pytest.mark.parametrize("act", sorted(NOBODYS))
def test_what_only_the_clock_does_nobody_may_press(act: Act) -> None:
    assert all(refusal(act, a_case(state), frozenset(Relation)) for state in State)


@pytest.mark.parametrize("act", sorted(set(Act) - set(MAY)))
def test_an_act_that_is_not_in_the_table_is_refused(act: Act) -> None:
    assert all(refusal(act, a_case(), frozenset({relation})) for relation in Relation)


@pytest.mark.parametrize("act", sorted(MAY))
def test_who_is_not_named_for_an_act_may_not_do_it(act: Act) -> None:
    others = set(Relation) - MAY[act]
    assert all(refusal(act, a_case(state), frozenset({other})) for state in State for other in others)


@pytest.mark.parametrize("act", sorted(MAY))
def test_what_the_state_forbids_nobody_may_do(act: Act) -> None:
    forbidden = [a_case(state) for state in State if (state, act) not in MOVES and not a_case(state).can(act)]
    assert all(refusal(act, case, frozenset({relation})) for case in forbidden for relation in Relation)


@pytest.mark.parametrize("act", sorted(MAY))
def test_everything_in_the_table_can_be_done_by_somebody_at_some_time(act: Act) -> None:
    named = MAY[act]
    assert any(not refusal(act, a_case(state), frozenset({relation})) for state in State for relation in named)


@pytest.mark.parametrize("act", sorted(act for act in MAY if MAY[act] <= STAFF | {Relation.VOLUNTEER}))
def test_a_resident_may_do_nothing_that_is_for_staff(act: Act) -> None:
    for state in State:
        assert refusal(act, a_case(state), frozenset({Relation.REPORTER, Relation.FOLLOWER}))


def test_who_handled_a_case_may_decide_nothing_of_its_dispute_even_as_a_desk() -> None:
    both = frozenset({Relation.HANDLER, Relation.DESK, Relation.SUPERIOR})
    case = a_case(State.DISPUTED)
    assert {refusal(act, case, both) for act in (Act.REOPEN, Act.UPHOLD, Act.DISPATCH)} == {"case.not_your_own"}


@pytest.mark.parametrize("act", [Act.REOPEN, Act.UPHOLD, Act.DISPATCH])
def test_a_dispute_is_not_decided_by_a_desk_of_the_owners_own_level(act: Act) -> None:
    assert refusal(act, a_case(State.DISPUTED), frozenset({Relation.DESK})) == "case.desk_only"


@pytest.mark.parametrize("state", [State.FINISHED, State.CLOSED, State.REFUSED, State.WITHDRAWN])
def test_once_nothing_is_left_to_do_nobody_looks_at_the_contact(state: State) -> None:
    case = a_case(state)
    assert all(refusal(Act.LOOK, case, frozenset({r, Relation.DESK})) for r in set(Relation) - {Relation.CALLER})


def test_who_is_to_call_back_looks_at_the_contact_of_a_closed_case() -> None:
    assert not refusal(Act.LOOK, a_case(State.CLOSED), frozenset({Relation.DESK, Relation.CALLER}))


def test_a_called_colleague_may_not_give_back_what_another_accepted() -> None:
    assert refusal(Act.RETURN, a_case(State.ACCEPTED), frozenset({Relation.CALLED})) == "case.handler_only"


def a_town() -> Town:
    """A district with its desks: a grid, its community with a desk and a manager, another community, the street."""
    units = (
        Unit(1, "D", UnitKind.DISTRICT, "区"),
        Unit(2, "S", UnitKind.STREET, "街道", 1),
        Unit(3, "C", UnitKind.COMMUNITY, "社区", 2),
        Unit(4, "G", UnitKind.GRID, "网格", 3),
        Unit(5, "B", UnitKind.BUILDING, "3号楼", 4),
        Unit(6, "C2", UnitKind.COMMUNITY, "别的社区", 2),
    )
    posts = (
        Post(1, "p1", 4, Role.GRID_WORKER, 200),
        Post(2, "p2", 3, Role.COMMUNITY_DESK, 300),
        Post(3, "p3", 6, Role.COMMUNITY_DESK, 301),
        Post(4, "p4", 2, Role.STREET_DESK, 400),
        Post(5, "p5", 3, Role.MANAGER, 500),
        Post(6, "p6", 1, Role.DISTRICT_DESK, 600),
        Post(7, "p7", 1, Role.LIAISON, 700),
    )
    people = (200, 300, 301, 400, 500, 600, 700)
    return town_of(Directory.build(1, units, posts, (Staff(n, str(n), "某人") for n in people)))


@pytest.mark.parametrize(
    ("person", "stands"),
    [
        (100, {Relation.REPORTER}),
        (200, {Relation.HANDLER}),
        (300, {Relation.DESK, Relation.SUPERIOR}),
        (301, set()),
        (400, {Relation.DESK, Relation.SUPERIOR}),
        (500, {Relation.MANAGER}),
        (999, set()),
    ],
)
def test_how_people_stand_to_a_case_of_the_grid(person: int, stands: set[Relation]) -> None:
    case = a_case(State.ACCEPTED)
    assert relations(a_town(), person, case, NOW.date()) == stands


@pytest.mark.parametrize("person", [200, 300, 301, 400, 500, 700])
def test_of_a_tip_to_the_district_nobody_of_its_place_has_anything(person: int) -> None:
    tip = replace(a_case(), kind="report_conduct", owner_id=1, owner_role="district_desk")
    assert relations(a_town(), person, tip, NOW.date()) == frozenset()


def test_of_a_tip_to_the_district_the_district_desk_has_all() -> None:
    tip = replace(a_case(), kind="report_conduct", owner_id=1, owner_role="district_desk")
    assert relations(a_town(), 600, tip, NOW.date()) == {Relation.DESK}


def test_a_tip_that_was_given_to_a_community_is_seen_by_its_desk_and_those_above_it() -> None:
    tip = replace(a_case(), kind="report_conduct", owner_id=6, owner_role="community_desk")
    assert [p for p in (300, 301, 400, 500, 600) if relations(a_town(), p, tip, NOW.date())] == [301, 400, 600]
