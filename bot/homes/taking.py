"""A file of registers waits for the community's desk: it reads what would change, and agrees or not.

What is carried out is what was shown: where the register has changed meanwhile, the desk is shown the new difference.
"""

from dataclasses import replace
from datetime import datetime

from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.grid.directory import Role
from bot.homes import importing, letters
from bot.homes.comparing import Difference, compare
from bot.homes.home import Taking
from bot.homes.importing import Part
from bot.homes.step import Step
from bot.records import Records
from bot.town import Town


async def difference(records: Records, part: Part) -> Difference:
    """What a part of a file would change now."""
    units = {unit for spoken in part.spoken.values() for unit in spoken}
    return compare(part, await records.homes.standing(units))


async def send(records: Records, town: Town, part: Part, now: datetime) -> int:
    """Lay a part before the desk of its community; how many people were told."""
    found = await difference(records, part)
    body = importing.to_json(part)
    taking = await records.home_desk.put(Taking(part.community_id, body, found.fingerprint, now))
    message = letters.taking(town, taking.id, town.directory.units[part.community_id].name, found)
    people = town.routing.superior_desk(part.community_id, town.clocks.today(now)).people
    for person_id in people:
        await tell(records, person_id, message, now)
    return len(people)


async def agree(step: Step) -> Replies:
    """The desk agrees: the register says so from now on."""
    taking = await _waiting(step)
    found = await _now(step, taking)
    if found.fingerprint != taking.seen:
        await step.records.home_desk.put(replace(taking, seen=found.fingerprint))
        name = step.town.directory.units[taking.community_id].name
        return (*step.say("changed_meanwhile"), letters.taking(step.town, taking.id, name, found))
    await step.records.homes.take(found)
    return await _decide(step, taking, granted=True)


async def refuse(step: Step) -> Replies:
    """The desk does not agree: nothing changes, and the file is forgotten."""
    return await _decide(step, await _waiting(step), granted=False)


async def _decide(step: Step, taking: Taking, *, granted: bool) -> Replies:
    decided = replace(taking, body={}, granted=granted, decided_by=step.person.id, decided_at=step.now)
    await step.records.home_desk.put(decided)
    text = step.texts("homes.agreed" if granted else "homes.refused")
    return (Outgoing(text, card=f"taking:{taking.id}", answers=True),)


async def listed(step: Step) -> Replies:
    """The list of what would change, a part at a time."""
    taking = await _waiting(step)
    first = int(step.wish.value) if step.wish.value.isdecimal() else 0
    return (letters.listed(step.town, taking.id, await _now(step, taking), first),)


async def _now(step: Step, taking: Taking) -> Difference:
    return await difference(step.records, importing.from_json(taking.community_id, taking.body))


async def _waiting(step: Step) -> Taking:
    taking = await step.records.home_desk.taking(step.wish.subject)
    roles = step.town.roles_over(step.person.id, taking.community_id, step.today) if taking is not None else frozenset()
    if taking is None or Role.COMMUNITY_DESK not in roles:
        raise NotAllowed("case.desk_only")
    if taking.granted is not None:
        raise NotAllowed("elders.decided")
    return taking
