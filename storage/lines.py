"""Transcripts of web chats."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.chat.lines import Line
from storage.database import Database
from storage.notifying import spoken
from storage.tables import web_chats, web_lines

CHATS_AT_ONCE = 500
_COLUMNS = (web_lines.c.key, web_lines.c.seq, web_lines.c.mine, web_lines.c.body, web_lines.c.at)


class Lines:
    """Appends and reads lines, in every chat in the order they were committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._upsert: Any = sqlite.insert if database.is_sqlite else postgresql.insert

    async def append(self, chat: str, key: str, mine: bool, body: dict[str, Any], at: datetime) -> int:
        """Add a line, or change the one of this key where it stands; return its `seq`.

        The same line again changes nothing and gives the `seq` it has. A changed line keeps its time and place and gets
        a new `seq`, so that those who follow the chat hear of it.
        """
        bump = (
            self._upsert(web_chats)
            .values(chat=chat, last_seq=1, at=at)
            .on_conflict_do_update(index_elements=["chat"], set_={"last_seq": web_chats.c.last_seq + 1, "at": at})
            .returning(web_chats.c.last_seq)
        )
        here = (web_lines.c.chat == chat) & (web_lines.c.key == key)
        async with self._database.writing() as connection:
            # The chat's row comes first: its lock keeps a later number from being committed before an earlier one. A
            # repeat leaves a gap in the numbers, which harms nobody.
            seq: int = (await connection.execute(bump)).scalar_one()
            known = (await connection.execute(select(web_lines.c.seq, web_lines.c.body).where(here))).one_or_none()
            if known is None:
                await connection.execute(
                    insert(web_lines).values(chat=chat, seq=seq, key=key, mine=mine, body=body, at=at)
                )
            elif known.body == body:
                return int(known.seq)
            else:
                await connection.execute(update(web_lines).where(here).values(seq=seq, body=body))
            await spoken(connection, chat, seq)
        return seq

    async def after(self, chat: str, seq: int, limit: int) -> list[Line]:
        """What was said or changed after `seq`, oldest change first, at most `limit` lines."""
        return await self._read(_of(chat, web_lines.c.seq > seq).order_by(web_lines.c.seq).limit(limit))

    async def before(self, chat: str, seq: int | None, limit: int) -> list[Line]:
        """The last `limit` lines (below `seq` unless None), oldest first."""
        older = () if seq is None else (web_lines.c.seq < seq,)
        lines = await self._read(_of(chat, *older).order_by(web_lines.c.seq.desc()).limit(limit))
        return lines[::-1]

    async def newest(self, chats: Sequence[str]) -> dict[str, int]:
        """The highest `seq` that each of these chats has given out; nothing for a chat without lines."""
        found: dict[str, int] = {}
        async with self._database.reading() as connection:
            for first in range(0, len(chats), CHATS_AT_ONCE):
                some = web_chats.c.chat.in_(chats[first : first + CHATS_AT_ONCE])
                rows = await connection.execute(select(web_chats.c.chat, web_chats.c.last_seq).where(some))
                found.update((row.chat, row.last_seq) for row in rows)
        return found

    async def _read(self, statement: Select[Any]) -> list[Line]:
        async with self._database.reading() as connection:
            return [_line(row) for row in await connection.execute(statement)]


def _of(chat: str, *narrowed: ColumnElement[bool]) -> Select[Any]:
    return select(*_COLUMNS).where(web_lines.c.chat == chat, *narrowed)


def _line(row: Row[Any]) -> Line:
    return Line(key=row.key, seq=row.seq, mine=row.mine, body=row.body, at=row.at)
