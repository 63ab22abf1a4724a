"""Calling people to a case, and telling everyone concerned of a change. Everything leaves by the outbox."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases import cards
from bot.cases.lifecycle import Act, Assignment, Case, Event
from bot.chat.conversation import Conversation
from bot.chat.messages import Attachment, Outgoing
from bot.grid.directory import Role
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import DESKS, Town
from bot.triage.kinds import Urgency

_WHY = {Role.GRID_HEAD: "head"} | dict.fromkeys(DESKS, "desk")


async def note(
    records: Records, town: Town, before: Case, after: Case, act: Act, actor: int | None, now: datetime, words: str = ""
) -> int:
    """Write the event that led from one case to the other."""
    roles = town.roles_over(actor, after.unit_id, town.clocks.today(now)) if actor is not None else frozenset()
    role = min(roles, default="")
    return await records.cases.note(
        Event(
            after.id,
            now,
            act,
            actor,
            role,
            before.state,
            after.state,
            before.owner_id,
            after.owner_id,
            words,
            after.round,
        )
    )


async def tell(records: Records, person_id: int | None, message: Outgoing, now: datetime, case_id: int) -> None:
    """Write to a person at the address they joined last."""
    if person_id is not None:
        for address in (await records.people.addresses(person_id))[:1]:
            await records.outbox.post(address, message, now, case_id)
        if message.buttons and not message.card:
            # Whoever types 1 instead of tapping must be understood, unless they are in the middle of something else.
            talk = Conversation.from_json(await records.talk.conversation(person_id))
            if talk.draft is None:
                await records.talk.save_conversation(person_id, talk.remember(message).to_json(), now)


async def call(records: Records, town: Town, case: Case, owner: Owner, now: datetime, why: str = "") -> Case:
    """Call an owner's people with a fresh card; where nobody can be reached, the next of the ladder at once."""
    day = town.clocks.today(now)
    for step in (owner, *town.routing.ladder(owner, case.unit_id, day)):
        reason = why or _WHY.get(step.role, "dispatch")
        await records.cases.assign([Assignment(case.id, case.round, p, step.role, reason, now) for p in step.people])
        await note(records, town, case, case, Act.CALL, None, now, "\n".join(step.why))
        reached = await records.people.reachable(step.people) if step.people else frozenset()
        await show_all(records, town, case, now, fresh=reached)
        groups = await records.people.groups(step.unit_id)
        for group in groups:
            reporter = await records.people.get(case.reporter_id)
            await records.outbox.post(
                group, cards.worker_card(town, case, None, reporter, now, fresh=True), now, case.id
            )
        if reached or groups:
            break
    return case


async def show_all(
    records: Records, town: Town, case: Case, now: datetime, fresh: frozenset[int] = frozenset()
) -> None:
    """Bring the card of everybody called in this round up to date; for those in `fresh` anew, with the pictures."""
    reporter = await records.people.get(case.reporter_id)
    photos = await pictures(records, case) if fresh else ()
    people = dict.fromkeys(a.person_id for a in await records.cases.assigned(case.id, case.round))
    for person_id in people:
        new = person_id in fresh
        card = cards.worker_card(town, case, person_id, reporter, now, photos if new else (), fresh=new)
        await tell(records, person_id, card, now, case.id)
    if not fresh:
        for group in await records.people.groups(case.owner_id):
            await records.outbox.post(group, cards.worker_card(town, case, None, reporter, now), now, case.id)


async def pictures(records: Records, case: Case, ids: tuple[int, ...] = ()) -> tuple[Attachment, ...]:
    """The pictures of a case that its reporter sent, or those with these ids."""
    kept = await records.attachments.of_case(case.id)
    return tuple(k.attachment for k in kept if (k.attachment.id in ids if ids else k.person_id == case.reporter_id))


async def clock(records: Records, town: Town, case: Case, now: datetime) -> Case:
    """Give the case this round's deadlines and set their timers."""
    accept, finish = town.clocks.deadlines(town.kind(case.kind), case.urgency, now)
    case = replace(case, accept_by=accept, finish_by=finish)
    slot = f"{case.round}.{case.returns}"
    await records.timers.set("accept", case.id, f"{case.round}.0.{case.returns}", accept)
    early = max((finish - now) / 5, timedelta(hours=2))
    if finish - early > now and case.urgency is not Urgency.EMERGENCY:
        await records.timers.set("near", case.id, slot, finish - early)
    await records.timers.set("overdue", case.id, slot, finish)
    return case
