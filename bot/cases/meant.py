"""To which case words may belong that name no matter: 没修好 after 办结, 不用来了 while somebody is on the way."""

from collections.abc import Iterator
from datetime import datetime

from bot.cases import cards
from bot.cases.disputes import may_dispute
from bot.cases.lifecycle import CRY, IN_WORK, Act, Case, State
from bot.cases.rights import Relation, refusal
from bot.people.people import Person
from bot.records import Records
from bot.town import Town

_LISTED = 10
_TOLD = {Act.RELAY: "work", Act.ADD: "mine", Act.DISPUTE: "again", Act.WITHDRAW: "withdraw"}


async def meant(records: Records, town: Town, person: Person, words: str, now: datetime) -> list[tuple[int, str, str]]:
    """What such words may do: the id of a case, the act that takes them, how a list tells it.

    A resident adds to their own case in work, disputes one that is done (for fifteen days), and may withdraw one where
    the words tell that it is mended; a worker writes to the residents of those in hand.
    """
    mended = town.triage.read(words).thanks
    handled = [case for case in await records.cases.work_of(person.id, _LISTED) if case.handler_id == person.id]
    found = [(case, Act.RELAY, Relation.HANDLER) for case in handled]
    for case in await records.cases.of_reporter(person.id, _LISTED):
        found += [(case, act, Relation.REPORTER) for act in _of_reporter(case, now, mended=mended)]
    return [
        (case.id, act.value, cards.entry(town, case, _TOLD[act]))
        for case, act, relation in found
        if not refusal(act, case, frozenset({relation}))
    ]


def _of_reporter(case: Case, now: datetime, *, mended: bool) -> Iterator[Act]:
    """What its reporter may mean, the likeliest first; of a thing that is mended there is nothing to add once it is done."""
    if mended and case.state not in IN_WORK:
        return
    if mended:
        yield Act.WITHDRAW
    if case.state in {State.FINISHED, State.CLOSED} and case.kind != CRY and may_dispute(case, now):
        yield Act.DISPUTE
    if not case.ended:
        yield Act.ADD
