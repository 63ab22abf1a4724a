from collections.abc import Callable
from datetime import date

from bot.grid.directory import Directory, Role
from bot.grid.routing import Routing
from bot.texts import Texts
from bot.triage.kinds import Kind, Kinds, Service

DAY = date(2026, 11, 23)
KINDS = Kinds.of(
    Kind(code=f"k-{owner}", name="某事", service=Service.APPEAL, owner=owner)
    for owner in ("grid", "community", "street", "district", "firm", "CG", "GONE")
)
GRID, COMMUNITY, STREET, DISTRICT, FIRM, CG, GONE = KINDS.all


def test_the_workers_of_the_grid_are_called_together(directory: Directory, words: Texts) -> None:
    owner = Routing(directory, KINDS, words).owner(232, GRID, DAY)
    assert (owner.unit_id, owner.role, owner.people) == (4, Role.GRID_WORKER, (101, 103))


def test_a_deputy_stands_in_for_a_worker_on_leave(away: Callable[..., Directory], words: Texts) -> None:
    assert Routing(away(101), KINDS, words).owner(232, GRID, DAY).people == (102, 103)


def test_the_head_is_called_when_no_worker_is_there(away: Callable[..., Directory], words: Texts) -> None:
    owner = Routing(away(101, 102, 103), KINDS, words).owner(232, GRID, DAY)
    assert (owner.role, owner.people) == (Role.GRID_HEAD, (104,))
    assert "第一网格" in owner.why[-1]


def test_the_community_desk_is_called_when_the_grid_is_empty(away: Callable[..., Directory], words: Texts) -> None:
    owner = Routing(away(101, 102, 103, 104), KINDS, words).owner(232, GRID, DAY)
    assert (owner.unit_id, owner.role) == (3, Role.COMMUNITY_DESK)


def test_a_dedicated_grid_goes_before_the_grid(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(25, GRID, DAY).people == (108,)


def test_a_compound_in_two_grids_goes_to_the_community_desk(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(10, GRID, DAY).role is Role.COMMUNITY_DESK


def test_the_firm_of_the_compound_answers_for_its_kinds(directory: Directory, words: Texts) -> None:
    owner = Routing(directory, KINDS, words).owner(231, FIRM, DAY)
    assert (owner.unit_id, owner.people) == (90, (109,))


def test_without_a_firm_the_grid_answers(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(31, FIRM, DAY).role is not Role.LIAISON


def test_a_department_answers_for_its_kind(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(231, CG, DAY).people == (111,)


def test_a_department_that_is_not_there_leaves_it_to_the_district(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(231, GONE, DAY).role is Role.DISTRICT_DESK


def test_kinds_may_name_a_level(directory: Directory, words: Texts) -> None:
    routing = Routing(directory, KINDS, words)
    assert [routing.owner(231, kind, DAY).people for kind in (COMMUNITY, STREET, DISTRICT)] == [(105,), (106,), (107,)]


def test_an_unknown_place_goes_to_the_district_desk(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(None, GRID, DAY).people == (107,)


def test_an_administrator_answers_when_every_desk_is_empty(away: Callable[..., Directory], words: Texts) -> None:
    owner = Routing(away(105, 106, 107), KINDS, words).owner(231, COMMUNITY, DAY)
    assert (owner.role, owner.people) == (Role.ADMINISTRATOR, (112,))


def test_truly_nobody_is_said_so(away: Callable[..., Directory], words: Texts) -> None:
    owner = Routing(away(*range(101, 115)), KINDS, words).owner(231, GRID, DAY)
    assert owner.people == ()
    assert owner.why[-1] == words("routing.nobody")


def test_the_ladder_climbs_and_calls_nobody_twice(directory: Directory, words: Texts) -> None:
    routing = Routing(directory, KINDS, words)
    steps = routing.ladder(routing.owner(232, GRID, DAY), 232, DAY)
    assert [step.people for step in steps] == [(102,), (104,), (105,), (106,), (107,)]


def test_the_ladder_of_a_desk_starts_above_it(directory: Directory, words: Texts) -> None:
    routing = Routing(directory, KINDS, words)
    steps = routing.ladder(routing.owner(232, COMMUNITY, DAY), 232, DAY)
    assert [step.people for step in steps] == [(106,), (107,)]


def test_the_ladder_leaves_out_who_is_away(away: Callable[..., Directory], words: Texts) -> None:
    routing = Routing(away(104, 106), KINDS, words)
    steps = routing.ladder(routing.owner(232, GRID, DAY), 232, DAY)
    assert [step.people for step in steps] == [(102,), (105,), (107,)]


def test_a_case_is_looked_at_again_by_the_next_desk_not_excluded(directory: Directory, words: Texts) -> None:
    desk = Routing(directory, KINDS, words).superior_desk(232, DAY, frozenset({105}))
    assert (desk.role, desk.people) == (Role.STREET_DESK, (106,))


def test_every_owner_has_a_reason(directory: Directory, words: Texts) -> None:
    routing = Routing(directory, KINDS, words)
    assert all(routing.owner(unit, kind, DAY).why for unit in directory.units for kind in KINDS.all)


def test_a_firm_named_as_the_place_is_left_to_the_district(directory: Directory, words: Texts) -> None:
    assert Routing(directory, KINDS, words).owner(90, GRID, DAY).people == (107,)
