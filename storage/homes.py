"""The registers of homes, people and businesses in the database, and what is filled into letters about them."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Row, Table, case, delete, func, insert, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.homes.comparing import Difference
from bot.homes.home import Business, Home, HomeChange, HomeLook, Household, Register, Resident, Taking, Tally
from bot.homes.letters import MARK
from bot.people.people import mask_phone
from storage.statements import fit, insert_new, row_of
from storage.tables import businesses, home_changes, home_looks, homes, residents, takings

_HOME = tuple(homes.c[field.name] for field in fields(Home))
_RESIDENT = tuple(residents.c[field.name] for field in fields(Resident))
_BUSINESS = tuple(businesses.c[field.name] for field in fields(Business))
_LOOK = tuple(home_looks.c[field.name] for field in fields(HomeLook))
_CHANGE = tuple(home_changes.c[field.name] for field in fields(HomeChange))
_TAKING = tuple(takings.c[field.name] for field in fields(Taking))
_LATEST = 20
_AT_ONCE = 500  # in one list of a statement

Each = TypeVar("Each")


class Homes:
    """`HomeRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, home_id: int) -> Home | None:
        """One home, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_HOME).where(homes.c.id == home_id).with_for_update())).first()
        return None if row is None else Home(*row)

    async def found(self, unit_id: int, room: str) -> Home | None:
        """The home of this address."""
        here = (homes.c.unit_id == unit_id) & (homes.c.room == room)
        row = (await self._db.execute(select(*_HOME).where(here))).first()
        return None if row is None else Home(*row)

    async def save(self, home: Home) -> Home:
        """Keep a new one, or what changed; back with its id. One of the same address that stands is given back as it is."""
        values = row_of(homes, home)
        if home.id:
            await self._db.execute(update(homes).where(homes.c.id == home.id).values(values))
            return home
        await insert_new(self._db, homes, values)
        return await self.found(values["unit_id"], values["room"]) or home

    async def residents(self, home_id: int) -> tuple[Resident, ...]:
        """Who lives there, in the order of their ids."""
        wanted = select(*_RESIDENT).where(residents.c.home_id == home_id).order_by(residents.c.id)
        return tuple(Resident(*row) for row in await self._db.execute(wanted))

    async def resident(self, resident_id: int) -> Resident | None:
        """One person."""
        row = (await self._db.execute(select(*_RESIDENT).where(residents.c.id == resident_id))).first()
        return None if row is None else Resident(*row)

    async def save_resident(self, resident: Resident) -> Resident:
        """Keep a new one, or what changed; back with the id."""
        values = row_of(residents, resident)
        if resident.id:
            await self._db.execute(update(residents).where(residents.c.id == resident.id).values(values))
            return resident
        new = await self._db.scalar(insert(residents).values(values).returning(residents.c.id))
        return replace(resident, id=int(new or 0))

    async def drop_resident(self, resident_id: int) -> None:
        """They live there no more: nothing of them is kept."""
        await self._db.execute(delete(residents).where(residents.c.id == resident_id))

    async def business(self, business_id: int) -> Business | None:
        """One business, held against other writers until the transaction ends."""
        wanted = select(*_BUSINESS).where(businesses.c.id == business_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else Business(*row)

    async def standing(self, unit_ids: Collection[int]) -> Register:
        """All that stands in these units."""
        register = Register()
        for some in _chunks(sorted(unit_ids)):
            here = homes.c.unit_id.in_(some)
            keys: dict[int, tuple[int, str]] = {}
            for row in await self._db.execute(select(*_HOME).where(here)):
                keys[row.id] = row.unit_id, row.room
                register.homes[keys[row.id]] = Home(*row)
            theirs = select(*_RESIDENT).join(homes, homes.c.id == residents.c.home_id).where(here)
            for row in await self._db.execute(theirs.order_by(residents.c.id)):
                register.people[keys[row.home_id], row.name] = Resident(*row)
            for row in await self._db.execute(select(*_BUSINESS).where(businesses.c.unit_id.in_(some))):
                register.businesses[row.unit_id, row.name] = Business(*row)
        return register

    async def take(self, difference: Difference) -> None:
        """Carry a difference out."""
        for gone in _chunks(difference.homes_gone):
            await self._db.execute(delete(residents).where(residents.c.home_id.in_(gone)))
            await self._db.execute(delete(homes).where(homes.c.id.in_(gone)))
        for gone in _chunks(difference.people_gone):
            await self._db.execute(delete(residents).where(residents.c.id.in_(gone)))
        for gone in _chunks(difference.businesses_gone):
            await self._db.execute(delete(businesses).where(businesses.c.id.in_(gone)))
        await self._keep(homes, difference.homes)
        await self._keep(businesses, difference.businesses)
        known: dict[tuple[int, str], int] = {}
        for some in _chunks(sorted({key[0] for key, one in difference.people if not one.home_id})):
            for row in await self._db.execute(
                select(homes.c.id, homes.c.unit_id, homes.c.room).where(homes.c.unit_id.in_(some))
            ):
                known[row.unit_id, row.room] = row.id
        people = [one if one.home_id else replace(one, home_id=known[key]) for key, one in difference.people]
        await self._keep(residents, people)

    async def _keep(self, table: Table, found: Sequence[Any]) -> None:
        """Insert those without an id, change the others."""
        new = [row_of(table, one) for one in found if not one.id]
        if new:
            await self._db.execute(insert(table), new)
        for one in found:
            if one.id:
                await self._db.execute(update(table).where(table.c.id == one.id).values(row_of(table, one)))

    async def households(self, community_ids: Collection[int]) -> tuple[Household, ...]:
        """The homes of these communities, without anybody's name."""
        living = homes.outerjoin(residents, residents.c.home_id == homes.c.id)
        wanted = (
            select(
                homes.c.id, homes.c.unit_id, homes.c.room, homes.c.use, homes.c.visited_on,
                func.count(residents.c.id), func.min(residents.c.born),
            )
            .select_from(living)
            .where(homes.c.community_id.in_(community_ids))
            .group_by(homes.c.id)
            .order_by(homes.c.id)
        )  # fmt: skip
        return tuple(Household(*row) for row in await self._db.execute(wanted))

    async def businesses(self, community_ids: Collection[int]) -> tuple[Business, ...]:
        """The businesses of these communities, in the order of their names."""
        wanted = select(*_BUSINESS).where(businesses.c.community_id.in_(community_ids))
        return tuple(Business(*row) for row in await self._db.execute(wanted.order_by(businesses.c.name)))


class HomeDesk:
    """`HomeDeskRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def tallies(self, parted: Collection[int], whole: Collection[int]) -> tuple[Tally, ...]:
        """What stands at each unit of the communities `parted`, and in each of those `whole` taken together."""

        def place(table: Table) -> Any:
            return case((table.c.community_id.in_(whole), table.c.community_id), else_=table.c.unit_id).label("place")

        around = [*parted, *whole]
        people = func.count(residents.c.id).label("people")
        lived = (
            select(place(homes), literal(1).label("home"), people, literal(0).label("business"))
            .select_from(homes.outerjoin(residents, residents.c.home_id == homes.c.id))
            .where(homes.c.community_id.in_(around))
            .group_by(homes.c.id)
        )
        shops = select(place(businesses), literal(0), literal(0), literal(1))
        each = lived.union_all(shops.where(businesses.c.community_id.in_(around))).subquery()
        alone = func.sum(case((each.c.people == 1, 1), else_=0))
        sums = (func.sum(each.c.home), func.sum(each.c.people), alone, func.sum(each.c.business))
        rows = await self._db.execute(select(each.c.place, *sums).group_by(each.c.place))
        return tuple(Tally(*(int(value) for value in row)) for row in rows)

    async def look(self, home_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that somebody looked at a home; a business has its number below zero."""
        row = fit(home_looks, {"home_id": home_id, "person_id": person_id, "at": now, "why": why})
        await self._db.execute(insert(home_looks).values(row))

    async def looks(self, home_id: int) -> tuple[HomeLook, ...]:
        """Who looked, the latest first, twenty at most."""
        wanted = select(*_LOOK).where(home_looks.c.home_id == home_id).order_by(home_looks.c.id.desc())
        return tuple(HomeLook(*row) for row in await self._db.execute(wanted.limit(_LATEST)))

    async def note(self, change: HomeChange) -> HomeChange:
        """Keep a new change, or how it was decided; back with its id."""
        return replace(change, id=await self._noted(home_changes, change))

    async def change(self, change_id: int) -> HomeChange | None:
        """One, held against other writers until the transaction ends."""
        wanted = select(*_CHANGE).where(home_changes.c.id == change_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else HomeChange(*row)

    async def changes(self, home_id: int) -> tuple[HomeChange, ...]:
        """What was changed there, the latest first, twenty at most."""
        wanted = select(*_CHANGE).where(home_changes.c.home_id == home_id).order_by(home_changes.c.id.desc())
        return tuple(HomeChange(*row) for row in await self._db.execute(wanted.limit(_LATEST)))

    async def put(self, taking: Taking) -> Taking:
        """Keep a new part of a file, or how it was decided; back with its id."""
        return replace(taking, id=await self._noted(takings, taking))

    async def taking(self, taking_id: int) -> Taking | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_TAKING).where(takings.c.id == taking_id).with_for_update())).first()
        return None if row is None else Taking(*row)

    async def _noted(self, table: Table, one: Any) -> int:
        if one.id:
            await self._db.execute(update(table).where(table.c.id == one.id).values(row_of(table, one)))
            return int(one.id)
        return int(await self._db.scalar(insert(table).values(row_of(table, one)).returning(table.c.id)) or 0)


async def opened(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[int, Mapping[str, Any]]:
    """The bodies of letters about homes, by letter id, with names and phones in the place of their marks.

    A mark names its person; one who was dropped meanwhile leaves nothing.
    """
    found: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        kind, _, number = str(row.body.get("hidden", "")).partition(":")
        if kind not in {"home", "business"}:
            continue
        values = await (_of_home(connection, int(number)) if kind == "home" else _of_business(connection, int(number)))
        text = re.sub(MARK, lambda mark: values.get(mark[1], ""), str(row.body["text"]))  # noqa: B023 - used at once
        found[row.id] = {**row.body, "text": text}
    return found


async def _of_home(connection: AsyncConnection, home_id: int) -> dict[str, str]:
    """What may be filled in, by mark: n12 is the name of person 12, m12 their masked phone, p12 all of it, t12 a remark."""
    values = {"t": await connection.scalar(select(homes.c.notes).where(homes.c.id == home_id)) or ""}
    for row in await connection.execute(select(*_RESIDENT).where(residents.c.home_id == home_id)):
        one = Resident(*row)
        values |= {
            f"n{one.id}": one.name,
            f"m{one.id}": mask_phone(one.phone),
            f"p{one.id}": one.phone,
            f"t{one.id}": one.notes,
        }
    for row in await connection.execute(select(*_CHANGE).where(home_changes.c.home_id == home_id)):
        values[f"c{row.id}"] = row.value
    return values


async def _of_business(connection: AsyncConnection, business_id: int) -> dict[str, str]:
    row = (await connection.execute(select(*_BUSINESS).where(businesses.c.id == business_id))).first()
    if row is None:
        return {}
    return {"n": row.contact, "m": mask_phone(row.phone), "p": row.phone, "t": row.notes}


def _chunks(ids: Sequence[Each]) -> Iterator[Sequence[Each]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]
