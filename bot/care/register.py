"""The register of elders by chat: the card and who looked at it, corrections that the desk approves, and leaving."""

from dataclasses import replace
from typing import Any

from bot.care import letters
from bot.care.elder import EDITABLE, MOBILITY, Correction
from bot.care.step import Step, press, where
from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed

_YES = "yes"


async def card(step: Step) -> Replies:
    """Open an elder's card. The look is logged, and the elder can read who looked."""
    elder = await step.elder()
    if step.person.id != elder.person_id:
        why = step.texts("elders.why_visits" if step.covers(elder) else "elders.why_visit")
        await step.records.elders.look(elder.id, step.person.id, step.now, why)
    last = (await step.records.visits.made((elder.id,), "weekly")).get(elder.id)
    visits = step.person.id != elder.person_id
    return (letters.card(step.town, elder, last, step.now, visits=visits),)


async def looks(step: Step) -> Replies:
    """Who looked at my card."""
    elder = await step.myself()
    family = {kin.person_id: kin.called for kin in await step.records.kin.of_elder(elder.id)}
    return (letters.looks(step.town, await step.records.elders.looks(elder.id), family, step.now),)


async def correct(step: Step) -> Replies:
    """Something in the register is wrong: the community desk sees before and after, and decides."""
    elder, field, value = await step.elder(), step.wish.value, step.wish.words.strip()
    if field not in EDITABLE:
        raise NotAllowed("menu.not_understood")
    if field == "mobility" and value not in MOBILITY:
        raise NotAllowed("menu.not_understood")
    was = getattr(elder, field)
    before = (_YES if was else "no") if field == "alone" else str(was)
    if before == value:
        return step.say("same_already")
    asked = await step.records.elders.ask_correction(
        Correction(elder.id, field, before, value, step.person.id, step.now)
    )
    desk = step.town.routing.superior_desk(where(step.town, elder), step.today)
    name = step.town.staff_name(step.person.id) or elder.name
    message = letters.correction(step.town, elder, asked, name)
    for person_id in desk.people:
        await tell(step.records, person_id, message, step.now)
    return step.say("correction_sent")


async def grant(step: Step) -> Replies:
    """The desk agrees: the register says so from now on."""
    return await _decide(step, granted=True)


async def deny(step: Step) -> Replies:
    """The desk does not agree; all stays as it was."""
    return await _decide(step, granted=False)


async def _decide(step: Step, *, granted: bool) -> Replies:
    asked = await step.records.elders.correction(step.wish.subject)
    elder = await step.records.elders.get(asked.elder_id) if asked is not None else None
    if asked is None or elder is None or not step.is_desk(elder):
        raise NotAllowed("case.desk_only")
    if asked.granted is not None:
        raise NotAllowed("elders.decided")
    await step.records.elders.decide(replace(asked, granted=granted, decided_by=step.person.id, decided_at=step.now))
    if granted:
        value: Any = asked.value == _YES if asked.field == "alone" else asked.value
        await step.records.elders.save(replace(elder, **{asked.field: value}))
    key = "correction_granted" if granted else "correction_denied"
    field = step.texts(f"elders.field_{asked.field}")
    if asked.asked_by != step.person.id:
        text = step.texts(f"elders.{key}", name=elder.name, field=field)
        await tell(step.records, asked.asked_by, Outgoing(text), step.now)
    text = step.texts(f"elders.{key}", name=elder.name, field=field)
    return (Outgoing(text, card=f"correction:{asked.id}", answers=True),)


async def leave(step: Step) -> Replies:
    """I want to be looked after no more: asked once, for it cannot be undone by chat."""
    await step.myself()
    sure = numbered((step.texts("elders.leave_sure"), press(0, "leave_sure")))
    return (Outgoing(step.texts("elders.leave_ask"), sure),)


async def leave_sure(step: Step) -> Replies:
    """They are out: what is sensitive is wiped, visits end, and nobody follows them any more."""
    elder = await step.myself()
    followers = await step.records.kin.of_elder(elder.id)
    await step.records.kin.end(elder.id, None, step.now)
    await step.records.elders.leave(elder, step.today)
    for kin in followers:
        await tell(step.records, kin.person_id, step.say("kin_ended", name=elder.name)[0], step.now)
    desk = step.town.routing.superior_desk(where(step.town, elder), step.today)
    for person_id in desk.people:
        await tell(step.records, person_id, step.say("left_desk", name=elder.name)[0], step.now)
    return (Outgoing(step.texts("elders.left"), menu=True),)
