"""SQLite through aiosqlite with one crossing to its thread a statement, where the driver makes four.

The driver asks its thread for a cursor, then to execute, then for the rows, then to close; each crossing costs more than
most of our statements do. Here a statement is executed and its rows are brought in one; and in a transaction that is known
to be brief, without any crossing, for the few microseconds that such a statement takes hold nobody up. What waits for a
lock or the disk always goes to the thread.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, cast

import aiosqlite

_PATIENCE_SECONDS = 1.0
_FEW = 1000  # rows written where the loop runs


def connect(path: str, **options: Any) -> aiosqlite.Connection:
    """As `aiosqlite.connect`, for `async_creator_fn` of SQLAlchemy: a connection that is open once it is awaited."""
    options |= {"check_same_thread": False}  # One after the other, never at once: whoever asks waits for the answer.
    connection = Connection(lambda: sqlite3.connect(path, **options), iter_chunk_size=64)
    # A process that ends without closing must not wait for the thread.
    connection._thread.daemon = True  # noqa: SLF001 - as SQLAlchemy does for connections that it makes itself
    return connection


class Connection(aiosqlite.Connection):
    """One connection with its thread. `at_hand`: what is asked just now is brief, and is done where it is asked."""

    at_hand = False

    async def _connect(self) -> aiosqlite.Connection:
        try:
            return await super()._connect()
        except BaseException:
            # The thread tells the loop that it ends, and the loop must still be there to hear it.
            await asyncio.to_thread(self._thread.join, _PATIENCE_SECONDS)
            raise

    def cursor(self) -> Any:
        """A cursor that does not exist in the thread before it executes something."""
        return _Cursor(self, cast(sqlite3.Cursor, None))


class _Cursor(aiosqlite.Cursor):
    _rows: list[Any]

    async def execute(self, sql: str, parameters: Any = None) -> aiosqlite.Cursor:
        """Execute and bring all rows."""
        await self._cross(lambda cursor: cursor.execute(sql, parameters or ()))
        return self

    async def executemany(self, sql: str, parameters: Any) -> aiosqlite.Cursor:
        """Execute with each of the parameters."""
        await self._cross(lambda cursor: cursor.executemany(sql, parameters), len(parameters))
        return self

    async def fetchall(self) -> Iterable[Any]:
        """The rows, which are here already."""
        rows, self._rows = self._rows, []
        return rows

    async def close(self) -> None:
        """Nothing: all rows were read, so the statement is over."""

    async def _cross(self, doing: Callable[[sqlite3.Cursor], object], rows: int = 1) -> None:
        driver: Any = self._conn

        def there() -> tuple[sqlite3.Cursor, list[Any]]:
            cursor: sqlite3.Cursor = driver._conn.cursor()  # noqa: SLF001 - the driver's own cursors do so too
            doing(cursor)
            return cursor, cursor.fetchall() if cursor.description else []

        at_hand = driver.at_hand and rows <= _FEW
        self._cursor, self._rows = there() if at_hand else await driver._execute(there)  # noqa: SLF001
