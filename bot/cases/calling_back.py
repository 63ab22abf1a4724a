"""回访: after a case is closed, somebody who neither handled it nor works beside who did asks the resident how it was.

Drawn by rule: every bad rating, every unrated case that was urgent or an errand, and one in ten of the rest. Thanks never
reopens anything; 不满意 puts the case before the desk again while its window lasts, 联系不上 is tried once more.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.cases import cards
from bot.cases.disputes import closed_to, dispute
from bot.cases.doing import Doing, Replies
from bot.cases.levels import level, rank, seat
from bot.cases.lifecycle import Case, Rating
from bot.cases.notices import tell
from bot.cases.records import CallBack
from bot.chat.messages import Outgoing
from bot.errors import NotAllowed
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Service, Urgency

SAMPLE = 10  # one in ten of those that went well
TRIES = 2
_MORNING = time(10)


def drawn(case: Case, rating: Rating | None) -> str:
    """Why a closed case is called back about: bad, unrated or sample; "" where it is not."""
    if rating is not None and rating.bad:
        return "bad"
    if rating is None or rating.grade is None:
        pressing = case.urgency is not Urgency.NORMAL or case.service == Service.ERRAND
        return "unrated" if pressing else ""
    return "sample" if case.id % SAMPLE == 0 else ""


async def draw(records: Records, town: Town, case: Case, rating: Rating | None, now: datetime) -> None:
    """Give a closed case's call-back, if it is drawn, to a desk above the handler's level, for the next working day."""
    why = drawn(case, rating)
    if why:
        await _give(records, town, case, why, now)


async def _give(records: Records, town: Town, case: Case, why: str, now: datetime) -> None:
    above = max(1, rank(level(town, case.owner_id, case.owner_role)))
    today = town.clocks.today(now)
    desk = town.routing.superior_desk(seat(town, case), today, frozenset({case.handler_id or 0}), above=above)
    if not desk.people:
        return
    start = town.clocks.at(today + timedelta(days=1), _MORNING)
    due = town.clocks.due(start, 0, wall=False).astimezone(now.tzinfo)
    call = await records.call_backs.add(CallBack(case.id, case.round, why, desk.people[0], due))
    await records.timers.set("call_back", case.id, f"{case.round}.{call.id}", due)


async def remind(records: Records, town: Town, case: Case, call_id: int, now: datetime) -> None:
    """The morning of the call-back: its card, with the script."""
    for call in await records.call_backs.of_case(case.id):
        if call.id == call_id and call.done_at is None:
            reporter = await records.people.get(case.reporter_id)
            await tell(records, call.person_id, cards.call_back_card(town, case, call, reporter), now, case.id)


async def call_back(doing: Doing) -> Replies:
    """Keep what the resident said. `value` is the outcome."""
    outcome, case = doing.wish.value, doing.case
    mine = await _mine(doing)
    if outcome not in cards.OUTCOMES:
        raise NotAllowed("case.not_now")
    words = doing.noted(doing.texts(f"case.outcome_{outcome}"), doing.wish.words)
    await doing.records.call_backs.save(replace(mine, done_at=doing.now, outcome=outcome, words=doing.wish.words))
    after = await doing.move(case, words)
    tried = [call for call in await doing.records.call_backs.of_case(case.id) if call.round == case.round]
    if outcome == "unreachable" and len(tried) < TRIES:
        await _give(doing.records, doing.town, after, mine.why, doing.now)
    if outcome == "unsatisfied" and not await closed_to(doing.records, after, doing.now):
        await dispute(doing.records, doing.town, after, doing.person.id, words, doing.now)
    return (Outgoing(doing.texts("case.called_back")),)


async def _mine(doing: Doing) -> CallBack:
    for call in await doing.records.call_backs.of_case(doing.case.id):
        if call.person_id == doing.person.id and call.done_at is None:
            return call
    raise NotAllowed("case.not_yours")
