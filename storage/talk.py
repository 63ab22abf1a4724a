"""What was heard, conversations, the outbox and timers in the database."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, and_, bindparam, delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningUpdate

from bot.chat.messages import Address, Outgoing
from bot.chat.records import Letter, Settled, Timer
from storage.care import disclosed
from storage.errands import revealed
from storage.homes import opened
from storage.listing import one_of
from storage.pending import Pending
from storage.statements import insert_new
from storage.tables import cards, conversations, outbox, seen, timers

_LONGEST_ID = 96  # as long as the column of `seen`


def short(message_id: str) -> str:
    """The id as it is noted: cut, two long ids could become one, and the second message would be lost."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return f"sha256:{hashlib.sha256(message_id.encode()).hexdigest()}"


class Talk:
    """`TalkRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def first_time(self, channel: str, message_id: str, at: datetime) -> bool:
        """Note a message; False for one that was noted before."""
        key = channel, short(message_id)
        row = {"channel": channel, "message_id": key[1], "at": at}
        if key not in self._pending.heard:
            return await insert_new(self._db, seen, row)
        before = self._pending.heard[key]
        if not before:
            # A replica that heard it in the same moment makes this an error at the end, and it is taken again alone.
            self._pending.heard[key] = True
            self._pending.add(seen, row)
        return not before

    async def conversation(self, person_id: int) -> Mapping[str, Any] | None:
        """The stored conversation, as JSON."""
        talks = self._pending.talks
        if person_id not in talks:
            talks[person_id] = await self._db.scalar(
                select(conversations.c.body).where(conversations.c.person_id == person_id)
            )
        return talks[person_id]

    async def save_conversation(self, person_id: int, body: Mapping[str, Any], now: datetime) -> None:
        """Keep it."""
        self._pending.talks[person_id] = body
        rows = self._pending.rows(conversations)
        rows[:] = [row for row in rows if row["person_id"] != person_id]
        self._pending.add(conversations, {"person_id": person_id, "body": dict(body), "updated_at": now})

    async def talked_since(self, person_id: int, moment: datetime) -> bool:
        """Whether the conversation changed after a moment."""
        await self._pending.flush(conversations)
        count = await self._db.scalar(
            select(func.count())
            .select_from(conversations)
            .where(conversations.c.person_id == person_id, conversations.c.updated_at > moment)
        )
        return bool(count)


_SETTLE = (
    update(outbox)
    .where(outbox.c.id == bindparam("letter"))
    .values(
        state=bindparam("state"),
        due_at=bindparam("due_at"),
        lease_owner="",
        lease_until=None,
        attempts=bindparam("attempts"),
        error=bindparam("error"),
    )
)
_IN_CHATS = (outbox.c.channel == bindparam("network"), one_of(outbox.c.chat, "chats"))
_WAKE = update(outbox).where(*_IN_CHATS, outbox.c.state == "resting").values(state="waiting", due_at=bindparam("now"))
_DROP = (
    delete(outbox)
    .where(
        # The chats again by themselves, for SQLite walks through the whole table where it is asked for pairs alone.
        *_IN_CHATS,
        one_of(outbox.c.chat + "\n" + outbox.c.card, "places"),
        outbox.c.state == "waiting",
        outbox.c.lease_owner == "",
        outbox.c.attempts == 0,
    )
    .returning(outbox.c.chat, outbox.c.card, outbox.c.body)
)
_OURS = (
    one_of(outbox.c.id, "letters"),
    outbox.c.lease_owner == bindparam("owner"),
    outbox.c.lease_until >= bindparam("now"),
)
_HELD = select(outbox.c.id).where(*_OURS).with_for_update()
_ARRIVED = (
    update(outbox)
    .where(*_OURS)
    .values(
        state="sent",
        due_at=bindparam("now"),
        lease_owner="",
        lease_until=None,
        attempts=outbox.c.attempts + 1,
        error="",
        sent_at=bindparam("now"),
    )
    .returning(outbox.c.id)
)


def _claiming() -> ReturningUpdate[Any]:
    earlier, now = outbox.alias("earlier"), bindparam("now", type_=outbox.c.due_at.type)
    first = ~exists(
        select(earlier.c.id).where(
            earlier.c.state == "waiting",
            earlier.c.channel == outbox.c.channel,
            earlier.c.chat == outbox.c.chat,
            earlier.c.id < outbox.c.id,
        )
    )
    chosen = (
        select(outbox.c.id)
        .where(outbox.c.state == "waiting", outbox.c.due_at <= now)
        .where(or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now), first)
        .order_by(outbox.c.due_at)
        .limit(bindparam("most", type_=Integer))
        .with_for_update(skip_locked=True)
    )
    shown = (getattr(outbox.c, name) for name in ("id", "channel", "chat", "body", "attempts", "card", "case_id"))
    leased: dict[str, Any] = {"lease_owner": bindparam("owner"), "lease_until": bindparam("until")}
    return update(outbox).where(outbox.c.id.in_(chosen.scalar_subquery())).values(leased).returning(*shown)


_CLAIM = _claiming()


class Outbox:
    """`OutboxRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def post(self, to: Address, message: Outgoing, now: datetime, case_id: int | None = None) -> None:
        """Promise a message. A waiting card that this one replaces is dropped."""
        if message.card:
            # Two states of one card with nobody having seen the first: only the last is worth sending, and it must be
            # noticed if the first had to be.
            rows = self._pending.rows(outbox)
            place = to.channel, to.chat, message.card
            for row in [row for row in rows if (row["channel"], row["chat"], row["card"]) == place]:
                rows.remove(row)
                if row["body"].get("fresh"):
                    message = replace(message, fresh=True)
        row = {
            "channel": to.channel,
            "chat": to.chat,
            "body": message.to_json(),
            "card": message.card,
            "state": "waiting",
            "due_at": now,
            "lease_owner": "",
            "attempts": 0,
            "error": "",
            "case_id": case_id,
            "created_at": now,
        }
        self._pending.add(outbox, row)

    async def drop_replaced(self) -> None:
        """Before what was promised is written: drop the waiting cards of earlier turns that it replaces.

        One that is on its way keeps its lease and arrives before the new one.
        """
        places = {
            (row["channel"], row["chat"], row["card"]): row["body"] for row in self._pending.rows(outbox) if row["card"]
        }
        if not places:
            return
        for network in dict.fromkeys(channel for channel, _, _ in places):
            here = [(chat, card) for channel, chat, card in places if channel == network]
            asked = {
                "network": network,
                "chats": [chat for chat, _ in here],
                "places": [f"{chat}\n{card}" for chat, card in here],
            }
            for chat, card, body in await self._db.execute(_DROP, asked):
                if body.get("fresh"):
                    places[network, chat, card]["fresh"] = True

    async def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> tuple[Letter, ...]:
        """Lease the oldest waiting message of each chat that has one due, for one sender alone."""
        await self.drop_replaced()
        await self._pending.flush(outbox)
        asked = {"now": now, "most": limit, "owner": owner, "until": until}
        rows = (await self._db.execute(_CLAIM, asked)).all()
        secrets = await revealed(self._db, rows) | await disclosed(self._db, rows) | await opened(self._db, rows)
        wanted = [row for row in rows if row.card]
        known: dict[tuple[str, str, str], str] = {}
        if wanted:
            found = await self._db.execute(
                select(cards).where(
                    cards.c.chat.in_({row.chat for row in wanted}), cards.c.card.in_({row.card for row in wanted})
                )
            )
            known = {(card.channel, card.chat, card.card): card.message_id for card in found}
        return tuple(
            Letter(
                row.id,
                Address(row.channel, row.chat),
                Outgoing.from_json(secrets.get(row.id, row.body)),
                row.attempts,
                known.get((row.channel, row.chat, row.card), ""),
                row.case_id,
            )
            for row in sorted(rows, key=lambda row: row.id)
        )

    async def hurry(self, now: datetime, leases: datetime | None = None) -> None:
        """Nothing waits any longer to be sent: what was put off is due now, and free where its lease outlasts `leases`."""
        waiting = outbox.c.state == "waiting"
        await self._db.execute(update(outbox).where(waiting, outbox.c.due_at > now).values(due_at=now))
        if leases is not None:
            free = {"lease_owner": "", "lease_until": None}
            await self._db.execute(update(outbox).where(waiting, outbox.c.lease_until > leases).values(free))

    async def settle(self, owner: str, settled: Sequence[Settled], now: datetime) -> int:
        """Write down how they ended, where the lease still stands; how many did."""
        ours = {"owner": owner, "now": now}
        arrived = [end.letter.id for end in settled if end.state == "sent"]
        kept_back = [end.letter.id for end in settled if end.state != "sent"]
        held = set(await self._db.scalars(_ARRIVED, ours | {"letters": arrived})) if arrived else set[int]()
        if kept_back:
            held |= set(await self._db.scalars(_HELD, ours | {"letters": kept_back}))
        ended = [end for end in settled if end.letter.id in held]
        others = [
            {
                "letter": end.letter.id,
                "state": end.state,
                "due_at": end.due_at or now,
                "attempts": end.letter.attempts + 1,
                "error": end.error[:255],
            }
            for end in ended
            if end.state != "sent"
        ]
        if others:
            await self._db.execute(_SETTLE, others)
        for end in ended:
            message = end.letter.message
            if end.state == "sent" and message.card and end.message_id and end.message_id != end.letter.edit:
                self._pending.add(
                    cards,
                    {
                        "channel": end.letter.to.channel,
                        "chat": end.letter.to.chat,
                        "card": message.card,
                        "message_id": end.message_id[:96],
                    },
                )
        return len(ended)

    async def wake(self, writers: Sequence[Address], now: datetime) -> None:
        """These people wrote: what rested for them may go out."""
        for network in dict.fromkeys(address.channel for address in writers):
            chats = [address.chat for address in writers if address.channel == network]
            await self._db.execute(_WAKE, {"network": network, "chats": chats, "now": now})

    async def redirect(self, old: Address, new: Address, now: datetime) -> None:
        """What waits or rests for one address goes to another; what is on its way just now is left alone."""
        await self._pending.flush(outbox)
        await self._db.execute(
            update(outbox)
            .where(
                outbox.c.channel == old.channel,
                outbox.c.chat == old.chat,
                outbox.c.state.in_(("waiting", "resting")),
                or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            )
            .values(channel=new.channel, chat=new.chat, state="waiting", due_at=now, attempts=0)
        )


class Timers:
    """`TimerRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def set(self, kind: str, subject: int, slot: str, due_at: datetime) -> None:
        """Ring once at `due_at`; setting the same slot again changes nothing."""
        self._pending.add(timers, {"kind": kind, "subject": subject, "slot": slot, "due_at": due_at, "attempts": 0})

    async def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Timers to ring, held for this transaction alone."""
        await self._pending.flush(timers)
        rows = await self._db.execute(
            select(timers.c.id, timers.c.kind, timers.c.subject, timers.c.slot, timers.c.due_at, timers.c.attempts)
            .where(and_(timers.c.done_at.is_(None), timers.c.due_at <= now))
            .order_by(timers.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        return tuple(Timer(*row) for row in rows)

    async def done(self, timer_id: int, now: datetime) -> None:
        """It rang."""
        await self._db.execute(update(timers).where(timers.c.id == timer_id).values(done_at=now))

    async def postpone(self, timer_id: int, due_at: datetime) -> None:
        """Ring later, after a failure or quiet hours."""
        await self._db.execute(
            update(timers).where(timers.c.id == timer_id).values(due_at=due_at, attempts=timers.c.attempts + 1)
        )
