"""One-time links to the board and the browsers they let in, in the database."""

from datetime import datetime

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import web_logins, web_sessions


class Sessions:
    """`SessionRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add_link(self, digest: str, person_id: int, now: datetime, expires_at: datetime) -> None:
        """Keep a new link."""
        await self._forget(web_logins, person_id, now)
        values = {"hash": digest, "person_id": person_id, "made_at": now, "expires_at": expires_at}
        await self._db.execute(insert(web_logins).values(values))

    async def use_link(self, digest: str, now: datetime) -> int | None:
        """Use it up: whose it is, or None where it is unknown, used or expired."""
        person_id: int | None = await self._db.scalar(
            update(web_logins)
            .where(web_logins.c.hash == digest, web_logins.c.used_at.is_(None), web_logins.c.expires_at > now)
            .values(used_at=now)
            .returning(web_logins.c.person_id)
        )
        return person_id

    async def open(self, digest: str, person_id: int, now: datetime, expires_at: datetime) -> None:
        """A browser is let in."""
        await self._forget(web_sessions, person_id, now)
        values = {"hash": digest, "person_id": person_id, "made_at": now, "last_seen_at": now, "expires_at": expires_at}
        await self._db.execute(insert(web_sessions).values(values))

    async def whose(self, digest: str, now: datetime, seen_since: datetime) -> int | None:
        """Whose browser it is; None where it is unknown, revoked, expired or was last seen before `seen_since`."""
        person_id: int | None = await self._db.scalar(
            select(web_sessions.c.person_id).where(
                web_sessions.c.hash == digest,
                web_sessions.c.revoked_at.is_(None),
                web_sessions.c.expires_at > now,
                web_sessions.c.last_seen_at > seen_since,
            )
        )
        return person_id

    async def seen(self, digest: str, now: datetime) -> None:
        """It was used."""
        await self._db.execute(update(web_sessions).where(web_sessions.c.hash == digest).values(last_seen_at=now))

    async def revoke(self, digest: str, now: datetime) -> None:
        """Shut this browser out."""
        await self._db.execute(
            update(web_sessions)
            .where(web_sessions.c.hash == digest, web_sessions.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )

    async def revoke_all(self, person_id: int, now: datetime) -> int:
        """Shut all browsers of a person out and spoil their open links; how many browsers."""
        await self._db.execute(
            update(web_logins)
            .where(web_logins.c.person_id == person_id, web_logins.c.used_at.is_(None))
            .values(used_at=now)
        )
        gone = await self._db.execute(
            update(web_sessions)
            .where(web_sessions.c.person_id == person_id, web_sessions.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
        return gone.rowcount

    async def _forget(self, table: Table, person_id: int, now: datetime) -> None:
        """Drop what is over for this person, so that neither table grows without end."""
        await self._db.execute(delete(table).where(table.c.person_id == person_id, table.c.expires_at <= now))
