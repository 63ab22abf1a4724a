"""Messages on their way out, over a real SQLite database and a network of our own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.chat.delivery import Delivery
from bot.chat.messages import Address, Outgoing
from bot.errors import TryLater, Unreachable
from storage.database import Database
from storage.migrating import migrate
from storage.outbox import Outbox
from storage.records import DatabaseStorage, Transaction
from storage.tables import outbox
from tests.flow.network import Network

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
WANG = Address("net", "wang")


class Post:
    def __init__(self, storage: DatabaseStorage) -> None:
        self.now, self.storage, self.network = NOW, storage, Network()
        self.delivery = Delivery(storage, {"net": self.network}, lambda: self.now, "me")

    async def promise(self, text: str, card: str = "", to: Address = WANG) -> None:
        async with self.storage.writing() as records:
            await records.outbox.post(to, Outgoing(text, card=card), self.now)

    async def left(self, count: int) -> None:
        """Wait until so many letters wait again and are in nobody's hands."""
        idle = select(func.count()).where(outbox.c.state == "waiting", outbox.c.lease_owner == "")
        found = 0
        async with asyncio.timeout(10):
            while found != count:
                await asyncio.sleep(0.01)
                async with self.storage._database.reading() as connection:
                    found = await connection.scalar(idle) or 0


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


async def fail(post: Post, fault: Exception, times: int) -> None:
    """Try to send so often, in vain."""
    post.network.fault = fault
    for _ in range(times):
        assert await post.delivery.deliver() == 1
        post.now += timedelta(seconds=301)
    post.network.fault = None


@pytest.mark.parametrize("fault", [TimeoutError(), ValueError("our own")])
async def test_one_fault_after_a_long_outage_kills_no_message(post: Post, fault: Exception) -> None:
    await post.promise("a")
    await fail(post, TryLater(1), 50)
    await fail(post, fault, 1)
    await post.delivery.deliver()
    assert post.network.arrived == ["wang:a"]


async def test_a_message_that_is_slow_again_and_again_still_arrives(post: Post) -> None:
    await post.promise("a")
    await fail(post, TimeoutError(), 30)
    await post.delivery.deliver()
    assert post.network.arrived == ["wang:a"]


async def test_a_message_at_which_we_fail_ourselves_is_given_up_and_the_next_goes_out(post: Post) -> None:
    for text in "ab":
        await post.promise(text)
    await fail(post, ValueError("our own"), 12)
    await post.delivery.deliver()
    assert post.network.arrived == ["wang:b"]


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


async def test_a_slow_chat_holds_nobody_up(post: Post) -> None:
    running = asyncio.create_task(post.delivery.run())
    await post.promise("x", to=Address("net", "slow"))
    for text in ("a", "b", "c"):
        await post.promise(text)
        post.delivery.wake()
    async with asyncio.timeout(10):
        while len(post.network.arrived) < 3:  # noqa: ASYNC110 - a network sets no event of ours
            await asyncio.sleep(0.02)
    assert post.network.arrived == ["wang:a", "wang:b", "wang:c"]
    post.network.answer.set()
    await post.delivery.stop()
    await running


class Fickle(DatabaseStorage):
    """A database that is away for the second of its transactions."""

    count = 0

    @asynccontextmanager
    async def writing(self, *, brief: bool = False) -> AsyncIterator[Transaction]:
        self.count += 1
        if self.count == 2:
            raise OSError("the database is away")
        async with super().writing(brief=brief) as records:
            yield records


async def test_what_was_sent_while_the_database_went_away_is_sent_once(post: Post) -> None:
    await post.promise("a")
    fickle = Fickle(post.storage._database)
    delivery = Delivery(fickle, {"net": post.network}, lambda: post.now, "me")
    await delivery.deliver()
    post.now += timedelta(seconds=120)
    assert await post.delivery.deliver() == 0
    assert post.network.arrived == ["wang:a"]


async def test_a_clock_that_is_put_back_holds_no_letter_up(post: Post) -> None:
    post.now += timedelta(hours=1)
    post.network.fault = TryLater(60)
    await post.promise("tried in the wrong hour")
    await post.delivery.deliver()
    post.network.fault = None
    await post.promise("promised in the wrong hour", to=Address("net", "li"))
    post.now -= timedelta(hours=1)
    await post.delivery.deliver()
    assert sorted(post.network.arrived) == ["li:promised in the wrong hour", "wang:tried in the wrong hour"]


async def test_a_lease_from_a_wrong_hour_ends_with_the_next_start(post: Post) -> None:
    await post.promise("leased")
    async with post.storage.writing() as records:
        await records.outbox.claim("killed", post.now, post.now + timedelta(hours=1), 10)
    await Delivery(post.storage, {"net": post.network}, lambda: post.now, "new").deliver()
    assert post.network.arrived == ["wang:leased"]


async def test_a_new_process_leaves_alone_what_another_is_sending(post: Post) -> None:
    await post.promise("leased")
    async with post.storage.writing() as records:
        await records.outbox.claim("other", post.now, post.now + timedelta(seconds=60), 10)
    await Delivery(post.storage, {"net": post.network}, lambda: post.now, "new").deliver()
    assert post.network.arrived == []


