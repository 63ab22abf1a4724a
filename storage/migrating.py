"""The schema is brought to this version's revision when the service starts, by whichever replica comes first.

A change of `storage.tables` needs a revision beside it: `python -m storage.migrating URL "what changes"` drafts one
against a database that stands at the revision before. There is no way down: going back is restoring a backup.
"""

import asyncio
import logging
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, String, func, select

from bot.errors import BadSettings
from storage.database import Database
from storage.tables import SEALED, Sealed, UTCDateTime

log = logging.getLogger(__name__)
_FOLDER = Path(__file__).with_name("migrations")
_LOCK = 0x59494E47  # Any number that is ours alone among advisory locks: "YING".


async def migrate(database: Database) -> str:
    """Bring the schema to this version's revision, all or nothing, and return it.

    Several processes may do so at once: one works, the others wait and find nothing to do. Raises BadSettings for a
    database that a newer version has already changed.
    """
    _make_folder(database)
    async with database.writing() as connection:
        if not database.is_sqlite:  # SQLite's writing transaction is itself the lock.
            await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        return await connection.run_sync(_upgrade)


@asynccontextmanager
async def alone(database: Database) -> AsyncIterator[None]:
    """Hold other replicas back from the same block while it lasts: several that start at once fill a fresh database once."""
    if database.is_sqlite:
        yield
        return
    async with database.writing() as connection:
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK + 1)))
        yield


async def current(database: Database) -> str | None:
    """The revision a database stands at, None for one that was never migrated."""
    _make_folder(database)
    async with database.reading() as connection:
        return await connection.run_sync(_revision)


def head() -> str:
    """The revision that this program works with."""
    return ScriptDirectory(str(_FOLDER)).get_current_head() or ""


def options(connection: Connection) -> dict[str, Any]:
    """What Alembic must know of this database, for a migration and for a comparison alike."""
    return {
        "render_as_batch": connection.dialect.name == "sqlite",  # SQLite changes a column by copying the table.
        "render_item": _render,
        "compare_type": _differs,
    }


def _differs(context: Any, _inspected: Any, _column: Any, stored: Any, wanted: Any) -> bool | None:
    """Whether a column's type changed; None leaves it to Alembic. To SQLite texts of any length are one type."""
    texts = isinstance(stored, String) and isinstance(wanted, String | Sealed)
    return False if context.dialect.name == "sqlite" and texts else None


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(connection: Connection) -> str:
    config = _config(connection)
    script = ScriptDirectory.from_config(config)
    ours = script.get_current_head() or ""
    found = _revision(connection)
    if found is not None and found not in {revision.revision for revision in script.walk_revisions()}:
        raise BadSettings("settings.database_newer", found=found)
    if found != ours:
        if found is not None:
            log.warning(
                "the database goes from revision %s to %s: over millions of cases this takes minutes", found, ours
            )
        command.upgrade(config, "head")
    return ours


def _render(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    # A revision says what the column was on the day it was written, whatever becomes of our own type.
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return f"sa.{item.impl!r}" if kind == "type" and isinstance(item, SEALED) else False


def _make_folder(database: Database) -> None:
    if database.is_sqlite and database.url.database not in (None, "", ":memory:"):
        Path(str(database.url.database)).parent.mkdir(parents=True, exist_ok=True)


def _draft(words: str) -> Callable[[Connection], object]:
    def draft(connection: Connection) -> object:
        number = max(int(path.name[:4]) for path in (_FOLDER / "versions").glob("[0-9]*.py")) + 1
        return command.revision(_config(connection), words, autogenerate=True, rev_id=f"{number:04}")

    return draft


async def _main(url: str, words: str) -> None:
    database = Database(url)
    _make_folder(database)
    async with database.reading() as connection:
        await connection.run_sync(_draft(words))
    await database.close()


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
