"""Reminders that respect people: none of a case they silenced, none twice, and no more than a handful a day.

An emergency goes past all of this. Whatever is held back stands in the list of the next morning.
"""

from collections.abc import Iterable
from datetime import datetime

from bot.cases.cards import press
from bot.cases.lifecycle import Act, Case, State
from bot.cases.notices import tell
from bot.cases.posted import stands_for
from bot.cases.reminded import Reminded
from bot.cases.rights import roles_for
from bot.cases.timing import slot
from bot.chat.conversation import numbered
from bot.chat.messages import Button, Outgoing
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Urgency

HANDFUL = 6  # reminders a day for one person, the morning list among them


async def remind(
    records: Records, town: Town, people: Iterable[int | None], case: Case, text: str, now: datetime, deadline: datetime
) -> None:
    """Remind people of a case whose `deadline` is near or has passed, with buttons to open it and to silence it."""
    urgent = case.urgency is Urgency.EMERGENCY
    wanted = tuple(dict.fromkeys(person for person in people if person is not None))
    reached = await records.people.reach(wanted) if wanted else frozenset()
    muted = frozenset[int]() if urgent or not reached else await records.reminders.muted(case.id)
    for person_id in wanted:
        if person_id not in reached or person_id in muted:
            continue
        told = await records.reminders.day(person_id, town.clocks.today(now))
        if not urgent and (told.count >= HANDFUL or _repeats(told, case, deadline, now)):
            continue
        last = not urgent and told.count == HANDFUL - 1
        message = _full(town) if last else Outgoing(text, _buttons(town, case))
        await tell(records, person_id, message, now, case.id)
        await records.reminders.count(person_id, town.clocks.today(now))


async def explain(records: Records, town: Town, people: Iterable[int], case: Case, text: str, now: datetime) -> None:
    """Tell people why they have just been called. It counts as a reminder; after a handful the card alone must do."""
    urgent, today = case.urgency is Urgency.EMERGENCY, town.clocks.today(now)
    for person_id in await records.people.reach(tuple(people)):
        if urgent or (await records.reminders.day(person_id, today)).count < HANDFUL:
            await tell(records, person_id, Outgoing(text), now, case.id)
            await records.reminders.count(person_id, today)


async def silence(records: Records, town: Town, person_id: int, case_id: int, now: datetime, *, on: bool) -> Outgoing:
    """静音: remind this person of a case of theirs no more, or again. Raises NotAllowed for a case that is not theirs."""
    case = await records.cases.get(case_id)
    if case is None:
        raise NotAllowed("case.not_found")
    called = await records.cases.assigned(case.id, case.round)
    day = town.clocks.today(now)
    concerned = {case.handler_id, *stands_for(town, case, day), *(a.person_id for a in called)}
    if person_id not in concerned and not roles_for(town, person_id, case, day):
        raise NotAllowed("case.not_found")
    if on:
        await records.reminders.mute(person_id, case.id, now)
    else:
        await records.reminders.unmute(person_id, case.id)
    back = ((town.texts("reminders.unmute"), f"c:{case.id}:unmute"),) if on else ()
    return Outgoing(town.texts("reminders.muted" if on else "reminders.unmuted", number=case.number), numbered(*back))


def _repeats(told: Reminded, case: Case, deadline: datetime, now: datetime) -> bool:
    """Whether the morning list said the same: this deadline, as one that comes today, or as one that had passed."""
    if told.listed_at is None or told.listed.get(case.id) != int(slot(deadline)):
        return False
    return now < deadline or deadline <= told.listed_at


def _buttons(town: Town, case: Case) -> tuple[Button, ...]:
    accept = ((town.texts("reminders.accept"), press(case, Act.ACCEPT)),) if case.state is State.OPEN else ()
    show = (town.texts("reminders.open"), f"c:{case.id}:show")
    return numbered(*accept, show, (town.texts("reminders.mute"), f"c:{case.id}:mute"))


def _full(town: Town) -> Outgoing:
    return Outgoing(town.texts("reminders.more_today"), numbered((town.texts("reminders.all"), "m:work")))
