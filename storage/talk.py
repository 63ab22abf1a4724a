"""What was heard, conversations and timers in the database."""

import hashlib
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, exists, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.records import Timer
from storage.pending import Pending
from storage.statements import insert_new
from storage.tables import conversations, seen, timers

_LONGEST_ID = 96  # as long as the column of `seen`


def short(message_id: str) -> str:
    """The id as it is noted: cut, two long ids could become one, and the second message would be lost."""
    if len(message_id) <= _LONGEST_ID:
        return message_id
    return f"sha256:{hashlib.sha256(message_id.encode()).hexdigest()}"


_NOTE = {
    dialect: spell(seen).on_conflict_do_nothing().returning(seen.c.channel, seen.c.message_id)
    for dialect, spell in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}
_BODY = select(conversations.c.body).where(conversations.c.person_id == bindparam("person"))
_DUE = (
    select(timers.c.id, timers.c.kind, timers.c.subject, timers.c.slot, timers.c.due_at, timers.c.attempts)
    .where(timers.c.done_at.is_(None), timers.c.due_at <= bindparam("now"))
    .order_by(timers.c.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_WAITS = select(
    exists().where(
        timers.c.kind == bindparam("kind"), timers.c.subject == bindparam("subject"), timers.c.done_at.is_(None)
    )
)
_DONE = update(timers).where(timers.c.id == bindparam("timer")).values(done_at=bindparam("now"))
_LATER = (
    update(timers)
    .where(timers.c.id == bindparam("timer"))
    .values(due_at=bindparam("later"), attempts=timers.c.attempts + bindparam("tries", type_=Integer))
)


class Talk:
    """`TalkRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def hear(self, messages: Collection[tuple[str, str]], at: datetime) -> None:
        """Note all of these, by network and id, so that `first_time` need not ask: before any part that may be undone."""
        keys = sorted((channel, short(message_id)) for channel, message_id in messages)
        rows = [{"channel": channel, "message_id": message_id, "at": at} for channel, message_id in keys]
        new = {(row.channel, row.message_id) for row in await self._db.execute(_NOTE[self._db.dialect.name], rows)}
        self._pending.heard |= {key: key not in new for key in keys}

    async def first_time(self, channel: str, message_id: str, at: datetime) -> bool:
        """Note a message; False for one that was noted before."""
        key = channel, short(message_id)
        if key not in self._pending.heard:
            return await insert_new(self._db, seen, {"channel": channel, "message_id": key[1], "at": at})
        before, self._pending.heard[key] = self._pending.heard[key], True
        return not before

    async def conversation(self, person_id: int) -> Mapping[str, Any] | None:
        """The stored conversation, as JSON."""
        talks = self._pending.talks
        if person_id not in talks:
            talks[person_id] = await self._db.scalar(_BODY, {"person": person_id})
        return talks[person_id]

    async def save_conversation(self, person_id: int, body: Mapping[str, Any], now: datetime) -> None:
        """Keep it."""
        self._pending.talks[person_id] = body
        self._pending.add(conversations, {"person_id": person_id, "body": dict(body), "updated_at": now}, person_id)


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
        return tuple(Timer(*row) for row in await self._db.execute(_DUE, {"now": now, "most": limit}))

    async def done(self, timer_id: int, now: datetime) -> None:
        """It rang."""
        await self._db.execute(_DONE, {"timer": timer_id, "now": now})

    async def waits(self, kind: str, subject: int) -> bool:
        """Whether one of this kind is still to ring for this subject."""
        await self._pending.flush(timers)
        return bool(await self._db.scalar(_WAITS, {"kind": kind, "subject": subject}))

    async def postpone(self, timer_id: int, due_at: datetime, *, tries: int = 1) -> None:
        """Ring later, after a failure or quiet hours.

        `tries` is added to its attempts: 0 where nothing was done but to wait, -1 to take one back.
        """
        await self._db.execute(_LATER, {"timer": timer_id, "later": due_at, "tries": tries})
