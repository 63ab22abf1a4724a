"""What a resident does to their own case: add, urge, withdraw."""

from dataclasses import replace

from bot.cases import letters, timing
from bot.cases.doing import Doing, Replies
from bot.cases.lifecycle import URGE_PAUSE, Act, State
from bot.cases.notices import show_all, tell
from bot.cases.posted import at_work
from bot.cases.rights import Relation
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.people.people import hide_phones
from bot.town import DESKS


async def add(doing: Doing) -> Replies:
    """More words or pictures; the reporter's answer that the handler waited for lets the clock run again."""
    case = doing.case
    if Relation.REPORTER not in doing.standing:
        await doing.move(case)
        await _to_those_who_work(doing)
        return doing.done("case.added" if not case.ended else "case.added_late")
    unnamed = not case.anonymous and doing.town.triage.read(doing.wish.words).tip
    if unnamed:  # 别告诉别人是我说的 is heard late as well as at once.
        case = replace(case, anonymous=True)
    if case.state is State.WAITING:
        resumed = await timing.resume(doing.records, doing.town, case, doing.now)
        after = await doing.move(resumed, state=case.after(Act.ADD))
        await _to_those_who_work(doing)
        await show_all(doing.records, doing.town, after, doing.now)
        return doing.done("case.added")
    after = await doing.move(case)
    await _to_those_who_work(doing)
    if unnamed or case.state is State.DISPUTED:  # The desk reads on its card why it is to decide.
        await show_all(doing.records, doing.town, after, doing.now)
    return doing.done("case.added" if not case.ended else "case.added_late")


async def urge(doing: Doing) -> Replies:
    """催办: one nudge in four hours."""
    case = doing.case
    if case.urged_at is not None and doing.now - case.urged_at < URGE_PAUSE:
        raise NotAllowed("case.urge_later")
    after = await doing.move(urged_at=doing.now, urges=case.urges + 1)
    people = await _to_those_who_work(doing)
    await show_all(doing.records, doing.town, after, doing.now, people)
    return doing.done("case.urged")


async def withdraw(doing: Doing) -> Replies:
    """撤回: nothing more is owed, all cards say so, and who is on the way is told. While others wait for it, it goes on."""
    case = doing.case
    if case.followed and await doing.records.followers.of_case(case.id):
        return await _leave_to_others(doing)
    if case.resting:
        case = await timing.resume(doing.records, doing.town, case, doing.now)
    after = await doing.move(case, state=doing.case.after(Act.WITHDRAW), closed_at=doing.now)
    await show_all(doing.records, doing.town, after, doing.now)
    told = Outgoing(doing.texts("case.withdrawn_by_resident", number=case.number, words=doing.said()))
    await tell(doing.records, case.handler_id, told, doing.now, case.id)
    await doing.records.cases.dismiss(after.id, doing.now)
    return (letters.news(doing.town, after, Act.WITHDRAW, "", doing.now),)


async def _leave_to_others(doing: Doing) -> Replies:
    """Note that the reporter needs it no more, and tell them nothing further; followers and merged reports keep it open."""
    words = doing.texts("case.left_to_others", words=doing.wish.words)
    await add(replace(doing, wish=replace(doing.wish, act=Act.ADD, words=words)))
    await doing.records.reminders.mute(doing.person.id, doing.case.id, doing.now)
    return doing.done("case.you_left", number=doing.case.number)


async def _to_those_who_work(doing: Doing) -> frozenset[int]:
    """Pass the words on to whoever has it, or to all who are called while nobody does; never to who is complained of."""
    case, act = doing.case, doing.wish.act
    words = doing.said() if case.handler_id is not None else hide_phones(doing.said())
    text = doing.texts(f"case.news_{act}", number=case.number, words=words)
    line = Outgoing(text, attachments=await doing.pictures())
    if case.state is State.DISPUTED:
        called = await doing.records.cases.assigned(case.id, case.round)
        waiting = [a for a in called if a.ended_at is None and a.person_id != case.handler_id]
        people = tuple(sorted(a.person_id for a in [a for a in waiting if a.role in DESKS] or waiting))
    else:
        people = await at_work(doing.records, doing.town, case, doing.now)
    for person_id in people:
        await tell(doing.records, person_id, line, doing.now, case.id)
    return frozenset(people)
