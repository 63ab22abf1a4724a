"""Shifts in the database: read with the directory, written whole for one person at a time."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grid.shifts import Shift
from storage.tables import shifts


async def load_shifts(connection: AsyncConnection) -> Mapping[int, tuple[Shift, ...]]:
    """The shifts of everybody who has any, by the person's id."""
    found: dict[int, list[Shift]] = defaultdict(list)
    for row in await connection.execute(select(shifts).order_by(shifts.c.id)):
        found[row.person_id].append(Shift(row.weekday, row.day, row.begins, row.ends))
    return {person_id: tuple(each) for person_id, each in found.items()}


async def write_shifts(connection: AsyncConnection, person_id: int, wanted: Iterable[Shift]) -> None:
    """Put these in the place of the person's shifts."""
    await connection.execute(delete(shifts).where(shifts.c.person_id == person_id))
    rows = [{"person_id": person_id, **asdict(shift)} for shift in wanted]
    if rows:
        await connection.execute(insert(shifts), rows)
