"""The database: SQLite for one machine, PostgreSQL for several, the same statements on both."""

import asyncio
import secrets
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

import orjson
from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import crossing
from storage.sealing import Seal

_TRIES, _NAP_SECONDS = 50, 0.01
_BUSY_SECONDS = 10  # how long another program's lock is waited for


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One engine. `writing` is a transaction that may change things, `reading` one that may not.

    SQLite has one writer: a lock in this process keeps writers from waiting on the file lock, and BEGIN IMMEDIATE keeps
    two processes from losing each other's updates (the default deferred transactions did, silently). `keys` seal the
    columns that are `Sealed`; without any they are stored as they are. `name` is this process's own among the replicas, of
    at most 63 characters: the database shows by it who is at work.
    """

    def __init__(self, url: str, keys: Sequence[str] = (), name: str = "") -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.name = name or f"yingshao-{secrets.token_hex(6)}"
        options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
        options |= {"hide_parameters": True}  # An error is logged with its statement, never with what people said.
        if not self.is_sqlite:
            options |= {"pool_size": 10, "max_overflow": 10, "pool_pre_ping": True}
            options |= {"connect_args": {"server_settings": {"application_name": self.name}}}
        else:
            options |= {"connect_args": {"async_creator_fn": crossing.connect}}
            # One that is opened for a crowd stays open: opening costs a thread and five pragmas, more than a look does.
            options |= {"pool_size": 15, "max_overflow": 0, "pool_use_lifo": True}
        self.engine: AsyncEngine = create_async_engine(self.url, **options)
        self.seal = Seal(keys) if keys else None
        # A dialect belongs to one engine, so column types find there the seal of their own database alone.
        self.engine.sync_engine.dialect.seal = self.seal  # type: ignore[attr-defined]
        self._writer = asyncio.Lock()
        # SQLite's, kept open between transactions
        self._writes: tuple[AsyncConnection, crossing.Connection] | None = None
        if self.is_sqlite:
            event.listen(self.engine.sync_engine, "connect", _prepare_sqlite)

    @asynccontextmanager
    async def writing(self, *, brief: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits when the block ends and rolls back when it raises.

        `brief`: each of its statements goes by an index to a few rows, so SQLite need not be asked in its own thread.
        """
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._writer:
            (connection, driver), begun = await self._writing(), False
            try:
                await _begin(connection)
                begun = True
                driver.at_hand = brief
                yield connection
                driver.at_hand = False
                await connection.exec_driver_sql("COMMIT")
            except BaseException:
                self._writes, driver.at_hand = None, False
                try:
                    # A full or failing disk may have ended the transaction already.
                    if begun and not connection.invalidated and driver.in_transaction:
                        await _roll_back(connection)
                finally:
                    await connection.close()
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A look at one moment, never waiting for a writer."""
        async with self.engine.connect() as connection:
            if self.is_sqlite:
                await connection.exec_driver_sql("BEGIN")
            try:
                yield connection
            finally:
                if self.is_sqlite:
                    await _roll_back(connection)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[AsyncConnection]:
        """For one statement that reads: it sees one moment by itself, so SQLite is told of no transaction."""
        async with self.engine.connect() as connection:
            yield connection

    async def _writing(self) -> tuple[AsyncConnection, crossing.Connection]:
        """The one connection that writes: to take it from the pool and put it back took a twentieth of a turn."""
        if self._writes is None:
            connection = await self.engine.connect()
            driver = (await connection.get_raw_connection()).driver_connection
            self._writes = connection, cast(crossing.Connection, driver)
        return self._writes

    async def close(self) -> None:
        """Give all connections back, once what is being written is written."""
        async with self._writer:
            if self._writes is not None:
                await self._writes[0].close()
                self._writes = None
        await self.engine.dispose()


async def _begin(connection: AsyncConnection) -> None:
    # SQLite waits for another program's lock by itself, but not for one that is just opening or leaving a new file: then it
    # refuses at once, and a moment later it does not.
    clock = asyncio.get_running_loop().time
    until = clock() + _BUSY_SECONDS
    while True:
        try:
            await connection.exec_driver_sql("BEGIN IMMEDIATE")
        except OperationalError as error:
            if "locked" not in str(error.orig) or clock() >= until:
                raise
            await asyncio.sleep(_NAP_SECONDS)
        else:
            return


async def _roll_back(connection: AsyncConnection) -> None:
    # Whoever is cancelled amid a statement loses the connection and the transaction with it. To ask for a rollback then
    # would raise in the place of the cancellation, and a loop that was told to stop would go on for ever.
    if not connection.invalidated:
        await connection.exec_driver_sql("ROLLBACK")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun by hand above; FULL is what "no report is lost" needs across a power cut.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
    _keep_a_log(cursor)
    for pragma in ("synchronous=FULL", "foreign_keys=ON", "cache_size=-4000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _keep_a_log(cursor: Any) -> None:
    # The one statement that waits for no lock: of several that open a new file at once only the first can change its mode.
    for left in range(_TRIES, -1, -1):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if not left:
                raise
            time.sleep(_NAP_SECONDS)  # It is a moment's work, in the other's thread or process.
        else:
            return
