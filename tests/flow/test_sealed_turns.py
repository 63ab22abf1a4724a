"""A whole conversation with a database that is under a key: everything works, and the room and phone are not readable."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.chat.messages import Address
from bot.config import new_data_key
from storage.database import Database
from storage.sealing import MARK
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database_url: str) -> AsyncIterator[Rig]:
    database = Database(database_url, (new_data_key(),))
    yield await build(database)
    await database.close()


async def raw(rig: Rig, column: str, table: str) -> set[str]:
    async with rig.database.reading() as connection:
        return {str(value) for value in await connection.scalars(text(f"SELECT {column} FROM {table}")) if value}


async def test_a_room_is_shown_to_the_worker_and_hidden_in_the_database(rig: Rig) -> None:
    await rig.say("wang", "金康苑3号楼2单元501室门口楼道灯坏了")
    await rig.say("wang", "提交")
    assert any("501" in message.text for message in await rig.heard("worker"))
    rooms = await raw(rig, "room", "cases")
    assert rooms
    assert all(room.startswith(MARK) and "501" not in room for room in rooms)


async def test_a_phone_is_known_to_the_service_and_hidden_in_the_database(rig: Rig) -> None:
    await rig.say("wang", "/start")
    async with rig.storage.writing() as records:
        person = await records.people.at(Address("web", "wang"), "", rig.now[0])
        await records.people.save_phone(person.id, "13800138000")
    async with rig.storage.writing() as records:
        assert (await records.people.get(person.id)).phone == "13800138000"
    assert all(phone.startswith(MARK) for phone in await raw(rig, "phone", "people"))
