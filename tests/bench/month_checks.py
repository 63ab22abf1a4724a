"""What must be true of every row after a simulated month, whoever did what; and the figures it gives."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import select

from bot.cases.lifecycle import ENDED, GRANTED, IN_WORK, MOVES, RESTING, Act, State
from bot.cases.reminding import HANDFUL
from bot.digests.counting import bounds
from bot.digests.measures import REASONS, Measure
from bot.digests.rates import rates
from bot.digests.wording import say_rate
from bot.grid.directory import UnitKind
from bot.town import Town
from bot.triage.kinds import Urgency
from storage.database import Database
from storage.digests import DigestReads
from storage.tables import addresses, cases, events, outbox, pauses, petitions, reminded, timers

# Every act of others that the reporter hears of at once, in one message.
TOLD = frozenset({
    Act.ACCEPT, Act.RELAY, Act.ASK, Act.PROGRESS, Act.FINISH, Act.RETURN, Act.RAISE, Act.DISPATCH, Act.REOPEN,
    Act.UPHOLD, Act.RESUME, Act.MERGE, Act.UNMERGE,
})  # fmt: skip
_LEFT_OUT = frozenset({State.WITHDRAWN, State.VOIDED, State.REFUSED, State.MERGED})
_SHOWN = 5
Row = Any


@dataclass
class Found:
    """What the month looked like, and what was wrong."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def must(self, what: str, wrong: Iterable[object]) -> None:
        """Note that something holds, or the first that break it."""
        some = list(wrong)
        self.lines.append(f"{'ok   ' if not some else 'WRONG'} {what}{f': {len(some)}' if some else ''}")
        if some:
            self.wrong.append(f"{what}: {len(some)}, for example {some[:_SHOWN]}")


async def check(database: Database, town: Town, first: date, last: date) -> Found:
    """Look at every case, event, message and reminder."""
    found = Found()
    async with database.reading() as connection:
        known = {row.id: row for row in await connection.execute(select(cases))}
        happened: dict[int, list[Row]] = defaultdict(list)
        for row in await connection.execute(select(events).order_by(events.c.id)):
            happened[row.case_id].append(row)
        chats = {row.person_id: row.chat for row in await connection.execute(select(addresses))}
        letters = (
            await connection.execute(select(outbox.c.chat, outbox.c.case_id, outbox.c.created_at, outbox.c.body))
        ).all()
        rested = (await connection.execute(select(pauses))).all()
        asked = (await connection.execute(select(petitions).where(petitions.c.granted))).all()
        days = (await connection.execute(select(reminded))).all()
        tried = (await connection.execute(select(timers).where(timers.c.attempts > 1))).all()
        reads = DigestReads(connection)
        units = tuple(unit.id for unit in town.directory.units.values() if unit.kind is UnitKind.DISTRICT)
        counted = dict(await reads.summed(units, first, last))
    found.must("every case went only where the lifecycle leads", _impossible(known, happened))
    found.must("every row of a case says what its events say", _unlike(known, happened))
    found.must("every reporter was told of each change once", _told(known, happened, chats, letters, asked))
    found.must("no resting case rang", _rang(letters, rested, happened))
    found.must("no timer failed", tried)
    emergencies = frozenset(number for number, row in known.items() if row.urgency == Urgency.EMERGENCY)
    _reminders(found, town, days, letters, chats, emergencies)
    since, until = bounds(town, first)[0], bounds(town, last)[1]
    _figures(found, known, happened, asked, counted, since, until)
    states = Counter(row.state for row in known.values())
    acts = Counter(row.act for some in happened.values() for row in some)
    found.lines.append("cases: " + ", ".join(f"{state} {count:,}" for state, count in states.most_common()))
    found.lines.append("acts: " + ", ".join(f"{act} {count:,}" for act, count in acts.most_common()))
    found.lines += [say_rate(town, rate) for rate in rates(counted)]
    return found


