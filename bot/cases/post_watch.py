"""When the directory changes: whoever no longer has a post for a case hands it over to the post's people of today.

The import sets one timer for each person whom a post names no longer. It looks through what they have in hand a stretch a
ring, so that no import and no turn waits for a long transaction.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cases import letters, timing
from bot.cases.cards import passed_on
from bot.cases.disputes import ask
from bot.cases.lifecycle import CRY, IN_WORK, Act, Case, State
from bot.cases.notices import call, hand_over, note, tell, tell_residents
from bot.cases.posted import people_of, posts_for, volunteers
from bot.chat.records import Timer
from bot.errands.following import follow
from bot.grid.changes import LEFT_POST
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Service

TIMERS = (LEFT_POST,)
_STRETCH = 20  # cases a ring
_SOON = timedelta(seconds=1)


class PostWatch:
    """Rings the timers in `TIMERS`. Their slot is "revision.case": since which directory, and up to which case it is done."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Hand over the next of this person's cases that none of their posts has to do with."""
        revision, _, after = timer.slot.partition(".")
        if town.directory.revision < int(revision):  # Imported since the town was read.
            await records.timers.postpone(timer.id, now + _SOON, tries=0)
            return False
        found = await records.cases.called_to(timer.subject, int(after), _STRETCH)
        for case in found:
            if not posts_for(town, timer.subject, case) and not await volunteers(records, case, timer.subject):
                await _hand_over(records, town, case, timer.subject, now)
        if len(found) == _STRETCH:
            await records.timers.set(LEFT_POST, timer.subject, f"{revision}.{found[-1].id}", now)
        return True


async def _hand_over(records: Records, town: Town, case: Case, person_id: int, now: datetime) -> None:
    """Give a case to its owner's people of today, or a dispute to who decides it; its deadline stays as promised."""
    held = case.handler_id == person_id and case.state in IN_WORK and case.kind != CRY
    if not held:
        await records.cases.dismiss(case.id, now, person_id)
        await tell(records, person_id, passed_on(town, case), now, case.id)
        if case.state is State.OPEN:
            await call(records, town, case, people_of(town, case, town.clocks.today(now)), now)
        elif case.state is State.DISPUTED and case.handler_id != person_id:
            await ask(records, town, case, now)
        return
    owner = people_of(town, case, town.clocks.today(now))
    resumed = await timing.resume(records, town, case, now) if case.resting else case
    after = replace(resumed, state=State.OPEN, handler_id=None, accepted_at=None)
    after = replace(after, owner_id=owner.unit_id, owner_role=owner.role)
    after = await timing.handed_on(records, town, after, now)
    await records.cases.save(after)
    await note(records, town, case, after, Act.DISPATCH, None, now, town.texts("case.post_left"))
    if after.service == Service.ERRAND:
        await follow(records, town, case, after, now)
    await hand_over(records, town, case, after, owner, now)
    await tell_residents(records, after, letters.news(town, after, Act.DISPATCH, "", now), now)
