"""Service lists and what units claimed of them, in the database."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.double.claim import Claim, ServiceItem
from storage.statements import insert_new, row_of
from storage.tables import claims, service_items

_ITEM = tuple(service_items.c[field.name] for field in fields(ServiceItem))
_CLAIM = tuple(claims.c[field.name] for field in fields(Claim))


class Claims:
    """`ClaimRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add_item(self, item: ServiceItem) -> ServiceItem:
        """Keep a new one and give it back with its id."""
        made = insert(service_items).values(row_of(service_items, item)).returning(service_items.c.id)
        return replace(item, id=int(await self._db.scalar(made) or 0))

    async def item(self, item_id: int) -> ServiceItem | None:
        """One, held against other writers until the transaction ends: its places are counted under it."""
        row = (await self._db.execute(select(*_ITEM).where(service_items.c.id == item_id).with_for_update())).first()
        return None if row is None else ServiceItem(*row)

    async def items(self, community_ids: Sequence[int]) -> tuple[ServiceItem, ...]:
        """What stands on these communities' lists, in the order it was added."""
        here = service_items.c.community_id.in_(community_ids) & service_items.c.ended_at.is_(None)
        found = select(*_ITEM).where(here).order_by(service_items.c.id)
        return tuple(ServiceItem(*row) for row in await self._db.execute(found))

    async def named(self, item_ids: Sequence[int]) -> dict[int, str]:
        """What these items are, those taken off the list as well."""
        found = select(service_items.c.id, service_items.c.what).where(service_items.c.id.in_(item_ids))
        return {row.id: row.what for row in await self._db.execute(found)}

    async def change_item(self, item_id: int, takes: int, ended_at: datetime | None) -> None:
        """Let it take so many units, or take it off the list."""
        values = {"takes": takes, "ended_at": ended_at}
        await self._db.execute(update(service_items).where(service_items.c.id == item_id).values(values))

    async def add(self, claim: Claim) -> Claim | None:
        """Keep a new one; None where that unit has one in that month."""
        if not await insert_new(self._db, claims, row_of(claims, claim)):
            return None
        return await self.of_unit(claim.community_id, claim.month, claim.unit)

    async def get(self, claim_id: int) -> Claim | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_CLAIM).where(claims.c.id == claim_id).with_for_update())).first()
        return None if row is None else Claim(*row)

    async def of_unit(self, community_id: int, month: date, unit: str) -> Claim | None:
        """A unit's in that month."""
        that = (claims.c.community_id == community_id) & (claims.c.month == month) & (claims.c.unit == unit)
        row = (await self._db.execute(select(*_CLAIM).where(that))).first()
        return None if row is None else Claim(*row)

    async def of_month(self, community_ids: Sequence[int], month: date) -> tuple[Claim, ...]:
        """All of these communities in that month, in the order they were made."""
        that = claims.c.community_id.in_(community_ids) & (claims.c.month == month)
        return tuple(Claim(*row) for row in await self._db.execute(select(*_CLAIM).where(that).order_by(claims.c.id)))

    async def save(self, claim: Claim) -> None:
        """Keep what changed."""
        await self._db.execute(update(claims).where(claims.c.id == claim.id).values(row_of(claims, claim)))

    async def drop(self, claim_id: int) -> None:
        """The unit gave it back."""
        await self._db.execute(delete(claims).where(claims.c.id == claim_id))
