"""Messages on their way out, over a real SQLite database and a network of our own."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.chat.delivery import Delivery
from bot.chat.messages import Address, Outgoing, Stored
from bot.errors import Never, TryLater, Unreachable
from storage.database import Database
from storage.migrating import migrate
from storage.records import DatabaseStorage

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WANG = Address("net", "wang")


class Network:
    name = "net"

    def __init__(self) -> None:
        self.arrived: list[str] = []
        self.fault: Exception | None = None

    async def send(self, chat: str, message: Outgoing, edit: str) -> str:
        if self.fault is not None:
            raise self.fault
        self.arrived.append(f"{chat}:{message.text}{edit and '@' + edit}")
        return str(len(self.arrived))

    async def fetch(self, ref: str) -> Stored:
        raise Never(ref)

    def link(self, payload: str) -> str:
        return payload


class Post:
    def __init__(self, storage: DatabaseStorage) -> None:
        self.now, self.storage, self.network = NOW, storage, Network()
        self.delivery = Delivery(storage, {"net": self.network}, lambda: self.now, "me")

    async def promise(self, text: str, card: str = "") -> None:
        async with self.storage.writing() as records:
            await records.outbox.post(WANG, Outgoing(text, card=card), self.now)


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[Post]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'a.db'}")
    await migrate(database)
    yield Post(DatabaseStorage(database))
    await database.close()


async def test_one_chat_gets_its_messages_one_at_a_time_in_order(post: Post) -> None:
    await post.promise("a")
    await post.promise("b")
    assert [await post.delivery.deliver() for _ in range(3)] == [1, 1, 0]
    assert post.network.arrived == ["wang:a", "wang:b"]


async def test_a_message_refused_for_now_goes_again_when_the_network_said(post: Post) -> None:
    await post.promise("a")
    post.network.fault = TryLater(30)
    await post.delivery.deliver()
    post.network.fault = None
    assert await post.delivery.deliver() == 0
    post.now += timedelta(seconds=31)
    await post.delivery.deliver()
    assert post.network.arrived == ["wang:a"]


async def test_a_message_to_somebody_who_left_rests_until_they_write(post: Post) -> None:
    await post.promise("a")
    post.network.fault = Unreachable("blocked")
    await post.delivery.deliver()
    post.network.fault = None
    assert await post.delivery.deliver() == 0
    async with post.storage.writing() as records:
        await records.outbox.wake((WANG,), post.now)
    await post.delivery.deliver()
    assert post.network.arrived == ["wang:a"]


async def test_a_card_is_changed_where_it_stands(post: Post) -> None:
    for text in ("a", "b"):
        await post.promise(text, card="c")
        await post.delivery.deliver()
    assert post.network.arrived == ["wang:a", "wang:b@1"]


async def test_a_sender_whose_lease_ran_out_writes_nothing_down(post: Post) -> None:
    await post.promise("a")
    async with post.storage.writing() as records:
        await records.outbox.claim("other", post.now, post.now + timedelta(seconds=60), 9)
    assert await post.delivery.deliver() == 0
    post.now += timedelta(seconds=61)
    assert await post.delivery.deliver() == 1
