"""Places of day care, and who has a place on which day, in the database."""

from dataclasses import asdict, fields, replace
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.care.daycare import DayCare, DaySeat
from storage.statements import fit, row_of, upsert
from storage.tables import day_seats, daycares

_DAYCARE = tuple(daycares.c[field.name] for field in fields(DayCare))
_SEAT = tuple(day_seats.c[field.name] for field in fields(DaySeat))


class DayCares:
    """`DayCareRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def save(self, daycare: DayCare) -> DayCare:
        """Keep a new one, or what changed, by its code; back with its id."""
        values = row_of(daycares, daycare)
        known = await self._db.scalar(select(daycares.c.id).where(daycares.c.code == values["code"]))
        if known is None:
            known = await self._db.scalar(insert(daycares).values(values).returning(daycares.c.id))
        else:
            await self._db.execute(update(daycares).where(daycares.c.id == known).values(values))
        return replace(daycare, id=int(known or 0))

    async def every(self) -> tuple[DayCare, ...]:
        """All, in the order of their ids."""
        return tuple(DayCare(*row) for row in await self._db.execute(select(*_DAYCARE).order_by(daycares.c.id)))

    async def get(self, daycare_id: int) -> DayCare | None:
        """One, held against other writers until the transaction ends: places are counted under it."""
        wanted = select(*_DAYCARE).where(daycares.c.id == daycare_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else DayCare(*row)

    async def book(self, seat: DaySeat) -> None:
        """Keep a place on a day, in the place of the person's other for that day."""
        await upsert(self._db, day_seats, fit(day_seats, asdict(seat)))

    async def booked(self, daycare_id: int, first: date, last: date) -> tuple[DaySeat, ...]:
        """The places that are taken from first to last, both included, in the order they were taken."""
        that = (day_seats.c.daycare_id == daycare_id) & day_seats.c.day.between(first, last)
        wanted = select(*_SEAT).where(that & day_seats.c.cancelled_at.is_(None))
        rows = await self._db.execute(wanted.order_by(day_seats.c.day, day_seats.c.booked_at, day_seats.c.person_id))
        return tuple(DaySeat(*row) for row in rows)

    async def mine(self, person_id: int, day: date) -> tuple[DaySeat, ...]:
        """A person's places from this day on."""
        that = (day_seats.c.person_id == person_id) & (day_seats.c.day >= day) & day_seats.c.cancelled_at.is_(None)
        return tuple(
            DaySeat(*row) for row in await self._db.execute(select(*_SEAT).where(that).order_by(day_seats.c.day))
        )
