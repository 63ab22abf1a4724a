"""What digests read: by time, by state, along an index."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from bot.cases.lifecycle import Act, Case, Event, Rating, State
from bot.triage.kinds import Urgency
from storage.database import Database
from storage.digests import DigestReads
from storage.records import DatabaseStorage

DAY = datetime(2026, 11, 22, 16, tzinfo=UTC)  # midnight in Shanghai
NEXT = DAY + timedelta(days=1)
HOUR = timedelta(hours=1)


async def keep(database: Database, **values: object) -> int:
    """A case filed at the start of the day, with what the test says of it."""
    fields: dict[str, object] = {
        "id": 0,
        "service": "appeal",
        "kind": "leak",
        "urgency": Urgency.NORMAL,
        "state": State.OPEN,
        "round": 1,
        "reporter_id": 7,
        "unit_id": 21,
        "room": "",
        "place": "",
        "lat": None,
        "lon": None,
        "words": "漏水",
        "anonymous": False,
        "slot": "",
        "hand_over": "",
        "owner_id": 4,
        "owner_role": "grid_worker",
        "handler_id": None,
        "created_at": DAY,
        "accept_by": DAY + 2 * HOUR,
        "finish_by": DAY + 20 * HOUR,
    }
    async with DatabaseStorage(database).writing() as records:
        return (await records.cases.add(Case(**fields | values))).id  # type: ignore[arg-type]  # named by the test


async def grade(database: Database, case_id: int, at: datetime, act: Act = Act.RATE, round_: int = 1) -> None:
    async with DatabaseStorage(database).writing() as records:
        await records.ratings.ask(case_id, round_, DAY - 9 * HOUR)
        await records.ratings.save(Rating(case_id, round_, DAY - 9 * HOUR, 2, "partly", "", at))
        await records.cases.note(Event(case_id, at, act, 7, "", "finished", "closed", round=round_))


async def test_a_day_ends_before_the_next_begins(database: Database) -> None:
    first = await keep(database, created_at=DAY)
    await keep(database, created_at=NEXT)
    async with database.reading() as db:
        assert [m.case_id for m in await DigestReads(db).filed(DAY, NEXT)] == [first]


async def test_a_reopened_case_is_not_finished(database: Database) -> None:
    await keep(database, state=State.OPEN, round=2, finished_at=DAY + HOUR)
    done = await keep(database, state=State.CLOSED, finished_at=DAY + HOUR, closed_at=DAY + 2 * HOUR)
    async with database.reading() as db:
        found = await DigestReads(db).finished(DAY, NEXT)
    assert [(m.case_id, m.finished_at, m.due) for m in found] == [(done, DAY + HOUR, DAY + 20 * HOUR)]


async def test_unaccepted_is_late_by_one_clock_and_unfinished_by_the_other(database: Database) -> None:
    waiting = await keep(database)
    await keep(database, state=State.ACCEPTED)
    slow = await keep(database, state=State.ACCEPTED, finish_by=DAY + HOUR)
    await keep(database, state=State.FINISHED, finish_by=DAY + HOUR, finished_at=DAY + 2 * HOUR)
    async with database.reading() as db:
        found = await DigestReads(db).overdue(DAY + 3 * HOUR)
    assert {(m.case_id, m.due) for m in found} == {(waiting, DAY + 2 * HOUR), (slow, DAY + HOUR)}


@pytest.mark.parametrize("act", [Act.RATE, Act.DISPUTE])
async def test_a_grade_counts_on_the_day_it_was_given(database: Database, act: Act) -> None:
    case_id = await keep(database, state=State.CLOSED)
    await grade(database, case_id, DAY + HOUR, act)
    async with database.reading() as db:
        assert [(m.case_id, m.grade, m.solved) for m in await DigestReads(db).rated(DAY, NEXT)] == [
            (case_id, 2, "partly")
        ]
        assert await DigestReads(db).rated(NEXT, NEXT + HOUR) == ()


async def test_words_added_to_a_grade_do_not_count_it_twice(database: Database) -> None:
    case_id = await keep(database, state=State.CLOSED)
    await grade(database, case_id, DAY + HOUR)
    async with DatabaseStorage(database).writing() as records:
        await records.cases.note(Event(case_id, DAY + 2 * HOUR, Act.RATE, 7, "", "closed", "closed"))
    async with database.reading() as db:
        assert len(await DigestReads(db).rated(DAY, NEXT)) == 1


async def test_every_read_goes_along_an_index(tmp_path: Path, sqlite_template: Path) -> None:
    path = shutil.copy(sqlite_template, tmp_path / "plans.db")
    database = Database(f"sqlite+aiosqlite:///{path}")
    said: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        said.append((statement, parameters))

    async with database.reading() as db:
        event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
        reads = DigestReads(db)
        await reads.filed(DAY, NEXT)
        await reads.finished(DAY, NEXT)
        await reads.rated(DAY, NEXT)
        await reads.overdue(NEXT)
        event.remove(database.engine.sync_engine, "before_cursor_execute", hear)
        plans = [
            str(tuple(row)[-1])
            for statement, parameters in said
            for row in await db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
    await database.close()
    assert len(said) == 4
    assert not [plan for plan in plans if plan in {"SCAN cases", "SCAN events", "SCAN ratings"}]