def _impossible(known: dict[int, Row], happened: dict[int, list[Row]]) -> list[str]:
    wrong = []
    for number, row in known.items():
        some = happened[number]
        if not some or some[0].act != Act.FILE:
            wrong.append(f"{number} does not begin with its filing")
        wrong += [
            f"{number} {b.act}: {b.from_state} after {a.to_state}"
            for a, b in pairwise(some)
            if a.to_state != b.from_state
        ]
        for each in some[1:]:
            went = MOVES.get((State(each.from_state), Act(each.act)))
            granted = each.act == Act.GRANT and each.to_state in {each.from_state, *GRANTED.values()}
            # A grade that closes is a rating; one that does not leaves the case where it is.
            rated = each.act == Act.RATE and each.to_state in {each.from_state, State.CLOSED}
            if not (each.to_state == went or granted or rated):
                wrong.append(f"{number}: {each.act} from {each.from_state} to {each.to_state}")
        if row.round != 1 + sum(each.act == Act.REOPEN or _anew(each) for each in some):
            wrong.append(f"{number} is in round {row.round}")
    return wrong


def _anew(each: Row) -> bool:
    return (each.act, each.from_state) == (Act.DISPATCH, State.DISPUTED)


def _unlike(known: dict[int, Row], happened: dict[int, list[Row]]) -> list[str]:
    wrong = []
    for number, row in known.items():
        state, last = State(row.state), happened[number][-1]
        for what, holds in {
            "state": last.to_state == state,
            "owner": last.to_owner_id == row.owner_id,
            "closed": (row.closed_at is not None) == (state in ENDED),
            "handler": (row.handler_id is None) == (row.accepted_at is None),
            "open with a handler": state is not State.OPEN or row.handler_id is None,
            "in work without a handler": state not in IN_WORK - {State.OPEN} or row.handler_id is not None,
            "finished": state is not State.FINISHED or row.finished_at is not None,
            "deadlines": row.accept_by > row.created_at and row.finish_by > row.created_at,
        }.items():
            if not holds:
                wrong.append(f"{number} ({state}): {what}")
    return wrong


def _told(
    known: dict[int, Row],
    happened: dict[int, list[Row]],
    chats: dict[int, str],
    letters: Sequence[Row],
    asked: Sequence[Row],
) -> list[str]:
    """Changes without a message to the reporter, and messages said twice."""
    heard: dict[tuple[int, str], Counter[datetime]] = defaultdict(Counter)
    said: dict[tuple[int, str], Counter[tuple[datetime, str]]] = defaultdict(Counter)
    for row in letters:
        if row.case_id is not None:
            heard[row.case_id, row.chat][row.created_at] += 1
            said[row.case_id, row.chat][row.created_at, row.body["text"]] += 1
    granted = {(row.case_id, row.decided_at) for row in asked if row.act != Act.EXCLUDE}
    wrong = []
    for number, row in known.items():
        chat = chats[row.reporter_id]
        due = Counter(
            e.at for e in happened[number] if e.act in TOLD or (e.act == Act.GRANT and (number, e.at) in granted)
        )
        wrong += [
            f"{number}: {n} changes at {at}, {heard[number, chat][at]} told"
            for at, n in due.items()
            if heard[number, chat][at] < n
        ]
        # Two desks that press in one moment are two changes, and may be told in the same words.
        wrong += [f"{number} twice: {text[:30]}" for (at, text), n in said[number, chat].items() if n > max(1, due[at])]
    return wrong


def _rang(letters: Sequence[Row], rested: Sequence[Row], happened: dict[int, list[Row]]) -> list[str]:
    resting: dict[int, list[Row]] = defaultdict(list)
    for row in rested:
        resting[row.case_id].append(row)
    wrong = [
        f"{row.case_id} at {row.created_at}: {row.body['text'][:30]}"
        for row in letters
        if row.case_id in resting and row.body["text"][:1] in "⏰📞" and "居民在催" not in row.body["text"]
        for each in resting[row.case_id]
        if each.since < row.created_at < (each.until or row.created_at + timedelta(days=1))
    ]
    return wrong + [
        f"{e.case_id} fell overdue at rest"
        for some in happened.values()
        for e in some
        if e.act == Act.OVERDUE and e.from_state in RESTING
    ]


