"""How long digests, the board and its queue take over a million cases. `python -m tests.bench.digests [N]`.

Both databases are filled with N cases (1,000,000 unless told) of the seed-sized sample district, spread over a thousand
days, one in a hundred still open, four events each, with the counts of a year of days. Then every question
that a digest or a page asks is asked many times over. PostgreSQL is the one of the tests.
"""

import asyncio
import io
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from bot.board.board import Board, Chosen
from bot.cases.clocks import Clocks
from bot.digests.counting import counted
from bot.digests.figures import Span, of_units, report
from bot.grid import sample
from bot.grid.directory import Directory, Role, UnitKind
from bot.house import House
from bot.texts import texts
from bot.triage import catalogue
from storage.board import Boards
from storage.database import Database
from storage.digests import DigestReads, Figures
from storage.districts import Districts
from storage.migrating import migrate
from storage.records import DatabaseStorage
from storage.tables import cases, events, ratings
from tests.postgres import serving

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DAYS, OPEN_SHARE, ROUNDS, CHUNK = 1000, 100, 60, 20_000
ROLLED, KEPT = 32, 400  # nights that are counted, and days that the table of counts has
HOUR = timedelta(hours=1)

Row = dict[str, Any]


def made_up(directory: Directory, count: int, chance: random.Random) -> Iterator[tuple[Row, list[Row], Row | None]]:
    """(case, its events, its rating): the newest last, those still open among the last thirty days."""
    doors = [u for u in directory.units.values() if u.kind in (UnitKind.DOOR, UnitKind.BUILDING)]
    grids = {u.id: directory.above(u.id, UnitKind.GRID) or directory.above(u.id, UnitKind.COMMUNITY) for u in doors}
    kinds = [kind.code for kind in catalogue.shipped().all]
    weights = [1 / (n + 1) for n in range(len(kinds))]
    for case_id in range(1, count + 1):
        at = NOW - timedelta(days=DAYS) * (1 - case_id / (count + 1))
        place = chance.choice(doors)
        grid = grids[place.id]
        owner = grid.id if grid is not None else 1
        still = case_id > count - count // 30 and chance.randrange(100) < 100 * 30 // OPEN_SHARE
        accepted = at + chance.expovariate(1) * HOUR
        finished = accepted + chance.expovariate(1 / 20) * HOUR
        still = still or finished > NOW
        graded = finished + chance.expovariate(1 / 5) * HOUR if not still and chance.random() < 0.5 else None
        if graded is not None and graded > NOW:
            graded = None
        late = not still and finished > at + 40 * HOUR
        state = ("accepted" if accepted < NOW else "open") if still else "closed"
        yield (
            {
                "id": case_id, "service": "appeal", "kind": chance.choices(kinds, weights)[0], "urgency": "normal",
                "state": state, "round": 1, "reporter_id": chance.randrange(1000, 300_000), "unit_id": place.id,
                "room": "", "place": "某处", "words": "灯坏了", "anonymous": False, "slot": "", "hand_over": "",
                "owner_id": owner, "owner_role": "grid_worker", "created_at": at, "accept_by": at + 2 * HOUR,
                "finish_by": at + 40 * HOUR, "accepted_at": accepted if accepted < NOW else None,
                "finished_at": None if still else finished, "closed_at": None if still else finished, "returns": 0,
                "urges": 0, "extra_hours": 0.0, "extensions": 0, "excluded": False,
            },
            [
                _event(case_id, at, "file", "open", "open", owner),
                *([_event(case_id, accepted, "accept", "open", "accepted", owner)] if accepted < NOW else ()),
                *([_event(case_id, at + 40 * HOUR, "overdue", "accepted", "accepted", owner)] if late else ()),
                *(() if still else [_event(case_id, finished, "finish", "accepted", "finished", owner)]),
                *([_event(case_id, graded, "rate", "finished", "closed", owner)] if graded is not None else ()),
            ],
            None
            if graded is None
            else {
                "case_id": case_id, "round": 1, "asked_at": finished, "grade": chance.choice((5, 5, 4, 4, 3, 2, 1)),
                "solved": chance.choice(("solved", "solved", "partly", "unsolved")), "words": "", "graded_at": graded,
            },
        )  # fmt: skip


def _event(case_id: int, at: datetime, act: str, before: str, after: str, owner: int) -> Row:
    return {
        "case_id": case_id, "at": at, "act": act, "actor_id": None, "actor_role": "", "from_state": before,
        "to_state": after, "from_owner_id": owner, "to_owner_id": owner, "words": "", "round": 1,
    }  # fmt: skip


async def fill(database: Database, directory: Directory, count: int) -> None:
    """Put the cases in, in chunks, as fast as each database takes them."""
    chunk: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    for case, happened, rating in made_up(directory, count, random.Random(7)):
        chunk[0].append(case)
        chunk[1].extend(happened)
        if rating is not None:
            chunk[2].append(rating)
        if len(chunk[0]) == CHUNK:
            await _put(database, chunk)
            chunk = ([], [], [])
    await _put(database, chunk)
    if database.is_sqlite:
        async with database.engine.connect() as connection:
            await connection.exec_driver_sql("ANALYZE")
        return
    async with database.engine.connect() as connection:
        await (await connection.execution_options(isolation_level="AUTOCOMMIT")).exec_driver_sql("VACUUM ANALYZE")


