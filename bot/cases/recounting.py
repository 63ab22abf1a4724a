"""When a year's holidays become known, the deadlines that lie in it are computed anew, and who is concerned is shown."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.cases import timing
from bot.cases.lifecycle import HANDED, Case, State
from bot.cases.notices import show_all
from bot.records import Records
from bot.town import Town

CHUNK = 100


@dataclass(frozen=True, slots=True)
class Moved:
    """A case before and after."""

    before: Case
    after: Case

    @property
    def deadlines(self) -> tuple[tuple[str, datetime | None, datetime | None], ...]:
        """Which of them moved: accept, contact or finish, from when to when."""
        before, after = self.before, self.after
        every = (
            ("accept", before.accept_by, after.accept_by),
            ("contact", before.contact_by, after.contact_by),
            ("finish", before.finish_by, after.finish_by),
        )
        return tuple((what, was, now) for what, was, now in every if was != now)


async def recount_some(
    records: Records, town: Town, since: datetime, after: int, now: datetime
) -> tuple[tuple[int, ...], tuple[Moved, ...]]:
    """Compute anew a hundred cases in work due at `since` or later, ids beyond `after`: their ids, and those that moved.

    Timers follow, and the cards of everybody called are brought up to date without a sound.
    """
    ids = await records.reminders.due_since(since, after, CHUNK)
    moved = []
    for case_id in ids:
        before = await records.cases.get(case_id)
        if before is None or before.ended:
            continue
        case = before
        if case.state is State.OPEN:
            handed = [event.at for event in await records.cases.events(case.id) if event.act in HANDED]
            limit = timing.limits_of(town, case)
            accept = town.clocks.due(max(handed, default=case.created_at), limit.accept, wall=limit.wall)
            case = replace(case, accept_by=accept)
        case = await timing.recount(records, town, case, now)
        if case != before:
            await records.cases.save(case)
            await show_all(records, town, case, now)
            moved.append(Moved(before, case))
    return ids, tuple(moved)
