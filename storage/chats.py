"""Chats that are left, come back to, or get another id."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, bindparam, delete, insert, null, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.messages import Address
from bot.people.people import Person
from storage.pending import Pending
from storage.people import LAST_AT_THE_END, PERSON, REACH
from storage.statements import insert_new
from storage.tables import addresses, cards, groups, meta, people, seen

_BOUND = select(
    null().cast(groups.c.unit_id.type).label("person_id"), groups.c.channel, groups.c.chat, groups.c.at.label("moment")
).where(groups.c.unit_id == bindparam("unit"))
_GROUPS = _BOUND.order_by(*LAST_AT_THE_END)
_AHEAD = union_all(REACH, _BOUND).order_by(*LAST_AT_THE_END)


class Chats:
    """`ChatRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def person(self, address: Address) -> Person | None:
        """Who speaks from this address, without making anybody up."""
        row = (
            await self._db.execute(
                select(*PERSON).join(addresses, addresses.c.person_id == people.c.id).where(_is(addresses, address))
            )
        ).first()
        return None if row is None else Person(*row)

    async def came_back(self, address: Address) -> None:
        """Messages arrive at this address again."""
        await self._db.execute(update(addresses).where(_is(addresses, address)).values(reachable=True))

    async def groups(self, unit_id: int) -> tuple[Address, ...]:
        """Group chats bound to a unit."""
        known = self._pending.groups
        if unit_id not in known:
            rows = await self._db.execute(_GROUPS, {"unit": unit_id})
            known[unit_id] = tuple(Address(row.channel, row.chat) for row in rows)
        return known[unit_id]

    async def expect(self, person_ids: Collection[int], unit_id: int) -> None:
        """Read in one look what `People.reach` and `groups` are about to be asked; nothing where one of them is known."""
        reach = self._pending.reach
        asked = [person_id for person_id in person_ids if person_id not in reach]
        if not asked or unit_id in self._pending.groups:
            return
        reach |= dict.fromkeys(asked)
        bound: list[Address] = []
        for person_id, channel, chat, _ in await self._db.execute(_AHEAD, {"people": asked, "unit": unit_id}):
            if person_id is None:
                bound.append(Address(channel, chat))
            else:
                reach[person_id] = Address(channel, chat)  # the last one stays
        self._pending.groups[unit_id] = tuple(bound)

    async def bind_group(self, address: Address, unit_id: int, bound_by: int, now: datetime) -> None:
        """Let a group chat get the cards of a unit."""
        self._pending.groups.clear()
        await self._db.execute(delete(groups).where(groups.c.channel == address.channel, groups.c.chat == address.chat))
        await self._db.execute(
            insert(groups).values(
                channel=address.channel, chat=address.chat, unit_id=unit_id, bound_by=bound_by, at=now
            )
        )

    async def unbind(self, group: Address) -> int | None:
        """Send no more cards to this group: who had bound it, None where nobody had."""
        self._pending.groups.clear()
        bound_by: int | None = await self._db.scalar(
            delete(groups).where(_is(groups, group)).returning(groups.c.bound_by)
        )
        return bound_by

    async def move(self, old: Address, new: Address) -> None:
        """The network gave a group another id: its binding goes along, its old cards stay behind."""
        place = {"channel": new.channel, "chat": new.chat}
        bound = await self._db.scalar(select(groups.c.unit_id).where(_is(groups, old)))
        if bound is not None:
            await self._db.execute(delete(groups).where(_is(groups, new)))
            await self._db.execute(update(groups).where(_is(groups, old)).values(place))
        await self._db.execute(delete(cards).where(_is(cards, old)))

    async def spoken_by(self, channel: str, account: str) -> None:
        """From now on this account of ours speaks on a network: another's messages had the same numbers as its own.

        What was heard by the other would make words unheard, and its cards would be changed in messages of this one.
        """
        key = f"account.{channel}"
        before = await self._db.scalar(select(meta.c.value).where(meta.c.key == key))
        if before == account:
            return
        if before is not None:
            await self._db.execute(delete(seen).where(seen.c.channel == channel))
            await self._db.execute(delete(cards).where(cards.c.channel == channel))
        await insert_new(self._db, meta, {"key": key, "value": account})
        await self._db.execute(update(meta).where(meta.c.key == key).values(value=account))


def _is(table: Table, address: Address) -> ColumnElement[bool]:
    return and_(table.c.channel == address.channel, table.c.chat == address.chat)
