"""A place that has run since the first release goes on with this one: nothing is lost, and the next word is answered.

`first_release.sql` is what the first release itself wrote when it was talked to: a filed and a finished case, staff, and a
message that was promised and not yet sent. One statement a line, one line a table.
"""

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from alembic import command
from sqlalchemy import Connection, func, select, text

from bot.chat.messages import Address
from bot.config import Settings
from storage.database import Database
from storage.districts import Districts
from storage.migrating import _config, current, head, migrate
from storage.records import DatabaseStorage
from storage.tables import metadata, outbox, web_lines
from tests.flow.test_killed import free_port, start

STATEMENTS = (Path(__file__).parent / "first_release.sql").read_text("utf-8").splitlines()
TABLES = {statement.split()[2]: statement for statement in STATEMENTS}
PHONE = "13800138000"


def _to_the_first(connection: Connection) -> None:
    command.upgrade(_config(connection), "0001")


@pytest.fixture
async def old(empty_database_url: str) -> AsyncIterator[Database]:
    """A database as the first release left it."""
    database = Database(empty_database_url)
    await current(database)  # which makes its folder
    async with database.writing() as connection:
        await connection.run_sync(_to_the_first)
        if not database.is_sqlite:
            await connection.exec_driver_sql("SET LOCAL TIME ZONE 'UTC'")
        for statement in STATEMENTS:
            await connection.exec_driver_sql(statement)
        if not database.is_sqlite:  # PostgreSQL counts on from what it gave out itself.
            counted = await connection.scalars(
                text("SELECT table_name FROM information_schema.columns WHERE column_default LIKE 'nextval%'")
            )
            for table in counted.all():
                serial = f"pg_get_serial_sequence('{table}', 'id')"
                await connection.exec_driver_sql(f"SELECT setval({serial}, (SELECT max(id) FROM {table}))")
    yield database
    await database.close()


async def counts(database: Database) -> dict[str, int]:
    async with database.reading() as connection:
        return {name: (await connection.execute(text(f"SELECT count(*) FROM {name}"))).scalar_one() for name in TABLES}


async def test_the_first_release_wrote_to_every_table_it_had(old: Database) -> None:
    assert await current(old) == "0001"
    assert all(count > 0 for count in (await counts(old)).values())


async def test_no_row_is_lost(old: Database) -> None:
    before = await counts(old)
    await migrate(old)
    assert await current(old) == head()
    assert await counts(old) == before


async def test_every_row_reads_as_this_version_expects(old: Database) -> None:
    await migrate(old)
    async with old.reading() as connection:
        for table in metadata.sorted_tables:
            if table.name in TABLES:
                assert (await connection.execute(select(table))).all(), table.name


async def test_cases_people_and_the_district_are_what_they_were(old: Database) -> None:
    await migrate(old)
    async with DatabaseStorage(old).writing() as records:
        case = await records.cases.get(1)
        assert case is not None
        wang = await records.people.at(Address("web", "wang"), "", case.created_at)
    assert (wang.phone, wang.home_room) == (PHONE, "501")
    assert (case.words, case.reporter_id, case.state.value) == ("金康苑3号楼2单元楼道灯坏了三天了", wang.id, "accepted")
    directory = await Districts(old).load()
    assert len(directory.units) == TABLES["units"].count("),(") + 1


@pytest.mark.usefixtures("old")
async def test_the_service_opens_with_it_and_answers(empty_database_url: str, tmp_path: Path) -> None:
    port = free_port()
    process = start(tmp_path, port, empty_database_url)
    base = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=base, timeout=20) as client:
            while True:
                assert process.poll() is None, "the service could not open with the old database"
                try:
                    await client.get("/")
                    break
                except httpx.TransportError:
                    await asyncio.sleep(0.2)
            said = {"id": "a-new-word", "text": "金康苑3号楼2单元楼道灯坏了"}
            assert (await client.post("/say", json=said, headers={"Origin": base})).status_code == 200
            assert (await client.get("/readyz")).text == "ok"
        # The service seals what people say with the key it made for itself.
        opened = Database(empty_database_url, Settings(data_dir=tmp_path).data_keys())
        waiting, lines = None, list[str]()
        for _ in range(100):
            async with opened.reading() as connection:
                waiting = await connection.scalar(
                    select(func.count())
                    .select_from(outbox)
                    .where(outbox.c.state == "waiting", outbox.c.channel == "web")
                )
                lines = [body["text"] for body in await connection.scalars(select(web_lines.c.body))]
            if waiting == 0 and any("金康苑3号楼2单元" in line and "对不对" in line for line in lines):
                break
            await asyncio.sleep(0.1)
        await opened.close()
        assert waiting == 0
        assert "还没发出去的一句" in lines
        assert any("金康苑3号楼2单元" in line and "对不对" in line for line in lines)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


async def test_who_updates_reads_that_it_may_take_minutes(old: Database, caplog: pytest.LogCaptureFixture) -> None:
    await migrate(old)
    assert [message for message in caplog.messages if f"from revision 0001 to {head()}" in message]


async def test_a_fresh_database_says_nothing_of_an_update(
    empty_database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = Database(empty_database_url)
    await migrate(database)
    await database.close()
    assert [message for message in caplog.messages if "revision" in message] == []
