"""A database that can write no more: nothing is confirmed, so the network says it again, and nobody is told to repeat it."""

from datetime import datetime

import pytest

from bot.chat.records import Timer
from bot.errors import DatabaseAway
from bot.records import Records
from bot.sweep import Sweep
from bot.town import Town
from storage.database import Database
from storage.tables import cases
from tests.flow.rig import Rig, build

WORDS = "金康苑3号楼2单元有人半夜装修太吵了"
# SQLite gives up the statement or the whole transaction, as it happens.
GIVES_UP = ("ABORT", "ROLLBACK")
FILL = {
    "sqlite": ["CREATE TRIGGER no_room BEFORE INSERT ON cases BEGIN SELECT RAISE({}, 'database or disk is full'); END"],
    "postgresql": [
        (
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$"
        ),
        "CREATE TRIGGER no_room BEFORE INSERT ON cases FOR EACH ROW EXECUTE FUNCTION no_room()",
    ],
}
EMPTY = {"sqlite": "DROP TRIGGER no_room", "postgresql": "DROP TRIGGER no_room ON cases"}


@pytest.fixture(params=GIVES_UP)
async def rig(database: Database, request: pytest.FixtureRequest) -> Rig:
    """li has told everything and only submits; for the case there is no room."""
    rig = await build(database)
    await rig.say("li", WORDS)
    async with database.writing() as connection:
        for statement in FILL["sqlite" if database.is_sqlite else "postgresql"]:
            await connection.exec_driver_sql(statement.replace("{}", request.param))
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


class _Fills:
    """Work that notes one thing, and finds no room for the next."""

    async def ring(self, records: Records, _town: Town, _timer: Timer, now: datetime) -> bool:
        await records.talk.first_time("web", "half", now)
        await records.talk.first_time("web", "too much", now)
        return True


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("gives_up", GIVES_UP)
async def test_of_work_that_finds_no_room_no_half_is_kept(database: Database, gives_up: str) -> None:
    rig = await build(database)
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            "CREATE TRIGGER no_room BEFORE INSERT ON seen WHEN NEW.message_id = 'too much'"
            f" BEGIN SELECT RAISE({gives_up}, 'database or disk is full'); END"
        )
    async with rig.storage.writing() as records:
        await records.timers.set("fills", 1, "", rig.now[0])
    with pytest.raises(DatabaseAway):
        await Sweep(rig.storage, rig.house, {"fills": _Fills()}, lambda: rig.now[0]).ring_due()
    async with rig.storage.writing() as records:
        assert await records.talk.first_time("web", "half", rig.now[0])
        assert [timer.kind for timer in await records.timers.due(rig.now[0], 10)] == ["fills"]
