"""What must be true of every row after a simulated month of a community, whoever did what; and the figures it gives."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.care.visiting import PASSES
from bot.cases.lifecycle import ENDED, FIRST_NUMBER, Act, State
from bot.digests.counting import bounds
from bot.digests.helping import SOON, HelpMeasure, shares
from bot.grid.directory import Role, UnitKind
from bot.town import Town
from storage.database import Database
from storage.digests import DigestReads
from storage.tables import (
    alarm_calls,
    alarms,
    assignments,
    cases,
    claims,
    elders,
    errands,
    events,
    kitchens,
    looks,
    meals,
    offers,
    outbox,
    service_items,
    timers,
    visits,
)
from tests.bench.month_checks import Found

Row = Any
_WORKDAYS = 5  # after so many days with visits every elder had one
_GONE = frozenset({State.WITHDRAWN, State.VOIDED, State.REFUSED, State.MERGED})
_SECRET = re.compile(r"(?<!\d)(?:[1-9]-[1-9]-[1-9]\d{3}|[1-9]\d{9})(?!\d)")  # as the orders of the month have them
_WORKERS = frozenset({Role.GRID_WORKER, Role.GRID_HEAD, Role.COMMUNITY_DESK, Role.STREET_DESK})


async def check(database: Database, town: Town, first: date, last: date, numbers: Collection[int]) -> Found:
    """Look at every errand, visit, lunch, call for help and claim; `numbers` are those that people were told."""
    found = Found()
    async with database.reading() as db:
        known = {row.id: row for row in await _all(db, cases)}
        ordered = await _all(db, errands)
        called: dict[int, list[Row]] = defaultdict(list)
        for row in await _all(db, assignments):
            called[row.case_id].append(row)
        letters = await _all(db, outbox)
        looked, happened, offered = await _all(db, looks), await _all(db, events), await _all(db, offers)
        made, register = await _all(db, visits), await _all(db, elders)
        booked, sheets = await _all(db, meals), await _all(db, kitchens)
        cries, calls = await _all(db, alarms), await _all(db, alarm_calls)
        claimed, items = await _all(db, claims), await _all(db, service_items)
        tried = (await db.execute(select(timers).where(timers.c.attempts > 1))).all()
        units = tuple(unit.id for unit in town.directory.units.values() if unit.kind is UnitKind.COMMUNITY)
        counted = dict(await DigestReads(db).summed(units, first, last))
    end = bounds(town, last)[1]
    first_taken, first_done = _first(happened, Act.ACCEPT), _first(happened, Act.FINISH)
    _errands(found, known, ordered, called, first_taken, first_done, numbers, end)
    _secrets(found, known, ordered, letters, looked, happened)
    _quiet(found, town, letters)
    _visits(found, town, made, register, end)
    _meals(found, booked, sheets, letters)
    _alarms(found, first_taken, known, cries, calls)
    _claims(found, claimed, items)
    found.must("no timer failed", [(row.kind, row.subject, row.slot) for row in tried if row.kind != "figures"])
    _figures(found, town, known, ordered, made, sheets, counted, first, end)
    found.lines.append(f"offers: {len(offered):,}; letters: {len(letters):,}")
    found.lines += [f"{s.name} {s.above}" + (f"/{s.below}" if s.below is not None else "") for s in shares(counted)]
    return found


async def _all(db: AsyncConnection, table: Table) -> Sequence[Row]:
    return (await db.execute(select(table))).all()


def _first(happened: Sequence[Row], act: Act) -> dict[int, datetime]:
    """When each case saw it first: what is done anew in a later round does not count."""
    return {row.case_id: row.at for row in sorted(happened, key=lambda row: row.id, reverse=True) if row.act == act}


def _errands(
    found: Found, known: dict[int, Row], ordered: Sequence[Row], called: dict[int, list[Row]], taken: dict[int, datetime],
    done: dict[int, datetime], numbers: Collection[int], end: datetime,
) -> None:  # fmt: skip
    there = {row.case_id for row in ordered}
    found.must("every number that was told is an errand", [n for n in numbers if n - FIRST_NUMBER not in there])
    meant = [row for row in ordered if known[row.case_id].state not in _GONE]
    over = [row for row in meant if row.slot_until < end]
    lost = [row for row in over if row.handed_at is None and not called[row.case_id]]
    found.must("no errand whose time is over is left without anybody", [_words(known, row) for row in lost])
    late = [row for row in over if row.case_id not in done or done[row.case_id] > row.slot_until]
    unseen = [row for row in late if not any(each.at <= row.slot_until for each in called[row.case_id])]
    found.must("no errand was late before a worker had it", [_words(known, row) for row in unseen])
    ended = [row for row in ordered if known[row.case_id].state in ENDED]
    found.must("an errand that was closed was handed over",
               [row.case_id for row in ended if row.handed_at is None and known[row.case_id].state is State.CLOSED])  # fmt: skip
    helped = sum(row.helper_id is not None for row in over)
    states = Counter(known[row.case_id].state for row in ordered)
    found.lines.append(
        f"errands: {len(ordered)}, {dict(states)}; over {len(over)}, late {len(late)}, by helpers {helped}"
    )
    waits = [
        (taken[row.case_id] - known[row.case_id].created_at) / timedelta(minutes=1)
        for row in over
        if row.helper_id is not None and row.case_id in taken
    ]
    if waits:
        found.lines.append(f"minutes until a helper had it: median {median(waits):.0f}, longest {max(waits):.0f}")
    found.lines.append(f"hand-overs: {dict(Counter(r.proof for r in over if r.handed_at is not None))}")


def _words(known: dict[int, Row], row: Row) -> str:
    case = known[row.case_id]
    slot = f"{row.slot_from:%d %H:%M}-{row.slot_until:%d %H:%M}"
    return f"{case.number if hasattr(case, 'number') else case.id} {case.kind} {case.state} filed {case.created_at:%d %H:%M} for {slot}"


def _secrets(
    found: Found, known: dict[int, Row], ordered: Sequence[Row], letters: Sequence[Row], looked: Sequence[Row],
    happened: Sequence[Row],
) -> None:  # fmt: skip
    over = {row.case_id for row in ordered if row.handed_at is not None or known[row.case_id].state in ENDED}
    kept = [row.case_id for row in ordered if row.case_id in over and (row.secrets or row.for_phone)]
    found.must("what was secret is wiped once it is handed over", kept)
    written = [("letter", row.id, row.body["text"]) for row in letters if row.case_id is not None]
    written += [("event", row.id, row.words) for row in happened]
    written += [("case", row.id, row.words) for row in known.values()]
    found.must(
        "no code or account stands in letters, events or words", [w[:2] for w in written if _SECRET.search(w[2])]
    )
    errand_ids = {row.case_id for row in ordered}
    shown = Counter(
        row.case_id for row in letters if str(row.body.get("card", "")).startswith("secret:") and row.body.get("hidden")
    )
    logged = Counter(row.case_id for row in looked if row.case_id in errand_ids)
    found.must("each look at a secret is logged", [case for case in shown if shown[case] > logged[case]])
    told = Counter(row.case_id for row in happened if row.act == "look" and row.case_id in errand_ids)
    found.must("each look stands in the history", [case for case in logged if logged[case] > told[case]])
    found.lines.append(f"looks at secrets: {sum(shown.values())}")


def _quiet(found: Found, town: Town, letters: Sequence[Row]) -> None:
    cards = ("offer:", "service:")
    rang = [
        row.id for row in letters
        if str(row.body.get("card", "")).startswith(cards) and row.body.get("buttons")
        and town.clocks.civil(row.created_at) > row.created_at and row.body.get("fresh")
    ]  # fmt: skip
    found.must("nobody was asked to help at night", rang)


def _visits(found: Found, town: Town, made: Sequence[Row], register: Sequence[Row], end: datetime) -> None:
    over = [row for row in made if bounds(town, row.day)[1] <= end]
    found.must(
        "every visit is either made or missed",
        [row.id for row in over if (row.done_at is None) == (row.missed_at is None)],
    )
    three = {row.day: town.clocks.at(row.day, PASSES) for row in over}
    open_then = [row for row in over if row.done_at is None or row.done_at > three[row.day] + timedelta(minutes=10)]
    planned = [row for row in open_then if town.clocks.holidays.works(row.day)]
    found.must(
        "what was not visited by three went on to the next the same day", [row.id for row in planned if not row.passed]
    )
    days: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row in over:
        days[row.elder_id, row.kind].append(row)
    late = []
    for some in days.values():
        for before, after in pairwise(sorted(some, key=lambda row: row.day)):
            late += [before.id for _ in (1,) if before.missed_at is not None and _between(town, before.day, after.day)]
    found.must("who was missed is due the next working day", late)
    weekly = {elder for elder, kind in days if kind == "weekly"}
    if len({row.day for row in over}) >= _WORKDAYS:
        found.must("every elder had a visit planned", [row.code for row in register if row.id not in weekly])
    done = [row for row in over if row.done_at is not None and row.kind == "weekly"]
    gaps = [(b.day - a.day).days for some in days.values() if some[0].kind == "weekly"
            for a, b in pairwise(sorted((r for r in some if r.done_at is not None), key=lambda r: r.day))]  # fmt: skip
    found.lines.append(f"visits: {len(over)} ({sum(r.kind == 'nursing' for r in over)} nursing), made {sum(r.done_at is not None for r in over)}, "
                       f"missed {sum(r.missed_at is not None for r in over)}, passed on {sum(r.passed > 0 for r in over)}, of which made {sum(r.passed > 0 and r.done_at is not None for r in over)}")  # fmt: skip
    rounds = Counter(Counter(row.elder_id for row in done).values())
    found.lines.append(
        f"elders by weekly visits made: {dict(sorted(rounds.items()))}; longest gap {max(gaps, default=0)} days"
    )


def _between(town: Town, day: date, after: date) -> bool:
    """Whether a working day lies between two days."""
    return any(town.clocks.holidays.works(day + timedelta(days=n)) for n in range(1, (after - day).days))


def _meals(found: Found, booked: Sequence[Row], sheets: Sequence[Row], letters: Sequence[Row]) -> None:
    standing: Counter[tuple[int, date]] = Counter()
    for row in booked:
        standing[row.canteen_id, row.day] += row.count * (row.cancelled_at is None)
    told = {(row.canteen_id, row.day): row.ordered for row in sheets}
    found.must(
        "the kitchen was told what was booked",
        [key for key, count in standing.items() if told.get(key, count) != count],
    )
    found.must("every day with a booking has its sheet", [key for key in standing if key not in told])
    wrong = [(row.canteen_id, row.day) for row in sheets if row.served is not None and row.served > row.ordered]
    found.must("no more was counted than was cooked", wrong)
    twice = Counter(
        (row.chat, row.body["text"]) for row in letters if "堂食" in row.body["text"] and row.body.get("buttons")
    )
    found.must("no sheet was sent twice", [key for key, n in twice.items() if n > 1])
    found.lines.append(
        f"meals: {sum(told.values())} portions on {len(told)} sheets, {sum(r.served is None for r in sheets)} not counted"
    )


def _alarms(
    found: Found, taken: dict[int, datetime], known: dict[int, Row], cries: Sequence[Row], calls: Sequence[Row]
) -> None:
    by_case: dict[int, list[Row]] = defaultdict(list)
    for row in calls:
        by_case[row.case_id].append(row)
    silent = [a.case_id for a in cries if not any(c.at is not None for c in by_case[a.case_id]) and by_case[a.case_id]]
    found.must("every call for help called somebody at once", silent)
    order = [
        a.case_id for a in cries
        for x, y in pairwise(sorted((c for c in by_case[a.case_id] if c.at is not None), key=lambda c: c.position))
        if y.at < x.at
    ]  # fmt: skip
    found.must("people were called in order", order)
    open_ = [
        a.case_id for a in cries if a.goes_id is None and a.ended_at is None and known[a.case_id].state == State.OPEN
    ]
    found.lines.append(
        f"calls for help: {len(cries)}, nobody came {len(open_)}, taken back {sum(a.goes_id is None and a.ended_at is not None for a in cries)}"
    )
    waits = sorted((taken[a.case_id] - a.at) / timedelta(minutes=1) for a in cries if a.case_id in taken)
    if waits:
        found.lines.append(
            f"minutes until somebody said 我去: median {median(waits):.1f}, longest {waits[-1]:.0f}, over {SOON.seconds // 60}: {sum(w > SOON.seconds / 60 for w in waits)}"
        )
    left = [
        a.case_id
        for a in cries
        if a.goes_id is not None and a.ended_at is None and known[a.case_id].state not in {*ENDED, State.FINISHED}
    ]
    found.must("every call that somebody answered is over", left)


def _claims(found: Found, claimed: Sequence[Row], items: Sequence[Row]) -> None:
    per_unit = Counter((row.community_id, row.month, row.unit) for row in claimed)
    found.must("each unit has one item a month", [key for key, n in per_unit.items() if n > 1])
    takes = {row.id: row.takes for row in items}
    per_item = Counter((row.item_id, row.month) for row in claimed)
    found.must("no item has more units than it takes", [key for key, n in per_item.items() if n > takes[key[0]]])
    months = Counter(
        (row.month.isoformat(), "done" if row.confirmed_at else "reported" if row.reported_at else "open")
        for row in claimed
    )
    found.lines.append(f"claims: {dict(months)}")


def _figures(
    found: Found, town: Town, known: dict[int, Row], ordered: Sequence[Row], made: Sequence[Row], sheets: Sequence[Row],
    counted: dict[str, int], first: date, end: datetime,
) -> None:  # fmt: skip
    since = town.clocks.at(first, time())
    due = [r for r in ordered if since <= r.slot_until < end and known[r.case_id].state not in _GONE]
    inside = [r for r in made if first <= r.day and bounds(town, r.day)[1] <= end]
    plain = {
        HelpMeasure.ASKED: sum(since <= known[r.case_id].created_at < end for r in ordered),
        HelpMeasure.DUE: len(due),
        HelpMeasure.VISITS: len(inside),
        HelpMeasure.VISITED: sum(r.done_at is not None for r in inside),
        HelpMeasure.MISSED: sum(r.missed_at is not None for r in inside),
        HelpMeasure.MEALS: sum(r.ordered for r in sheets if first <= r.day and bounds(town, r.day)[1] <= end),
    }
    wrong = [f"{name} {counted.get(name, 0)} instead of {n}" for name, n in plain.items() if counted.get(name, 0) != n]
    found.must("the digest's figures of errands and care are those of the rows", wrong)
