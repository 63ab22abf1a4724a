"""Whoever is cancelled amid a statement is cancelled, and the next transaction finds a sound database."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

Opening = Callable[[], AbstractAsyncContextManager[AsyncConnection]]


async def _ask_for_ever(opening: Opening, begun: asyncio.Event) -> None:
    while True:
        async with opening() as connection:
            await connection.execute(text("SELECT 1"))
            begun.set()
            await connection.execute(text("SELECT 2"))


@pytest.mark.parametrize("doing", ["writing", "reading"])
async def test_who_is_told_to_stop_amid_a_statement_stops(database: Database, doing: str) -> None:
    for _ in range(20):
        begun = asyncio.Event()
        task = asyncio.create_task(_ask_for_ever(getattr(database, doing), begun))
        await begun.wait()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with database.writing() as connection:
        assert (await connection.execute(text("SELECT 3"))).scalar_one() == 3
