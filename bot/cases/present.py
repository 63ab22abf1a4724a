"""Who is there to hear of a case: reminders, whistles and rounds look at shifts as calling does."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count

from bot.cases.levels import seat
from bot.cases.lifecycle import Case
from bot.grid.routing import Owner
from bot.grid.shifts import in_shift, starts
from bot.grid.turns import in_turn, shifts_at
from bot.town import Town
from bot.triage.kinds import Urgency

AFTER_THE_LIST = timedelta(minutes=10)  # what waited for the morning comes after the list, unless that has said it


def in_order(
    town: Town, case: Case, owner: Owner, now: datetime, exclude: frozenset[int] = frozenset()
) -> tuple[Owner, ...]:
    """An owner and its ladder for this case, in the order in which they are to be called now, without those excluded."""
    ladder = town.routing.ladder(owner, seat(town, case), town.clocks.today(now))
    if exclude:
        kept = (replace(step, people=tuple(p for p in step.people if p not in exclude)) for step in ladder)
        ladder = tuple(step for step in kept if step.people)
    urgent = case.urgency is not Urgency.NORMAL
    return in_turn(town.directory, (owner, *ladder), town.clocks.local(now), town.texts, urgent=urgent)


def of_unit(town: Town, unit_id: int, now: datetime) -> Owner:
    """Whom of a unit to call to help: whoever is on shift, role after role; else whose shift begins first.

    Where nobody of the unit is on duty that day it is the desk above. Raises KeyError.
    """
    day = town.clocks.today(now)
    steps = town.routing.roles_of(unit_id, day)
    if not steps:
        return town.routing.of_unit(unit_id, day)
    return in_turn(town.directory, steps, town.clocks.local(now), town.texts, urgent=False)[0]


def on_shift(town: Town, person_id: int, unit_id: int, now: datetime) -> bool:
    """Whether somebody is on shift at a unit now; without shifts everybody is who is not on leave."""
    local, staff = town.clocks.local(now), town.directory.staff.get(person_id)
    if staff is not None and staff.away(local.date()):
        return False
    return starts(shifts_at(town.directory, person_id, unit_id), local) == local


def hears(town: Town, person_id: int, unit_id: int, now: datetime) -> datetime:
    """From when somebody may hear of what is not urgent: `now`, or a little after their shift or the day begins.

    Who is on shift at night is awake; for who has no shifts the quiet hours are quiet. Who is on leave is back before.
    """
    staff, local = town.directory.staff.get(person_id), town.clocks.local(now)
    shifts = shifts_at(town.directory, person_id, unit_id)
    if staff is not None and staff.away(local.date()):
        ahead = (local.date() + timedelta(days=n) for n in count(1))
        local = datetime.combine(next(day for day in ahead if not staff.away(day)), time())
        now = town.clocks.at(local.date(), local.time()).astimezone(UTC)
    if in_shift(shifts, local):
        return now
    begins = starts(shifts, local, staff.leaves if staff is not None else ())
    if begins > local:
        return town.clocks.at(begins.date(), begins.time()).astimezone(UTC) + AFTER_THE_LIST
    return in_the_day(town, now)


def in_the_day(town: Town, now: datetime) -> datetime:
    """`now`, or in quiet hours the next morning after the list."""
    civil = town.clocks.civil(now)
    return now if civil == now else civil + AFTER_THE_LIST
