"""Who is not heard for a while, in the database."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.pending import Pending
from storage.tables import mutings, people


class Mutes:
    """`MuteRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def mute(self, person_id: int, case_id: int, by: int, now: datetime, until: datetime, why: str) -> None:
        """Hear this person no more until then; `until` now hears them again."""
        self._pending.forget_people()
        await self._db.execute(update(people).where(people.c.id == person_id).values(muted_until=until))
        await self._db.execute(
            insert(mutings).values(person_id=person_id, case_id=case_id, by=by, at=now, until=until, why=why[:64])
        )

    async def ordered(self, case_id: int, now: datetime) -> bool:
        """Whether the newest order over this case still keeps its reporter silent."""
        newest = select(mutings.c.until).where(mutings.c.case_id == case_id).order_by(mutings.c.id.desc()).limit(1)
        until = await self._db.scalar(newest)
        return until is not None and until > now

    async def why(self, person_id: int) -> str:
        """The reason of the newest order."""
        newest = select(mutings.c.why).where(mutings.c.person_id == person_id).order_by(mutings.c.id.desc()).limit(1)
        return await self._db.scalar(newest) or ""
