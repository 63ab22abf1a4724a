"""Who is called first when people work in shifts. Pure.

Whoever is on shift at the owner's own unit comes first: the holder, a colleague, the deputy; then whoever is on shift up
the ladder; then the one whose shift begins first; then those above who have no shifts. What is urgent waits for nobody:
anyone on duty up the ladder, with shifts or without, goes before a shift that is still to begin.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.grid.directory import Directory
from bot.grid.routing import Owner
from bot.grid.shifts import Shift, starts
from bot.texts import Texts


def shifts_at(directory: Directory, person_id: int, unit_id: int) -> tuple[Shift, ...]:
    """When a person is on duty at a unit: by shifts of their own, else by the unit's."""
    person, unit = directory.staff.get(person_id), directory.units.get(unit_id)
    own = person.shifts if person is not None else ()
    return own or (unit.shifts if unit is not None else ())


def shifts_of(directory: Directory, person_id: int) -> tuple[Shift, ...]:
    """A person's own shifts, else those of the first unit of theirs that has any."""
    found = (shifts_at(directory, person_id, post.unit_id) for post in directory.posts_of(person_id))
    return next(filter(None, found), ())


def in_turn(
    directory: Directory, steps: Sequence[Owner], local: datetime, texts: Texts, *, urgent: bool
) -> tuple[Owner, ...]:
    """The owner and the steps of its ladder, in the order in which they are to be called at a local moment.

    Where nobody has shifts the order stays as it is. Of those off duty only the soonest of each step are kept.
    """
    if not any(shifts_at(directory, person, step.unit_id) for step in steps for person in step.people):
        return tuple(steps)
    there: list[Owner] = []
    waiting: list[tuple[datetime, Owner]] = []
    above: list[Owner] = []
    for step in steps:
        own = step.unit_id == steps[0].unit_id
        begins = {person: _begins(directory, person, step.unit_id, local) for person in step.people}
        on = [person for person, begin in begins.items() if begin == local]
        now = [person for person in on if own or urgent or shifts_at(directory, person, step.unit_id)]
        later = [person for person in on if person not in now]
        off = {person: begin for person, begin in begins.items() if person not in on}
        if now or not step.people:
            there.append(_called(step, now))
        if later:
            above.append(_called(step, later))
        if off:
            first = min(off.values())
            soonest = [person for person, begin in off.items() if begin == first]
            names = texts.listed(directory.staff[person].name for person in soonest)
            waiting.append((first, _called(step, soonest, texts("routing.next_on_shift", name=names))))
    if there and waiting and there[0].people and not set(there[0].people) & set(steps[0].people):
        unit = directory.units.get(steps[0].unit_id)
        there[0] = replace(there[0], why=(texts("routing.off_shift", unit=unit.name if unit else ""),))
    return (*there, *(step for _, step in sorted(waiting, key=lambda each: each[0])), *above)


def _begins(directory: Directory, person: int, unit_id: int, local: datetime) -> datetime:
    staff = directory.staff.get(person)
    return starts(shifts_at(directory, person, unit_id), local, staff.leaves if staff is not None else ())


def _called(step: Owner, people: Sequence[int], *why: str) -> Owner:
    return replace(step, people=tuple(people), why=(*step.why, *why))
