"""The board's queue and case pages in the database, beside the figures."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select

from bot.board.records import Filter, QueueCase, Scope
from bot.cases.lifecycle import LIVE, Act, Assignment, Case, Event, State
from storage.cases import CASE_COLUMNS, EVENT_COLUMNS, case_from
from storage.database import Database
from storage.digests import DigestReads, of_outsiders
from storage.tables import assignments, assists, cases, events

_ASSIGNMENT = tuple(assignments.c[field.name] for field in fields(Assignment))
_DUE = case(
    (cases.c.state == State.OPEN, cases.c.accept_by),
    (cases.c.state == State.DISPUTED, cases.c.decide_by),  # none for a dispute older than that deadline
    else_=cases.c.finish_by,
)
_TIMED = (State.OPEN, State.ACCEPTED, State.DISPUTED)
_QUEUE: tuple[Any, ...] = (
    cases.c.id,
    cases.c.kind,
    cases.c.urgency,
    cases.c.state,
    cases.c.place,
    cases.c.owner_id,
    cases.c.owner_role,
    cases.c.handler_id,
    cases.c.created_at,
    _DUE.label("due"),
)


class BoardReads(DigestReads):
    """`bot.board.records.BoardReads` on one connection."""

    async def queue(self, scope: Scope, chosen: Filter, now: datetime, limit: int, skip: int) -> tuple[QueueCase, ...]:
        """Open cases, the one due first first."""
        wanted: list[Any] = [cases.c.closed_at.is_(None), cases.c.state.in_([chosen.state] if chosen.state else LIVE)]
        if scope.owners is not None:
            mine = cases.c.owner_id.in_(scope.owners)
            theirs = and_(cases.c.unit_id.in_(scope.places or ()), of_outsiders())
            helped = cases.c.id.in_(scope.cases)
            wanted.append(or_(mine, *[theirs] * bool(scope.places), *[helped] * bool(scope.cases)))
        if scope.hidden and scope.overseen is not None:
            calls = (assignments.c.person_id == scope.person_id, assignments.c.ended_at.is_(None))
            wanted.append(
                or_(
                    cases.c.kind.not_in(scope.hidden),
                    cases.c.owner_id.in_(scope.overseen),
                    cases.c.id.in_(scope.cases),
                    cases.c.id.in_(select(assignments.c.case_id).where(*calls)),
                )
            )
        if chosen.owners is not None:
            wanted.append(cases.c.owner_id.in_(chosen.owners))
        if chosen.kind:
            wanted.append(cases.c.kind == chosen.kind)
        if chosen.late:
            wanted += [now > _DUE, cases.c.state.in_(_TIMED)]
        # The two kinds of database do not agree where nothing sorts to.
        first = func.coalesce(_DUE, cases.c.finish_by)
        found = select(*_QUEUE).where(and_(*wanted)).order_by(first, cases.c.id).limit(limit).offset(skip)
        return tuple(QueueCase(*row) for row in await self._db.execute(found))

    async def called(self, person_id: int, case_ids: Sequence[int]) -> frozenset[int]:
        """Those of the cases that nobody has accepted and that this person was called to."""
        mine = and_(assignments.c.person_id == person_id, assignments.c.ended_at.is_(None))
        rows = await self._db.scalars(
            select(cases.c.id)
            .join(assignments, and_(assignments.c.case_id == cases.c.id, assignments.c.round == cases.c.round))
            .where(mine, cases.c.id.in_(case_ids), cases.c.state == State.OPEN)
        )
        return frozenset(rows)

    async def helping(self, unit_ids: Sequence[int]) -> tuple[int, ...]:
        """Open cases to which these units were whistled, as long as they have not done their part."""
        theirs = (assists.c.unit_id.in_(unit_ids), assists.c.done_at.is_(None))
        joined = select(cases.c.id).join(assists, assists.c.case_id == cases.c.id)
        rows = await self._db.scalars(joined.where(*theirs, cases.c.closed_at.is_(None), cases.c.state.in_(LIVE)))
        return tuple(dict.fromkeys(rows))

    async def helpers(self, case_id: int) -> frozenset[int]:
        """The units that were whistled to a case."""
        return frozenset(await self._db.scalars(select(assists.c.unit_id).where(assists.c.case_id == case_id)))

    async def case(self, case_id: int) -> Case | None:
        """One case."""
        # Cases.get holds the row against writers; a look must not.
        row = (await self._db.execute(select(*CASE_COLUMNS).where(cases.c.id == case_id))).first()
        return None if row is None else case_from(row)

    async def events(self, case_id: int) -> tuple[Event, ...]:
        """Everything that happened to it, in order."""
        rows = await self._db.execute(select(*EVENT_COLUMNS).where(events.c.case_id == case_id).order_by(events.c.id))
        return tuple(Event(**row._asdict() | {"act": Act(row.act)}) for row in rows)

    async def calls(self, which: Case) -> tuple[Assignment, ...]:
        """Who was called to it in this round."""
        of_round = (assignments.c.case_id == which.id, assignments.c.round == which.round)
        return tuple(Assignment(*row) for row in await self._db.execute(select(*_ASSIGNMENT).where(*of_round)))

    async def open_at(self, unit_ids: Sequence[int], hidden: Collection[str] = ()) -> Mapping[int, int]:
        """How many open cases lie at each of these places, but for those of hidden kinds."""
        rows = await self._db.execute(
            select(cases.c.unit_id, func.count())
            .where(cases.c.closed_at.is_(None), cases.c.state.in_(LIVE), cases.c.unit_id.in_(unit_ids))
            .where(cases.c.kind.not_in(hidden))
            .group_by(cases.c.unit_id)
        )
        return {row[0]: row[1] for row in rows}


class Boards:
    """`bot.board.records.Boards` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[BoardReads]:
        """One moment's board, never waiting for a writer."""
        async with self._database.reading() as connection:
            yield BoardReads(connection)
