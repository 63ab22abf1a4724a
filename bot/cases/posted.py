"""By which posts people have a case, and who stands in for whom.

A case is its handler's as long as one of their posts has to do with it. While they are away (请假) their deputy does all
of it; who took it without a post, as a helper or as family, has it until it ends.
"""

from collections.abc import Iterator
from datetime import date, datetime

from bot.care.elder import FAMILY
from bot.cases.levels import seat
from bot.cases.lifecycle import CRY, Case
from bot.grid.directory import NEIGHBOURS, Post, UnitKind
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Service, Urgency


def posts_for(town: Town, person_id: int, case: Case) -> tuple[Post, ...]:
    """The posts by which somebody may have a case in hand, held or deputised: those over its owner or its place.

    Of a hidden kind the place gives nothing; neighbours' posts are for an elder's call alone.
    """
    named = town.named(person_id)
    if not named:
        return ()
    over = {unit.id for side in _sides(town, case) for unit in town.directory.upward(side)}
    return tuple(p for p in named if p.unit_id in over and (p.role not in NEIGHBOURS or case.kind == CRY))


def stands_for(town: Town, case: Case, day: date, person_id: int | None = None) -> tuple[int, ...]:
    """Who does that day what is the handler's to do, or another's who was called: they, or their deputies while they are away.

    Where no deputy is there it stays with them. Nobody while nobody has it.
    """
    whose = case.handler_id if person_id is None else person_id
    if whose is None:
        return ()
    staff = town.directory.staff.get(whose)
    if staff is None or not staff.away(day):
        return (whose,)
    posts = [post for post in posts_for(town, whose, case) if post.holder_id == whose]
    by_which = [p for p in posts if (p.unit_id, p.role) == (case.owner_id, case.owner_role)] or posts
    deputies = (town.directory.on_duty(post, day) for post in by_which)
    return tuple(dict.fromkeys(person.id for person in deputies if person is not None)) or (whose,)


def acts_for(town: Town, case: Case, day: date, person_id: int, whose: int | None) -> bool:
    """Whether somebody is this person, or stands in for them that day."""
    return person_id == whose or (whose is not None and person_id in stands_for(town, case, day, whose))


def people_of(town: Town, case: Case, day: date) -> Owner:
    """The people of a case's owner that day: whoever has the post by which it is owned, else as if the unit were named."""
    if town.unit(case.owner_id) is None:
        return town.routing.superior_desk(seat(town, case), day)
    steps = town.routing.roles_of(case.owner_id, day)
    return next((s for s in steps if s.role == case.owner_role), None) or town.routing.of_unit(case.owner_id, day)


async def volunteers(records: Records, case: Case, person_id: int) -> bool:
    """Whether somebody has this case without a post: the helper of an errand, or family who went to their elder."""
    if person_id != case.handler_id or case.ended:
        return False
    if case.service == Service.ERRAND:
        errand = await records.errands.get(case.id)
        return errand is not None and errand.helper_id == person_id
    if case.kind == CRY:
        return any(c.person_id == person_id and c.role == FAMILY for c in await records.alarms.calls(case.id))
    return False


async def has(records: Records, town: Town, case: Case, person_id: int, day: date) -> bool:
    """Whether somebody has the case in hand that day: by a post, for who is away, or as a volunteer."""
    by_post = acts_for(town, case, day, person_id, case.handler_id) and posts_for(town, person_id, case)
    return bool(by_post) or await volunteers(records, case, person_id)


async def at_work(records: Records, town: Town, case: Case, now: datetime) -> tuple[int, ...]:
    """Who hears what is said about a case: whoever has it, or all who are called while nobody does; deputies for who is away."""
    whose = [case.handler_id]
    if case.handler_id is None:
        whose = [a.person_id for a in await records.cases.assigned(case.id, case.round) if a.ended_at is None]
    day = town.clocks.today(now)
    return tuple(dict.fromkeys(person for one in whose for person in stands_for(town, case, day, one)))


async def work_of(records: Records, town: Town, person_id: int, limit: int, now: datetime) -> list[Case]:
    """What somebody has to do, most urgent first: their own, and that of those for whom they stand in today."""
    found = list(await records.cases.work_of(person_id, limit))
    day = town.clocks.today(now)
    away = {post.holder_id for post in town.posts(person_id, day)} - {person_id, None}
    for other in sorted(filter(None, away)):
        theirs = await records.cases.work_of(other, limit)
        found += [case for case in theirs if person_id in stands_for(town, case, day, case.handler_id or other)]
    if away:
        every = {case.id: case for case in found}.values()
        found = sorted(every, key=lambda case: (case.urgency is not Urgency.EMERGENCY, case.finish_by))[:limit]
    return found


def _sides(town: Town, case: Case) -> Iterator[int]:
    """The units from which on upward posts have to do with a case."""
    directory = town.directory
    if case.owner_id in directory.units:
        yield case.owner_id
    if case.owner_id not in directory.units or directory.above(case.owner_id, UnitKind.DISTRICT) is None:
        top = town.routing.top(case.unit_id)
        if top in directory.units:
            yield top
    if case.unit_id is not None and case.unit_id in directory.units and not town.kind(case.kind).hidden:
        yield case.unit_id
        yield from (u.dedicated_id for u in directory.upward(case.unit_id) if u.dedicated_id is not None)
