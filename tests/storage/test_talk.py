"""What was heard, what is promised, and what is to ring: nothing is lost, doubled or out of order."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.chat.messages import Address, Button, Outgoing
from bot.chat.records import Letter, Settled
from storage.database import Database
from storage.records import DatabaseStorage
from storage.tables import outbox

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LI, WANG = Address("telegram", "4711"), Address("web", "k3v")


async def post(storage: DatabaseStorage, to: Address, *messages: Outgoing, at: datetime = NOON) -> None:
    async with storage.writing() as tx:
        for message in messages:
            await tx.outbox.post(to, message, at)


async def claim(
    storage: DatabaseStorage, owner: str = "me", at: datetime = NOON, limit: int = 10
) -> tuple[Letter, ...]:
    async with storage.writing() as tx:
        return await tx.outbox.claim(owner, at, at + MINUTE, limit)


async def settle(
    storage: DatabaseStorage,
    letter: Letter,
    state: str = "sent",
    *,
    owner: str = "me",
    at: datetime = NOON,
    name: str = "",
) -> int:
    async with storage.writing() as tx:
        due = at + MINUTE if state == "waiting" else None
        return await tx.outbox.settle(owner, [Settled(letter, state, name, due)], at)


async def sent(storage: DatabaseStorage) -> list[str]:
    """Send all there is, one round after the other; the words in the order they went out."""
    words: list[str] = []
    while letters := await claim(storage):
        for letter in letters:
            words.append(letter.message.text)
            await settle(storage, letter)
    return words


async def test_a_message_is_heard_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.talk.first_time("web", "m1", NOON)
    async with storage.writing() as tx:
        assert not await tx.talk.first_time("web", "m1", NOON)


async def test_the_same_number_on_another_network_is_another_message(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.talk.first_time("web", "1", NOON)
        assert await tx.talk.first_time("telegram", "1", NOON)


async def test_two_replicas_that_hear_the_same_do_not_both_take_it(storage: DatabaseStorage) -> None:
    async def hear() -> bool:
        async with storage.writing() as tx:
            first = await tx.talk.first_time("web", "m1", NOON)
            await asyncio.sleep(0.01)
            return first

    assert sorted(await asyncio.gather(hear(), hear(), hear())) == [False, False, True]


async def test_a_message_whose_turn_failed_is_heard_again(storage: DatabaseStorage) -> None:
    async def fail() -> None:
        async with storage.writing() as tx:
            await tx.talk.first_time("web", "m1", NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with storage.writing() as tx:
        assert await tx.talk.first_time("web", "m1", NOON)


async def test_a_conversation_is_kept_as_it_was_last(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.talk.conversation(1) is None
        await tx.talk.save_conversation(1, {"step": "where"}, NOON)
        await tx.talk.save_conversation(1, {"step": "谁", "n": [1, None]}, NOON)
        assert await tx.talk.conversation(1) == {"step": "谁", "n": [1, None]}


async def test_what_is_posted_arrives_as_it_was(storage: DatabaseStorage) -> None:
    message = Outgoing("好的", (Button("是", "yes"),), card="case:1", asks_pin=True)
    await post(storage, LI, message)
    (letter,) = await claim(storage)
    assert (letter.to, letter.message, letter.attempts, letter.edit) == (LI, message, 0, "")


async def test_one_chat_is_spoken_to_in_order_one_message_at_a_time(storage: DatabaseStorage) -> None:
    await post(storage, LI, *(Outgoing(str(n)) for n in range(4)))
    assert len(await claim(storage)) == 1
    assert await claim(storage) == ()


async def test_all_is_sent_in_the_order_it_was_promised(storage: DatabaseStorage) -> None:
    await post(storage, LI, *(Outgoing(str(n)) for n in range(4)))
    assert await sent(storage) == ["0", "1", "2", "3"]


async def test_chats_do_not_wait_for_each_other(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("a"), Outgoing("b"))
    await post(storage, WANG, Outgoing("c"))
    assert [letter.message.text for letter in await claim(storage)] == ["a", "c"]


async def test_a_message_that_must_be_tried_again_holds_back_the_next(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("first"), Outgoing("second"))
    (letter,) = await claim(storage)
    await settle(storage, letter, "waiting")
    assert await claim(storage) == ()
    (again,) = await claim(storage, at=NOON + MINUTE)
    assert (again.message.text, again.attempts) == ("first", 1)


async def test_nothing_is_looked_at_again_and_again_behind_what_is_put_off(
    storage: DatabaseStorage, database: Database
) -> None:
    await post(storage, LI, Outgoing("first"), Outgoing("second"))
    (first,) = await claim(storage)
    await settle(storage, first, "waiting")
    await post(storage, LI, Outgoing("third"))
    async with database.reading() as connection:
        due = [row.due_at for row in await connection.execute(select(outbox.c.due_at))]
    assert due == [NOON + MINUTE] * 3


async def test_what_a_person_who_is_forgotten_hears_in_the_same_moment_keeps_its_order(
    storage: DatabaseStorage,
) -> None:
    async with storage.writing() as tx:
        li = await tx.people.at(LI, "", NOON)
        for text in ("first", "second"):
            await tx.outbox.post(LI, Outgoing(text), NOON)
            await tx.privacy.erase(li.id, NOON)
        assert [row["body"]["text"] for row in tx.outbox._pending.rows(outbox)] == ["first", "second"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_who_is_at_work_is_not_taken_for_gone_whatever_its_name(database_url: str) -> None:
    working, looking = Database(database_url, name="host/1/one"), Database(database_url, name="host/1/two")
    await post(DatabaseStorage(working), LI, Outgoing("a"))
    await claim(DatabaseStorage(working), working.name)
    async with DatabaseStorage(looking).writing() as tx:
        while_it_works = await tx.outbox.lessees()
    await working.close()
    async with asyncio.timeout(5):
        gone: Sequence[str] = []
        while not gone:  # A session ends a moment after its connection.
            async with DatabaseStorage(looking).writing() as tx:
                gone = await tx.outbox.lessees()
    await looking.close()
    assert (while_it_works, gone) == ([], ["host/1/one"])


async def test_a_message_that_never_arrives_lets_the_next_pass(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("first"), Outgoing("second"))
    (letter,) = await claim(storage)
    await settle(storage, letter, "failed")
    assert [letter.message.text for letter in await claim(storage)] == ["second"]


async def test_a_claim_takes_no_more_than_asked(storage: DatabaseStorage) -> None:
    for number in range(7):
        await post(storage, Address("web", str(number)), Outgoing("x"))
    assert [len(await claim(storage, limit=3)) for _ in range(4)] == [3, 3, 1, 0]


async def test_many_senders_never_take_the_same_letter(storage: DatabaseStorage) -> None:
    for number in range(40):
        await post(storage, Address("web", str(number)), Outgoing("x"))
    taken = await asyncio.gather(*(claim(storage, f"sender {n}", limit=7) for n in range(8)))
    ids = [letter.id for letters in taken for letter in letters]
    assert len(ids) == len(set(ids))


async def test_a_dead_senders_letter_is_taken_by_another(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("x"))
    await claim(storage, "dead")
    later = NOON + MINUTE + timedelta(seconds=1)
    assert len(await claim(storage, "alive", later)) == 1


async def test_who_lost_the_lease_cannot_settle(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("x"))
    (letter,) = await claim(storage, "slow")
    later = NOON + MINUTE + timedelta(seconds=1)
    await claim(storage, "quick", later)
    assert await settle(storage, letter, owner="slow", at=later) == 0
    assert await settle(storage, letter, owner="quick", at=later) == 1


async def test_a_lease_that_ran_out_settles_nothing(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("x"))
    (letter,) = await claim(storage)
    assert await settle(storage, letter, at=NOON + 2 * MINUTE) == 0


async def test_a_second_state_of_a_card_edits_the_first(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("待受理", card="case:1"))
    (letter,) = await claim(storage)
    await settle(storage, letter, name="77")
    await post(storage, LI, Outgoing("已受理", card="case:1"))
    assert [letter.edit for letter in await claim(storage)] == ["77"]


async def test_a_card_in_another_chat_is_another_card(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("待受理", card="case:1"))
    (letter,) = await claim(storage)
    await settle(storage, letter, name="77")
    await post(storage, WANG, Outgoing("待受理", card="case:1"))
    assert [letter.edit for letter in await claim(storage)] == [""]


async def test_a_card_that_nobody_saw_gives_way_to_its_next_state(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("1", card="case:1"), Outgoing("other"), Outgoing("2", card="case:1"))
    assert await sent(storage) == ["other", "2"]


async def test_what_must_be_noticed_is_noticed_in_its_next_state_too(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("1", card="case:1", fresh=True), Outgoing("2", card="case:1"))
    (letter,) = await claim(storage)
    assert letter.message.fresh


async def test_a_card_on_its_way_is_not_taken_back(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("1", card="case:1"))
    (letter,) = await claim(storage)
    await post(storage, LI, Outgoing("2", card="case:1"))
    assert await settle(storage, letter) == 1
    assert await sent(storage) == ["2"]


async def test_what_rests_goes_out_when_the_person_writes(storage: DatabaseStorage) -> None:
    await post(storage, LI, Outgoing("x"))
    (letter,) = await claim(storage)
    await settle(storage, letter, "resting")
    assert await claim(storage, at=NOON + timedelta(days=9)) == ()
    async with storage.writing() as tx:
        await tx.outbox.wake((WANG,), NOON)
    assert await claim(storage) == ()
    async with storage.writing() as tx:
        await tx.outbox.wake((LI,), NOON)
    assert await sent(storage) == ["x"]


async def test_a_timer_rings_when_it_is_due_and_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.timers.set("accept", 1, "1", NOON)
        assert await tx.timers.due(NOON - MINUTE, 10) == ()
        (timer,) = await tx.timers.due(NOON, 10)
        assert (timer.kind, timer.subject, timer.slot, timer.due_at, timer.attempts) == ("accept", 1, "1", NOON, 0)
        await tx.timers.done(timer.id, NOON)
        assert await tx.timers.due(NOON, 10) == ()


async def test_setting_a_timer_again_changes_nothing(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.timers.set("accept", 1, "1", NOON)
        await tx.timers.set("accept", 1, "1", NOON + MINUTE)
        assert [timer.due_at for timer in await tx.timers.due(NOON + MINUTE, 10)] == [NOON]


async def test_a_timer_that_rang_does_not_ring_again_when_set_again(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.timers.set("accept", 1, "1", NOON)
        (timer,) = await tx.timers.due(NOON, 10)
        await tx.timers.done(timer.id, NOON)
        await tx.timers.set("accept", 1, "1", NOON)
        assert await tx.timers.due(NOON, 10) == ()


async def test_a_postponed_timer_rings_later_and_counts(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.timers.set("accept", 1, "1", NOON)
        (timer,) = await tx.timers.due(NOON, 10)
        await tx.timers.postpone(timer.id, NOON + MINUTE)
        assert await tx.timers.due(NOON, 10) == ()
        assert [timer.attempts for timer in await tx.timers.due(NOON + MINUTE, 10)] == [1]


async def test_the_timer_due_first_rings_first(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        for subject, minutes in ((1, 3), (2, 1), (3, 2)):
            await tx.timers.set("accept", subject, "1", NOON + minutes * MINUTE)
        assert [timer.subject for timer in await tx.timers.due(NOON + 9 * MINUTE, 2)] == [2, 3]


async def test_replicas_never_ring_the_same_timer(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        for subject in range(30):
            await tx.timers.set("accept", subject, "1", NOON)

    async def ring() -> list[int]:
        async with storage.writing() as tx:
            found = await tx.timers.due(NOON, 10)
            for timer in found:
                await tx.timers.done(timer.id, NOON)
            return [timer.subject for timer in found]

    rung = [subject for subjects in await asyncio.gather(*(ring() for _ in range(6))) for subject in subjects]
    assert len(rung) == len(set(rung))


async def test_a_time_without_a_zone_is_refused(storage: DatabaseStorage) -> None:
    with pytest.raises(Exception, match="without a zone"):
        async with storage.writing() as tx:
            await tx.timers.set("accept", 1, "1", NOON.replace(tzinfo=None))
