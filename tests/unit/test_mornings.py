"""What presses most about a case, and how the morning list says it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.lifecycle import Case, State
from bot.cases.mornings import pressing
from bot.triage.kinds import Urgency

EIGHT = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
CASE = Case(
    id=1,
    service="appeal",
    kind="corridor_light",
    urgency=Urgency.NORMAL,
    state=State.ACCEPTED,
    round=1,
    reporter_id=2,
    unit_id=None,
    room="",
    place="",
    lat=None,
    lon=None,
    words="",
    anonymous=False,
    slot="",
    hand_over="",
    owner_id=3,
    owner_role="grid_worker",
    handler_id=4,
    created_at=EIGHT,
    accept_by=EIGHT + HOUR,
    contact_by=EIGHT + 2 * HOUR,
    finish_by=EIGHT + 3 * HOUR,
)


@pytest.mark.parametrize(
    ("case", "what", "due"),
    [
        (replace(CASE, state=State.OPEN), "accept", 1),
        (CASE, "contact", 2),
        (replace(CASE, contacted_at=EIGHT), "finish", 3),
        (replace(CASE, contact_by=None), "finish", 3),
        (replace(CASE, state=State.DISPUTED, decide_by=EIGHT + 5 * HOUR), "decide", 5),
    ],
)
def test_what_presses_is_the_next_thing_to_do(case: Case, what: str, due: int) -> None:
    found = pressing(case, EIGHT)
    assert (found.what, found.due) == (what, EIGHT + due * HOUR)


def test_a_case_that_is_late_is_to_be_finished_whether_or_not_somebody_called() -> None:
    assert pressing(CASE, EIGHT + 4 * HOUR).what == "finish"
