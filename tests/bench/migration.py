"""How long a database of many years takes to be brought to this version: `python -m tests.bench.migration [CASES]`.

The cases, events, letters, cards and timers of `growth` (ten million cases unless told) are put into the schema of the
first release, and `migrate` brings that to today's, all or nothing, as a start of the service does. SQLite. Printed: seconds,
and how much larger than the database the disk must be meanwhile.
"""

import asyncio
import sqlite3
import sys
import tempfile
import time
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from storage.database import Database
from storage.migrating import _config, migrate
from tests.bench.growth import grown, town


def _first_release(connection: Connection) -> None:
    command.upgrade(_config(connection), "0001")


async def aged(path: Path, today: Path) -> None:
    """The same rows in the schema of the first release, as far as it had the columns."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    async with database.writing() as connection:
        await connection.run_sync(_first_release)
    await database.close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA synchronous=OFF")
        db.execute("ATTACH ? AS today", (str(today),))
        tables = [name for (name,) in db.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        for table in (name for name in tables if name not in {"alembic_version", "sqlite_sequence"}):
            columns = [row[1] for row in db.execute(f"PRAGMA main.table_info({table})")]
            known = {row[1] for row in db.execute(f"PRAGMA today.table_info({table})")}
            names = ",".join(name for name in columns if name in known)
            db.execute(f"DELETE FROM main.{table}")
            db.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM today.{table}")
    db.close()


async def largest(path: Path) -> int:
    """Watch the files of a database until cancelled; the most bytes that they had."""
    most = 0
    try:
        while True:
            most = max(most, sum(file.stat().st_size for file in path.parent.glob(f"{path.name}*")))
            await asyncio.sleep(1)
    except asyncio.CancelledError:
        return most


async def measure(folder: Path, count: int) -> None:
    """Fill, migrate and print."""
    today, path = folder / "today.db", folder / "first.db"
    await grown(today, town(), count)
    await aged(path, today)
    today.unlink()
    before = path.stat().st_size
    watching = asyncio.create_task(largest(path))
    database = Database(f"sqlite+aiosqlite:///{path}")
    begun = time.perf_counter()
    await migrate(database)
    span = time.perf_counter() - begun
    watching.cancel()
    print(f"{count:,} cases, {before / 1e9:.1f} GB: migrated in {span:.0f} s, {await watching / 1e9:.1f} GB at most")
    await database.close()


def main() -> None:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(folder), int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000))


if __name__ == "__main__":
    main()
