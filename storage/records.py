"""One open transaction with a repository for each domain, and the storage that opens it."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, cast, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.lines import Bell, Line
from bot.chat.messages import Incoming
from bot.chat.records import Postman
from bot.errors import DatabaseAway
from bot.records import Records
from storage.board import BoardReads
from storage.canteens import Meals
from storage.care import Alarms, Elders, Kinfolk, Visits
from storage.cases import Attachments, Cases, Ratings
from storage.chats import Chats
from storage.circle import CallBacks, Followers, Looks, Pauses
from storage.claims import Claims
from storage.database import Database
from storage.daycares import DayCares
from storage.desks import Desks
from storage.double import Double
from storage.errands import Errands, Helpers, Weeklies
from storage.homes import HomeDesk, Homes
from storage.lessons import Lessons
from storage.lines import append
from storage.listing import one_of
from storage.mutes import Mutes
from storage.outbox import Outbox
from storage.pending import Pending
from storage.people import Invites, People
from storage.privacy import Privacy
from storage.reaching import spent
from storage.reminders import Reminders
from storage.repeats import Repeats
from storage.sessions import Sessions
from storage.tables import conversations
from storage.talk import Talk, Timers

_TALKS = select(conversations.c.person_id, conversations.c.body).where(one_of(conversations.c.person_id, "people"))


class Transaction(Records):
    """`bot.records.Records` on one connection. One that does not `hold` only looks at cases."""

    people: People
    outbox: Outbox
    talk: Talk

    def __init__(
        self,
        connection: AsyncConnection,
        *,
        hold: bool = True,
        postman: Postman | None = None,
        bell: Bell | None = None,
    ) -> None:
        self._db = connection
        self._pending = pending = Pending(connection)
        self._postman = postman
        self._bell = bell
        self._told: list[tuple[str, Line]] = []
        self.people = People(connection, pending)
        self.privacy = Privacy(connection, pending)
        self.mutes = Mutes(connection, pending)
        self.outbox = Outbox(connection, pending, postman, pages=bell is not None)
        self.invites = Invites(connection, pending)
        self.chats = Chats(connection, pending)
        self.talk = Talk(connection, pending)
        self.timers = Timers(connection, pending)
        self.cases = Cases(connection, pending, hold=hold)
        self.ratings = Ratings(connection)
        self.desks = Desks(connection)
        self.pauses = Pauses(connection)
        self.looks = Looks(connection)
        self.followers = Followers(connection)
        self.repeats = Repeats(connection)
        self.call_backs = CallBacks(connection)
        self.reminders = Reminders(connection)
        self.attachments = Attachments(connection, pending)
        self.digests = self.board = BoardReads(connection)
        self.sessions = Sessions(connection)
        self.lessons = Lessons(connection)
        self.errands = Errands(connection)
        self.helpers = Helpers(connection)
        self.weeklies = Weeklies(connection)
        self.elders = Elders(connection)
        self.kin = Kinfolk(connection)
        self.alarms = Alarms(connection)
        self.visits = Visits(connection)
        self.meals = Meals(connection)
        self.daycares = DayCares(connection)
        self.double = Double(connection)
        self.claims = Claims(connection)
        self.homes = Homes(connection)
        self.home_desk = HomeDesk(connection)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """A part that is undone alone when it raises. Raises DatabaseAway where the disk is full and the like."""
        await self.flush()
        leased, told, locked = len(self.outbox.leased), len(self.outbox.lines), frozenset(self._pending.locked)
        try:
            async with self._db.begin_nested():
                try:
                    yield
                    await self.flush()
                except BaseException:
                    self._pending.drop(locked)
                    del self.outbox.leased[leased:], self.outbox.lines[told:]
                    raise
        except DBAPIError as error:
            if spent(error):
                raise DatabaseAway("settings.database_unable", words=error.orig) from error
            raise

    async def flush(self) -> None:
        """Write what waits."""
        await self.outbox.lease()
        await self._pending.flush()

    async def close(self) -> None:
        """Write what waits; the transcripts come last, for they hold their chats until the commit."""
        await self.flush()
        if lines := self.outbox.lines:
            added = await append(self._db, lines)
            self._told = [(new.chat, line) for new, line in zip(lines, added, strict=True)]

    def hand_over(self) -> None:
        """Now that it is committed: ring for open pages, give the postman what he may send, and tell him if there is more."""
        if self._bell is not None:
            for chat, line in self._told:
                self._bell.ring(chat, line)
        if self._postman is not None:
            self._postman.take(self.outbox.leased)
            if self.outbox.waits:
                self._postman.wake()

    async def expect(self, messages: Sequence[Incoming], now: datetime) -> None:
        """Read at once what the turns of these messages will ask for: their writers, their talks, what was heard."""
        pending, senders = self._pending, {said.sender for said in messages if said.private}
        if senders:
            await self.people.expect(list(senders), now)
        people = sorted(person.id for person in pending.writers.values())
        if people and not self._is_sqlite:
            # In the order of their ids, so that two replicas never wait for each other.
            each = func.unnest(cast(people, ARRAY(BigInteger))).column_valued("id")
            await self._db.execute(select(func.pg_advisory_xact_lock(each)).order_by(each))
        pending.locked |= set(people)
        await self.talk.hear({(said.address.channel, said.message_id) for said in messages}, now)
        pending.talks |= dict.fromkeys(people)
        pending.talks |= {row.person_id: row.body for row in await self._db.execute(_TALKS, {"people": people})}
        await self.outbox.expect(list(senders), now)

    async def lock_person(self, person_id: int) -> None:
        """Hold everybody else's turn of this person back until the transaction ends."""
        if person_id not in self._pending.locked:
            self._pending.locked.add(person_id)
            if not self._is_sqlite:  # SQLite has one writer anyway.
                await self._db.execute(select(func.pg_advisory_xact_lock(person_id)))

    async def try_lock_person(self, person_id: int) -> bool:
        """The same where that needs no waiting: False where another transaction holds this person just now."""
        if person_id not in self._pending.locked:
            if not self._is_sqlite and not await self._db.scalar(select(func.pg_try_advisory_xact_lock(person_id))):
                return False
            self._pending.locked.add(person_id)
        return True

    @property
    def _is_sqlite(self) -> bool:
        return self._db.dialect.name == "sqlite"


class DatabaseStorage:
    """`bot.records.Storage` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.postman: Postman | None = None  # who sends in this process, once there is one
        self.bell: Bell | None = None  # of the pages that are open here

    @asynccontextmanager
    async def writing(self, *, brief: bool = False) -> AsyncIterator[Transaction]:
        """All or nothing, committed when the block ends. What was promised is then with the postman."""
        async with self._database.writing(brief=brief) as connection:
            transaction = Transaction(connection, postman=self.postman, bell=self.bell)
            yield transaction
            await transaction.close()
        transaction.hand_over()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """For looking alone."""
        async with self._database.reading() as connection:
            yield Transaction(connection, hold=False)
