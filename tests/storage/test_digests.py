"""What figures and the board read: by unit and day, by state, along an index."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert

from bot.board.records import Filter, Scope
from bot.cases.lifecycle import Act, Case, Event, Petition, Rating, State
from bot.triage.kinds import Urgency
from storage.board import BoardReads
from storage.database import Database
from storage.digests import DigestReads
from storage.records import DatabaseStorage
from storage.tables import units

DAY = datetime(2026, 11, 22, 16, tzinfo=UTC)  # midnight in Shanghai
NEXT = DAY + timedelta(days=1)
HOUR = timedelta(hours=1)
MONDAY = date(2026, 11, 23)
BLANK = Case(
    0, "appeal", "leak", Urgency.NORMAL, State.OPEN, 1, 7, 21, "", "", None, None, "漏水", False, "", "", 4,
    "grid_worker", None, DAY, DAY + 2 * HOUR, DAY + 20 * HOUR,
)  # fmt: skip


async def keep(database: Database, **values: Any) -> int:
    """A case filed at the start of the day, with what the test says of it."""
    async with DatabaseStorage(database).writing() as records:
        case = await records.cases.add(replace(BLANK, **values))
        await records.cases.note(Event(case.id, case.created_at, Act.FILE, 7, "", "open", "open", None, case.owner_id))
        return case.id


async def note(database: Database, case_id: int, at: datetime, act: Act, to: State, words: str = "") -> None:
    async with DatabaseStorage(database).writing() as records:
        await records.cases.note(Event(case_id, at, act, 104, "", "open", to, 4, 4, words))


async def test_a_day_has_the_cases_that_something_happened_to(database: Database) -> None:
    first = await keep(database)
    await keep(database, created_at=NEXT)
    async with database.reading() as db:
        assert [h.case_id for h in await DigestReads(db).histories(DAY, NEXT)] == [first]


async def test_a_history_has_the_days_before_and_after_too(database: Database) -> None:
    case_id = await keep(database, created_at=DAY - HOUR)
    await note(database, case_id, DAY + HOUR, Act.ACCEPT, State.ACCEPTED)
    await note(database, case_id, NEXT + HOUR, Act.FINISH, State.FINISHED)
    async with database.reading() as db:
        (history,) = await DigestReads(db).histories(DAY, NEXT)
    assert [e.act for e in history.events] == [Act.FILE, Act.ACCEPT, Act.FINISH]


async def test_a_history_has_nobodys_words(database: Database) -> None:
    case_id = await keep(database)
    await note(database, case_id, DAY + HOUR, Act.PROGRESS, State.ACCEPTED, "王小明家")
    async with database.reading() as db:
        (history,) = await DigestReads(db).histories(DAY, NEXT)
    assert "王小明" not in str(history)


@pytest.mark.parametrize(
    ("changes", "repeat"),
    [
        ({}, True),
        ({"kind": "noise"}, False),
        ({"reporter_id": 8}, False),
        ({"unit_id": 22}, False),
        ({"created_at": DAY + timedelta(days=31)}, False),
    ],
)
async def test_the_same_matter_from_the_same_person_is_a_repeat(
    database: Database, changes: dict[str, Any], repeat: bool
) -> None:
    await keep(database)
    second = await keep(database, **{"created_at": DAY + HOUR} | changes)
    async with database.reading() as db:
        found = {h.case_id: h.repeat for h in await DigestReads(db).histories(DAY, DAY + timedelta(days=40))}
    assert found[second] is repeat


async def test_a_history_knows_when_it_was_excluded(database: Database) -> None:
    case_id = await keep(database)
    async with DatabaseStorage(database).writing() as records:
        asked = await records.desks.petition(Petition(case_id, Act.EXCLUDE, 104, DAY, "", "", 3))
        await records.desks.decide(replace(asked, decided_by=103, decided_at=DAY + HOUR, granted=True))
    async with database.reading() as db:
        assert [h.excluded_at for h in await DigestReads(db).histories(DAY, NEXT)] == [DAY + HOUR]


@pytest.mark.parametrize(("act", "recounted"), [(Act.EXCLUDE, True), (Act.EXTEND, False), (Act.SHELVE, False)])
async def test_only_an_exclusion_that_is_granted_changes_the_days_before(
    database: Database, act: Act, recounted: bool
) -> None:
    case_id = await keep(database)
    await note(database, case_id, NEXT + HOUR, Act.GRANT, State.OPEN)
    async with DatabaseStorage(database).writing() as records:
        asked = await records.desks.petition(Petition(case_id, act, 104, DAY, "", "", 3))
        await records.desks.decide(replace(asked, decided_by=103, decided_at=NEXT + HOUR, granted=True))
    async with database.reading() as db:
        assert bool(await DigestReads(db).settled(NEXT, NEXT + timedelta(days=1))) is recounted


@pytest.mark.parametrize("act", [Act.WITHDRAW, Act.MERGE, Act.UNMERGE])
async def test_a_case_that_leaves_the_rates_or_comes_back_changes_the_days_before(database: Database, act: Act) -> None:
    await note(database, await keep(database), NEXT + HOUR, act, State.WITHDRAWN)
    async with database.reading() as db:
        assert await DigestReads(db).settled(NEXT, NEXT + timedelta(days=1)) == (DAY,)


@pytest.mark.parametrize(
    ("first", "then", "recounted"),
    [
        (Act.RATE, Act.RATE, True),
        (Act.RATE, Act.DISPUTE, True),
        (Act.LAPSE, Act.RATE, True),
        (Act.FINISH, Act.RATE, False),
        (Act.FINISH, Act.DISPUTE, False),
    ],
)
async def test_what_is_said_after_a_first_word_changes_the_days_before(
    database: Database, first: Act, then: Act, recounted: bool
) -> None:
    case_id = await keep(database)
    await note(database, case_id, DAY + HOUR, first, State.FINISHED)
    await note(database, case_id, NEXT + HOUR, then, State.FINISHED)
    async with database.reading() as db:
        assert bool(await DigestReads(db).settled(NEXT, NEXT + timedelta(days=1))) is recounted


async def test_a_history_has_its_grades(database: Database) -> None:
    case_id = await keep(database)
    async with DatabaseStorage(database).writing() as records:
        await records.ratings.ask(case_id, 1, DAY)
        await records.ratings.save(Rating(case_id, 1, DAY, 2, "partly", "太慢", DAY + HOUR))
    async with database.reading() as db:
        (history,) = await DigestReads(db).histories(DAY, NEXT)
    assert [(r.grade, r.solved, r.graded_at, r.words) for r in history.ratings] == [(2, "partly", DAY + HOUR, "")]


async def test_a_day_that_is_kept_again_takes_the_place_of_the_old(database: Database) -> None:
    async with database.writing() as db:
        values = {"code": "JK", "kind": "community", "name": "金康社区", "aliases": []}
        unit = int(await db.scalar(insert(units).values(values).returning(units.c.id)) or 0)
    async with DatabaseStorage(database).writing() as records:
        await records.digests.keep_day(MONDAY, {(unit, "", "filed"): 3, (unit, "leak", "filed"): 3})
        await records.digests.keep_day(MONDAY, {(unit, "", "filed"): 2})
        assert await records.digests.totals((unit,), MONDAY, MONDAY) == {MONDAY: {"filed": 2}}
        assert await records.digests.spread((unit,), "filed", MONDAY, MONDAY) == ()


async def test_unaccepted_is_late_by_one_clock_and_unfinished_by_the_other(database: Database) -> None:
    await keep(database)
    await keep(database, state=State.ACCEPTED, owner_id=5)
    await keep(database, state=State.ACCEPTED, finish_by=DAY + HOUR, owner_id=6)
    await keep(database, state=State.WAITING, finish_by=DAY + HOUR, owner_id=7)
    await keep(database, state=State.FINISHED, finish_by=DAY + HOUR, owner_id=8)
    async with database.reading() as db:
        found = {s.owner_id: (s.late, s.due) for s in await DigestReads(db).standing(DAY + 3 * HOUR)}
    assert found == {4: (True, DAY + 2 * HOUR), 5: (False, None), 6: (True, DAY + HOUR), 7: (False, None)}


async def test_a_dispute_is_late_by_the_deadline_of_its_decision(database: Database) -> None:
    for owner, decide_by in ((4, DAY + HOUR), (5, DAY + 9 * HOUR), (6, None)):
        await keep(database, state=State.DISPUTED, finish_by=DAY - HOUR, decide_by=decide_by, owner_id=owner)
    async with database.reading() as db:
        reads = BoardReads(db)
        found = {s.owner_id: (s.late, s.due) for s in await reads.standing(DAY + 3 * HOUR)}
        late = await reads.queue(Scope(), Filter(late=True), DAY + 3 * HOUR, 10, 0)
        shown = await reads.queue(Scope(), Filter(), DAY + 3 * HOUR, 10, 0)
    assert found == {4: (True, DAY + HOUR), 5: (False, None), 6: (False, None)}
    assert [case.owner_id for case in late] == [4]
    assert {case.owner_id: case.due for case in shown} == {4: DAY + HOUR, 5: DAY + 9 * HOUR, 6: None}


async def test_a_dispute_nobody_decided_stood_late_in_a_past_moment(database: Database) -> None:
    case_id = await keep(database, state=State.DISPUTED, decide_by=DAY + 9 * HOUR)
    await note(database, case_id, DAY + HOUR, Act.DISPUTE, State.DISPUTED)
    async with database.reading() as db:
        assert [s.late for s in await DigestReads(db).stood(DAY + 8 * HOUR)] == [False]
        assert [(s.late, s.due) for s in await DigestReads(db).stood(DAY + 10 * HOUR)] == [(True, DAY + 9 * HOUR)]


async def test_open_cases_are_counted_by_age(database: Database) -> None:
    await keep(database)
    await keep(database)
    async with database.reading() as db:
        found = await DigestReads(db).standing(DAY + timedelta(days=4))
    assert [(s.age, s.count) for s in found] == [(2, 2)]


async def test_what_stood_open_then_is_told_from_the_events(database: Database) -> None:
    case_id = await keep(database)
    await note(database, case_id, DAY + HOUR, Act.ACCEPT, State.ACCEPTED)
    await note(database, case_id, DAY + 20 * HOUR, Act.OVERDUE, State.ACCEPTED)
    await note(database, case_id, DAY + 30 * HOUR, Act.FINISH, State.FINISHED)
    async with database.reading() as db:
        reads = DigestReads(db)
        assert [s.late for s in await reads.stood(DAY + 2 * HOUR)] == [False]
        assert [(s.late, s.due) for s in await reads.stood(DAY + 21 * HOUR)] == [(True, DAY + 20 * HOUR)]
        assert await reads.stood(DAY + 31 * HOUR) == ()


async def test_todays_flow_is_by_act_owner_and_place(database: Database) -> None:
    case_id = await keep(database)
    await note(database, case_id, DAY + HOUR, Act.ACCEPT, State.ACCEPTED)
    await note(database, case_id, DAY + 2 * HOUR, Act.FINISH, State.FINISHED)
    async with database.reading() as db:
        assert set(await DigestReads(db).flow(DAY)) == {("file", 4, 21, 1), ("finish", 4, 21, 1)}


async def test_the_queue_begins_with_what_is_due_first(database: Database) -> None:
    later = await keep(database, accept_by=DAY + 5 * HOUR)
    sooner = await keep(database, state=State.ACCEPTED, finish_by=DAY + HOUR)
    async with database.reading() as db:
        found = await BoardReads(db).queue(Scope(), Filter(), DAY, 10, 0)
    assert [case.id for case in found] == [sooner, later]


@pytest.mark.parametrize(
    "chosen",
    [Filter(kind="noise"), Filter(state="accepted"), Filter(late=True), Filter(owners=(5,))],
    ids=["kind", "state", "late", "owner"],
)
async def test_each_filter_leaves_only_what_it_names(database: Database, chosen: Filter) -> None:
    await keep(database)
    wanted = await keep(
        database, kind="noise", state=State.ACCEPTED, finish_by=DAY - HOUR, owner_id=5, accept_by=DAY - HOUR
    )
    async with database.reading() as db:
        found = await BoardReads(db).queue(Scope(), chosen, DAY, 10, 0)
    assert [case.id for case in found] == [wanted]


async def test_a_scope_hides_what_others_own(database: Database) -> None:
    mine = await keep(database)
    await keep(database, owner_id=2)
    async with database.reading() as db:
        found = await BoardReads(db).queue(Scope((4,), (21,)), Filter(), DAY, 10, 0)
    assert [case.id for case in found] == [mine]


QUESTIONS: dict[str, Callable[[BoardReads], Any]] = {
    "totals": lambda reads: reads.totals((1, 2), MONDAY, MONDAY),
    "spread": lambda reads: reads.spread((1, 2), "filed", MONDAY, MONDAY),
    "standing": lambda reads: reads.standing(NEXT),
    "flow": lambda reads: reads.flow(DAY),
    "settled": lambda reads: reads.settled(DAY, NEXT),
    "kept": lambda reads: reads.kept(MONDAY, MONDAY),
    "first event": lambda reads: reads.first_event(),
    "histories": lambda reads: reads.histories(DAY, NEXT),
    "queue": lambda reads: reads.queue(Scope((4,), (21,)), Filter(late=True), NEXT, 10, 0),
    "everybody's queue": lambda reads: reads.queue(Scope(), Filter(), NEXT, 10, 0),
    "open at": lambda reads: reads.open_at((21,)),
}


@pytest.mark.parametrize("question", QUESTIONS)
async def test_every_read_goes_along_an_index(tmp_path: Path, sqlite_template: Path, question: str) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "plans.db")
    database = Database(f"sqlite+aiosqlite:///{path}")
    await keep(database)
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        said.append((statement, parameters))

    async with database.reading() as db:
        event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
        await QUESTIONS[question](BoardReads(db))
        event.remove(database.engine.sync_engine, "before_cursor_execute", hear)
        plans = [
            str(tuple(row)[-1])
            for statement, parameters in said
            for row in await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    await database.close()
    assert said
    whole = {f"SCAN {table}" for table in ("cases", "events", "ratings", "daily", "petitions")}
    assert not [plan for plan in plans if plan in whole]
