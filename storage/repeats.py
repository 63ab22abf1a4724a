"""Cases that may tell of the same matter, in the database."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from math import cos, radians
from typing import Any

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Case
from bot.chat.messages import Pin
from storage.cases import case_from
from storage.listing import one_of
from storage.tables import cases

_CASE = tuple(cases.c[field.name] for field in fields(Case))
_LIMIT = 50
_SPAN = 300 / 111_320  # degrees of latitude

_ALIKE = (
    select(*_CASE)
    .where(
        cases.c.closed_at.is_(None),
        cases.c.kind == bindparam("kind"),
        cases.c.created_at >= bindparam("since"),
    )
    .order_by((cases.c.id + 0).desc())  # By the bare key PostgreSQL may walk through all cases, newest first.
    .limit(_LIMIT)
)
_AT_UNITS = _ALIKE.where(one_of(cases.c.unit_id, "units"))
_IN_BOX = _ALIKE.where(
    cases.c.lat.between(bindparam("south"), bindparam("north")),
    cases.c.lon.between(bindparam("west"), bindparam("east")),
)


class Repeats:
    """`RepeatRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def near(self, kind: str, unit_ids: Sequence[int], pin: Pin | None, since: datetime) -> tuple[Case, ...]:
        """Cases of a kind not closed, filed since then at these units or around the pin; the fifty newest of each."""
        alike, rows = {"kind": kind, "since": since}, list[Row[Any]]()
        if unit_ids:
            rows += await self._db.execute(_AT_UNITS, alike | {"units": unit_ids})
        if pin is not None:
            high, wide = _SPAN, _SPAN / max(0.1, cos(radians(pin.lat)))
            box = {"south": pin.lat - high, "north": pin.lat + high, "west": pin.lon - wide, "east": pin.lon + wide}
            rows += await self._db.execute(_IN_BOX, alike | box)
        return tuple({row.id: case_from(row) for row in rows}.values())

    async def lead(self, case_id: int, lead_id: int | None) -> None:
        """Let all that were merged into a case follow another lead."""
        await self._db.execute(update(cases).where(cases.c.lead_id == case_id).values(lead_id=lead_id))
