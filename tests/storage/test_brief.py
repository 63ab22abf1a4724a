"""In a brief transaction SQLite is asked where the loop runs; what waits for a lock, the disk or many rows is not."""

import asyncio
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text

from storage.database import Database
from storage.migrating import migrate
from storage.tables import meta

_WHERE = text("SELECT place()")


@pytest.fixture
async def file(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/brief.db")
    await migrate(database)
    async with database.writing() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.create_function("place", 0, lambda: threading.current_thread() is threading.main_thread())
    yield database
    await database.close()


async def kept(database: Database) -> int:
    """How many rows stand that these tests wrote."""
    async with database.reading() as connection:
        found = select(func.count()).select_from(meta).where(meta.c.key.startswith("brief"))
        return int(await connection.scalar(found) or 0)


def rows(count: int) -> list[dict[str, str]]:
    """So many rows to write."""
    return [{"key": f"brief{i}", "value": "1"} for i in range(count)]


@pytest.mark.parametrize("brief", [True, False])
async def test_only_a_brief_transaction_is_done_where_the_loop_runs(file: Database, brief: bool) -> None:
    async with file.writing(brief=brief) as connection:
        assert bool(await connection.scalar(_WHERE)) is brief


async def test_many_rows_are_written_in_the_thread(file: Database) -> None:
    writing = insert(meta).values(value=func.place())
    async with file.writing(brief=True) as connection:
        await connection.execute(writing, [{"key": f"brief{i}"} for i in range(2000)])
        values = select(meta.c.value).where(meta.c.key.startswith("brief")).distinct()
        assert [str(value) for value in await connection.scalars(values)] == ["0"]


async def test_what_it_wrote_is_kept(file: Database) -> None:
    async with file.writing(brief=True) as connection:
        await connection.execute(insert(meta), rows(3))
    assert await kept(file) == 3


async def fail(database: Database) -> None:
    """Begin a brief transaction that fails after it wrote."""
    async with database.writing(brief=True) as connection:
        await connection.execute(insert(meta), rows(3))
        raise ZeroDivisionError


async def test_one_that_fails_leaves_nothing(file: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail(file)
    assert await kept(file) == 0


async def test_after_one_that_failed_the_next_is_kept(file: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        await fail(file)
    async with file.writing(brief=True) as connection:
        await connection.execute(insert(meta), rows(2))
    assert await kept(file) == 2


async def test_one_that_is_cancelled_leaves_nothing_and_the_next_is_kept(file: Database) -> None:
    async def hesitate() -> None:
        async with file.writing(brief=True) as connection:
            await connection.execute(insert(meta), rows(3))
            await asyncio.sleep(60)

    task = asyncio.create_task(hesitate())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with file.writing(brief=True) as connection:
        await connection.execute(insert(meta), rows(1))
    assert await kept(file) == 1


async def test_the_next_that_is_not_brief_goes_to_the_thread_again(file: Database) -> None:
    async with file.writing(brief=True):
        pass
    async with file.writing() as connection:
        assert not await connection.scalar(_WHERE)


async def test_another_programs_lock_does_not_hold_the_loop_up(file: Database) -> None:
    other, ticks = Database(str(file.url)), 0

    async def write() -> None:
        async with file.writing(brief=True) as connection:
            await connection.execute(insert(meta), rows(1))

    async with other.writing() as held:
        await held.execute(text("SELECT 1"))
        waiting = asyncio.create_task(write())
        for _ in range(20):
            await asyncio.sleep(0.01)
            ticks += not waiting.done()
    await waiting
    await other.close()
    assert (ticks, await kept(file)) == (20, 1)
