"""Whether age is felt: the same turns, sweeps and postings over a small database and over one of many years.

    python -m tests.bench.growth [CASES ...]        10000 and 10000000 unless told

SQLite with `synchronous=FULL`, no network. Each database holds the seed's district with 110,000 micro-grids, 330,000
people with addresses, the cases with their events, ratings, letters, cards and timers (one case in a hundred still open).
Printed for each: p50 and p99 of a turn that comes alone (five turns to a filed case, at places all over, its lines and
answers written into the transcript of the web page), of a look for due timers, of a round of the postman, and of the short
transactions in which the night lets go of what is old, bytes a case on disk, seconds to open, and memory.
"""

import asyncio
import gc
import random
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.chat.delivery import Delivery
from bot.chat.lines import Line, NewLine
from bot.chat.messages import Address, Incoming, Outgoing, Stored
from bot.grid import sample
from bot.grid.directory import UnitKind
from bot.grid.district import District, UnitRow
from bot.people.retention import Retention
from bot.records import Records
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from storage.migrating import migrate
from storage.tables import cases, events, ratings
from tests.bench.arrivals import TROUBLES
from tests.bench.digests import NOW, fill
from tests.flow.rig import Rig, build

MICRO_GRIDS, PEOPLE = 110_000, 330_000
MODEL = 200_000  # cases that are made up one by one; the others are copies of them
CONVERSATIONS, LOOKS, NIGHTS = 300, 200, 20


def town() -> District:
    """The seed's district, its micro-grids made as many as in the largest."""
    made = sample.make("seed")
    grids = [unit.code for unit in made.units if unit.kind is UnitKind.GRID]
    missing = MICRO_GRIDS - sum(unit.kind is UnitKind.MICRO_GRID for unit in made.units)
    more = (UnitRow(f"W{n:06d}", UnitKind.MICRO_GRID, f"第{n}微网格", grids[n % len(grids)]) for n in range(missing))
    return replace(made, units=(*made.units, *more))


def grow(path: str, count: int) -> None:
    """Copy what is there until there are so many cases, and give each its letters and timers."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute(
            "INSERT OR IGNORE INTO people (id, name, phone, home_room, created_at)"
            " WITH RECURSIVE n(i) AS (SELECT 20001 UNION ALL SELECT i + 1 FROM n WHERE i < ?)"
            " SELECT i, '居民', '', '', '2026-01-01 00:00:00.000000' FROM n",
            (20_000 + PEOPLE,),
        )
        db.execute(
            "INSERT INTO addresses (channel, chat, person_id, reachable, since, spoke_at)"
            " SELECT 'telegram', 'old' || id, id, 1, created_at, created_at FROM people WHERE id > 20000"
        )
        standing = db.execute("SELECT max(id) FROM cases").fetchone()[0]
        for table, key in ((cases, "id"), (events, "case_id"), (ratings, "case_id")):
            names = [column.name for column in table.columns if column.name != "id" or key == "id"]
            shifted = [f"{key} + ?" if name == key else name for name in names]
            copy = f"INSERT INTO {table.name} ({','.join(names)}) SELECT {','.join(shifted)} FROM {table.name} WHERE {key} <= ?"
            for times in range(1, count // standing):
                db.execute(copy, (times * standing, standing))
        db.execute(
            "INSERT INTO outbox (channel, chat, body, card, state, due_at, lease_owner, attempts, error, case_id, created_at)"
            " SELECT 'telegram', 'old' || reporter_id, '{\"text\":\"您的诉求已办结,请您评价。\"}', '', 'sent', created_at, '', 1, '',"
            " id, created_at FROM cases WHERE id % 3 = 0"
        )
        db.execute(
            "INSERT INTO cards (channel, chat, card, message_id)"
            " SELECT 'telegram', 'desk' || owner_id, 'case:' || id, id FROM cases ORDER BY owner_id, id"
        )
        db.execute(
            "INSERT INTO timers (kind, subject, slot, due_at, attempts, done_at)"
            " SELECT 'overdue', id, '1', '2027-06-01 00:00:00.000000', 0, closed_at FROM cases"
        )
        db.execute("ANALYZE")
    db.close()


async def grown(path: Path, made: District, count: int) -> None:
    """A database with this district and so many cases."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    districts = Districts(database)
    await districts.apply(made)
    await fill(database, await districts.load(), min(count, MODEL))
    await database.close()
    grow(str(path), count)