def _reminders(
    found: Found,
    town: Town,
    days: Sequence[Row],
    letters: Sequence[Row],
    chats: dict[int, str],
    emergencies: frozenset[int],
) -> None:
    """How many reminders people got on a day; more than a handful only for emergencies."""
    spread = Counter(min(row.count, 2 * HANDFUL) for row in days if row.count)
    people = sum(spread.values())
    shown = ", ".join(f"{count}{'+' if count == 2 * HANDFUL else ''}: {n:,}" for count, n in sorted(spread.items()))
    found.lines.append(f"reminders a person and day, of {people:,} with any: {shown}")
    many = [row for row in days if row.count > HANDFUL]
    found.lines.append(
        f"more than {HANDFUL} on {len(many)} of them, the most {max((row.count for row in days), default=0)}"
    )
    turn = town.texts("reminders.your_turn", unit="", number="").split("轮到")[-1]
    apart: Counter[tuple[str, date]] = Counter()
    for row in letters:
        text = row.body["text"]
        if row.case_id in emergencies and (text.endswith(turn) or text[:1] in "⏰📞"):
            apart[row.chat, town.clocks.today(row.created_at)] += 1
    found.must(
        f"beside emergencies nobody was reminded more than {HANDFUL} times a day",
        [f"{row.person_id} on {row.day}" for row in many if row.count - apart[chats[row.person_id], row.day] > HANDFUL],
    )


def _figures(
    found: Found,
    known: dict[int, Row],
    happened: dict[int, list[Row]],
    asked: Sequence[Row],
    counted: dict[str, int],
    since: datetime,
    until: datetime,
) -> None:
    """Count from the rows what the month's digest says, in the plainest way."""
    known_by = until + timedelta(minutes=20)  # the night counts what it knows by then
    excluded = {row.case_id for row in asked if row.act == Act.EXCLUDE and row.decided_at < known_by}
    plain: Counter[str] = Counter()
    times = []
    for number in known:
        before = [event for event in happened[number] if event.at < until]
        if not before:
            continue
        ended = [event.to_state for event in happened[number] if event.at < known_by][-1]
        left = number in excluded or ended in _LEFT_OUT
        late: set[int] = set()
        for event in before:
            inside = event.at >= since
            plain[Measure.FILED] += inside and event.act == Act.FILE
            if event.act == Act.OVERDUE and event.round not in late:
                late.add(event.round)
                plain[Measure.FELL_OVERDUE] += inside and not left
            if left or not inside:
                continue
            plain[Measure.ACCEPTED] += event.act == Act.ACCEPT
            plain[Measure.RETURNED] += event.act == Act.RETURN
            plain[Measure.FINISHED] += event.act == Act.FINISH
            plain[Measure.FINISHED_IN_TIME] += event.act == Act.FINISH and event.round not in late
            plain[Measure.REOPENED] += event.act == Act.REOPEN or _anew(event)
            if event.act == Act.FINISH:
                times.append((event.at - before[0].at).total_seconds() / 3600)
    unlike = [
        f"{name} {counted.get(name, 0)} instead of {number}"
        for name, number in plain.items()
        if counted.get(name, 0) != number
    ]
    found.must("the digest's figures are those of the rows", unlike)
    found.lines.append(
        "counted both ways: " + ", ".join(f"{name} {number:,}" for name, number in sorted(plain.items()))
    )
    if times:
        found.lines.append(f"hours from filing to the (last) finishing: median {median(times):.1f}")
    found.lines.append("left out: " + ", ".join(f"{why} {counted.get('left.' + why, 0)}" for why in REASONS))
