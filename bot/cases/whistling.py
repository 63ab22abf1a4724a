"""吹哨—报到: other units are called to help; each reports in, tells what it did, and the lead closes the case."""

from dataclasses import replace
from datetime import timedelta

from bot.cases import cards
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import Act, Assist
from bot.cases.notices import show_all, tell
from bot.cases.posted import stands_for
from bot.cases.present import of_unit
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed

REPORT_IN = timedelta(minutes=30)  # field.md c.4: arrive within half an hour
MOST_UNITS = 8


async def whistle(doing: Doing) -> Replies:
    """吹哨: the units in `value` ("12,15") are called, each with half an hour to report in."""
    ids = [int(part) for part in doing.wish.value.split(",") if part.isdigit()][:MOST_UNITS]
    units = [unit for unit_id in ids if (unit := doing.town.unit(unit_id)) is not None]
    if not units:
        raise NotAllowed("case.no_such_unit")
    case, town, now = doing.case, doing.town, doing.now
    owners = [of_unit(town, unit.id, now) for unit in units]
    called = [
        Assist(case.id, unit.id, owner.role, now, now + REPORT_IN) for unit, owner in zip(units, owners, strict=True)
    ]
    await doing.records.desks.summon(called)
    names = doing.texts.listed(unit.name for unit in units)
    after = await doing.move(words=doing.noted(names, doing.wish.words), beside=True)
    for unit, owner in zip(units, owners, strict=True):
        for person_id in owner.people:
            card = cards.helper_card(town, after, unit.id, doing.wish.words)
            await tell(doing.records, person_id, card, now, case.id)
        await doing.records.timers.set("report_in", case.id, f"{case.round}.{unit.id}", now + REPORT_IN)
    await show_all(doing.records, town, after, now)
    return doing.done("case.whistled", names=names)


async def report_in(doing: Doing) -> Replies:
    """报到: my unit is there. The first of a unit's people who presses does it for all."""
    mine = await _mine(doing)
    if mine.reported_at is not None:
        raise NotAllowed("case.reported_already")
    unit = doing.town.directory.units[mine.unit_id]
    after = await doing.move(words=unit.name)
    await doing.records.desks.save_assist(replace(mine, reported_by=doing.person.id, reported_at=doing.now))
    line = doing.texts("case.news_report_in", number=after.number, unit=unit.name)
    await _tell_lead(doing, line)
    await show_all(doing.records, doing.town, after, doing.now)
    return (cards.helper_card(doing.town, after, unit.id, reported=True),)


async def assist(doing: Doing) -> Replies:
    """协办: my unit did its part, in words and pictures; the lead reads it on the card."""
    mine = await _mine(doing)
    unit = doing.town.directory.units[mine.unit_id]
    after = await doing.move(words=doing.noted(unit.name, doing.said()))
    if mine.reported_at is None:
        mine = replace(mine, reported_by=doing.person.id, reported_at=doing.now)
    await doing.records.desks.save_assist(replace(mine, done_at=doing.now, words=doing.wish.words))
    line = doing.texts("case.news_assist", number=after.number, unit=unit.name, words=doing.said())
    await _tell_lead(doing, line)
    await show_all(doing.records, doing.town, after, doing.now)
    return doing.done("case.assisted")


async def _mine(doing: Doing) -> Assist:
    posts = {post.unit_id for post in doing.town.posts(doing.person.id, doing.today)}
    for assist_ in await doing.records.desks.assists(doing.case.id):
        if assist_.unit_id in posts:
            return assist_
    raise NotAllowed("case.not_yours")


async def _tell_lead(doing: Doing, text: str) -> None:
    """The handler hears of it, or who blew the whistle while nobody has the case."""
    leads: tuple[int | None, ...] = stands_for(doing.town, doing.case, doing.today)
    if not leads:
        blown = [e for e in await doing.records.cases.events(doing.case.id) if e.act is Act.WHISTLE]
        leads = (blown[-1].actor_id,) if blown else ()
    for lead in leads:
        await tell(doing.records, lead, Outgoing(text, attachments=await doing.pictures()), doing.now, doing.case.id)
