"""Asking for several pairs of two columns at once."""

from pathlib import Path
from shutil import copy

from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from storage.database import Database
from storage.statements import among
from storage.tables import addresses, seen


async def plan(path: Path, question: object) -> str:
    """How SQLite would find the answer."""
    database = Database(f"sqlite+aiosqlite:///{path}")
    said = question.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[attr-defined]
    async with database.reading() as connection:
        steps = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}")
        found = "".join(step["detail"] for step in steps.mappings())
    await database.close()
    return found


async def test_what_was_heard_is_looked_up_and_not_walked_through(tmp_path: Path, sqlite_template: Path) -> None:
    question = select(seen.c.at).where(among(seen.c.channel, seen.c.message_id, [("web", "1"), ("telegram", "2")]))
    assert "SCAN" not in await plan(Path(copy(sqlite_template, tmp_path / "a.db")), question)


async def test_who_speaks_is_looked_up_and_not_walked_through(tmp_path: Path, sqlite_template: Path) -> None:
    question = select(addresses.c.person_id).where(among(addresses.c.channel, addresses.c.chat, [("web", "1")]))
    assert "SCAN" not in await plan(Path(copy(sqlite_template, tmp_path / "a.db")), question)


def test_no_pair_is_nobody() -> None:
    assert str(among(seen.c.channel, seen.c.message_id, [])) == "false"
