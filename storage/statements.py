"""Statements that both databases know but SQLAlchemy spells for each."""

from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from sqlalchemy import String, Table
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import Sealed


async def insert_new(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with its key stands; whether it was new."""
    spell = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    result = await connection.execute(spell(table).values(values).on_conflict_do_nothing())
    return result.rowcount > 0


async def upsert(connection: AsyncConnection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or change the one with its primary key."""
    spell = sqlite_insert if connection.dialect.name == "sqlite" else postgresql_insert
    statement = spell(table).values(values)
    key = [column.name for column in table.primary_key.columns]
    changed = {name: statement.excluded[name] for name in values if name not in key}
    await connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changed))


def fit(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with texts cut to their columns and without NUL: PostgreSQL would refuse the row, and a report with it."""
    fitted = dict(values)
    for name, length in _texts(table):
        value = fitted.get(name)
        if isinstance(value, str):
            fitted[name] = value.replace("\0", "")[:length]
    return fitted


@cache
def _texts(table: Table) -> tuple[tuple[str, int | None], ...]:
    return tuple((c.name, c.type.length) for c in table.columns if isinstance(c.type, String | Sealed))


def row_of(table: Table, record: Any) -> dict[str, Any]:
    """A dataclass as a row that fits its table, without its `id`."""
    return fit(table, {name: getattr(record, name) for name in _names(record.__class__)})


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind) if field.name != "id")
