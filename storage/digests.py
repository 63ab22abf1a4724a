"""What digests count, each read along one index: a day's cases, a day's acts, what is open."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, case, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Act, State
from bot.digests.figures import Matter
from storage.tables import cases, events, ratings

_DUE = case((cases.c.state == State.OPEN, cases.c.accept_by), else_=cases.c.finish_by).label("due")
_COLUMNS = (cases.c.id, cases.c.kind, cases.c.unit_id, cases.c.owner_id, cases.c.owner_role)


class DigestReads:
    """`DigestRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def filed(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases that came in."""
        return await self._read(
            select(*_COLUMNS, cases.c.finish_by, cases.c.finished_at).where(
                cases.c.created_at >= since, cases.c.created_at < until
            )
        )

    async def finished(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases finished then and not reopened since."""
        return await self._read(
            select(*_COLUMNS, cases.c.finish_by, cases.c.finished_at).where(
                cases.c.finished_at >= since,
                cases.c.finished_at < until,
                cases.c.state.in_((State.FINISHED, State.DISPUTED, State.CLOSED)),
            )
        )

    async def rated(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases that got a grade then, one for each round."""
        # Ratings have no index by the time of the grade; the acts of a day do, and lead to them by their key.
        acts = (
            select(events.c.case_id, events.c.round)
            .where(events.c.at >= since, events.c.at < until, events.c.act.in_((Act.RATE, Act.DISPUTE)))
            .distinct()
            .subquery()
        )
        return await self._read(
            select(*_COLUMNS, cases.c.finish_by, cases.c.finished_at, ratings.c.grade, ratings.c.solved)
            .join_from(acts, ratings, and_(ratings.c.case_id == acts.c.case_id, ratings.c.round == acts.c.round))
            .join(cases, cases.c.id == acts.c.case_id)
            .where(ratings.c.grade.is_not(None), ratings.c.graded_at >= since, ratings.c.graded_at < until)
        )

    async def overdue(self, now: datetime) -> tuple[Matter, ...]:
        """Cases that wait for a worker beyond their deadline."""
        late = or_(
            and_(cases.c.state == State.OPEN, cases.c.accept_by < now),
            and_(cases.c.state == State.ACCEPTED, cases.c.finish_by < now),
        )
        return await self._read(select(*_COLUMNS, _DUE, cases.c.finished_at).where(cases.c.closed_at.is_(None), late))

    async def _read(self, statement: Select[Any]) -> tuple[Matter, ...]:
        return tuple(Matter(*row) for row in await self._db.execute(statement))
