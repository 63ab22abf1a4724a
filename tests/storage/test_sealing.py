"""Phone numbers and rooms in the database: unreadable without the key, readable through every change of keys."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import JSON, LargeBinary, String, Table, select, text
from sqlalchemy.types import TypeEngine

from bot.chat.messages import Address
from bot.config import new_data_key
from bot.errors import BadSettings
from storage.database import Database
from storage.records import DatabaseStorage
from storage.resealing import _TABLES, CHUNK, prove, reseal, sealed_rows
from storage.sealing import MARK, Seal
from storage.tables import SEALED, Sealed, SealedBytes, SealedJson, metadata, people

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PHONE, ROOM = "13800138000", "1503"
OLD, NEW = new_data_key(), new_data_key()


@pytest.fixture
async def keyed(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, (OLD,))
    await prove(database)
    yield database
    await database.close()


async def move_in(database: Database, chat: str = "wang") -> int:
    async with DatabaseStorage(database).writing() as records:
        person = await records.people.at(Address("web", chat), "王", NOW)
        await records.people.save_phone(person.id, PHONE)
        await records.people.save_home(person.id, 7, ROOM)
    return person.id


async def known(database: Database, person_id: int) -> tuple[str, str]:
    async with DatabaseStorage(database).writing() as records:
        person = await records.people.get(person_id)
    return person.phone, person.home_room


async def stored(database: Database) -> list[str]:
    async with database.reading() as connection:
        rows = await connection.execute(text("SELECT phone, home_room FROM people ORDER BY id"))
        return [value for row in rows for value in row]


async def test_what_is_stored_does_not_show_the_number_or_the_room(keyed: Database) -> None:
    await move_in(keyed)
    assert all(value.startswith(MARK) and PHONE not in value and ROOM not in value for value in await stored(keyed))


async def test_the_service_reads_what_it_sealed(keyed: Database) -> None:
    assert await known(keyed, await move_in(keyed)) == (PHONE, ROOM)


async def test_nothing_stays_nothing(keyed: Database) -> None:
    async with DatabaseStorage(keyed).writing() as records:
        await records.people.at(Address("web", "li"), "李", NOW)
    assert await stored(keyed) == ["", ""]


async def test_what_was_stored_before_there_was_a_key_is_read(database: Database, database_url: str) -> None:
    person_id = await move_in(database)
    later = Database(database_url, (OLD,))
    assert await known(later, person_id) == (PHONE, ROOM)
    await later.close()


async def test_rotating_seals_what_was_plain(database: Database, database_url: str) -> None:
    await move_in(database)
    keyed = Database(database_url, (OLD,))
    await reseal(keyed, lambda _rows: None)
    assert all(value.startswith(MARK) for value in await stored(keyed))
    await keyed.close()


async def test_after_rotating_the_old_key_is_not_needed(keyed: Database, database_url: str) -> None:
    people_ids = [await move_in(keyed, f"chat{number}") for number in range(3)]
    both, alone = Database(database_url, (NEW, OLD)), Database(database_url, (NEW,))
    await reseal(both, lambda _rows: None)
    await prove(alone)
    assert [await known(alone, person_id) for person_id in people_ids] == [(PHONE, ROOM)] * 3
    await both.close()
    await alone.close()


async def test_rotating_reaches_every_row_and_says_how_many(keyed: Database) -> None:
    count = CHUNK * 2 + 1
    row = {"name": "n", "phone": PHONE, "home_room": ROOM, "created_at": NOW}
    async with keyed.writing() as connection:
        await connection.execute(people.insert(), [row] * count)
    before, ticks = await stored(keyed), list[int]()
    await reseal(keyed, ticks.append)
    assert set(before) & set(await stored(keyed)) == set()
    assert sum(ticks) == await sealed_rows(keyed) == count


def any_row(table: Table, number: int) -> dict[str, object]:
    """A row with something in all that must not be empty."""
    made: dict[type, object] = {str: str(number), int: number, float: 0.0, bool: False, date: NOW.date(), dict: {}}

    def filled(kind: TypeEngine[Any]) -> object:
        if isinstance(kind, SealedJson):
            return {"text": PHONE}
        if isinstance(kind, SealedBytes):
            return PHONE.encode()
        return PHONE[: kind.length] if isinstance(kind, Sealed) else made.get(kind.python_type, NOW)

    return {
        c.name: filled(c.type)
        for c in table.c
        if isinstance(c.type, SEALED) or not (c.nullable or c.server_default is not None)
    }


@pytest.mark.parametrize("table", [table for table, _ in _TABLES], ids=str)
async def test_every_table_with_a_sealed_column_is_rotated(database_url: str, table: Table) -> None:
    old, both, new = (Database(database_url, keys) for keys in ((OLD,), (NEW, OLD), (NEW,)))
    async with old.writing() as connection:
        await connection.execute(table.insert(), [any_row(table, number) for number in range(1, 4)])
    await reseal(both, lambda _rows: None)
    async with new.reading() as connection:
        rows = (await connection.execute(select(*(c for c in table.c if isinstance(c.type, SEALED))))).all()
    for each in (old, both, new):
        await each.close()
    assert len(rows) == 3
    whole = ({"text": PHONE}, PHONE.encode())
    assert all(value in whole or (value and PHONE.startswith(value)) for row in rows for value in row)


async def test_who_moves_while_keys_are_rotated_keeps_the_new_room(keyed: Database) -> None:
    person_id = await move_in(keyed)

    async def move() -> None:
        async with DatabaseStorage(keyed).writing() as records:
            await records.people.save_home(person_id, 8, "201")

    await asyncio.gather(move(), reseal(keyed, lambda _rows: None))
    assert await known(keyed, person_id) == (PHONE, "201")


@pytest.mark.usefixtures("keyed")
async def test_a_wrong_key_keeps_the_service_shut(database_url: str) -> None:
    wrong = Database(database_url, (NEW,))
    with pytest.raises(BadSettings, match=r"care\.wrong_key"):
        await prove(wrong)
    await wrong.close()


async def test_a_lost_key_cannot_be_rotated_over(keyed: Database, database_url: str) -> None:
    person_id = await move_in(keyed)
    wrong = Database(database_url, (NEW,))
    with pytest.raises(BadSettings):
        await reseal(wrong, lambda _rows: None)
    assert await known(keyed, person_id) == (PHONE, ROOM)
    await wrong.close()


async def test_two_databases_of_one_process_have_each_their_own_key(keyed: Database, database: Database) -> None:
    await move_in(keyed)
    assert (await known(database, 1))[0].startswith(MARK)


async def test_a_number_that_is_too_long_is_cut_before_it_is_sealed(keyed: Database) -> None:
    async with DatabaseStorage(keyed).writing() as records:
        person = await records.people.at(Address("web", "li"), "李", NOW)
        await records.people.save_phone(person.id, "1\0" * 40)
    assert (await known(keyed, person.id))[0] == "1" * 32


@pytest.mark.parametrize("words", ["", "王秀英", "楼道灯坏了" * 100, "~不是密文"])
def test_what_is_read_often_reads_the_same(words: str) -> None:
    seal = Seal((OLD,))
    assert [seal.open_often(seal.seal(words)) for _ in range(2)] == [words] * 2


def test_a_secret_is_opened_anew_each_time_and_never_kept_open() -> None:
    often = {column.name for column in metadata.tables["errands"].columns if getattr(column.type, "often", False)}
    assert often == set()


def test_what_fernet_sealed_is_still_read() -> None:
    assert Seal((NEW, OLD)).open("~1~" + Fernet(OLD).encrypt(PHONE.encode()).decode()) == PHONE


def test_any_of_the_keys_opens() -> None:
    assert Seal((NEW, OLD)).open(Seal((OLD,)).seal(PHONE)) == PHONE


def test_one_changed_sign_is_not_opened() -> None:
    sealed = Seal((OLD,)).seal(PHONE)
    other = "A" if sealed[-3] != "A" else "B"
    with pytest.raises(BadSettings, match=r"care\.wrong_key"):
        Seal((OLD,)).open(sealed[:-3] + other + sealed[-2:])


@pytest.mark.parametrize("cut", ["~2~", "~2~AAAA", "~2~A", "~1~AAAA"])
def test_what_was_cut_off_is_not_opened(cut: str) -> None:
    with pytest.raises(BadSettings, match=r"care\.wrong_key"):
        Seal((OLD,)).open(cut)


def test_the_same_number_looks_different_each_time() -> None:
    seal = Seal((OLD,))
    assert seal.seal(PHONE) != seal.seal(PHONE)


def test_a_key_that_is_no_key_is_refused_in_words() -> None:
    with pytest.raises(BadSettings, match=r"care\.malformed_key"):
        Seal(("abc",))


# What figures, indexes and networks need, and what is public: SECURITY.md says so. Whatever else is text is sealed.
READABLE = {
    "addresses.chat", "web_chats.chat", "web_lines.chat", "web_lines.key", "outbox.chat", "groups.chat", "cards.chat",
    "cards.message_id", "seen.message_id", "attachments.ref", "attachments.sha256", "attachments.mime", "attachments.album",
    "outbox.card", "cards.card", "outbox.lease_owner", "outbox.error", "invites.hash", "web_logins.hash",
    "web_sessions.hash", "care_codes.hash", "meta.key", "meta.value", "models.checksum", "models.source", "models.figures",
    "models.labels", "models.added", "kinds.code", "kinds.body", "units.code", "units.name", "units.aliases", "posts.code",
    "people.code", "elders.code", "canteens.code", "canteens.name", "canteens.place", "canteens.hours", "menus.dishes",
    "gatherings.what", "gatherings.place", "members.unit", "members.can", "claims.unit", "service_items.what",
    "businesses.name", "businesses.trade", "businesses.place", "takings.seen", "daycares.code", "daycares.name",
    "daycares.place", "daycares.hours", "daycares.offers", "holidays.source", "outlines.area", "reminded.listed", "petitions.value", "cases.slot", "cases.kind",
    "corrections.kind_before", "corrections.kind_after", "helpers.kinds", "daily.measure", "daily.part", "ratings.solved",
}  # fmt: skip
SHORT = 32  # a code of ours: a state, a role, a network


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=str)
def test_a_text_that_is_no_code_is_sealed_or_known_to_be_readable(table: Table) -> None:
    texts = (column for column in table.c if isinstance(column.type, String | JSON | LargeBinary))
    long = {f"{table.name}.{c.name}" for c in texts if (getattr(c.type, "length", None) or SHORT + 1) > SHORT}
    assert long - READABLE == set(), "seal it (storage.tables.Sealed), or say in SECURITY.md why it is readable"
