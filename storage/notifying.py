"""Between replicas on one PostgreSQL: whoever commits tells the others at once, so that nobody waits for the next look.

A notice is a hint and never the only way: the outbox is looked at once a second and open pages every five, so a lost one
costs patience and nothing else. SQLite has one process and needs none of it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress

import asyncpg
from sqlalchemy import ARRAY, Text, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

_CHANNEL = "yingshao"
_PROMISED = "promised"
_AGAIN_SECONDS = 1.0
_PROOF_SECONDS = 20.0  # how often a quiet connection is asked whether it still stands
_PATIENCE_SECONDS = 5.0
# Each process's sessions carry its name, so that it can tell its own notices from those of the others.
_EACH = func.unnest(bindparam("all", type_=ARRAY(Text))).column_valued("what")
_NOTIFY = select(func.pg_notify(_CHANNEL, func.concat(func.current_setting("application_name"), " ", _EACH)))
log = logging.getLogger(__name__)


async def promised(connection: AsyncConnection) -> None:
    """Tell the other replicas, when this transaction commits, that messages wait to be sent."""
    await _tell(connection, [_PROMISED])


async def spoken(connection: AsyncConnection, lines: Mapping[str, int]) -> None:
    """Tell the other replicas, when this transaction commits, that web chats have lines up to these numbers."""
    await _tell(connection, [f"{chat} {seq}" for chat, seq in lines.items()])


async def _tell(connection: AsyncConnection, what: list[str]) -> None:
    if connection.dialect.name != "sqlite":
        await connection.execute(_NOTIFY, {"all": what})


class Listening:
    """Hears what the other replicas commit. `on_promised` and `on_lines` (chat to `seq`) are called in the loop.

    It holds one connection of its own, which a pooler must not share (PgBouncer: session mode, or straight to the server).
    """

    def __init__(
        self, database: Database, on_promised: Callable[[], None], on_lines: Callable[[Mapping[str, int]], None]
    ) -> None:
        self._database = database
        self._on_promised = on_promised
        self._on_lines = on_lines

    async def run(self) -> None:
        """Listen until cancelled; a server that is away is asked again every second. Ends at once on SQLite."""
        while not self._database.is_sqlite:
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("other replicas are not heard: %s; again in a second", type(error).__name__)
            await asyncio.sleep(_AGAIN_SECONDS)

    async def _listen(self) -> None:
        _, options = self._database.engine.dialect.create_connect_args(self._database.url)
        connection: asyncpg.Connection = await asyncpg.connect(**options, timeout=_PATIENCE_SECONDS)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        try:
            await connection.add_listener(_CHANNEL, self._heard)
            self._on_promised()  # What was promised while nobody listened.
            while not lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), _PROOF_SECONDS)
                    break
                # A cable that was pulled out says nothing: only a question shows it.
                await connection.execute("SELECT 1", timeout=_PATIENCE_SECONDS)
        finally:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, notice: object) -> None:
        origin, _, what = str(notice).partition(" ")
        if origin == self._database.name:
            return
        chat, _, seq = what.rpartition(" ")
        if what == _PROMISED:
            self._on_promised()
        elif chat and seq.isdigit():
            self._on_lines({chat: int(seq)})
