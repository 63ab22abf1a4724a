"""入户: a worker opens a home, corrects it, and notes that they were there.

A new phone, relation or person goes straight into the register, and who changed it is logged. That somebody has moved
out takes them out of it, and waits for the desk.
"""

from dataclasses import replace

from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import numbered
from bot.chat.menus import COUNTING
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.grid.directory import UnitKind
from bot.homes import letters
from bot.homes.businesses import closing
from bot.homes.home import RELATIONS, Business, Home, HomeChange, Resident, Tally
from bot.homes.step import Step
from bot.town import ANSWERING

_COUNTING = frozenset(COUNTING)
_PARTS = {UnitKind.DISTRICT: UnitKind.STREET, UnitKind.STREET: UnitKind.COMMUNITY}
_LONGEST_ROOM = 12


async def open_home(step: Step) -> Replies:
    """The home of an address; one that is not in the register yet can be put in."""
    unit = step.town.unit(int(step.wish.value) if step.wish.value.isdecimal() else None)
    community = step.town.directory.above(unit.id, UnitKind.COMMUNITY) if unit is not None else None
    if unit is None or community is None or unit.kind not in {UnitKind.BUILDING, UnitKind.DOOR}:
        raise NotAllowed("people.no_such_place")
    if not step.answers_for(unit.id, community.id):
        raise NotAllowed("homes.not_yours")
    room = step.wish.words.strip().removesuffix("室")[:_LONGEST_ROOM]
    home = await step.records.homes.found(unit.id, room)
    if home is not None:
        return await _page(step, home)
    new = numbered((step.texts("homes.register"), letters.press(unit.id, "new", room or "-")))
    return (Outgoing(step.texts("homes.unknown", place=step.town.address(unit.id, room)), new),)


async def new(step: Step) -> Replies:
    """Put a home into the register."""
    unit = step.town.unit(step.wish.subject)
    community = step.town.directory.above(unit.id, UnitKind.COMMUNITY) if unit is not None else None
    if unit is None or community is None or not step.answers_for(unit.id, community.id):
        raise NotAllowed("homes.not_yours")
    room = "" if step.wish.value == "-" else step.wish.value[:_LONGEST_ROOM]
    return await _page(step, await step.records.homes.save(Home(unit.id, community.id, room)))


async def page(step: Step) -> Replies:
    """A home and who lives there. The look is logged."""
    return await _page(step, await step.home(step.wish.subject))


async def _page(step: Step, home: Home) -> Replies:
    await step.records.home_desk.look(home.id, step.person.id, step.now, "page")
    people = await step.records.homes.residents(home.id)
    desk = step.is_desk(home.unit_id, home.community_id)
    return (letters.page(step.town, home, people, step.today, desk=desk),)


async def person(step: Step) -> Replies:
    """What can be done about one person."""
    _, one = await step.resident()
    return (letters.person(step.town, one),)


async def phone(step: Step) -> Replies:
    """The whole phone number. The look is logged."""
    home, one = await step.resident()
    if not one.phone:
        return step.say("no_phone")
    await step.records.home_desk.look(home.id, step.person.id, step.now, "phone")
    return (letters.phone(step.town, one),)


async def seen(step: Step) -> Replies:
    """A worker was there today."""
    home = await step.home(step.wish.subject)
    await step.records.homes.save(replace(home, visited_on=step.today))
    return (Outgoing(step.texts("homes.seen_noted"), menu=True),)


async def added(step: Step) -> Replies:
    """Somebody new lives there."""
    home, name = await step.home(step.wish.subject), step.wish.words.strip()
    if step.wish.value not in RELATIONS or not name:
        raise NotAllowed("menu.not_understood")
    if name in {one.name for one in await step.records.homes.residents(home.id)}:
        raise NotAllowed("homes.here_already")
    one = await step.records.homes.save_resident(Resident(home.id, name, step.wish.value, step.wish.phone))
    await _log(step, one, "added")
    return (*step.say("noted"), *await _page(step, home))


async def tel_is(step: Step) -> Replies:
    """They have another phone."""
    _, one = await step.resident()
    await step.records.homes.save_resident(replace(one, phone=step.wish.phone))
    await _log(step, one, "phone")
    return step.say("noted")


async def relation_is(step: Step) -> Replies:
    """They live there otherwise: as a tenant, say."""
    _, one = await step.resident()
    if step.wish.value not in RELATIONS:
        raise NotAllowed("menu.not_understood")
    await step.records.homes.save_resident(replace(one, relation=step.wish.value))
    await _log(step, one, "relation")
    return step.say("noted")


