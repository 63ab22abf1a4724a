"""Transcripts of web chats."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.lines import Line, NewLine
from storage.database import Database
from storage.notifying import spoken
from storage.tables import web_chats, web_lines

CHATS_AT_ONCE = 500
_COLUMNS = (web_lines.c.key, web_lines.c.seq, web_lines.c.mine, web_lines.c.body, web_lines.c.at)
_HERE = (web_lines.c.chat == bindparam("which_chat")) & (web_lines.c.key == bindparam("which_key"))
_KNOWN = select(*_COLUMNS).where(_HERE)
_CHANGE = update(web_lines).where(_HERE)
_AFTER = (
    select(*_COLUMNS)
    .where(web_lines.c.chat == bindparam("chat"), web_lines.c.seq > bindparam("seq"))
    .order_by(web_lines.c.seq)
    .limit(bindparam("most", type_=Integer))
)


def _statements(insert: Any) -> tuple[Any, Any]:
    """How a chat's count goes up, and how lines are added, in a database's own spelling."""
    upsert = insert(web_chats)
    more = {"last_seq": web_chats.c.last_seq + upsert.excluded.last_seq, "at": upsert.excluded.at}
    bump = upsert.on_conflict_do_update(index_elements=["chat"], set_=more)
    add = insert(web_lines).on_conflict_do_nothing(index_elements=["chat", "key"])
    return bump.returning(web_chats.c.chat, web_chats.c.last_seq), add.returning(web_lines.c.chat, web_lines.c.key)


_STATEMENTS = {"sqlite": _statements(sqlite.insert), "postgresql": _statements(postgresql.insert)}


class Lines:
    """Appends and reads lines, in every chat in the order they were committed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, chat: str, key: str, mine: bool, body: dict[str, Any], at: datetime) -> Line:
        """Add a line, or change the one of this key where it stands; the line as it stands now.

        The same line again changes nothing. A changed line keeps its time and place and gets a new `seq`, so that those
        who follow the chat hear of it.
        """
        async with self._database.writing() as connection:
            (line,) = await append(connection, [NewLine(chat, key, mine, body, at)])
        return line

    async def after(self, chat: str, seq: int, limit: int) -> list[Line]:
        """What was said or changed after `seq`, oldest change first, at most `limit` lines."""
        async with self._database.looking() as connection:
            rows = await connection.execute(_AFTER, {"chat": chat, "seq": seq, "most": limit})
            return [_line(row) for row in rows.all()]

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


async def append(connection: AsyncConnection, news: Sequence[NewLine]) -> list[Line]:
    """Add these lines or change those whose keys stand already, as `Lines.append`; in the order that they came.

    In a larger transaction this comes last: it holds the chats' rows until the commit, and whoever holds them waits for
    nothing else.
    """
    bump, add = _STATEMENTS[connection.dialect.name]
    # The chats' rows come first: their locks keep a later number from being committed before an earlier one, and in their
    # order no two replicas wait for each other in a ring. A repeat leaves a gap, which harms nobody.
    counts = Counter(new.chat for new in news)
    at = {new.chat: new.at for new in news}
    bumped = [{"chat": chat, "last_seq": counts[chat], "at": at[chat]} for chat in sorted(counts)]
    last = {row.chat: row.last_seq for row in await connection.execute(bump, bumped)}
    lines: list[Line] = []
    for new in news:
        counts[new.chat] -= 1
        lines.append(Line(new.key, last[new.chat] - counts[new.chat], new.mine, new.body, new.at))
    # Nearly every line is a new one, and of those nobody asks first whether they are.
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for new, line in zip(news, lines, strict=True):
        row = {"chat": new.chat, "key": new.key, "seq": line.seq, "mine": new.mine, "body": new.body, "at": new.at}
        rows.setdefault((new.chat, new.key), row)
    added = {(row.chat, row.key) for row in await connection.execute(add, list(rows.values()))}
    for here, (new, line) in enumerate(zip(news, lines, strict=True)):
        if (new.chat, new.key) not in added or rows[new.chat, new.key]["seq"] != line.seq:
            lines[here] = await _change(connection, new, line)
    await spoken(connection, {new.chat: line.seq for new, line in zip(news, lines, strict=True)})
    return lines


async def _change(connection: AsyncConnection, new: NewLine, line: Line) -> Line:
    """A line whose key stands already: changed, or left as it is."""
    where = {"which_chat": new.chat, "which_key": new.key}
    known = _line((await connection.execute(_KNOWN, where)).one())
    if known.body == new.body:
        return known
    await connection.execute(_CHANGE, where | {"seq": line.seq, "body": new.body})
    return replace(known, seq=line.seq, body=new.body)


def _of(chat: str, *narrowed: ColumnElement[bool]) -> Select[Any]:
    return select(*_COLUMNS).where(web_lines.c.chat == chat, *narrowed)


def _line(row: Any) -> Line:
    return Line(key=row.key, seq=row.seq, mine=row.mine, body=row.body, at=row.at)