async def _put(database: Database, chunk: tuple[list[Row], list[Row], list[Row]]) -> None:
    if database.is_sqlite:
        await asyncio.to_thread(_put_sqlite, str(database.url.database), chunk)
        return
    async with database.engine.begin() as connection:
        raw = await connection.get_raw_connection()
        for table, rows in zip((cases, events, ratings), chunk, strict=True):
            if rows:
                names = list(rows[0])
                lines = [tuple(row[name] for name in names) for row in rows]
                driver: Any = raw.driver_connection
                await driver.copy_records_to_table(table.name, records=lines, columns=names)


def _put_sqlite(path: str, chunk: tuple[list[Row], list[Row], list[Row]]) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        for table, rows in zip((cases, events, ratings), chunk, strict=True):
            if rows:
                names = list(rows[0])
                marks = ",".join("?" * len(names))
                lines = ([_plain(row[name]) for name in names] for row in rows)
                connection.executemany(f"INSERT INTO {table.name} ({','.join(names)}) VALUES ({marks})", lines)
    connection.close()


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if isinstance(value, datetime) else value


async def roll_up(database: Database, house: House) -> float:
    """Count the last days as the nights would have; the seconds of the slowest."""
    slowest = 0.0
    today = house.town.clocks.today(NOW)
    storage, looking = DatabaseStorage(database), Figures(database)
    for n in range(1, ROLLED + 1):
        begun = time.perf_counter()
        day = today - timedelta(days=n)
        async with looking.reading() as reads:
            counts = await counted(reads, house.town, day, NOW)
        async with storage.writing() as records:
            await records.digests.keep_day(day, counts)
        slowest = max(slowest, time.perf_counter() - begun)
    return slowest


async def fill_daily(database: Database, house: House) -> None:
    """Copy a counted day into the older ones, so that the table is as large as after a year."""
    today = house.town.clocks.today(NOW)
    async with Figures(database).reading() as reads:
        model = await counted(reads, house.town, today - timedelta(days=2), NOW)
    async with database.writing() as connection:
        for n in range(ROLLED + 1, KEPT):
            day: date = today - timedelta(days=n)
            await DigestReads(connection).keep_day(day, model)


async def _turned(ask: Callable[..., Awaitable[None]], whose: list[int], *others: Any) -> None:
    """Ask for the next one in turn."""
    whose.append(whose.pop(0))
    await ask(whose[-1], *others)


async def timed(what: str, ask: Callable[[], Awaitable[object]], out: io.StringIO) -> None:
    spans = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await ask()
        spans.append((time.perf_counter() - begun) * 1e3)
    spans.sort()
    print(f"{what:<46} p50 {spans[ROUNDS // 2]:8.1f} ms   p99 {spans[ROUNDS * 99 // 100]:8.1f} ms", file=out)


async def measure(url: str, count: int) -> str:
    out = io.StringIO()
    database = Database(url)
    await migrate(database)
    districts = Districts(database)
    await districts.apply(sample.make("seed"))
    house = House(districts, texts(), Clocks(ZoneInfo("Asia/Shanghai")))
    await house.refresh()
    town = house.town
    begun = time.perf_counter()
    await fill(database, town.directory, count)
    print(f"{database.url.get_backend_name()}: {count:,} cases in {time.perf_counter() - begun:.0f} s", file=out)
    slowest = await roll_up(database, house)
    await fill_daily(database, house)
    print(f"{'counting one day in the night, the slowest':<46} {slowest * 1e3:12.0f} ms", file=out)

    chosen = {
        kind: [u.id for u in town.directory.units.values() if u.kind is kind]
        for kind in (UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY)
    }
    today = town.clocks.today(NOW)

    async def digest(unit_id: int, name: str, tables: bool) -> None:
        async with database.reading() as connection:
            reads = DigestReads(connection)
            standing = of_units(town, await reads.standing(NOW), (unit_id,))
            await report(
                reads, town, (unit_id,), Span.of(name, today - timedelta(days=1)), standing, NOW, tables=tables
            )

    for kind, units in chosen.items():
        for name in ("day", "month"):
            await timed(f"the {name}'s digest of a {kind}", partial(_turned, digest, units, name, False), out)
            await timed("… with its picture and workbook", partial(_turned, digest, units, name, True), out)
    posts = town.directory.posts.values()
    desks = {
        role: [post.holder_id for post in posts if post.role is role and post.holder_id is not None]
        for role in (Role.DISTRICT_DESK, Role.STREET_DESK, Role.COMMUNITY_DESK)
    }

    async def nothing() -> dict[int, bytes]:
        return {}

    async def fresh(person_id: int) -> None:
        # A new board each time: nothing is remembered from the last screen.
        await Board(Boards(database), house, lambda: NOW, nothing).overview(person_id)

    async def queue(person_id: int, wanted: Chosen) -> None:
        await Board(Boards(database), house, lambda: NOW, nothing).queue(person_id, wanted)

    for role, people in desks.items():
        await timed(f"the overview of a {role}", partial(_turned, fresh, people), out)
        await timed(f"the queue of a {role}", partial(_turned, queue, people, Chosen()), out)
        await timed("… only what is late", partial(_turned, queue, people, Chosen(late=True)), out)
    await database.close()
    return out.getvalue()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        print(asyncio.run(measure(f"sqlite+aiosqlite:///{folder}/bench.db", count)))
    with serving() as server:
        server.create("bench")
        print(asyncio.run(measure(server.url("bench"), count)))


if __name__ == "__main__":
    main()
