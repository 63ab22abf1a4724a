"""The migrations and the tables are one schema, and any number of replicas may start at once."""

import asyncio

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from bot.errors import BadSettings
from bot.texts import texts
from storage.database import Database
from storage.migrating import current, migrate, options
from storage.tables import metadata


def differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection, opts=options(connection)), metadata))


def indexes(connection: Connection) -> set[tuple[str, str]]:
    inspector = inspect(connection)
    return {(name, str(index["name"])) for name in metadata.tables for index in inspector.get_indexes(name)}


async def test_all_migrations_together_make_the_tables(database: Database) -> None:
    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []


async def test_partial_indexes_are_partial_in_the_database_too(database: Database) -> None:
    partial = {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_kwargs.get("sqlite_where") is not None
    }
    found = "SELECT name FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
    if not database.is_sqlite:
        found = "SELECT indexname FROM pg_indexes WHERE schemaname = 'public' AND indexdef LIKE '% WHERE %'"
    async with database.reading() as connection:
        assert set(await connection.scalars(text(found))) == partial


async def test_a_new_database_is_migrated_wherever_it_is_to_be(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    assert await current(database) is None
    revision = await migrate(database)
    assert await current(database) == revision
    await database.close()


async def test_migrating_again_changes_nothing(database: Database) -> None:
    before = await current(database)
    assert await migrate(database) == before


async def test_replicas_that_start_at_once_all_find_the_schema_made(empty_database_url: str) -> None:
    replicas = [Database(empty_database_url) for _ in range(4)]
    revisions = await asyncio.gather(*(migrate(replica) for replica in replicas))
    assert len(set(revisions)) == 1
    for replica in replicas:
        await replica.close()


async def test_a_newer_database_is_refused(database: Database) -> None:
    async with database.writing() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(BadSettings, match=r"settings\.database_newer") as refused:
        await migrate(database)
    assert "9999" in refused.value.say(texts())


async def test_a_migration_that_fails_leaves_nothing_behind(empty_database_url: str) -> None:
    database = Database(empty_database_url)
    await current(database)
    async with database.writing() as connection:
        await connection.execute(text("CREATE TABLE web_lines (x INTEGER)"))  # The last table that 0001 makes.
    with pytest.raises(Exception, match="web_lines"):
        await migrate(database)
    async with database.reading() as connection:
        assert await connection.run_sync(lambda sync: inspect(sync).get_table_names()) == ["web_lines"]
    await database.close()
