"""Shifts in the database: read with the directory, written whole for one person or one unit at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import Column, Table, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grid.shifts import Shift
from storage.tables import shifts, unit_shifts


async def load_shifts(connection: AsyncConnection) -> Mapping[int, tuple[Shift, ...]]:
    """The shifts of everybody who has any of their own, by the person's id."""
    return await _load(connection, shifts, shifts.c.person_id)


async def load_unit_shifts(connection: AsyncConnection) -> Mapping[int, tuple[Shift, ...]]:
    """The shifts of every unit that has any, by its id."""
    return await _load(connection, unit_shifts, unit_shifts.c.unit_id)


async def write_shifts(connection: AsyncConnection, person_id: int, wanted: Iterable[Shift]) -> None:
    """Put these in the place of the person's own shifts."""
    await _write(connection, shifts, shifts.c.person_id, person_id, wanted)


async def write_unit_shifts(connection: AsyncConnection, unit_id: int, wanted: Iterable[Shift]) -> None:
    """Put these in the place of the unit's shifts."""
    await _write(connection, unit_shifts, unit_shifts.c.unit_id, unit_id, wanted)


async def _load(connection: AsyncConnection, table: Table, whose: Column[int]) -> Mapping[int, tuple[Shift, ...]]:
    found: dict[int, list[Shift]] = defaultdict(list)
    columns = (whose, table.c.weekday, table.c.day, table.c.begins, table.c.ends)
    for id_, *values in await connection.execute(select(*columns).order_by(table.c.id)):
        found[id_].append(Shift(*values))
    return {id_: tuple(each) for id_, each in found.items()}


async def _write(
    connection: AsyncConnection, table: Table, whose: Column[int], id_: int, wanted: Iterable[Shift]
) -> None:
    await connection.execute(delete(table).where(whose == id_))
    rows = [{whose.name: id_, **asdict(shift)} for shift in wanted]
    if rows:
        await connection.execute(insert(table), rows)
