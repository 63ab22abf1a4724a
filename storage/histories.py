"""Whole cases as the figures count them: each with all that happened to it, its grades, and whether it came up before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Act, Event, Rating, State
from bot.digests.measures import History
from bot.triage.kinds import Urgency
from storage.tables import cases, events, petitions, ratings

_LATELY = timedelta(days=30)  # The same matter from the same person within this time is a repeat.
_EVENT = (
    events.c.case_id,
    events.c.at,
    events.c.act,
    events.c.actor_id,
    events.c.actor_role,
    events.c.from_state,
    events.c.to_state,
    events.c.from_owner_id,
    events.c.to_owner_id,
    literal("").label("words"),
    events.c.round,
)
_GRADE = (
    ratings.c.case_id,
    ratings.c.round,
    ratings.c.asked_at,
    ratings.c.grade,
    ratings.c.solved,
    literal(""),
    ratings.c.graded_at,
)
_FACTS = (cases.c.id, cases.c.kind, cases.c.urgency, cases.c.unit_id, cases.c.owner_role, cases.c.created_at)


async def histories(connection: AsyncConnection, ids: Sequence[int]) -> list[History]:
    """The histories of these cases, in the order of their ids."""
    happened, graded = await _happened(connection, ids), await _graded(connection, ids)
    excluded, repeated = await _excluded(connection, ids), await _repeated(connection, ids)
    facts = await connection.execute(select(*_FACTS).where(cases.c.id.in_(ids)).order_by(cases.c.id))
    return [
        History(
            id_,
            kind,
            Urgency(urgency),
            unit_id,
            role,
            id_ in repeated and created - repeated[id_] <= _LATELY,
            excluded.get(id_),
            happened[id_],
            tuple(graded.get(id_, ())),
        )
        for id_, kind, urgency, unit_id, role, created in facts
    ]


async def _happened(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, tuple[Event, ...]]:
    """What happened to each, in order; without the words, which nobody counts."""
    found = await connection.execute(
        select(*_EVENT).where(events.c.case_id.in_(ids)).order_by(events.c.case_id, events.c.id)
    )
    return {
        case_id: tuple(Event(**row._asdict() | {"act": Act(row.act)}) for row in rows)
        for case_id, rows in groupby(found, lambda row: row.case_id)
    }


async def _graded(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, list[Rating]]:
    """The grades that were given, round by round."""
    found = await connection.execute(
        select(*_GRADE)
        .where(ratings.c.case_id.in_(ids), ratings.c.graded_at.is_not(None))
        .order_by(ratings.c.case_id, ratings.c.round)
    )
    graded: dict[int, list[Rating]] = defaultdict(list)
    for row in found:
        graded[row.case_id].append(Rating(*row))
    return graded


async def _excluded(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, datetime]:
    """Since when those are not counted that somebody has excluded."""
    found = await connection.execute(
        select(petitions.c.case_id, func.min(petitions.c.decided_at))
        .where(petitions.c.case_id.in_(ids), petitions.c.act == Act.EXCLUDE, petitions.c.granted)
        .group_by(petitions.c.case_id)
    )
    return {row[0]: row[1] for row in found}


async def _repeated(connection: AsyncConnection, ids: Sequence[int]) -> Mapping[int, datetime]:
    """When the same person reported the same before, for those where they did."""
    earlier = cases.alias()
    # The place decides too: two broken lamps in two buildings are two matters.
    last = (
        select(earlier.c.id)
        .where(
            earlier.c.reporter_id == cases.c.reporter_id,
            earlier.c.id < cases.c.id,
            earlier.c.kind == cases.c.kind,
            or_(earlier.c.unit_id == cases.c.unit_id, and_(earlier.c.unit_id.is_(None), cases.c.unit_id.is_(None))),
            earlier.c.state != State.WITHDRAWN,
        )
        .order_by(earlier.c.id.desc())
        .limit(1)
        .correlate(cases)
        .scalar_subquery()
    )
    found = await connection.execute(select(cases.c.id, last).where(cases.c.id.in_(ids)))
    before = {row[0]: row[1] for row in found if row[1] is not None}
    filed = await connection.execute(select(cases.c.id, cases.c.created_at).where(cases.c.id.in_([*before.values()])))
    since = {row.id: row.created_at for row in filed}
    return {id_: since[earlier_id] for id_, earlier_id in before.items()}
