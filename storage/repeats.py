"""Cases that may tell of the same matter, in the database."""

from functools import cache
from math import cos, radians
from typing import Any

from sqlalchemy import Select, bindparam, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.expression import Executable

from bot.cases.lifecycle import State
from bot.cases.repeated import Around, Own, Told
from storage.listing import one_of
from storage.tables import cases

_TOLD = tuple(cases.c[field] for field in Told._fields)
_STATE = Told._fields.index("state")
_OWN, _LIMIT = 100, 50
_SPAN = 300 / 111_320  # degrees of latitude

# By the bare key PostgreSQL may walk through all cases, newest first.
_NEWEST = (cases.c.id + 0).desc()
_ALIKE = (
    select(*_TOLD)
    .where(cases.c.closed_at.is_(None), cases.c.kind == bindparam("kind"), cases.c.created_at >= bindparam("since"))
    .order_by(_NEWEST)
    .limit(_LIMIT)
)
_NEWEST_OWN = (
    select(cases.c.id, cases.c.unit_id)
    .where(cases.c.reporter_id == bindparam("person"))
    .order_by(cases.c.id.desc())
    .limit(_OWN)
    .subquery()
)
_THEIRS = select(*_TOLD).join(_NEWEST_OWN, _NEWEST_OWN.c.id == cases.c.id).order_by(cases.c.id.desc()).limit(_LIMIT)
_PARTS = {
    "own": _THEIRS,
    "own_here": _THEIRS.where(_NEWEST_OWN.c.unit_id.is_(None) | one_of(_NEWEST_OWN.c.unit_id, "here")),
    "units": _ALIKE.where(one_of(cases.c.unit_id, "units")),
    "box": _ALIKE.where(
        cases.c.lat.between(bindparam("south"), bindparam("north")),
        cases.c.lon.between(bindparam("west"), bindparam("east")),
    ),
}


@cache
def _asking(*parts: str) -> Executable:
    """One statement for all of these parts, each with its own order and limit."""
    each: list[Select[Any]] = [select(_PARTS[part].subquery(part)) for part in parts]
    return union_all(*each) if len(each) > 1 else each[0]


class Repeats:
    """`RepeatRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def told(self, own: Own | None, around: Around | None) -> tuple[Told, ...]:
        """A person's cases out of their hundred newest, and those around that are not closed, at most fifty of each."""
        asked: dict[str, dict[str, Any]] = {}
        if own is not None and own.unit_ids is None:
            asked["own"] = {"person": own.person_id}
        elif own is not None:
            asked["own_here"] = {"person": own.person_id, "here": own.unit_ids}
        if around is not None and around.unit_ids:
            asked["units"] = {"kind": around.kind, "since": around.since, "units": around.unit_ids}
        if around is not None and around.pin is not None:
            pin, high = around.pin, _SPAN
            wide = _SPAN / max(0.1, cos(radians(pin.lat)))
            box = {"south": pin.lat - high, "north": pin.lat + high, "west": pin.lon - wide, "east": pin.lon + wide}
            asked["box"] = {"kind": around.kind, "since": around.since, **box}
        if not asked:
            return ()
        values = {name: value for part in asked.values() for name, value in part.items()}
        found: dict[int, Told] = {}
        for row in await self._db.execute(_asking(*asked), values):
            told: list[Any] = list(row)
            told[_STATE] = State(told[_STATE])
            found[row.id] = Told._make(told)
        return tuple(found.values())

    async def lead(self, case_id: int, lead_id: int | None) -> None:
        """Let all that were merged into a case follow another lead."""
        await self._db.execute(update(cases).where(cases.c.lead_id == case_id).values(lead_id=lead_id))
