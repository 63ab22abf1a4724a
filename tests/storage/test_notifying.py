"""Replicas on one PostgreSQL hear from a notice what another has committed, without looking for it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.chat.messages import Address, Outgoing
from storage.database import Database
from storage.lines import Lines
from storage.notifying import Listening
from storage.records import DatabaseStorage

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


class Replica:
    """Another process, as far as it listens. What it is told comes by `told`."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.told: asyncio.Queue[Mapping[str, int]] = asyncio.Queue()  # nothing in it: messages wait to be sent
        self.listening = Listening(self.database, lambda: self.told.put_nowait({}), self.told.put_nowait)

    async def hears(self) -> Mapping[str, int]:
        async with asyncio.timeout(10):
            return await self.told.get()


@pytest.fixture
async def other(database_url: str) -> AsyncIterator[Replica]:
    replica = Replica(database_url)
    running = asyncio.create_task(replica.listening.run())
    assert await replica.hears() == {}  # It listens from now on, and looks for what was promised before.
    yield replica
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await replica.database.close()


async def say(database: Database, chat: str) -> None:
    await Lines(database).append(chat, "k", mine=False, body={}, at=NOON)


async def test_a_line_rings_for_its_chat_elsewhere(database: Database, other: Replica) -> None:
    await say(database, "a")
    assert await other.hears() == {"a": 1}


async def test_a_promise_wakes_the_postmen_elsewhere(database: Database, other: Replica) -> None:
    async with DatabaseStorage(database).writing() as records:
        await records.outbox.post(Address("net", "wang"), Outgoing("a"), NOON)
    assert await other.hears() == {}


async def test_nobody_hears_themselves(database: Database, other: Replica) -> None:
    await say(other.database, "own")
    await say(database, "another's")
    assert await other.hears() == {"another's": 1}
