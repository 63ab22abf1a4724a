"""A case begins: written with its deadlines, its owner's people called, whoever helps with errands asked first."""

from dataclasses import replace
from datetime import datetime

from bot.cases import cards, repeating, timing
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import call, note
from bot.chat.wishes import FileCase
from bot.errands import pool, taking
from bot.people.people import Person, veiled
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Urgency


async def open_case(records: Records, town: Town, person: Person, wish: FileCase, now: datetime) -> Case:
    """Open what a person wants done and call its owner's people; the case as it was opened. Its reporter is told nothing."""
    kind, urgency = town.kind(wish.kind), Urgency(wish.urgency)
    owner = town.routing.owner(wish.unit_id, kind, town.clocks.today(now))
    if wish.phone:
        await records.people.save_phone(person.id, wish.phone)
    case = Case(
        0, kind.service, kind.code, urgency, State.OPEN, 1, person.id, wish.unit_id, wish.room, wish.place,
        wish.lat, wish.lon, wish.words, wish.anonymous, wish.slot, wish.hand_over, owner.unit_id, owner.role, None,
        now, now, now,
    )  # fmt: skip
    if cards.hides(town, case):
        # Their own name and number stay with the person; the words go to everybody who works on the case.
        own = replace(person, phone=wish.phone or person.phone)
        wish = replace(wish, words=veiled(wish.words, own), place=veiled(wish.place, own))
        case = replace(case, words=wish.words, place=wish.place)
    case = timing.counted(town, case, now)
    case = await records.cases.add(case if wish.order is None else taking.on_time(town, case, wish.order, now))
    if wish.order is not None:
        await taking.place(records, town, case, wish, wish.order)
    await timing.ring(records, town, case, now)
    await note(records, town, case, case, Act.FILE, person.id, now, wish.words, wish.attachments)
    if not wish.by_turns and (wish.order is None or not await pool.begin(records, town, case, now)):
        await call(records, town, case, owner, now)
    if urgency is Urgency.EMERGENCY:
        await repeating.link(records, town, case, wish, now)
    return case
