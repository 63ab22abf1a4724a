"""Chats that come and go, and where a person is written to."""

import contextlib
from datetime import UTC, datetime, timedelta

from bot.chat.messages import Address, Outgoing
from bot.chat.records import Settled
from storage.records import DatabaseStorage, Transaction

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PHONE, PAGE, GROUP, MOVED = (
    Address("telegram", "4711"),
    Address("web", "k3v"),
    Address("telegram", "-1"),
    Address("telegram", "-2"),
)


async def on_both(tx: Transaction) -> int:
    """A staff member who joined on the phone first, and an hour later on the page."""
    person_id = await tx.invites.hire("王秀英", 1, "grid_worker", NOON)
    await tx.people.at(PHONE, "wang", NOON)
    await tx.invites.join(PHONE, person_id, NOON)
    later = NOON + timedelta(hours=1)
    await tx.people.at(PAGE, "wang", later)
    await tx.invites.join(PAGE, person_id, later)
    return person_id


async def test_who_has_said_nothing_since_is_written_to_where_they_joined_last(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person_id = await on_both(tx)
        assert await tx.people.addresses(person_id) == (PAGE, PHONE)


async def test_a_word_from_the_other_address_counts_at_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person_id = await on_both(tx)
    for minutes, spoke, silent in ((61, PHONE, PAGE), (62, PAGE, PHONE), (63, PHONE, PAGE)):
        async with storage.writing() as tx:
            await tx.people.at(spoke, "wang", NOON + timedelta(minutes=minutes))
        async with storage.writing() as tx:
            assert await tx.people.addresses(person_id) == (spoke, silent)


async def test_somebody_who_only_pressed_is_not_made_up(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.chats.person(PHONE) is None
        met = await tx.people.at(PHONE, "李四", NOON)
    async with storage.writing() as tx:
        assert await tx.chats.person(PHONE) == met


async def test_a_binding_ends_once_and_names_who_made_it(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.chats.bind_group(GROUP, 7, 42, NOON)
        assert await tx.chats.unbind(GROUP) == 42
        assert await tx.chats.unbind(GROUP) is None
        assert await tx.chats.groups(7) == ()


async def test_a_moved_group_keeps_its_binding_and_what_waits_for_it(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.chats.bind_group(GROUP, 7, 42, NOON)
        await tx.outbox.post(GROUP, Outgoing("新单子"), NOON)
        await tx.chats.move(GROUP, MOVED)
        await tx.outbox.redirect(GROUP, MOVED, NOON)
        assert await tx.chats.groups(7) == (MOVED,)
    async with storage.writing() as tx:
        assert [letter.to for letter in await tx.outbox.claim("me", NOON, NOON + timedelta(minutes=1), 9)] == [MOVED]


async def test_what_is_on_its_way_is_not_sent_elsewhere_too(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.outbox.post(PHONE, Outgoing("您好"), NOON)
    async with storage.writing() as tx:
        await tx.outbox.claim("me", NOON, NOON + timedelta(minutes=1), 9)
        await tx.outbox.redirect(PHONE, PAGE, NOON)
    async with storage.writing() as tx:
        assert await tx.outbox.claim("other", NOON, NOON + timedelta(minutes=1), 9) == ()


async def test_two_long_ids_that_begin_alike_are_two_messages(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        for ending in "ab":
            assert await tx.talk.first_time("web", "x" * 200 + ending, NOON)
        assert not await tx.talk.first_time("web", "x" * 200 + "a", NOON)


async def test_what_is_read_ahead_is_what_would_be_asked(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        twice, silent = await on_both(tx), await tx.invites.hire("赵六", 1, "grid_worker", NOON)
        await tx.chats.bind_group(GROUP, 7, 42, NOON)
        await tx.chats.bind_group(MOVED, 7, 42, NOON + timedelta(hours=1))
    async with storage.writing() as tx:
        asked = await tx.people.reach((twice, silent)), await tx.chats.groups(7)
    async with storage.writing() as tx:
        await tx.chats.expect((twice, silent), 7)
        assert (
            (await tx.people.reach((twice, silent)), await tx.chats.groups(7))
            == asked
            == ({twice: PAGE}, (GROUP, MOVED))
        )


async def test_a_group_that_is_bound_after_reading_ahead_is_known(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.chats.expect((await on_both(tx),), 7)
        await tx.chats.bind_group(GROUP, 7, 42, NOON)
        assert await tx.chats.groups(7) == (GROUP,)


async def test_a_binding_that_was_undone_is_not_remembered(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        with contextlib.suppress(RuntimeError):
            async with tx.savepoint():
                await tx.chats.bind_group(GROUP, 7, 42, NOON)
                await tx.chats.groups(7)
                raise RuntimeError
        assert await tx.chats.groups(7) == ()


async def test_another_bot_hears_messages_whose_numbers_the_former_had_heard(storage: DatabaseStorage) -> None:
    heard = []
    for account in ("111", "111", "222"):
        async with storage.writing() as tx:
            await tx.chats.spoken_by("telegram", account)
            heard.append(await tx.talk.first_time("telegram", "4711:5", NOON))
    assert heard == [True, False, True]


async def test_another_bot_changes_no_message_in_which_the_former_showed_a_card(storage: DatabaseStorage) -> None:
    edits = []
    for account in ("111", "111", "222"):
        async with storage.writing() as tx:
            await tx.chats.spoken_by("telegram", account)
            await tx.outbox.post(PHONE, Outgoing("状态", card="case:1"), NOON)
        async with storage.writing() as tx:
            (letter,) = await tx.outbox.claim("me", NOON, NOON + timedelta(minutes=1), 1)
            edits.append(letter.edit)
            await tx.outbox.settle("me", [Settled(letter, "sent", "17")], NOON)
    assert edits == ["", "17", ""]
