"""People, their addresses, leave days and invites in the database."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.messages import Address
from bot.grid.shifts import Shift
from bot.people.people import Person
from storage.listing import one_of
from storage.pending import ALL_BUT_LETTERS, Pending
from storage.shifts import write_shifts, write_unit_shifts
from storage.statements import fit, insert_new
from storage.tables import (
    addresses,
    attachments,
    cases,
    conversations,
    invites,
    leaves,
    meta,
    people,
    posts,
    units,
)

_SPEAKING = timedelta(hours=1)  # how old the note of a last word may be
_OTHER_HOMES = 5  # whom one orders for
PERSON = (
    people.c.id,
    people.c.name,
    people.c.phone,
    people.c.home_unit_id,
    people.c.home_room,
    people.c.code,
    people.c.elder_id,
    people.c.muted_until,
    people.c.other_homes,
)

# Where people are written to, with the moment of their last word there: the latest address counts.
REACH = select(
    addresses.c.person_id,
    addresses.c.channel,
    addresses.c.chat,
    func.coalesce(addresses.c.spoke_at, addresses.c.since).label("moment"),
).where(one_of(addresses.c.person_id, "people"), addresses.c.reachable)
LAST_AT_THE_END = (text("moment"), text("chat DESC"))
_REACH = REACH.order_by(*LAST_AT_THE_END)


def _notable() -> ColumnElement[bool]:
    """Whether a word from an address changes where its person is written to; of old, one before `long_ago`."""
    other = addresses.alias("other")
    overtaken = exists(
        select(other.c.chat).where(
            other.c.person_id == addresses.c.person_id,
            or_(other.c.channel != addresses.c.channel, other.c.chat != addresses.c.chat),
            other.c.spoke_at >= addresses.c.spoke_at,
        )
    )
    stale = or_(~addresses.c.reachable, addresses.c.spoke_at.is_(None), addresses.c.spoke_at < bindparam("long_ago"))
    return or_(stale, overtaken)


# Each batch of messages asks this: built once, for one network.
_WRITERS = (
    select(*PERSON, _notable().label("notable"), addresses.c.channel, addresses.c.chat)
    .join(addresses, addresses.c.person_id == people.c.id)
    .where(addresses.c.channel == bindparam("network"), one_of(addresses.c.chat, "chats"))
)

_SPOKE = (
    update(addresses)
    .where(addresses.c.channel == bindparam("network"), one_of(addresses.c.chat, "over"))
    .values(reachable=True, spoke_at=bindparam("now"))
)


class People:
    """`PeopleRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def at(self, address: Address, name: str, now: datetime) -> Person:
        """Who writes from this address; a first word from a new address makes a new person."""
        if address in self._pending.writers:
            return self._pending.writers[address]
        if address not in self._pending.strangers:
            await self.expect([address], now)
            if address in self._pending.writers:
                return self._pending.writers[address]
        row = fit(people, {"name": name, "phone": "", "home_room": "", "created_at": now})
        person_id = int(await self._db.scalar(insert(people).values(row).returning(people.c.id)) or 0)
        values = {
            "channel": address.channel,
            "chat": address.chat,
            "person_id": person_id,
            "reachable": True,
            "since": now,
            "spoke_at": now,
        }
        if not await insert_new(self._db, addresses, values):
            # Another replica heard their first word at the same moment, and committed while we waited for it.
            await self._db.execute(delete(people).where(people.c.id == person_id))
            self._pending.strangers.discard(address)
            return await self.at(address, name, now)
        self._pending.writers[address] = Person(person_id, row["name"])
        self._pending.reach[person_id] = address
        self._pending.talks[person_id] = None
        return self._pending.writers[address]

    async def expect(self, known: Sequence[Address], now: datetime) -> None:
        """Read who writes from these addresses, in one look for each network."""
        rows: list[Row[Any]] = []
        for network in dict.fromkeys(address.channel for address in known):
            chats = [address.chat for address in known if address.channel == network]
            where = {"network": network, "chats": chats, "long_ago": now - _SPEAKING}
            rows += (await self._db.execute(_WRITERS, where)).all()
        self._pending.strangers |= set(known)
        for row in rows:
            person = Person(*row[: len(PERSON)])
            self._pending.writers[Address(row.channel, row.chat)] = self._pending.people[person.id] = person
            self._pending.strangers.discard(Address(row.channel, row.chat))
            self._pending.reach[person.id] = Address(row.channel, row.chat)  # Who speaks is written to here.
        # Not a write for each word: once an hour, and when they come over from another network.
        for network in dict.fromkeys(row.channel for row in rows if row.notable):
            over = [row.chat for row in rows if row.notable and row.channel == network]
            await self._db.execute(_SPOKE, {"network": network, "over": over, "now": now})

    async def get(self, person_id: int) -> Person:
        """One person. Raises KeyError."""
        if person_id not in self._pending.people:
            row = (await self._db.execute(select(*PERSON).where(people.c.id == person_id))).first()
            if row is None:
                raise KeyError(person_id)
            self._pending.people[person_id] = Person(*row)
        return self._pending.people[person_id]

    async def by_code(self, code: str) -> Person | None:
        """The staff member an import knows by this code."""
        row = (await self._db.execute(select(*PERSON).where(people.c.code == code))).first()
        return None if row is None else Person(*row)

    async def addresses(self, person_id: int) -> tuple[Address, ...]:
        """Where this person can be reached now, the one they spoke from or joined at last first."""
        rows = await self._db.execute(
            select(addresses.c.channel, addresses.c.chat)
            .where(addresses.c.person_id == person_id, addresses.c.reachable)
            .order_by(func.coalesce(addresses.c.spoke_at, addresses.c.since).desc(), addresses.c.chat)
        )
        return tuple(Address(*row) for row in rows)

    async def reach(self, person_ids: Collection[int]) -> Mapping[int, Address]:
        """Where each of them is written to: the address they spoke from or joined at last; only those who have one."""
        known = self._pending.reach
        asked = [person_id for person_id in person_ids if person_id not in known]
        if asked:
            known |= dict.fromkeys(asked)
            rows = await self._db.execute(_REACH, {"people": asked})
            known |= {row.person_id: Address(row.channel, row.chat) for row in rows}  # the last one stays
        return {person_id: address for person_id in person_ids if (address := known[person_id]) is not None}

    async def unreachable(self, address: Address) -> None:
        """Note that nothing arrives at this address until its person writes."""
        self._pending.forget_people()
        await self._db.execute(
            update(addresses)
            .where(addresses.c.channel == address.channel, addresses.c.chat == address.chat)
            .values(reachable=False)
        )

    async def save_phone(self, person_id: int, phone: str) -> None:
        """Remember the phone a person gave."""
        self._pending.forget_people()
        await self._db.execute(update(people).where(people.c.id == person_id).values(phone=phone))

    async def save_home(self, person_id: int, unit_id: int | None, room: str, whom: str = "") -> None:
        """Remember where a person lives; None forgets it.

        With `whom`, where somebody lives whom this person orders for; the last five of those are kept.
        """
        self._pending.forget_people()
        if whom:
            await self._save_other_home(person_id, unit_id, room, whom)
            return
        await self._db.execute(
            update(people).where(people.c.id == person_id).values(home_unit_id=unit_id, home_room=room)
        )

    async def _save_other_home(self, person_id: int, unit_id: int | None, room: str, whom: str) -> None:
        mine = people.c.id == person_id
        known = dict(await self._db.scalar(select(people.c.other_homes).where(mine).with_for_update()) or {})
        known.pop(whom, None)
        if unit_id is not None:
            known[whom] = [unit_id, room]
        last = dict(list(known.items())[-_OTHER_HOMES:])
        await self._db.execute(update(people).where(mine).values(other_homes=last))

    async def take_leave(self, person_id: int, first: date, last: date) -> None:
        """Note leave days, both included."""
        await self._db.execute(insert(leaves).values(person_id=person_id, first_day=first, last_day=last))
        await bump(self._db)

    async def end_leave(self, person_id: int, day: date) -> bool:
        """Cancel leave from this day on; whether there was any."""
        mine = leaves.c.person_id == person_id
        cut = await self._db.execute(
            update(leaves)
            .where(mine, leaves.c.first_day < day, leaves.c.last_day >= day)
            .values(last_day=day - timedelta(days=1))
        )
        gone = await self._db.execute(delete(leaves).where(mine, leaves.c.first_day >= day))
        if cut.rowcount + gone.rowcount:
            await bump(self._db)
        return cut.rowcount + gone.rowcount > 0

    async def save_shifts(self, whose: int, shifts: Sequence[Shift], *, unit: bool = False) -> None:
        """Put these in the place of a person's shifts, or a unit's."""
        await (write_unit_shifts if unit else write_shifts)(self._db, whose, shifts)
        await bump(self._db)


class Invites:
    """`InviteRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def add(
        self, digest: str, person_id: int, made_by: int | None, made_at: datetime, expires_at: datetime
    ) -> None:
        """Keep a new invite."""
        await self._db.execute(
            insert(invites).values(
                hash=digest, person_id=person_id, made_by=made_by, made_at=made_at, expires_at=expires_at
            )
        )

    async def use(self, digest: str, now: datetime) -> int | None:
        """Use it up: the staff member it is for, or None where it is unknown, used or expired."""
        person_id: int | None = await self._db.scalar(
            update(invites)
            .where(invites.c.hash == digest, invites.c.used_at.is_(None), invites.c.expires_at > now)
            .values(used_at=now)
            .returning(invites.c.person_id)
        )
        return person_id

    async def join(self, address: Address, person_id: int, now: datetime) -> None:
        """From now on this address is that person's; what its person had filed goes with it."""
        await self._pending.flush(*ALL_BUT_LETTERS)
        self._pending.forget()
        where = and_(addresses.c.channel == address.channel, addresses.c.chat == address.chat)
        before = await self._db.scalar(select(addresses.c.person_id).where(where))
        await self._db.execute(
            update(addresses).where(where).values(person_id=person_id, reachable=True, since=now, spoke_at=now)
        )
        others = await self._db.scalar(
            select(func.count()).select_from(addresses).where(addresses.c.person_id == before)
        )
        staff = await self._db.scalar(select(people.c.code).where(people.c.id == before))
        if before == person_id or others or staff is not None:
            return
        # The address was all that person was: their cases and pictures are now the staff member's own.
        await self._db.execute(update(cases).where(cases.c.reporter_id == before).values(reporter_id=person_id))
        await self._db.execute(update(attachments).where(attachments.c.person_id == before).values(person_id=person_id))
        await self._db.execute(delete(conversations).where(conversations.c.person_id == before))

    async def hire(self, name: str, unit_id: int, role: str, now: datetime) -> int:
        """A new staff member with a new post, or the vacant post of that role; bumps the directory."""
        unit_code = await self._db.scalar(select(units.c.code).where(units.c.id == unit_id))
        person_id = await self._db.scalar(
            insert(people).values(name=name[:64], phone="", home_room="", created_at=now).returning(people.c.id)
        )
        await self._db.execute(update(people).where(people.c.id == person_id).values(code=f"P-{person_id}"))
        vacant = await self._db.scalar(
            select(posts.c.id)
            .where(posts.c.unit_id == unit_id, posts.c.role == role, posts.c.holder_id.is_(None))
            .order_by(posts.c.id)
            .limit(1)
            .with_for_update()  # Who waits here finds it taken and makes a new one.
        )
        if vacant is not None:
            await self._db.execute(update(posts).where(posts.c.id == vacant).values(holder_id=person_id))
        else:
            await self._db.execute(
                insert(posts).values(
                    code=f"{unit_code}-{role}-{person_id}", unit_id=unit_id, role=role, holder_id=person_id
                )
            )
        await bump(self._db)
        return int(person_id or 0)


async def bump(connection: AsyncConnection) -> None:
    """Tell every replica that the directory changed."""
    await insert_new(connection, meta, {"key": "directory_revision", "value": "0"})
    await connection.execute(
        update(meta)
        .where(meta.c.key == "directory_revision")
        .values(value=literal_column("CAST(CAST(value AS INTEGER) + 1 AS VARCHAR(20))"))
    )