class Silent:
    """A network that takes everything at once."""

    name = "web"

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:  # noqa: ARG002 - a Channel
        """Sent."""
        return "1"

    async def fetch(self, ref: str) -> Stored:
        """There are no files here."""
        raise NotImplementedError(ref)

    def link(self, payload: str) -> str:
        """No link leads here."""
        return payload

    def ring(self, chat: str, line: Line) -> None:
        """Nobody has the page open."""


async def talk(rig: Rig, chance: random.Random) -> list[float]:
    """Milliseconds of each turn of conversations that come one by one."""
    directory, spans = rig.house.town.directory, list[float]()
    doors = [unit for unit in directory.units.values() if unit.kind is UnitKind.DOOR]
    for number in range(CONVERSATIONS):
        address = Address("web", f"new{number}")
        trouble = chance.choice(list(TROUBLES))
        for text in ("/start", "反映问题", trouble, directory.full_name(chance.choice(doors).id), "提交"):
            rig.said += 1
            own = NewLine(address.chat, f"said:{rig.said}", mine=True, body={"text": text}, at=rig.now[0])
            said = Incoming(address, address, f"g{rig.said}", rig.now[0], text, line=own)
            begun = time.perf_counter()
            await rig.intake.receive([said])
            spans.append((time.perf_counter() - begun) * 1e3)
    return spans


async def looked(look: Callable[[], Awaitable[object]]) -> list[float]:
    """Milliseconds of each look."""
    spans = []
    for _ in range(LOOKS):
        begun = time.perf_counter()
        await look()
        spans.append((time.perf_counter() - begun) * 1e3)
    return spans


async def emptied(rig: Rig) -> list[float]:
    """Milliseconds of each transaction that empties the hundred oldest of the cases that ended."""
    spans, now = [], rig.now[0]
    for _ in range(NIGHTS):
        begun = time.perf_counter()
        async with rig.storage.writing() as records:
            await records.privacy.blank(await records.privacy.due(now, now, 100), now)
        spans.append((time.perf_counter() - begun) * 1e3)
    return spans


async def night(rig: Rig) -> list[float]:
    """Milliseconds of each transaction of the night that first finds letters and timers of all these years."""
    spans: list[float] = []

    class Timed:
        @asynccontextmanager
        async def writing(self, *, brief: bool = False) -> AsyncIterator[Records]:
            begun = time.perf_counter()
            async with rig.storage.writing(brief=brief) as records:
                yield records
            spans.append((time.perf_counter() - begun) * 1e3)

        def reading(self) -> AbstractAsyncContextManager[Records]:
            return rig.storage.reading()

    await Retention(Timed(), Files(Path("no pictures")), lambda: rig.now[0], keep_days=36_500).let_go()
    return spans


def line(what: str, spans: list[float]) -> None:
    """Print p50 and p99."""
    spans.sort()
    print(f"  {what:<34} p50 {spans[len(spans) // 2]:7.2f} ms   p99 {spans[len(spans) * 99 // 100]:7.2f} ms")


async def measure(folder: Path, count: int) -> None:
    """Fill a database and print what it is like."""
    path, made, begun = folder / f"{count}.db", town(), time.perf_counter()
    await grown(path, made, count)
    print(
        f"{count:,} cases, filled in {time.perf_counter() - begun:.0f} s, {path.stat().st_size / count:,.0f} bytes a case"
    )
    begun = time.perf_counter()
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    rig = await build(database, made)
    print(f"  open in {time.perf_counter() - begun:.1f} s, staff and all")
    rig.now[0], rig.storage.bell = NOW + timedelta(minutes=1), Silent()
    gc.collect()
    gc.freeze()
    line("a turn", await talk(rig, random.Random(11)))
    delivery = Delivery(rig.storage, {"web": Silent()}, lambda: datetime.now(UTC), "bench")
    while await delivery.deliver():
        pass
    line("a look for due timers", await looked(rig.sweep.ring_due))
    line("a look for waiting letters", await looked(delivery.deliver))
    line("a hundred ended cases emptied", await emptied(rig))
    line("a transaction of the first night", await night(rig))
    await database.close()
    print(f"  memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB, the filling included")


def main() -> None:
    """Measure each size."""
    for count in map(int, sys.argv[1:] or ("10000", "10000000")):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(folder), count))


if __name__ == "__main__":
    main()
