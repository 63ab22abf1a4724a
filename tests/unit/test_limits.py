"""How long a case may take, by kind, urgency and level."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cases.levels import Level
from bot.cases.limits import Limits, limits
from bot.triage.catalogue import shipped
from bot.triage.kinds import Kind, Service, Urgency

LAMP = Kind("lamp", "路灯", Service.APPEAL)
KINDS = st.sampled_from(shipped().all)


def test_an_ordinary_matter_in_a_grid_has_the_limits_of_its_kind() -> None:
    assert limits(LAMP, Urgency.NORMAL, Level.GRID) == Limits(2, 8, 40, wall=False, decide=16)


@pytest.mark.parametrize(
    ("level", "hours"), [(Level.GRID, 2), (Level.COMMUNITY, 4), (Level.STREET, 4), (Level.DISTRICT, 4)]
)
def test_a_desk_has_longer_to_accept_than_a_worker(level: Level, hours: float) -> None:
    assert limits(LAMP, Urgency.NORMAL, level).accept == hours


def test_a_department_has_a_day_to_accept() -> None:
    assert limits(LAMP, Urgency.NORMAL, Level.DEPARTMENT).accept == 8


@given(KINDS, st.sampled_from(Level))
def test_an_emergency_runs_on_the_wall_clock_wherever_it_is(kind: Kind, level: Level) -> None:
    limit = limits(kind, Urgency.EMERGENCY, level)
    assert limit.wall
    assert limit.decide == 2
    assert (limit.accept, limit.contact, limit.finish) <= (0.5, 2, 24)


@given(KINDS, st.sampled_from(Level), st.sampled_from(Urgency))
def test_nobody_has_longer_to_accept_or_to_call_than_to_finish(kind: Kind, level: Level, urgency: Urgency) -> None:
    limit = limits(kind, urgency, level)
    assert 0 < limit.accept <= limit.finish
    assert 0 < limit.contact <= limit.finish


@given(KINDS, st.sampled_from(Level))
def test_the_more_urgent_never_has_longer_to_finish(kind: Kind, level: Level) -> None:
    normal, urgent = (limits(kind, urgency, level).finish for urgency in (Urgency.NORMAL, Urgency.URGENT))
    assert urgent <= normal
    assert limits(kind, Urgency.EMERGENCY, level).finish <= 24
