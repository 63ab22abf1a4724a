"""Whoever is cancelled amid a statement is cancelled, and the next transaction finds a sound database."""

import asyncio

import pytest
from sqlalchemy import text

from storage.database import Database


async def _talk_for_ever(database: Database, begun: asyncio.Event) -> None:
    while True:
        async with database.writing() as connection:
            await connection.execute(text("SELECT 1"))
            begun.set()
            await connection.execute(text("SELECT 2"))


async def _read_for_ever(database: Database, begun: asyncio.Event) -> None:
    while True:
        async with database.reading() as connection:
            await connection.execute(text("SELECT 1"))
            begun.set()
            await connection.execute(text("SELECT 2"))


@pytest.mark.parametrize("doing", [_talk_for_ever, _read_for_ever])
async def test_who_is_told_to_stop_amid_a_statement_stops(database: Database, doing: object) -> None:
    assert callable(doing)
    for _ in range(20):
        begun = asyncio.Event()
        task = asyncio.create_task(doing(database, begun))
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with database.writing() as connection:
        assert (await connection.execute(text("SELECT 3"))).scalar_one() == 3
