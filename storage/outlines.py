"""Outlines of units in the database: WKB in WGS-84, in a table of their own so that the directory stays quick to read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import shapely
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.grid.outlines import Area
from storage.tables import outlines

_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Drawing:
    """How many outlines an import added, changed, and found as they were."""

    added: int
    changed: int
    same: int


async def load_outlines(connection: AsyncConnection) -> dict[int, bytes]:
    """Every outline by its unit's id, as WKB: whoever wants shapes makes them where nobody waits."""
    rows = await connection.execute(select(outlines.c.unit_id, outlines.c.area).order_by(outlines.c.unit_id))
    return {unit_id: bytes(area) for unit_id, area in rows}


async def draw_outlines(
    connection: AsyncConnection, areas: Mapping[int, Area], progress: Callable[[int], object], *, dry_run: bool
) -> Drawing:
    """Keep these outlines; those of other units stay as they are. `progress` hears how many more were stored."""
    before = await load_outlines(connection)
    wanted = dict(zip(areas, shapely.to_wkb(list(areas.values())), strict=True))
    added = {unit_id: area for unit_id, area in wanted.items() if unit_id not in before}
    changed = {unit_id: area for unit_id, area in wanted.items() if before.get(unit_id, area) != area}
    if not dry_run:
        put = insert(outlines).values(unit_id=bindparam("b_unit"), area=bindparam("b_area"))
        move = update(outlines).where(outlines.c.unit_id == bindparam("b_unit")).values(area=bindparam("b_area"))
        for statement, rows in ((put, added), (move, changed)):
            for chunk in _chunks([{"b_unit": unit_id, "b_area": area} for unit_id, area in rows.items()]):
                await connection.execute(statement, chunk)
                progress(len(chunk))
    return Drawing(len(added), len(changed), len(wanted) - len(added) - len(changed))


def _chunks(rows: Sequence[dict[str, object]]) -> list[Sequence[dict[str, object]]]:
    return [rows[start : start + _CHUNK] for start in range(0, len(rows), _CHUNK)]
