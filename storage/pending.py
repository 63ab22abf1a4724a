"""Rows that wait for the end of a transaction, to be written many at once; and what it has read already.

A batch of messages costs a handful of statements in all instead of a dozen each: what nobody reads back within the
transaction (letters, events, timers, conversations) is collected here and written by `executemany`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Table, insert
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Assignment
from bot.chat.messages import Address
from bot.people.people import Person
from storage.notifying import promised
from storage.tables import assignments, cards, conversations, events, outbox, timers

_ORDER = (conversations, timers, assignments, events, outbox, cards)
# What a repository may write amid a transaction: letters wait for its end, or they would pass by those that are leased.
ALL_BUT_LETTERS = tuple(table for table in _ORDER if table is not outbox)


@cache
def _statement(table: Table, dialect: str) -> Insert:
    """How rows of a table are written: a timer set twice is one timer."""
    if table in (events, outbox):
        return insert(table)
    spell = sqlite_insert(table) if dialect == "sqlite" else postgresql_insert(table)
    if table is timers:
        return spell.on_conflict_do_nothing()
    if table is assignments:  # Called before in this round and dismissed since: the new call stands.
        fresh = {name: spell.excluded[name] for name in ("role", "why", "at", "ended_at")}
        key = ["case_id", "round", "person_id"]
        return spell.on_conflict_do_update(index_elements=key, set_=fresh, where=assignments.c.ended_at.is_not(None))
    columns = [column.name for column in table.columns if not column.primary_key]
    changed = {name: spell.excluded[name] for name in columns}
    return spell.on_conflict_do_update(index_elements=list(table.primary_key.columns), set_=changed)


class Pending:
    """What one transaction will write at its end, and what it remembers of its reads."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection
        self._rows: dict[Table, dict[Hashable, dict[str, Any]]] = defaultdict(dict)
        self.heard: dict[tuple[str, str], bool] = {}  # (channel, message id): whether it was noted before
        self.writers: dict[Address, Person] = {}
        self.strangers: set[Address] = set()  # addresses that nobody had written from
        self.people: dict[int, Person] = {}
        self.reach: dict[int, Address | None] = {}  # where each is written to
        self.pictured: dict[int, bool] = {}  # whether anything was sent with a case, where that is known
        self.talks: dict[int, Mapping[str, Any] | None] = {}
        self.groups: dict[int, tuple[Address, ...]] = {}
        self.called: dict[tuple[int, int], tuple[Assignment, ...]] = {}
        self.locked: set[int] = set()

    def add(self, table: Table, row: dict[str, Any], key: Hashable = None) -> dict[str, Any] | None:
        """Write this row at the end, instead of one that waits under the same key, which is given back."""
        rows = self._rows[table]
        before = rows.pop(key, None) if key is not None else None
        rows[object() if key is None else key] = row
        return before

    def rows(self, table: Table) -> list[dict[str, Any]]:
        """The rows of a table that wait, in the order that they came."""
        return list(self._rows[table].values())

    def take(self, table: Table, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """The rows that are wanted, asked one by one in the order that they came. They wait no longer: another writes them."""
        rows = self._rows[table]
        taken = {key: row for key, row in rows.items() if wanted(row)}
        for key in taken:
            del rows[key]
        return list(taken.values())

    async def flush(self, *only: Table) -> None:
        """Write what waits, or what waits for these tables."""
        for table in only or _ORDER:
            rows = list(self._rows.pop(table, {}).values())
            if rows:
                await self._db.execute(_statement(table, self._db.dialect.name), rows)
                if table is outbox and not all(row["lease_owner"] for row in rows):
                    await promised(self._db)

    def drop(self, locked: Collection[int]) -> None:
        """What waits is not to be written: its part was undone, and with it all locks but these."""
        self._rows.clear()
        self.forget()
        self.locked = set(locked)

    def forget_people(self) -> None:
        """Read people and their addresses anew."""
        self.writers.clear()
        self.strangers.clear()
        self.people.clear()
        self.reach.clear()

    def forget(self) -> None:
        """Read everything anew from now on: people or their talks were changed from elsewhere."""
        self.forget_people()
        self.pictured.clear()
        self.talks.clear()
        self.groups.clear()
        self.called.clear()
