"""并案 and 拆分: a desk takes several reports of one matter together, and apart again.

A merged case has ended; its lead goes on for it. Its reporter and followers follow the lead, which is read from
`lead_id`: taking it apart again needs no bookkeeping. What is said to it later reaches the lead.
"""

from dataclasses import replace
from datetime import datetime

from bot.cases import timing
from bot.cases.doing import Doing, Replies
from bot.cases.levels import desk_rank
from bot.cases.lifecycle import LIVE, Act, Case, State
from bot.cases.notices import call, pictures, tell
from bot.cases.posted import at_work
from bot.cases.rights import roles_for
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town


async def merge(doing: Doing) -> Replies:
    """Let another case go on for this one. `value` is the id of the lead. Raises NotAllowed with the reason."""
    case, records, now = doing.case, doing.records, doing.now
    lead = await _lead(doing)
    audience = (case.reporter_id, *await records.followers.of_case(case.id))
    photos = await pictures(records, case)
    if case.resting:
        case = await timing.resume(records, doing.town, case, now)
    after = await doing.move(case, str(lead.number), state=State.MERGED, lead_id=lead.id, closed_at=now)
    await records.repeats.lead(case.id, lead.id)
    await records.cases.save(replace(lead, followed=True))
    await _put_away(doing, after, lead)
    together = Outgoing(doing.texts("repeats.together", number=case.number, lead=lead.number))
    for person_id in dict.fromkeys(audience):
        await tell(records, person_id, together, now, case.id)
    said = Outgoing(
        doing.texts("repeats.joined", number=case.number, lead=lead.number, words=case.words), attachments=photos
    )
    await _to_handlers(records, doing.town, lead, said, now)
    apart = numbered((doing.texts("case.more_unmerge"), f"c:{case.id}:{Act.UNMERGE}"))
    return (Outgoing(doing.texts("repeats.merged", number=case.number, lead=lead.number), apart),)


async def unmerge(doing: Doing) -> Replies:
    """Take a merged case apart again: another round, with its owner's people called and clocks of its own."""
    case, records, town, now = doing.case, doing.records, doing.town, doing.now
    if case.state is not State.MERGED:
        raise NotAllowed("case.not_now")
    lead = await records.cases.get(case.lead_id) if case.lead_id is not None else None
    owner = town.routing.owner(case.unit_id, town.kind(case.kind), doing.today)
    after = replace(case, state=State.OPEN, lead_id=None, closed_at=None, finished_at=None, round=case.round + 1)
    after = replace(after, handler_id=None, accepted_at=None, owner_id=owner.unit_id, owner_role=owner.role)
    after = await timing.start(records, town, after, now)
    after = await doing.move(after, str(lead.number) if lead is not None else "")
    await call(records, town, after, owner, now)
    alone = Outgoing(doing.texts("repeats.alone", number=case.number, role=town.role_name(owner.role)))
    for person_id in (case.reporter_id, *await records.followers.of_case(case.id)):
        await tell(records, person_id, alone, now, case.id)
    if lead is not None and not lead.ended:
        line = Outgoing(doing.texts("repeats.parted", number=case.number, lead=lead.number))
        await _to_handlers(records, town, lead, line, now)
    return doing.done("repeats.unmerged", number=case.number)


async def _lead(doing: Doing) -> Case:
    """The case to merge into, where that may be done."""
    value = doing.wish.value
    if value == str(doing.case.id):
        raise NotAllowed("repeats.into_itself")
    lead = await doing.records.cases.get(int(value)) if value.isdigit() else None
    if lead is None:
        raise NotAllowed("case.not_found")
    if max((desk_rank(role) for role in roles_for(doing.town, doing.person.id, lead, doing.today)), default=-1) < 0:
        raise NotAllowed("repeats.not_your_place")
    if lead.state is State.MERGED:
        first = await doing.records.cases.get(lead.lead_id or 0)
        raise NotAllowed("repeats.into_merged", number=lead.number, lead=first.number if first is not None else "")
    if lead.state not in LIVE:
        raise NotAllowed("repeats.into_ended", number=lead.number)
    if lead.service != doing.case.service:
        raise NotAllowed("repeats.into_other")
    return lead


async def _put_away(doing: Doing, after: Case, lead: Case) -> None:
    """Every card of the merged case becomes one line."""
    records = doing.records
    text = doing.texts("repeats.card_merged", number=after.number, lead=lead.number)
    open_lead = numbered((doing.texts("repeats.open_lead", lead=lead.number), f"c:{lead.id}:show"))
    line = Outgoing(text, open_lead, card=f"case:{after.id}")
    for person_id in dict.fromkeys(a.person_id for a in await records.cases.assigned(after.id, after.round)):
        await tell(records, person_id, line, doing.now, after.id)
    for group in await records.chats.groups(after.owner_id):
        await records.outbox.post(group, line, doing.now, after.id)
    await records.cases.dismiss(after.id, doing.now)


async def _to_handlers(records: Records, town: Town, case: Case, line: Outgoing, now: datetime) -> None:
    for person_id in await at_work(records, town, case, now):
        await tell(records, person_id, line, now, case.id)
