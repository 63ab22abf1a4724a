"""A database that can write no more: nothing is confirmed, so the network says it again, and nobody is told to repeat it."""

import pytest

from bot.errors import DatabaseAway
from storage.database import Database
from storage.tables import cases
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元有人半夜装修太吵了"
FILL = {
    "sqlite": [
        "CREATE TRIGGER no_room BEFORE INSERT ON cases BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
    ],
    "postgresql": [
        (
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
        ),
        "CREATE TRIGGER no_room BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION no_room()",
    ],
}
EMPTY = {"sqlite": "DROP TRIGGER no_room", "postgresql": "DROP TRIGGER no_room ON cases"}


@pytest.fixture
async def rig(database: Database) -> Rig:
    """li has told everything and only submits; for the case there is no room."""
    rig = await build(database)
    await rig.say("li", WORDS)
    async with database.writing() as connection:
        for statement in FILL["sqlite" if database.is_sqlite else "postgresql"]:
            await connection.exec_driver_sql(statement)
    return rig


async def test_what_could_not_be_written_is_not_confirmed(rig: Rig) -> None:
    with pytest.raises(DatabaseAway):
        await rig.say("li", "提交", message_id="submit")
    assert await rig.heard("li") == []


async def test_what_comes_again_when_there_is_room_is_filed_once(rig: Rig) -> None:
    with pytest.raises(DatabaseAway):
        await rig.say("li", "提交", message_id="submit")
    async with rig.database.writing() as connection:
        await connection.exec_driver_sql(EMPTY["sqlite" if rig.database.is_sqlite else "postgresql"])
    for _ in range(2):
        await rig.say("li", "提交", message_id="submit")
    async with rig.database.reading() as connection:
        assert len((await connection.execute(cases.select())).all()) == 1
