"""To which case words may belong that name no matter: 没修好 after 办结, 不用来了 while somebody is on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.cases import cards
from bot.cases.disputes import closed_to
from bot.cases.lifecycle import CRY, IN_WORK, Act, Case, State
from bot.cases.posted import stands_for, work_of
from bot.cases.rights import Relation, refusal
from bot.people.people import Person
from bot.records import Records
from bot.town import Town

_LISTED = 10
_TOLD = {Act.RELAY: "work", Act.ADD: "mine", Act.DISPUTE: "again", Act.WITHDRAW: "withdraw"}


@dataclass(frozen=True, slots=True)
class Meant:
    """`options` are what such words may do: the id of a case, the act that takes them, how a list tells it.

    `waiting` is the one case that waits for this person's answer, None where none does, or several.
    """

    options: list[tuple[int, str, str]]
    waiting: Case | None = None


async def meant(records: Records, town: Town, person: Person, words: str, now: datetime) -> Meant:
    """What words that name no matter may do.

    A resident adds to their own case in work, disputes one that is done (for fifteen days), and may withdraw one where
    the words tell that it is mended; a worker writes to the residents of those in hand.
    """
    mended = town.triage.read(words).thanks
    work, day = await work_of(records, town, person.id, _LISTED, now), town.clocks.today(now)
    handled = [case for case in work if person.id in (case.handler_id, *stands_for(town, case, day))]
    found = [(case, Act.RELAY, Relation.HANDLER) for case in handled]
    own = await records.cases.of_reporter(person.id, _LISTED)
    for case in own:
        acts = [*_of_reporter(case, mended=mended)]
        if Act.DISPUTE in acts and await closed_to(records, case, now):
            acts.remove(Act.DISPUTE)
        found += [(case, act, Relation.REPORTER) for act in acts]
    options = [
        (case.id, act.value, cards.entry(town, case, _TOLD[act]))
        for case, act, relation in found
        if not refusal(act, case, frozenset({relation}))
    ]
    waiting = [case for case in own if case.state is State.WAITING]
    return Meant(options, waiting[0] if len(waiting) == 1 else None)


def _of_reporter(case: Case, *, mended: bool) -> Iterator[Act]:
    """What its reporter may mean, the likeliest first; of a thing that is mended there is nothing to add once it is done."""
    if mended and case.state not in IN_WORK:
        return
    if mended:
        yield Act.WITHDRAW
    if case.state in {State.FINISHED, State.CLOSED} and case.kind != CRY:
        yield Act.DISPUTE
    if not case.ended:
        yield Act.ADD
