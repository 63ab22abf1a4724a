"""When the resident says no: the case goes before the desk above, never before who handled it."""

from dataclasses import replace
from datetime import datetime

from bot.cases import timing
from bot.cases.levels import seat
from bot.cases.lifecycle import REOPEN_WINDOW, Act, Case
from bot.cases.notices import call, note, show_all
from bot.grid.routing import Owner
from bot.records import Records
from bot.town import Town


def may_dispute(case: Case, now: datetime) -> bool:
    """Whether the desk can still take it up again: for fifteen days after it was closed, then a new case is opened."""
    return case.can(Act.DISPUTE) and (case.closed_at is None or now - case.closed_at <= REOPEN_WINDOW)


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
    await call(records, town, after, judges(town, after, now)[0], now)


def judges(town: Town, case: Case, now: datetime) -> tuple[Owner, ...]:
    """The desks that may decide a dispute, the one that is asked first and then those above it, each while it is silent.

    Nobody is asked twice, and never who handled the case. Where the whole district has nobody, one desk without people.
    """
    day, asked = town.clocks.today(now), frozenset({case.handler_id or 0})
    found = [town.routing.superior_desk(seat(town, case), day, asked)]
    while found[-1].people:
        asked |= frozenset(found[-1].people)
        found.append(town.routing.superior_desk(seat(town, case), day, asked))
    return tuple(found[:-1] or found)
