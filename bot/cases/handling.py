"""What the handler does: accept, look, ask, tell, finish."""

from datetime import timedelta

from bot.cases import cards, timing
from bot.cases.doing import Doing, Replies
from bot.cases.levels import holder
from bot.cases.lifecycle import ASK_PATIENCE, CRY, Act, Assignment, Case
from bot.chat.messages import Outgoing
from bot.errands.taking import handed_over, taken
from bot.errors import NotAllowed
from bot.people.people import Person
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Service

ASK_AGAIN = timedelta(days=3)  # an unrated case is asked about once more
LAPSE = timedelta(days=7)  # … and closed as 未评价


async def accept(doing: Doing) -> Replies:
    """签收: the first press has it, and so has the unit for which it was pressed: a desk that takes a firm's case owns it."""
    records, person, now = doing.records, doing.person, doing.now
    called = await records.cases.assigned(doing.case.id, doing.case.round)
    role = next((a.role for a in called if a.person_id == person.id), "")
    owner_id, owner_role = holder(doing.town, person.id, doing.case, role, doing.today)
    after = await doing.move(handler_id=person.id, accepted_at=now, owner_id=owner_id, owner_role=owner_role)
    await records.cases.assign([Assignment(after.id, after.round, person.id, owner_role, "accept", now)])
    await doing.announce(after)
    if after.service == Service.ERRAND:
        await taken(records, doing.town, after, now, by_helper=False)
    return ()


async def look(doing: Doing) -> Replies:
    """See the reporter's contact. The look and its reason are kept, and the reporter can read them.

    Where there is nothing to see nobody has looked. Raises NotAllowed.
    """
    case, t = doing.case, doing.texts
    reporter = await can_look(doing.records, doing.town, case)
    await doing.records.looks.note(case.id, doing.person.id, doing.now, doing.wish.words)
    await doing.move(contacted_at=case.contacted_at or doing.now)
    return (Outgoing(t("case.contact", name=reporter.name or t("case.nobody"), phone=reporter.phone)),)


async def can_look(records: Records, town: Town, case: Case) -> Person:
    """Who reported, where their contact may be seen and there is one. Raises NotAllowed."""
    reporter = await records.people.get(case.reporter_id)
    if not cards.reachable(town, case, reporter):
        raise NotAllowed("case.no_contact")
    return reporter


async def relay(doing: Doing) -> Replies:
    """Write to the resident through the service (先行联系)."""
    after = await doing.move(contacted_at=doing.case.contacted_at or doing.now)
    await doing.announce(after)
    return doing.done("case.relayed")


async def ask(doing: Doing) -> Replies:
    """Ask the resident; the clock rests until they answer, three days at most."""
    after = await timing.rest(doing.records, doing.town, doing.case, Act.ASK, doing.now)
    after = await doing.move(after, state=doing.case.after(Act.ASK), contacted_at=doing.case.contacted_at or doing.now)
    slot = f"{after.round}.{int(doing.now.timestamp())}"
    await doing.records.timers.set("ask_lapse", after.id, slot, doing.now + ASK_PATIENCE)
    await doing.announce(after)
    return doing.done("case.asked_now")


async def progress(doing: Doing) -> Replies:
    """反馈: tell the resident how it goes."""
    await doing.announce(await doing.move())
    return doing.done("case.told")


async def finish(doing: Doing) -> Replies:
    """办结: the resident is told what was done and asked how it was, or how they are."""
    case = doing.case
    await handed_over(doing.records, case)
    if case.resting:
        case = await timing.resume(doing.records, doing.town, case, doing.now)
    after = await doing.move(case, state=doing.case.after(Act.FINISH), finished_at=doing.now)
    await doing.records.ratings.ask(after.id, after.round, doing.now)
    if case.kind != CRY:
        await doing.records.timers.set("rate_again", after.id, str(after.round), doing.now + ASK_AGAIN)
    await doing.records.timers.set("rate_lapse", after.id, str(after.round), doing.now + LAPSE)
    await doing.announce(after)
    return doing.done("case.finished")
