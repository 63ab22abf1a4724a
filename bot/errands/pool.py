"""The pool: an errand is offered to helpers near by, then farther by minutes; nobody taking it, the worker gets it early."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases import timing
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import call, note, tell
from bot.chat.messages import Outgoing
from bot.errands import letters
from bot.errands.errand import Errand, Helper
from bot.errands.following import follow
from bot.errands.slots import Slot, suits
from bot.grid.directory import UnitKind
from bot.records import Records
from bot.town import Town

STEP = timedelta(minutes=10)  # between one circle of helpers and the next
CIRCLES = (UnitKind.MICRO_GRID, UnitKind.GRID, UnitKind.COMMUNITY)
FALL = 3  # a third of the time to accept, and the worker is called


async def begin(records: Records, town: Town, case: Case, now: datetime) -> bool:
    """Offer a new errand; False where nobody is near who may and can, so that the worker is to be called at once."""
    circles = await _circles(records, town, case)
    if not circles:
        return False
    opens = town.clocks.civil(now)
    limit = timing.limits_of(town, case)
    for number, people in enumerate(circles):
        if number == 0 and opens <= now:
            await _offer(records, town, case, people, now)
        else:
            await records.timers.set("errand_offer", case.id, str(number), opens + number * STEP)
    errand = await records.errands.get(case.id)
    until = errand.slot_until if errand is not None else case.finish_by
    # What is wanted soon falls sooner: half of the time that is left belongs to the worker.
    halfway = opens + max(until - opens, timedelta()) / 2
    falls = min(opens + timedelta(hours=limit.accept) / FALL, halfway)
    await records.timers.set("errand_fall", case.id, "", falls)
    return True


async def widen(records: Records, town: Town, case: Case, circle: int, now: datetime) -> None:
    """Offer it to the next circle, as it is now."""
    circles = await _circles(records, town, case)
    if case.state is State.OPEN and circle < len(circles):
        await _offer(records, town, case, circles[circle], now)


async def fall(records: Records, town: Town, case: Case, now: datetime) -> None:
    """Nobody took it: the owner's people are called, while the offers stand."""
    if case.state is State.OPEN and not await records.cases.assigned(case.id, case.round):
        await call(
            records, town, case, town.routing.owner(case.unit_id, town.kind(case.kind), town.clocks.today(now)), now
        )


async def ending(records: Records, town: Town, case: Case, now: datetime) -> None:
    """A helper has it and its time is nearly over: they are reminded, and the worker knows before it is late."""
    kind = town.kind(case.kind).name
    await tell(records, case.handler_id, Outgoing(town.texts("errand.ends_soon", kind=kind)), now, case.id)
    if not await records.cases.assigned(case.id, case.round):
        owner = town.routing.owner(case.unit_id, town.kind(case.kind), town.clocks.today(now))
        await call(records, town, case, owner, now)
    text = town.texts("errand.still_out", number=case.number, kind=kind)
    for each in await records.cases.assigned(case.id, case.round):
        await tell(records, each.person_id, Outgoing(text), now, case.id)


async def give_back(records: Records, town: Town, case: Case, actor: int | None, now: datetime) -> None:
    """A helper cannot come, or did not: everybody else near by and the worker hear of it at once."""
    was = case.handler_id
    after = replace(case, state=State.OPEN, handler_id=None, accepted_at=None)
    after = await timing.handed_on(records, town, after, now)
    await records.cases.save(after)
    await note(records, town, case, after, Act.RETURN, actor, now, town.texts("errand.not_coming"))
    await follow(records, town, case, after, now)
    others = {person for circle in await _circles(records, town, after) for person in circle} - {was}
    await _offer(records, town, after, sorted(others), now)
    if await records.cases.assigned(after.id, after.round):
        return  # The worker has the card already: it is open again.
    await fall(records, town, after, now)


def can(town: Town, helper: Helper, case: Case, errand: Errand) -> bool:
    """Whether an errand is for this helper: their community, the kind, the hours, and not their own."""
    kind = town.kind(case.kind)
    community = town.directory.above(case.unit_id, UnitKind.COMMUNITY) if case.unit_id is not None else None
    if community is None or community.id != helper.community_id:
        return False
    if kind.doers != "anyone" or helper.person_id == case.reporter_id:
        return False
    if helper.kinds and kind.code not in helper.kinds:
        return False
    return suits(helper.hours, Slot(errand.slot_from, errand.slot_until), town.clocks)


async def _circles(records: Records, town: Town, case: Case) -> list[list[int]]:
    """Who is offered it, circle by circle, each person once and empty circles left out."""
    errand = await records.errands.get(case.id)
    if errand is None or case.unit_id is None or town.kind(case.kind).doers != "anyone":
        return []
    community = town.directory.above(case.unit_id, UnitKind.COMMUNITY)
    if community is None:
        return []
    found: list[list[int]] = [[] for _ in CIRCLES]
    for helper in await records.helpers.around(community.id):
        if can(town, helper, case, errand):
            found[_distance(town, helper.unit_id, case.unit_id)].append(helper.person_id)
    return [circle for circle in found if circle]


def _distance(town: Town, helps_at: int, place: int) -> int:
    """How far a helper is, as a number of `CIRCLES`; the same compound counts as near where no micro-grid is known."""
    directory = town.directory
    for number, kind in enumerate(CIRCLES[:-1]):
        mine, theirs = directory.above(helps_at, kind), directory.above(place, kind)
        if mine is not None and mine == theirs:
            return number
    here = directory.units.get(helps_at)
    if here is not None and here.kind is UnitKind.COMPOUND and directory.compound_of(place) == here:
        return 0
    return len(CIRCLES) - 1


async def _offer(records: Records, town: Town, case: Case, people: Iterable[int], now: datetime) -> None:
    people = list(people)
    await records.helpers.offer(case.id, people, now)
    for person_id in people:
        await tell(records, person_id, letters.offer(town, case), now, case.id)
