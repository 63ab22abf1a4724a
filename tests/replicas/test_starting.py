"""A service that starts before its database: it waits at its door and opens by itself."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import aiohttp
import pytest

from storage.database import Database
from storage.migrating import migrate
from tests.postgres import serving
from tests.replicas.running import Replica


async def asked(replica: Replica, path: str) -> int:
    async with aiohttp.ClientSession() as session:
        while True:
            assert replica.alive, replica.log.read_text()
            try:
                async with session.get(f"{replica.base}{path}") as answer:
                    return answer.status
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


async def failed(replica: Replica) -> str:
    """It ends with the exit code for faults that are said in words; these words."""
    replica.start()
    assert replica.process is not None
    assert await asyncio.to_thread(replica.process.wait, 60) == 2
    return replica.log.read_text()


async def test_it_waits_for_postgresql_and_opens_when_it_is_there(tmp_path: Path) -> None:
    with serving() as server:
        server.create("late")
        server.stop()
        replica = Replica(tmp_path / "data", server.url("late"))
        replica.start()
        try:
            async with asyncio.timeout(60):
                assert (await asked(replica, "/healthz"), await asked(replica, "/readyz")) == (200, 503)
                async with aiohttp.ClientSession() as session, session.post(f"{replica.base}/say", json={}) as answer:
                    assert (answer.status, "再" in (await answer.json())["text"]) == (503, True)
                server.start()
                while await asked(replica, "/readyz") != 200:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.2)
            assert "Traceback" not in replica.log.read_text()
        finally:
            assert (await replica.stop())[0] == 0


async def test_it_can_be_stopped_while_it_waits(tmp_path: Path) -> None:
    replica = Replica(tmp_path / "data", f"postgresql+asyncpg://postgres@/none?host={tmp_path}")
    replica.start()
    async with asyncio.timeout(60):
        assert await asked(replica, "/readyz") == 503
    assert (await replica.stop())[0] == 0


async def test_a_database_that_was_never_made_is_said_at_once(tmp_path: Path) -> None:
    with serving() as server:
        said = await failed(Replica(tmp_path / "data", server.url("nowhere")))
    assert "没有这个数据库" in said
    assert "Traceback" not in said


async def test_a_sqlite_file_that_another_program_holds_is_said_in_words(tmp_path: Path) -> None:
    path = tmp_path / "held.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await migrate(database)
    await database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = await failed(Replica(tmp_path / "data", f"sqlite+aiosqlite:///{path}"))
    assert "别的程序占着" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("made", "words"), [("folder", "写不了"), ("letters", "不是好的数据库"), ("nothing", "写不了")]
)
async def test_a_sqlite_path_that_cannot_be_used_is_said_in_words(tmp_path: Path, made: str, words: str) -> None:
    path = tmp_path / "that.db"
    if made == "folder":
        path.mkdir()
    elif made == "letters":
        path.write_text("这里本来是一封信。\n" * 500)
    else:
        path = Path("/proc/nowhere/that.db")
    said = await failed(Replica(tmp_path / "data", f"sqlite+aiosqlite:///{path}"))
    assert words in said
    assert "Traceback" not in said


async def test_a_data_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    replica = Replica(tmp_path / "logs", "", {"YINGSHAO_DATA_DIR": str(tmp_path / "file" / "data")})
    said = await failed(replica)
    assert "写不了数据文件夹" in said
    assert "Traceback" not in said
