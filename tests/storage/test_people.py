"""People, where they can be reached, their leave days, and how an address becomes a staff member's."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import insert, select

from bot.chat.messages import Address
from storage.database import Database
from storage.districts import Districts
from storage.records import DatabaseStorage, Transaction
from storage.tables import posts, units

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LI, WANG = Address("telegram", "4711"), Address("web", "k3v")


async def worker(tx: Transaction, address: Address | None = None) -> int:
    """A staff member of a new unit, joined at an address."""
    unit = await tx._db.scalar(
        insert(units).values(code="G1", kind="grid", name="一网格", aliases=[]).returning(units.c.id)
    )
    person_id = await tx.invites.hire("王秀英", int(unit or 0), "grid_worker", NOON)
    if address is not None:
        await tx.people.at(address, "wang", NOON)
        await tx.invites.join(address, person_id, NOON)
    return person_id


async def test_the_first_word_from_an_address_makes_a_person(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        first = await tx.people.at(LI, "李四", NOON)
        assert await tx.people.at(LI, "another name", NOON) == first
        assert first.name == "李四"


async def test_two_first_words_at_once_make_one_person(storage: DatabaseStorage) -> None:
    async def speak() -> int:
        async with storage.writing() as tx:
            person = await tx.people.at(LI, "李四", NOON)
            await asyncio.sleep(0.02)
            return person.id

    assert len(set(await asyncio.gather(speak(), speak(), speak()))) == 1


async def test_a_very_long_name_is_cut_and_kept(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person = await tx.people.at(LI, "长" * 500, NOON)
        assert (await tx.people.get(person.id)).name == person.name == "长" * 64


async def test_nobody_is_a_key_error(storage: DatabaseStorage) -> None:
    with pytest.raises(KeyError):
        async with storage.writing() as tx:
            await tx.people.get(4711)


async def test_phone_and_home_are_remembered(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person = await tx.people.at(LI, "李四", NOON)
        await tx.people.save_phone(person.id, "13800001234")
        await tx.people.save_home(person.id, 7, "302")
        found = await tx.people.at(LI, "", NOON)
        assert (found.phone, found.home_unit_id, found.home_room) == ("13800001234", 7, "302")


async def test_who_blocked_us_is_reached_again_after_writing(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person = await tx.people.at(LI, "李四", NOON)
        await tx.people.unreachable(LI)
        assert await tx.people.addresses(person.id) == ()
        assert await tx.people.reach((person.id,)) == {}
        await tx.people.at(LI, "李四", NOON)
        assert await tx.people.addresses(person.id) == (LI,)
        assert await tx.people.reach((person.id, 99)) == {person.id: LI}


async def test_an_invite_is_good_once(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.invites.add("h", 5, None, NOON, NOON + timedelta(days=1))
        assert await tx.invites.use("h", NOON) == 5
        assert await tx.invites.use("h", NOON) is None


async def test_an_invite_runs_out(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.invites.add("h", 5, None, NOON, NOON + timedelta(days=1))
        assert await tx.invites.use("h", NOON + timedelta(days=1)) is None


async def test_an_unknown_invite_is_nobodys(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        assert await tx.invites.use("h", NOON) is None


async def test_two_who_press_one_invite_do_not_both_join(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.invites.add("h", 5, None, NOON, NOON + timedelta(days=1))

    async def press() -> int | None:
        async with storage.writing() as tx:
            return await tx.invites.use("h", NOON)

    assert sorted(await asyncio.gather(press(), press()), key=str) == [5, None]


async def test_who_joins_is_the_staff_member_from_then_on(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        person_id = await worker(tx, LI)
        found = await tx.people.at(LI, "", NOON)
        assert (found.id, found.name) == (person_id, "王秀英")
        assert await tx.people.by_code(found.code or "") == found


async def test_joining_leaves_the_former_persons_conversation_behind(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        before = await tx.people.at(LI, "wang", NOON)
        await tx.talk.save_conversation(before.id, {"step": "where"}, NOON)
        person_id = await worker(tx, LI)
        assert await tx.talk.conversation(before.id) is None
        assert await tx.talk.conversation(person_id) is None


async def test_a_staff_member_who_takes_another_post_keeps_what_was_theirs(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        first = await worker(tx, LI)
        await tx.talk.save_conversation(first, {"step": "where"}, NOON)
        second = await tx.invites.hire("李四", 1, "community_head", NOON)
        await tx.invites.join(LI, second, NOON)
        assert await tx.talk.conversation(first) == {"step": "where"}


async def test_a_hire_takes_the_vacant_post(storage: DatabaseStorage, database: Database) -> None:
    async with storage.writing() as tx:
        first = await worker(tx)
        unit_id = (await tx._db.scalars(select(units.c.id))).one()
        second = await tx.invites.hire("李四", unit_id, "grid_worker", NOON)
        await tx._db.execute(insert(posts).values(code="V", unit_id=unit_id, role="grid_worker"))
        third = await tx.invites.hire("张三", unit_id, "grid_worker", NOON)
    directory = await Districts(database).load()
    holders = {post.holder_id: post.code for post in directory.posts.values()}
    assert set(holders) == {first, second, third}
    assert holders[third] == "V"


async def test_two_hires_at_once_do_not_share_a_post(storage: DatabaseStorage, database: Database) -> None:
    async with storage.writing() as tx:
        await worker(tx)
        unit_id = (await tx._db.scalars(select(units.c.id))).one()
        await tx._db.execute(insert(posts).values(code="V", unit_id=unit_id, role="grid_worker"))

    async def hire(name: str) -> int:
        async with storage.writing() as tx:
            person_id = await tx.invites.hire(name, unit_id, "grid_worker", NOON)
            await asyncio.sleep(0.02)
            return person_id

    hired = await asyncio.gather(hire("李四"), hire("张三"))
    directory = await Districts(database).load()
    assert set(hired) <= {post.holder_id for post in directory.posts.values()}


async def test_leave_is_told_to_every_replica(storage: DatabaseStorage, database: Database) -> None:
    async with storage.writing() as tx:
        person_id = await worker(tx)
    before = await Districts(database).revision()
    async with storage.writing() as tx:
        await tx.people.take_leave(person_id, date(2026, 3, 2), date(2026, 3, 9))
    directory = await Districts(database).load()
    assert directory.revision == before + 1
    assert directory.staff[person_id].leaves == ((date(2026, 3, 2), date(2026, 3, 9)),)


async def test_leave_that_ends_early_is_cut(storage: DatabaseStorage, database: Database) -> None:
    async with storage.writing() as tx:
        person_id = await worker(tx)
        await tx.people.take_leave(person_id, date(2026, 3, 2), date(2026, 3, 9))
        await tx.people.take_leave(person_id, date(2026, 4, 1), date(2026, 4, 2))
        assert await tx.people.end_leave(person_id, date(2026, 3, 5))
        assert not await tx.people.end_leave(person_id, date(2026, 3, 5))
    directory = await Districts(database).load()
    assert directory.staff[person_id].leaves == ((date(2026, 3, 2), date(2026, 3, 4)),)


async def test_a_group_belongs_to_the_unit_it_was_bound_to_last(storage: DatabaseStorage) -> None:
    async with storage.writing() as tx:
        await tx.chats.bind_group(WANG, 1, 9, NOON)
        await tx.chats.bind_group(WANG, 2, 9, NOON)
        assert await tx.chats.groups(1) == ()
        assert await tx.chats.groups(2) == (WANG,)
