"""Calling people to a case, and telling everyone concerned of a change. Everything leaves by the outbox."""

from dataclasses import replace
from datetime import datetime

from bot.cases import cards
from bot.cases.lifecycle import Act, Assignment, Case, Event, State
from bot.cases.posted import stands_for
from bot.cases.present import in_order
from bot.chat.conversation import Conversation
from bot.chat.messages import Attachment, Outgoing
from bot.grid.directory import NEIGHBOURS, Role
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import DESKS, Town

_WHY = {Role.GRID_HEAD: "head"} | dict.fromkeys(DESKS, "desk")


async def note(
    records: Records,
    town: Town,
    before: Case,
    after: Case,
    act: Act,
    actor: int | None,
    now: datetime,
    words: str = "",
    files: tuple[int, ...] = (),
) -> None:
    """Write the event that led from one case to the other; `files` are the attachments that came with it."""
    roles = town.roles_over(actor, after.unit_id, town.clocks.today(now)) if actor is not None else frozenset()
    event = Event(
        after.id, now, act, actor, min(roles, default=""), before.state, after.state, before.owner_id, after.owner_id,
        words, after.round,
    )  # fmt: skip
    if files:
        await records.attachments.attach(files, after.id, await records.cases.note(event))
    else:
        await records.cases.jot(event)


async def tell(
    records: Records, person_id: int | None, message: Outgoing, now: datetime, case_id: int | None = None
) -> None:
    """Write to a person where they spoke last."""
    if person_id is None:
        return
    reach = await records.people.reach((person_id,))
    if person_id in reach:
        await records.outbox.post(reach[person_id], message, now, case_id)
    if message.buttons and not message.card and await records.try_lock_person(person_id):
        # Whoever types 1 instead of tapping must be understood, unless they are in the middle of something else: also of
        # saying it to another process, whose words would be overwritten here.
        talk = Conversation.from_json(await records.talk.conversation(person_id))
        if talk.draft is None:
            await records.talk.save_conversation(person_id, talk.remember(message).to_json(), now)


async def tell_residents(records: Records, case: Case, message: Outgoing, now: datetime) -> None:
    """Write to the reporter and to all who follow the case, whose one button is the grade of this round.

    A reporter who withdrew while others wait for it hears no more.
    """
    if not await left(records, case):
        await tell(records, case.reporter_id, message, now, case.id)
    grades = tuple(button for button in message.buttons if button.choice.startswith(f"c:{case.id}:grade:"))
    for person_id in await records.followers.of_case(case.id) if case.followed else ():
        await tell(records, person_id, replace(message, buttons=grades), now, case.id)


async def left(records: Records, case: Case) -> bool:
    """Whether the reporter withdrew and the case goes on for others."""
    return case.followed and case.reporter_id in await records.reminders.muted(case.id)


async def call(
    records: Records,
    town: Town,
    case: Case,
    owner: Owner,
    now: datetime,
    why: str = "",
    exclude: frozenset[int] = frozenset(),
) -> None:
    """Call an owner's people who are on shift with a fresh card; where nobody can be reached, the next in turn at once."""
    for step in in_order(town, case, owner, now, exclude):
        reason = why or _WHY.get(step.role, "dispatch")
        await records.cases.assign([Assignment(case.id, case.round, p, step.role, reason, now) for p in step.people])
        await records.chats.expect(step.people, step.unit_id)
        reached = frozenset(await records.people.reach(step.people))
        groups = await records.chats.groups(step.unit_id)
        missed = (town.texts("routing.unreached"),) if step.people and not reached and not groups else ()
        await note(records, town, case, case, Act.CALL, None, now, "\n".join((*step.why, *missed)))
        if reached:
            await show_all(records, town, case, now, fresh=reached)
        for group in groups:
            reporter = await records.people.get(case.reporter_id)
            card = cards.worker_card(town, case, None, reporter, now, fresh=True)
            await records.outbox.post(group, card, now, case.id)
        if reached or groups:
            return


async def hand_over(
    records: Records, town: Town, before: Case, after: Case, owner: Owner, now: datetime, why: str = ""
) -> None:
    """Take a case from all who were called to it and call its new owner's people; the others' card says to whom it went."""
    await records.cases.dismiss(after.id, now)
    await call(records, town, after, owner, now, why)
    here = {a.person_id for a in await records.cases.assigned(after.id, after.round) if a.ended_at is None}
    line = cards.passed_on(town, after)
    had = [a for a in await records.cases.assigned(before.id, before.round) if a.role not in NEIGHBOURS]
    for person_id in dict.fromkeys(a.person_id for a in had if a.person_id not in here):
        await tell(records, person_id, line, now, after.id)
    for group in await records.chats.groups(before.owner_id) if before.owner_id != after.owner_id else ():
        await records.outbox.post(group, line, now, after.id)


async def show_all(
    records: Records, town: Town, case: Case, now: datetime, fresh: frozenset[int] = frozenset()
) -> None:
    """Bring the card of everybody who is called and of their deputies up to date; for those in `fresh` anew, with pictures.

    Neighbours are called to an elder's side and have that card; the case's own is for those who work on cases.
    """
    called = await records.cases.assigned(case.id, case.round)
    theirs = [a for a in called if a.ended_at is None or a.person_id == case.handler_id]
    named = [a.person_id for a in theirs if a.role not in NEIGHBOURS or a.person_id == case.handler_id]
    day = town.clocks.today(now)
    people = dict.fromkeys((*named, *(other for one in named for other in stands_for(town, case, day, one))))
    groups = () if fresh else await records.chats.groups(case.owner_id)
    if not people and not groups:
        return
    await records.people.reach(people)  # all in one look; telling each finds it there
    reporter = await records.people.get(case.reporter_id)
    photos = await pictures(records, case) if fresh else ()
    help_ = await standing(records, case)
    for person_id in people:
        new = person_id in fresh
        shown = photos if new else ()
        card = cards.worker_card(town, case, person_id, reporter, now, shown, fresh=new, help_=help_)
        await tell(records, person_id, card, now, case.id)
    for group in groups:
        await records.outbox.post(group, cards.worker_card(town, case, None, reporter, now, help_=help_), now, case.id)


async def standing(records: Records, case: Case) -> cards.Help | None:
    """What a card tells besides the case itself: who helps, what is asked for or supervised, what is objected."""
    said = cards.objections(case, await records.cases.events(case.id)) if case.state is State.DISPUTED else ""
    if not case.beside:
        return cards.Help(objections=said) if said else None
    desks, id_ = records.desks, case.id
    return cards.Help(await desks.assists(id_), await desks.petitions(id_), await desks.supervisions(id_), said)


async def pictures(records: Records, case: Case, ids: tuple[int, ...] = ()) -> tuple[Attachment, ...]:
    """The pictures of a case that its reporter sent, or those with these ids."""
    kept = await records.attachments.of_case(case.id)
    return tuple(k.attachment for k in kept if (k.attachment.id in ids if ids else k.person_id == case.reporter_id))
