"""The data key of a database: proven when the service starts, replaced by `keys rotate`."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Column, Select, Table, Update, bindparam, func, select, tuple_, update

from bot.errors import BadSettings
from storage.database import Database
from storage.statements import insert_new
from storage.tables import SEALED, meta, metadata

CHUNK = 500
_PROOF = "data_key_proof"
_TABLES = tuple(
    (table, columns)
    for table in metadata.sorted_tables
    if (columns := tuple(column for column in table.c if isinstance(column.type, SEALED)))
)


async def prove(database: Database) -> None:
    """Raise BadSettings when the keys are not those of this database: better shut than open with unreadable numbers."""
    if database.seal is None:
        return
    async with database.writing() as connection:
        await insert_new(connection, meta, {"key": _PROOF, "value": database.seal.seal(_PROOF)})
        stored = await connection.scalar(select(meta.c.value).where(meta.c.key == _PROOF))
    database.seal.open(stored or "")


async def proven(database: Database) -> bool:
    """Whether the keys are those of this database, without changing anything."""
    async with database.reading() as connection:
        stored = await connection.scalar(select(meta.c.value).where(meta.c.key == _PROOF))
    if stored is None or database.seal is None:
        return stored is None
    try:
        return database.seal.open(stored) == _PROOF
    except BadSettings:
        return False


async def sealed_rows(database: Database) -> int:
    """How many rows `reseal` will look at."""
    async with database.reading() as connection:
        counts = [await connection.scalar(select(func.count()).select_from(table)) for table, _ in _TABLES]
    return sum(count or 0 for count in counts)


async def reseal(database: Database, tick: Callable[[int], object]) -> None:
    """Seal everything with the first key, beside the running service and in short transactions; again is harmless.

    `tick` gets the number of rows done since it was last called. Raises BadSettings where no key opens a row: what was
    done until then stays, and every row can still be read with the keys it could be read with before.
    """
    if database.seal is None:
        raise BadSettings("care.no_key")
    for table, columns in _TABLES:
        last: tuple[Any, ...] | None = None
        while True:
            async with database.writing() as connection:
                rows = (await connection.execute(_next(table, columns, last))).all()
                changed = [
                    dict(zip(_names(table, columns), row, strict=True)) for row in rows if any(row[-len(columns) :])
                ]
                if changed:
                    await connection.execute(_change(table, columns), changed)
            tick(len(rows))
            if len(rows) < CHUNK:
                break
            last = tuple(rows[-1][: len(table.primary_key.columns)])
    async with database.writing() as connection:
        await connection.execute(update(meta).where(meta.c.key == _PROOF).values(value=database.seal.seal(_PROOF)))


def _next(table: Table, columns: tuple[Column[Any], ...], last: tuple[Any, ...] | None) -> Select[*tuple[Any, ...]]:
    """The next rows behind the key `last`: their key, then what is sealed in them."""
    key = table.primary_key.columns.values()
    found = select(*key, *columns).order_by(*key).limit(CHUNK).with_for_update()
    return found if last is None else found.where(tuple_(*key) > tuple_(*last))


def _names(table: Table, columns: tuple[Column[Any], ...]) -> list[str]:
    return [f"row_{column.name}" for column in (*table.primary_key.columns, *columns)]


def _change(table: Table, columns: tuple[Column[Any], ...]) -> Update:
    here = [column == bindparam(f"row_{column.name}", type_=column.type) for column in table.primary_key.columns]
    sealed = {column.name: bindparam(f"row_{column.name}", type_=column.type) for column in columns}
    return update(table).where(*here).values(sealed)
