"""How long the queues are, read from their partial indexes: what was sent or has rung is never touched."""

from datetime import datetime

from sqlalchemy import Select, func, literal_column, select

from bot.watching.meters import Queue, Queues
from storage.database import Database
from storage.tables import outbox, timers


class QueueLooks:
    """`bot.watching.meters.QueueReads` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self, now: datetime) -> Queues:
        """All of them at one moment."""
        async with self._database.reading() as connection:
            return Queues(
                {row[0]: Queue(row[1], row[2]) for row in await connection.execute(unsent())},
                {row[0]: Queue(row[1], row[2]) for row in await connection.execute(overdue(now))},
            )


def unsent() -> Select[str, int, datetime]:
    """Waiting messages by network."""
    return (
        select(outbox.c.channel, func.count(), func.min(outbox.c.created_at))
        .where(outbox.c.state == "waiting")
        .group_by(outbox.c.channel)
    )


def overdue(now: datetime) -> Select[str, int, datetime]:
    """Timers whose time has passed by kind."""
    # By the bare column SQLite would walk through all timers there ever were, because their key has them in its order.
    kind = timers.c.kind + literal_column("''")
    return (
        select(kind, func.count(), func.min(timers.c.due_at))
        .where(timers.c.done_at.is_(None), timers.c.due_at <= now)
        .group_by(kind)
    )
