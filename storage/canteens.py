"""Canteens, their menus and what is booked there, in the database."""

from dataclasses import asdict, fields
from datetime import date

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.care.canteen import Canteen, Kitchen, Meal, Menu
from storage.statements import fit, insert_new, row_of, upsert
from storage.tables import canteens, kitchens, meals, menus

_CANTEEN = tuple(canteens.c[field.name] for field in fields(Canteen))
_MENU = tuple(menus.c[field.name] for field in fields(Menu))
_MEAL = tuple(meals.c[field.name] for field in fields(Meal))
_KITCHEN = tuple(kitchens.c[field.name] for field in fields(Kitchen))


class Meals:
    """`MealRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def save_canteen(self, canteen: Canteen) -> Canteen:
        """Keep a new one, or what changed, by its code; back with its id."""
        values = row_of(canteens, canteen)
        known = await self._db.scalar(select(canteens.c.id).where(canteens.c.code == values["code"]))
        if known is None:
            known = await self._db.scalar(insert(canteens).values(values).returning(canteens.c.id))
        else:
            await self._db.execute(update(canteens).where(canteens.c.id == known).values(values))
        return Canteen(**{**asdict(canteen), "id": int(known or 0)})

    async def canteens(self) -> tuple[Canteen, ...]:
        """All, in the order of their ids."""
        return tuple(Canteen(*row) for row in await self._db.execute(select(*_CANTEEN).order_by(canteens.c.id)))

    async def canteen(self, canteen_id: int) -> Canteen | None:
        """One, held against other writers until the transaction ends: seats are counted under it."""
        wanted = select(*_CANTEEN).where(canteens.c.id == canteen_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else Canteen(*row)

    async def save_menu(self, menu: Menu) -> bool:
        """Keep a day's menu; whether it changed anything."""
        if await self.menu(menu.canteen_id, menu.day) == menu:
            return False
        await upsert(self._db, menus, fit(menus, asdict(menu)))
        return True

    async def menu(self, canteen_id: int, day: date) -> Menu | None:
        """That day's menu."""
        that = (menus.c.canteen_id == canteen_id) & (menus.c.day == day)
        row = (await self._db.execute(select(*_MENU).where(that))).first()
        return None if row is None else Menu(*row)

    async def book(self, meal: Meal) -> None:
        """Keep a booking in the place of the person's other for that day and canteen."""
        await upsert(self._db, meals, fit(meals, asdict(meal)))

    async def booked(self, canteen_id: int, day: date) -> tuple[Meal, ...]:
        """All bookings of a day that stand, in the order they were made."""
        that = (meals.c.canteen_id == canteen_id) & (meals.c.day == day) & meals.c.cancelled_at.is_(None)
        found = select(*_MEAL).where(that).order_by(meals.c.booked_at, meals.c.person_id)
        return tuple(Meal(*row) for row in await self._db.execute(found))

    async def mine(self, person_id: int, day: date) -> tuple[Meal, ...]:
        """A person's bookings that stand, from this day on."""
        that = (meals.c.person_id == person_id) & (meals.c.day >= day) & meals.c.cancelled_at.is_(None)
        return tuple(Meal(*row) for row in await self._db.execute(select(*_MEAL).where(that).order_by(meals.c.day)))

    async def last(self, person_id: int) -> int | None:
        """The canteen of a person's latest booking, None for somebody without any."""
        mine = select(meals.c.canteen_id).where(meals.c.person_id == person_id, meals.c.cancelled_at.is_(None))
        found: int | None = await self._db.scalar(mine.order_by(meals.c.day.desc()).limit(1))
        return found

    async def close(self, kitchen: Kitchen) -> bool:
        """Note that the sheet of a day was written; False where it was before."""
        return await insert_new(self._db, kitchens, asdict(kitchen))

    async def serve(self, canteen_id: int, day: date, served: int) -> None:
        """Note how many were served."""
        that = (kitchens.c.canteen_id == canteen_id) & (kitchens.c.day == day)
        await self._db.execute(update(kitchens).where(that).values(served=served))

    async def kitchens(self, canteen_id: int, first: date, last: date) -> tuple[Kitchen, ...]:
        """The days of a canteen from first to last, both included."""
        that = (kitchens.c.canteen_id == canteen_id) & kitchens.c.day.between(first, last)
        return tuple(Kitchen(*row) for row in await self._db.execute(select(*_KITCHEN).where(that)))
