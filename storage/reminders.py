"""Reminders in the database."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import IN_WORK
from bot.cases.reminded import Reminded
from storage.statements import insert_new
from storage.tables import assignments, cases, mutes, reminded


class Reminders:
    """`ReminderRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def mute(self, person_id: int, case_id: int, now: datetime) -> None:
        """Remind this person of this case no more."""
        await insert_new(self._db, mutes, {"person_id": person_id, "case_id": case_id, "at": now})

    async def unmute(self, person_id: int, case_id: int) -> None:
        """Remind them again."""
        await self._db.execute(delete(mutes).where(mutes.c.person_id == person_id, mutes.c.case_id == case_id))

    async def muted(self, case_id: int) -> frozenset[int]:
        """Who has silenced a case."""
        return frozenset(await self._db.scalars(select(mutes.c.person_id).where(mutes.c.case_id == case_id)))

    async def muted_by(self, person_id: int) -> frozenset[int]:
        """The cases that a person has silenced."""
        return frozenset(await self._db.scalars(select(mutes.c.case_id).where(mutes.c.person_id == person_id)))

    async def day(self, person_id: int, day: date) -> Reminded:
        """What a person was reminded of that day."""
        row = (
            await self._db.execute(
                select(reminded.c.count, reminded.c.listed_at, reminded.c.listed).where(
                    reminded.c.person_id == person_id, reminded.c.day == day
                )
            )
        ).first()
        if row is None:
            return Reminded()
        return Reminded(row[0], row[1], {int(case_id): due for case_id, due in row[2].items()})

    async def count(self, person_id: int, day: date) -> None:
        """One more reminder."""
        await self._add(person_id, day, {})

    async def listed(self, person_id: int, day: date, now: datetime, cases: Mapping[int, int]) -> None:
        """Keep what the morning list told, which counts as one reminder."""
        await self._add(person_id, day, {"listed_at": now, "listed": {str(id_): due for id_, due in cases.items()}})

    async def counts(self, day: date) -> Mapping[int, int]:
        """How many reminders each person got that day."""
        rows = await self._db.execute(select(reminded.c.person_id, reminded.c.count).where(reminded.c.day == day))
        return {row[0]: row[1] for row in rows}

    async def busy(self, after: int, limit: int) -> tuple[int, ...]:
        """People with work on hand whose ids are greater than `after`, in order."""
        rows = await self._db.scalars(
            select(assignments.c.person_id)
            .join(cases, cases.c.id == assignments.c.case_id)
            .where(assignments.c.person_id > after, assignments.c.ended_at.is_(None), cases.c.closed_at.is_(None))
            .distinct()
            .order_by(assignments.c.person_id)
            .limit(limit)
        )
        return tuple(rows)

    async def due_since(self, since: datetime, after: int, limit: int) -> tuple[int, ...]:
        """Cases not ended with a deadline at `since` or later, whose ids are greater than `after`, in order."""
        rows = await self._db.scalars(
            select(cases.c.id)
            .where(cases.c.closed_at.is_(None), cases.c.finish_by >= since, cases.c.id > after)
            .where(cases.c.state.in_(IN_WORK))
            .order_by(cases.c.id)
            .limit(limit)
        )
        return tuple(rows)

    async def forget(self, before: date) -> None:
        """Drop the days before this one."""
        await self._db.execute(delete(reminded).where(reminded.c.day < before))

    async def _add(self, person_id: int, day: date, values: Mapping[str, object]) -> None:
        fresh = {"person_id": person_id, "day": day, "count": 1, "listed": {}} | dict(values)
        if not await insert_new(self._db, reminded, fresh):
            await self._db.execute(
                update(reminded)
                .where(reminded.c.person_id == person_id, reminded.c.day == day)
                .values(count=reminded.c.count + 1, **values)
            )
