"""The three clocks of a case: to be accepted (签收), its reporter heard from (先行联系) and finished (办结).

Contact and finish run from the start of a round, whoever holds the case; each new holder gets their own time to accept.
Every deadline is computed anew from `clock_from`, the limits, what was granted on top, and the pauses. A timer's slot
names the deadline it was set for, so that one whose deadline has moved is known to be stale when it rings.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.cases.clocks import Pauses
from bot.cases.levels import level
from bot.cases.lifecycle import Case, State
from bot.cases.limits import Limits, limits
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Urgency

SHORTEST_NOTICE = timedelta(hours=2)  # of counted time: a deadline is called near when so much is left, or a fifth


def limits_of(town: Town, case: Case) -> Limits:
    """The limits of a case where it is now."""
    return limits(town.kind(case.kind), case.urgency, level(town, case.owner_id, case.owner_role))


def provisional(town: Town, case: Case, moment: datetime) -> bool:
    """Whether a deadline of this case may still move (暂定): it counts working hours in a year not yet known."""
    return not limits_of(town, case).wall and town.clocks.provisional(moment)


def counted(town: Town, case: Case, now: datetime) -> Case:
    """The case with a round's three clocks begun now: one that is filed or reopened."""
    accept = _accept_by(town, case, now)
    case = replace(case, clock_from=now, extra_hours=0, extensions=0, contacted_at=None, accept_by=accept)
    return _finishing(town, case, ())


async def start(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Begin a round's three clocks now and set their timers. The caller saves the case, here and below."""
    case = counted(town, case, now)
    await ring(records, town, case, now)
    return case


async def handed_on(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Give a new holder their own time to accept, and set its timer; the resident's deadline stays as promised."""
    return await recount(records, town, replace(case, accept_by=_accept_by(town, case, now)), now)


async def dispute(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Give the desk its own time to decide, and set its timer."""
    limit = limits_of(town, case)
    case = replace(case, decide_by=town.clocks.due(now, limit.decide, wall=limit.wall))
    await ring(records, town, case, now)
    return case


async def rest(records: Records, town: Town, case: Case, why: str, now: datetime) -> Case:  # noqa: ARG001 - like the others
    """Let the clock rest from now on. Timers that ring meanwhile find the case resting and say nothing."""
    await records.pauses.begin(case.id, why, now)
    return case


async def resume(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Let it run again: the deadlines move by what was rested, with their timers."""
    await records.pauses.end(case.id, now)
    return await recount(records, town, case, now)


async def retyped(records: Records, town: Town, case: Case, was: Urgency, now: datetime) -> Case:
    """Count anew for another kind: more or less urgent than it `was`, there is a new time to accept; more urgent, all begins now."""
    if case.urgency is not was:
        case = replace(case, accept_by=_accept_by(town, case, now))
    if case.urgency.above(was):  # Nobody can be late with what nobody knew.
        case = replace(case, clock_from=now)
    return await recount(records, town, case, now)


async def extend(records: Records, town: Town, case: Case, hours: float, now: datetime) -> Case:
    """Grant `hours` more to finish, on the case's own clock."""
    case = replace(case, extra_hours=case.extra_hours + hours, extensions=case.extensions + 1)
    return await recount(records, town, case, now)


async def recount(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Compute contact and finish anew, with their timers: the kind, the calendar or the pauses have changed."""
    pauses = [(pause.since, pause.until or now) for pause in await records.pauses.of_case(case.id)]
    case = _finishing(town, case, pauses)
    await ring(records, town, case, now)
    return case


async def ring(records: Records, town: Town, case: Case, now: datetime) -> None:
    """Set the timers of the deadlines that the case has now. Those that are set, or have rung, stay as they are."""
    if case.state is State.DISPUTED:
        if case.decide_by is not None:
            await records.timers.set("decide", case.id, f"{slot(case.decide_by)}.0", case.decide_by)
        return
    if case.state is State.OPEN:
        await records.timers.set("accept", case.id, f"{slot(case.accept_by)}.0", case.accept_by)
    if case.contacted_at is None and case.contact_by is not None:
        await records.timers.set("contact", case.id, slot(case.contact_by), case.contact_by)
    wall = limits_of(town, case).wall
    left = town.clocks.spent(now, case.finish_by, wall=wall)
    ahead = left - max(left / 5, SHORTEST_NOTICE)
    if ahead > timedelta() and case.urgency is not Urgency.EMERGENCY:
        near = town.clocks.due(now, ahead / timedelta(hours=1), wall=wall)
        await records.timers.set("near", case.id, slot(case.finish_by), near)
    await records.timers.set("overdue", case.id, slot(case.finish_by), case.finish_by)


def slot(moment: datetime) -> str:
    """The slot of a timer that stands for this deadline: its second."""
    return str(int(moment.astimezone(UTC).timestamp()))


def _accept_by(town: Town, case: Case, now: datetime) -> datetime:
    limit = limits_of(town, case)
    return town.clocks.due(now, limit.accept, wall=limit.wall)


def _finishing(town: Town, case: Case, pauses: Pauses) -> Case:
    since, limit = case.clock_from or case.created_at, limits_of(town, case)
    finish = town.clocks.due(since, limit.finish + case.extra_hours, wall=limit.wall, pauses=pauses)
    contact = case.contact_by
    if case.contacted_at is None or contact is None:
        contact = town.clocks.due(since, limit.contact, wall=limit.wall, pauses=pauses)
    return replace(case, contact_by=contact, finish_by=finish)
