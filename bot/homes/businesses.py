"""商户: a worker opens a business, corrects its phone, and says when it has shut; every look and change is logged."""

from dataclasses import replace

from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.errors import NotAllowed
from bot.homes import letters
from bot.homes.comparing import Difference
from bot.homes.home import Business, HomeChange
from bot.homes.step import Step
from bot.town import ANSWERING

_NOTHING = Difference((), (), (), (), (), (), (), ())


def closing(one: Business) -> Difference:
    """What takes a business out of the register."""
    return replace(_NOTHING, businesses_gone=(one.id,))


async def every(step: Step) -> Replies:
    """商户: the businesses where one answers."""
    tops = step.tops(ANSWERING)
    if not tops:
        raise NotAllowed("people.staff_only")
    around = await step.records.homes.businesses(step.communities(tops))
    found = [one for one in around if step.answers_for(one.unit_id, one.community_id)]
    if not found:
        raise NotAllowed("homes.no_businesses")
    return (letters.businesses(step.town, found),)


async def page(step: Step) -> Replies:
    """One business. The look is logged."""
    one = await _business(step)
    await step.records.home_desk.look(-one.id, step.person.id, step.now, "page")
    return (letters.business(step.town, one, desk=step.is_desk(one.unit_id, one.community_id)),)


async def phone(step: Step) -> Replies:
    """Its whole phone number. The look is logged."""
    one = await _business(step)
    await step.records.home_desk.look(-one.id, step.person.id, step.now, "phone")
    return (letters.business_phone(step.town, one),)


async def tel_is(step: Step) -> Replies:
    """It has another phone: it goes straight in, and who changed it is logged."""
    one = await _business(step)
    await step.records.homes.take(replace(_NOTHING, businesses=(replace(one, phone=step.wish.phone),)))
    await _log(step, one, "phone")
    return step.say("noted")


async def shut(step: Step) -> Replies:
    """It has shut: the desk is asked; who is the desk decides at once."""
    one, desk = await _business(step), step.records.home_desk
    if step.is_desk(one.unit_id, one.community_id):
        await step.records.homes.take(closing(one))
        await _log(step, one, "shut")
        return step.say("taken_out")
    if any(change.granted is None for change in await desk.changes(-one.id)):
        return step.say("sent_already")
    change = await desk.note(HomeChange(-one.id, "shut", step.person.id, step.now))
    message = letters.asked_shut(step.town, one, change, step.town.staff_name(step.person.id))
    for person_id in step.town.routing.superior_desk(one.community_id, step.today).people:
        await tell(step.records, person_id, message, step.now)
    return step.say("sent")


async def looks(step: Step) -> Replies:
    """The desk reads who looked at a business and who changed it."""
    one, desk = await _business(step), step.records.home_desk
    if not step.is_desk(one.unit_id, one.community_id):
        raise NotAllowed("case.desk_only")
    return (letters.looks(step.town, await desk.looks(-one.id), await desk.changes(-one.id), step.now),)


async def _log(step: Step, one: Business, what: str) -> None:
    by, now = step.person.id, step.now
    await step.records.home_desk.note(HomeChange(-one.id, what, by, now, decided_by=by, decided_at=now, granted=True))


async def _business(step: Step) -> Business:
    one = await step.records.homes.business(step.wish.subject)
    if one is None or not step.answers_for(one.unit_id, one.community_id):
        raise NotAllowed("homes.not_yours")
    return one
