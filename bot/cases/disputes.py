"""When the resident says no: the case goes before a desk above its owner's, never before who had a hand in it.

A desk that finds the work done (维持) is not asked again but the next above it; after two of them it rests.
"""

from dataclasses import replace
from datetime import datetime

from bot.cases import timing
from bot.cases.levels import desk_rank, level, rank, seat
from bot.cases.lifecycle import MOST_UPHELD, REOPEN_WINDOW, Act, Case
from bot.cases.notices import call, note, show_all
from bot.cases.rights import roles_for
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import Town


async def closed_to(records: Records, case: Case, now: datetime) -> str:
    """Why a desk cannot take it up (again), as a catalogue key; "" where it can.

    It can for fifteen days after it was closed, then a new case is opened, and until two desks found this round's work done.
    """
    if not case.can(Act.DISPUTE) or (case.closed_at is not None and now - case.closed_at > REOPEN_WINDOW):
        return "case.too_late"
    if case.closed_at is not None and await upheld(records, case) >= MOST_UPHELD:
        return "case.heard_twice"
    return ""


async def upheld(records: Records, case: Case) -> int:
    """How often a desk found this round's work done."""
    return sum(e.act is Act.UPHOLD and e.round == case.round for e in await records.cases.events(case.id))


async def dispute(
    records: Records,
    town: Town,
    case: Case,
    actor: int | None,
    words: str,
    now: datetime,
    files: tuple[int, ...] = (),
) -> None:
    """Move a case to the desk above, which is called with a fresh card and has until `decide_by`."""
    after = replace(case, state=case.after(Act.DISPUTE), closed_at=None)
    after = await timing.dispute(records, town, after, now)
    await records.cases.save(after)
    await note(records, town, case, after, Act.DISPUTE, actor, now, words, files)
    await show_all(records, town, after, now)
    await ask(records, town, after, now)


async def ask(records: Records, town: Town, case: Case, now: datetime, step: int = 0) -> None:
    """Call the desk that is to decide; `step` desks above it are silent or were asked before."""
    without = await barred(records, case)
    await call(records, town, case, judges(town, case, without, now)[step], now, exclude=without)


def judges(town: Town, case: Case, without: frozenset[int], now: datetime) -> tuple[Owner, ...]:
    """The desks that may decide a dispute, the one that is asked first and then those above it, each while it is silent.

    `without` are those who are `barred`. They stand above the owner, and above whoever upheld or refused the case. Where
    nobody does it is whoever else has a desk over it; where the whole district has nobody, one desk without people.
    """
    day, asked, at = town.clocks.today(now), without, seat(town, case)
    had = (role for person in without - {case.handler_id} for role in roles_for(town, person, case, day))
    above = max(rank(level(town, case.owner_id, case.owner_role)), *(desk_rank(role) for role in had), 0)
    found = [town.routing.superior_desk(at, day, asked, above=above)]
    if not found[0].people:
        found = [town.routing.superior_desk(at, day, asked)]
    while found[-1].people:
        asked |= frozenset(found[-1].people)
        found.append(town.routing.superior_desk(at, day, asked, above=above))
    return tuple(found[:-1] or found)


async def barred(records: Records, case: Case) -> frozenset[int]:
    """Who may not decide it: who handled it, found it done before, or asked for its refusal (不受理) or granted that."""
    found = {case.handler_id} | {e.actor_id for e in await records.cases.events(case.id) if e.act is Act.UPHOLD}
    for asked in await records.desks.petitions(case.id) if case.beside else ():
        if asked.act is Act.REFUSE and asked.granted:
            found |= {asked.asked_by, asked.decided_by}
    return frozenset(person for person in found if person is not None)
