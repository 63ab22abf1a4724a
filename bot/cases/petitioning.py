"""What is asked of the level above: 延期, 挂账, 作废, 不受理, 剔除; and its answer. Also 督办, which is asked from above.

The desk above the owner decides, for a second extension the one above that; never who asked.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from bot.cases import cards, letters, timing
from bot.cases.clocks import HOURS_A_DAY
from bot.cases.doing import Doing, Replies
from bot.cases.levels import level, rank, seat
from bot.cases.lifecycle import GRANTED, Act, Case, Petition, Supervision
from bot.cases.notices import show_all, tell, tell_residents
from bot.cases.posted import at_work, stands_for
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import Town, desks

MOST_HOURS = 15 * HOURS_A_DAY  # the longest extension at once
LONGEST_SHELF = timedelta(days=366)
ANSWER_WITHIN = timedelta(days=1)


async def petition(doing: Doing) -> Replies:
    """Ask the level above; one petition at a time."""
    case, act = doing.case, doing.wish.act
    if await pending(doing.records, doing.case) is not None:
        raise NotAllowed("case.petition_pending")
    _check(doing)
    desk = _judge(doing)
    asked = Petition(case.id, act, doing.person.id, doing.now, doing.wish.words, doing.wish.value, desk.unit_id)
    asked = await doing.records.desks.petition(asked)
    after = await doing.move(words=_said(doing, asked), beside=True)
    for person_id in desk.people:
        await tell(
            doing.records, person_id, cards.petition_card(doing.town, after, asked, doing.now), doing.now, case.id
        )
    await show_all(doing.records, doing.town, after, doing.now)
    return doing.done("case.petitioned", owner=doing.town.post_name(desk.unit_id, desk.role))


async def decide(doing: Doing) -> Replies:
    """同意 or 不同意. Granting does at once what was asked for; who asked hears of it either way."""
    asked = await pending(doing.records, doing.case)
    if asked is None:
        raise NotAllowed("case.nothing_asked")
    if not may_decide(doing.town, doing.person.id, asked, doing.today):
        raise NotAllowed("case.not_your_decision")
    granted = doing.does(Act.GRANT)
    if granted and not doing.case.can(asked.act):
        # Finished or handed on since: what was asked for would take the case back to where it no longer is.
        raise NotAllowed(f"case.not_now_{doing.case.state}")
    decided = replace(asked, decided_by=doing.person.id, decided_at=doing.now, granted=granted)
    await doing.records.desks.decide(decided)
    after = await _granted(doing, asked) if granted else doing.case
    what = doing.texts(f"case.petition_{asked.act}")
    after = await doing.move(after, words=doing.noted(what, doing.wish.words))
    key = "case.news_granted" if granted else "case.news_denied"
    line = doing.texts(key, number=after.number, what=what, words=doing.wish.words)
    for person_id in stands_for(doing.town, after, doing.today, asked.asked_by):
        await tell(doing.records, person_id, Outgoing(line), doing.now, after.id)
    await show_all(doing.records, doing.town, after, doing.now)
    if granted and asked.act is not Act.EXCLUDE:
        news = letters.granted(doing.town, after, asked, doing.now)
        await tell_residents(doing.records, after, news, doing.now)
    if after.ended:
        await doing.records.cases.dismiss(after.id, doing.now)
    return doing.done("case.decided")


async def resume(doing: Doing) -> Replies:
    """The clock runs again before the review day or the answer."""
    after = await timing.resume(doing.records, doing.town, doing.case, doing.now)
    after = await doing.move(after, state=doing.case.after(Act.RESUME))
    await doing.announce(after)
    return doing.done("case.resumed")


async def supervise(doing: Doing) -> Replies:
    """督办: from above, with words, to be answered within a day."""
    case, town, now = doing.case, doing.town, doing.now
    due = now + ANSWER_WITHIN
    made = await doing.records.desks.supervise(Supervision(case.id, doing.person.id, now, doing.wish.words, due))
    after = await doing.move(beside=True)
    await doing.records.timers.set("supervised", case.id, f"{case.round}.{made.id}", due)
    card = cards.supervision_card(town, after, made, now)
    for person_id in await at_work(doing.records, town, after, now):
        await tell(doing.records, person_id, card, now, case.id)
    return doing.done("case.supervised")


async def answer(doing: Doing) -> Replies:
    """答复督办: who supervised reads what is said."""
    waiting = [s for s in await doing.records.desks.supervisions(doing.case.id) if s.answered_at is None]
    if not waiting:
        raise NotAllowed("case.nothing_asked")
    after = await doing.move()
    for supervision in waiting:
        told = replace(supervision, answered_by=doing.person.id, answered_at=doing.now, answer=doing.said())
        await doing.records.desks.answer(told)
        line = doing.texts("case.news_answer", number=after.number, words=doing.said())
        await tell(
            doing.records, supervision.by, Outgoing(line, attachments=await doing.pictures()), doing.now, after.id
        )
    return doing.done("case.answered")


async def pending(records: Records, case: Case) -> Petition | None:
    """What waits for a decision."""
    return next((p for p in reversed(await records.desks.petitions(case.id)) if p.waits(case)), None)


def may_decide(town: Town, person_id: int, asked: Petition, day: date) -> bool:
    """Whether it is for this person to decide: at the desk it was put to or one above, and never who asked."""
    return asked.asked_by != person_id and desks(town.roles_over(person_id, asked.desk_id, day))


def _judge(doing: Doing) -> Owner:
    """The desk that decides: above the owner's level, one higher for a second extension."""
    case = doing.case
    above = rank(level(doing.town, case.owner_id, case.owner_role))
    if doing.does(Act.EXTEND) and case.extensions > 0:
        above += 1
    who = frozenset({doing.person.id})
    return doing.town.routing.superior_desk(seat(doing.town, case), doing.today, who, above=above)


def _check(doing: Doing) -> None:
    """Raise NotAllowed for an extension asked too late or without measure, or a review day that is none."""
    value = doing.wish.value
    if doing.does(Act.EXTEND):
        if doing.now > doing.case.finish_by:
            raise NotAllowed("case.extend_late")
        if not value.isdigit() or not 0 < int(value) <= MOST_HOURS:
            raise NotAllowed("case.extend_measure")
    if doing.does(Act.SHELVE):
        day = _day(value)
        if day is None or not doing.today < day <= doing.today + LONGEST_SHELF:
            raise NotAllowed("case.shelve_day")


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _said(doing: Doing, asked: Petition) -> str:
    return doing.noted(cards.petition_detail(doing.town, asked), asked.words)


async def _granted(doing: Doing, asked: Petition) -> Case:
    """The case as granting leaves it."""
    records, town, case, now = doing.records, doing.town, doing.case, doing.now
    if asked.act is Act.EXTEND:
        return await timing.extend(records, town, case, int(asked.value), now)
    if asked.act is Act.EXCLUDE:
        return replace(case, excluded=True)
    if asked.act is Act.SHELVE:
        rested = case if case.resting else await timing.rest(records, town, case, Act.SHELVE, now)
        review = datetime.combine(_day(asked.value) or doing.today, time(9), town.clocks.zone).astimezone(UTC)
        await records.timers.set("review", case.id, f"{case.round}.{asked.id}", review)
        return replace(rested, state=GRANTED[asked.act])
    if case.resting:
        case = await timing.resume(records, town, case, now)
    return replace(case, state=GRANTED[asked.act], closed_at=now)