# ---------------------------------------------------------------- what is leased when it is promised


@pytest.fixture
async def at_work(post: Post) -> AsyncIterator[Post]:
    """The same, with the postman at work and known to the storage, as in the service."""
    post.storage.postman = post.delivery
    running = asyncio.create_task(post.delivery.run())
    async with asyncio.timeout(10):
        while post.delivery._looked_at is None:  # noqa: ASYNC110 - his first look, which sets no event when it is over
            await asyncio.sleep(0.01)
    yield post
    post.network.answer.set()
    await post.delivery.stop()
    await running


async def arrived(post: Post, count: int) -> list[str]:
    async with asyncio.timeout(10):
        while len(post.network.arrived) < count:  # noqa: ASYNC110 - a network sets no event of ours
            await asyncio.sleep(0.01)
    return post.network.arrived


async def test_what_is_promised_goes_out_without_being_claimed(at_work: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Outbox, "claim", lambda *_: pytest.fail("it was claimed"))
    await at_work.promise("a")
    assert await arrived(at_work, 1) == ["wang:a"]


async def test_several_at_once_keep_their_order(at_work: Post) -> None:
    async with at_work.storage.writing() as records:
        for text in "abc":
            await records.outbox.post(WANG, Outgoing(text), at_work.now)
    await at_work.promise("d")
    assert await arrived(at_work, 4) == ["wang:a", "wang:b", "wang:c", "wang:d"]


async def test_what_must_be_tried_again_holds_back_what_comes_after(at_work: Post) -> None:
    at_work.network.fault = TryLater(30)
    async with at_work.storage.writing() as records:
        for text in "ab":
            await records.outbox.post(WANG, Outgoing(text), at_work.now)
    await at_work.left(2)
    at_work.network.fault = None
    await at_work.promise("c")
    await at_work.left(3)
    assert at_work.network.arrived == []
    at_work.now += timedelta(seconds=31)
    assert await arrived(at_work, 3) == ["wang:a", "wang:b", "wang:c"]


async def test_the_next_state_of_a_card_changes_the_first(at_work: Post) -> None:
    for text in ("a", "b"):
        await at_work.promise(text, card="c")
    assert await arrived(at_work, 2) == ["wang:a", "wang:b@1"]


async def test_what_is_not_committed_is_not_sent(at_work: Post) -> None:
    with suppress(ZeroDivisionError):
        async with at_work.storage.writing() as records:
            await records.outbox.post(WANG, Outgoing("never"), at_work.now)
            await records.flush()
            raise ZeroDivisionError
    await at_work.promise("a")
    assert await arrived(at_work, 1) == ["wang:a"]


async def test_what_a_part_promised_that_was_undone_is_not_sent(at_work: Post) -> None:
    async with at_work.storage.writing() as records:
        await records.outbox.post(WANG, Outgoing("a"), at_work.now)
        with suppress(ZeroDivisionError):
            async with records.savepoint():
                await records.outbox.post(WANG, Outgoing("never"), at_work.now)
                await records.flush()
                raise ZeroDivisionError
        await records.outbox.post(WANG, Outgoing("b"), at_work.now)
    assert await arrived(at_work, 2) == ["wang:a", "wang:b"]


async def test_a_network_that_is_not_connected_here_is_left_to_others(at_work: Post) -> None:
    async with at_work.storage.writing() as records:
        await records.outbox.post(Address("other", "wang"), Outgoing("elsewhere"), at_work.now)
        await records.flush()
        assert await records.outbox.lessees() == []


async def test_what_shows_a_secret_is_read_only_to_be_sent(at_work: Post) -> None:
    async with at_work.storage.writing() as records:
        await records.outbox.post(WANG, Outgoing("a secret", hidden="code"), at_work.now)
        await records.flush()
        assert await records.outbox.lessees() == []


async def test_what_piled_up_for_one_chat_goes_out_without_a_pause(at_work: Post) -> None:
    at_work.storage.postman = None  # as another process would promise it
    for number in range(30):
        await at_work.promise(str(number))
    at_work.delivery.wake()
    assert await arrived(at_work, 30) == [f"wang:{number}" for number in range(30)]


async def test_more_than_there_is_room_for_is_claimed_later(at_work: Post) -> None:
    async with at_work.storage.writing() as records:
        for number in range(450):
            await records.outbox.post(Address("net", f"p{number}"), Outgoing("a"), at_work.now)
    assert len(set(await arrived(at_work, 450))) == 450


async def test_what_a_process_that_ended_had_in_hand_goes_out_at_the_next_start(post: Post) -> None:
    await post.promise("leased")
    async with post.storage.writing() as records:
        await records.outbox.claim("killed", post.now, post.now + timedelta(seconds=60), 10)
    next_one = Delivery(
        post.storage, {"net": post.network}, lambda: post.now, "new", dead=lambda owner: owner == "killed"
    )
    await next_one.deliver()
    assert post.network.arrived == ["wang:leased"]
