"""One open transaction with a repository for each domain, and the storage that opens it."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.cases import Attachments, Cases, Ratings
from storage.database import Database
from storage.digests import DigestReads
from storage.people import Invites, People
from storage.talk import Outbox, Talk, Timers


class Transaction:
    """`bot.records.Records` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection
        self.people = People(connection)
        self.invites = Invites(connection)
        self.talk = Talk(connection)
        self.outbox = Outbox(connection)
        self.timers = Timers(connection)
        self.cases = Cases(connection)
        self.ratings = Ratings(connection)
        self.attachments = Attachments(connection)
        self.digests = DigestReads(connection)

    def savepoint(self) -> AbstractAsyncContextManager[object]:
        """A part that can fail alone."""
        return self._db.begin_nested()

    async def lock_person(self, person_id: int) -> None:
        """Hold everybody else's turn of this person back until the transaction ends."""
        if self._db.dialect.name == "postgresql":  # SQLite has one writer anyway.
            await self._db.execute(select(func.pg_advisory_xact_lock(person_id)))


class DatabaseStorage:
    """`bot.records.Storage` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Transaction]:
        """All or nothing, committed when the block ends."""
        async with self._database.writing() as connection:
            yield Transaction(connection)
