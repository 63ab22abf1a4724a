"""What was heard, conversations, the outbox and timers in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.messages import Address, Outgoing
from bot.chat.records import Letter, Settled, Timer
from storage.statements import insert_new, upsert
from storage.tables import cards, conversations, outbox, seen, timers


class Talk:
    """`TalkRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def first_time(self, channel: str, message_id: str, at: datetime) -> bool:
        """Note a message; False for one that was noted before."""
        return await insert_new(self._db, seen, {"channel": channel, "message_id": message_id[:96], "at": at})

    async def conversation(self, person_id: int) -> Mapping[str, Any] | None:
        """The stored conversation, as JSON."""
        body: Mapping[str, Any] | None = await self._db.scalar(
            select(conversations.c.body).where(conversations.c.person_id == person_id)
        )
        return body

    async def save_conversation(self, person_id: int, body: Mapping[str, Any], now: datetime) -> None:
        """Keep it."""
        await upsert(self._db, conversations, {"person_id": person_id, "body": dict(body), "updated_at": now})

    async def talked_since(self, person_id: int, moment: datetime) -> bool:
        """Whether the conversation changed after a moment."""
        count = await self._db.scalar(
            select(func.count())
            .select_from(conversations)
            .where(conversations.c.person_id == person_id, conversations.c.updated_at > moment)
        )
        return bool(count)


class Outbox:
    """`OutboxRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def post(self, to: Address, message: Outgoing, now: datetime, case_id: int | None = None) -> None:
        """Promise a message. A waiting card that this one replaces is dropped."""
        if message.card:
            # Two states of one card with nobody having seen the first: only the last is worth sending, and it must be
            # noticed if the first had to be. One that is on its way keeps its lease and arrives before this one.
            dropped = await self._db.scalars(
                delete(outbox)
                .where(
                    outbox.c.channel == to.channel,
                    outbox.c.chat == to.chat,
                    outbox.c.state == "waiting",
                    outbox.c.card == message.card,
                    outbox.c.lease_owner == "",
                    outbox.c.attempts == 0,
                )
                .returning(outbox.c.body)
            )
            if any(body.get("fresh") for body in dropped):
                message = replace(message, fresh=True)
        await self._db.execute(
            insert(outbox).values(
                channel=to.channel,
                chat=to.chat,
                body=message.to_json(),
                card=message.card,
                state="waiting",
                due_at=now,
                lease_owner="",
                attempts=0,
                error="",
                case_id=case_id,
                created_at=now,
            )
        )

    async def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> tuple[Letter, ...]:
        """Lease the oldest waiting message of each chat that has one due, for one sender alone."""
        earlier = outbox.alias("earlier")
        free = or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now)
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
            .where(outbox.c.state == "waiting", outbox.c.due_at <= now, free, first)
            .order_by(outbox.c.due_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        rows = (
            await self._db.execute(
                update(outbox)
                .where(outbox.c.id.in_(chosen.scalar_subquery()))
                .values(lease_owner=owner, lease_until=until)
                .returning(
                    outbox.c.id,
                    outbox.c.channel,
                    outbox.c.chat,
                    outbox.c.body,
                    outbox.c.attempts,
                    outbox.c.card,
                    outbox.c.case_id,
                )
            )
        ).all()
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
                Outgoing.from_json(row.body),
                row.attempts,
                known.get((row.channel, row.chat, row.card), ""),
                row.case_id,
            )
            for row in sorted(rows, key=lambda row: row.id)
        )

    async def settle(self, owner: str, settled: Sequence[Settled], now: datetime) -> int:
        """Write down how they ended, where the lease still stands; how many did."""
        done = 0
        for end in settled:
            result = await self._db.execute(
                update(outbox)
                .where(outbox.c.id == end.letter.id, outbox.c.lease_owner == owner, outbox.c.lease_until >= now)
                .values(
                    state=end.state,
                    due_at=end.due_at or now,
                    lease_owner="",
                    lease_until=None,
                    attempts=end.letter.attempts + 1,
                    error=end.error[:255],
                    sent_at=now if end.state == "sent" else None,
                )
            )
            done += result.rowcount
            message = end.letter.message
            if end.state == "sent" and message.card and end.message_id and end.message_id != end.letter.edit:
                await upsert(
                    self._db,
                    cards,
                    {
                        "channel": end.letter.to.channel,
                        "chat": end.letter.to.chat,
                        "card": message.card,
                        "message_id": end.message_id[:96],
                    },
                )
        return done

    async def wake(self, to: Address, now: datetime) -> None:
        """The person wrote: what rested for them may go out."""
        await self._db.execute(
            update(outbox)
            .where(outbox.c.channel == to.channel, outbox.c.chat == to.chat, outbox.c.state == "resting")
            .values(state="waiting", due_at=now)
        )


class Timers:
    """`TimerRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def set(self, kind: str, subject: int, slot: str, due_at: datetime) -> None:
        """Ring once at `due_at`; setting the same slot again changes nothing."""
        await insert_new(
            self._db, timers, {"kind": kind, "subject": subject, "slot": slot, "due_at": due_at, "attempts": 0}
        )

    async def due(self, now: datetime, limit: int) -> tuple[Timer, ...]:
        """Timers to ring, held for this transaction alone."""
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