async def _log(step: Step, one: Resident, what: str) -> None:
    by, now = step.person.id, step.now
    done = HomeChange(one.home_id, what, by, now, one.id, decided_by=by, decided_at=now, granted=True)
    await step.records.home_desk.note(done)


async def left(step: Step) -> Replies:
    """They moved out: the desk is asked; who is the desk decides at once."""
    home, one = await step.resident()
    if step.is_desk(home.unit_id, home.community_id):
        await step.records.homes.drop_resident(one.id)
        await _log(step, one, "left")
        return step.say("taken_out")
    asked = await step.records.home_desk.changes(home.id)
    if any(change.resident_id == one.id and change.granted is None for change in asked):
        return step.say("sent_already")
    change = await step.records.home_desk.note(HomeChange(home.id, "left", step.person.id, step.now, one.id))
    message = letters.asked_left(step.town, home, change, step.town.staff_name(step.person.id))
    for desk in step.town.routing.superior_desk(_here(step, home), step.today).people:
        await tell(step.records, desk, message, step.now)
    return step.say("sent")


async def grant(step: Step) -> Replies:
    """The desk agrees that they moved out: nothing of them is kept."""
    return await _decide(step, granted=True)


async def deny(step: Step) -> Replies:
    """The desk does not agree: they stay in the register."""
    return await _decide(step, granted=False)


async def _decide(step: Step, *, granted: bool) -> Replies:
    change = await step.records.home_desk.change(step.wish.subject)
    found = await _place(step, change) if change is not None else None
    if change is not None and found is None:
        raise NotAllowed("elders.decided")  # A file took it out in the meantime.
    if change is None or found is None or not step.is_desk(found.unit_id, found.community_id):
        raise NotAllowed("case.desk_only")
    if change.granted is not None:
        raise NotAllowed("elders.decided")
    if granted and isinstance(found, Business):
        await step.records.homes.take(closing(found))
    elif granted and change.resident_id is not None:
        await step.records.homes.drop_resident(change.resident_id)
    decided = replace(change, granted=granted, decided_by=step.person.id, decided_at=step.now)
    await step.records.home_desk.note(decided)
    key = f"{change.what}_granted" if granted else f"{change.what}_denied"
    place = found.name if isinstance(found, Business) else step.town.address(found.unit_id, found.room)
    text = step.texts(f"homes.{key}", place=place)
    if change.asked_by != step.person.id:
        await tell(step.records, change.asked_by, Outgoing(text), step.now)
    return (Outgoing(text, card=f"homechange:{change.id}", answers=True),)


async def _place(step: Step, change: HomeChange) -> Home | Business | None:
    """What a change is about; a business has its number below zero."""
    homes = step.records.homes
    return await (homes.get(change.home_id) if change.home_id > 0 else homes.business(-change.home_id))


async def looks(step: Step) -> Replies:
    """The desk reads who looked at a home and who changed it."""
    home = await step.home(step.wish.subject)
    if not step.is_desk(home.unit_id, home.community_id):
        raise NotAllowed("case.desk_only")
    desk = step.records.home_desk
    return (letters.looks(step.town, await desk.looks(home.id), await desk.changes(home.id), step.now),)


def _here(step: Step, home: Home) -> int | None:
    return next((each for each in (home.unit_id, home.community_id) if step.town.unit(each) is not None), None)


# ---------------------------------------------------------------- counts


async def counts(step: Step) -> Replies:
    """台账: how many homes, people and businesses; by grid for who answers there, by street or community for managers."""
    tops = step.tops(_COUNTING)
    if not tops:
        raise NotAllowed("people.staff_only")
    directory, found = step.town.directory, dict[int, Tally]()
    around = frozenset(step.communities(tops))
    # A district has thousands of staircases: where a manager reads whole communities, they are not told apart.
    parted = {each for each in around if any(directory.covers(each, top) for top in tops)}
    for tally in await step.records.home_desk.tallies(parted, around - parted):
        upward = directory.upward(tally.unit_id if step.town.unit(tally.unit_id) is not None else None)
        # Who is a manager above and the desk here reads their own community by its grids.
        top = next((unit for unit in upward if unit.id in tops), None)
        if top is None:
            continue
        part = directory.above(tally.unit_id, _PARTS.get(top.kind, UnitKind.GRID))
        number = part.id if part is not None else 0
        found[number] = found.get(number, Tally(number)).plus(tally)
    told = [(unit.name if (unit := step.town.unit(each.unit_id)) else "", each) for each in found.values()]
    return (letters.counts(step.town, sorted(told, key=lambda pair: pair[0]), answers=bool(step.tops(ANSWERING))),)
