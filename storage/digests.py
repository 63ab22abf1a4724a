"""Figures in the database: events to count, the counts by day, and what stands open."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Integer, and_, case, cast, delete, exists, func, insert, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.levels import Level
from bot.cases.lifecycle import IN_WORK, LIVE, Act, State
from bot.digests.helping import HelpMeasure
from bot.digests.measures import HOURS, LEFT, REASONS, History, Key, Measure
from bot.digests.records import AGES, FLOW, Spread, Standing
from bot.grid.directory import UnitKind
from storage.database import Database
from storage.helping import helped
from storage.histories import histories
from storage.tables import cases, daily, events, petitions, units

_CHUNK = 1000
_SETTLING = (Act.WITHDRAW, Act.MERGE, Act.UNMERGE)  # Acts that take a case out of the rates or put it back.
_BY_KIND, _COUNTED = "kind.", "counted"
_PLAIN = (*Measure, *HelpMeasure, *(LEFT + measure for measure in Measure), *(LEFT + reason for reason in REASONS))
_STAYS = tuple(HOURS + level for level in Level)
_COUNTED_DAY = 0  # the unit of the row that says that a day was counted


class FigureRows:
    """`FigureReads` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def totals(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        """Measure → count of all kinds together, for each day that has any. The hours are only in `summed`."""
        found: dict[date, dict[str, int]] = defaultdict(dict)
        rows = await self._db.execute(
            select(daily.c.day, daily.c.measure, func.sum(daily.c.count))
            .where(_within(unit_ids, first, last), daily.c.measure.in_(_PLAIN))
            .group_by(daily.c.day, daily.c.measure)
        )
        for day, measure, count in rows:
            found[day][measure] = int(count)
        return found

    async def summed(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, int]:
        """Measure → count of all kinds and days together."""
        rows = await self._db.execute(
            select(daily.c.measure, daily.c.part, func.sum(daily.c.count))
            .where(_within(unit_ids, first, last), daily.c.measure.in_((*_PLAIN, *_STAYS)))
            .group_by(daily.c.measure, daily.c.part)
        )
        return {f"{measure}.{part}" if part else measure: int(count) for measure, part, count in rows}

    async def spread(
        self, unit_ids: Sequence[int], measure: str, first: date, last: date, limit: int = 10_000
    ) -> tuple[Spread, ...]:
        """One measure by unit and kind, the most frequent first."""
        count = func.sum(daily.c.count).cast(Integer)
        rows = await self._db.execute(
            select(daily.c.unit_id, daily.c.part, count)
            .where(_within(unit_ids, first, last), daily.c.measure == _BY_KIND + measure)
            .group_by(daily.c.unit_id, daily.c.part)
            .order_by(count.desc(), daily.c.unit_id, daily.c.part)
            .limit(limit)
        )
        return tuple(Spread(*row) for row in rows)

    async def by_kind(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, Mapping[str, int]]:
        """Measure → count of each kind, for communities and larger units; of smaller ones only what came in."""
        found: dict[str, dict[str, int]] = defaultdict(dict)
        rows = await self._db.execute(
            select(daily.c.part, daily.c.measure, func.sum(daily.c.count))
            .where(_within(unit_ids, first, last), daily.c.measure.in_([_BY_KIND + measure for measure in Measure]))
            .group_by(daily.c.part, daily.c.measure)
        )
        for kind, measure, count in rows:
            found[kind][measure.removeprefix(_BY_KIND)] = int(count)
        return found

    async def standing(self, now: datetime, hidden: Collection[str] = ()) -> tuple[Standing, ...]:
        """All open cases of the district, as they stand now; what waits for a decision is late by that deadline.

        Those of hidden kinds are told without their place.
        """
        early = case((cases.c.accept_by < cases.c.finish_by, cases.c.accept_by), else_=cases.c.finish_by)
        due = case((cases.c.state == State.OPEN, early), (cases.c.state == State.ACCEPTED, cases.c.finish_by))
        # Apart, because neither the kind of what outsiders own nor the few disputes' own deadline is in the index by
        # which all others are counted.
        place, working = case((cases.c.kind.not_in(hidden), cases.c.unit_id)), tuple(IN_WORK)
        return (
            *await self._standing(now, due, cast(null(), Integer), ~of_outsiders(), cases.c.state.in_(working)),
            *await self._standing(now, due, place, of_outsiders(), cases.c.state.in_(working)),
            *await self._standing(
                now, cases.c.decide_by, case((of_outsiders(), place)), cases.c.state == State.DISPUTED
            ),
        )

    async def _standing(self, now: datetime, due: Any, place: Any, *which: Any) -> tuple[Standing, ...]:
        late = case((due < now, 1), else_=0).label("is_late")
        age = sum((case((cases.c.created_at <= now - timedelta(days=days), 1), else_=0) for days in AGES), literal(0))
        groups: tuple[Any, ...] = (
            cases.c.owner_id,
            cases.c.owner_role,
            place.label("lies_at"),
            age.label("aged"),
            late,
        )
        rows = await self._db.execute(
            select(func.count().label("held"), func.min(case((due < now, due))).label("first"), *groups)
            .where(cases.c.closed_at.is_(None), *which)
            # By label: the expressions hold parameters, and PostgreSQL takes no two of them for the same.
            .group_by("owner_id", "owner_role", "lies_at", "aged", "is_late")
        )
        return tuple(
            Standing(row.owner_id, row.owner_role, row.lies_at, row.aged, bool(row.is_late), row.held, row.first)
            for row in rows
        )

    async def flow(
        self, since: datetime, hidden: Collection[str] = ()
    ) -> tuple[tuple[str, int | None, int | None, int], ...]:
        """(act, owner, place, how often) of what was filed, finished, reopened or fell overdue since a moment.

        What is of a hidden kind is told without its place.
        """
        place = case((cases.c.kind.not_in(hidden), cases.c.unit_id)).label("lies_at")
        groups: tuple[Any, ...] = (events.c.act, events.c.to_owner_id, place)
        rows = await self._db.execute(
            select(*groups, func.count())
            .join(cases, cases.c.id == events.c.case_id)
            .where(events.c.at >= since, events.c.act.in_(FLOW))
            .group_by(events.c.act, events.c.to_owner_id, "lies_at")
        )
        return tuple((row[0], row[1], row[2], row[3]) for row in rows)


class DigestReads(FigureRows):
    """`DigestRecords` on one connection: the figures, and what they are made of."""

    async def histories(self, since: datetime, until: datetime) -> tuple[History, ...]:
        """Every case with an event in the stretch, with all its events."""
        ids = await self._db.scalars(
            select(events.c.case_id).where(events.c.at >= since, events.c.at < until).distinct()
        )
        found: list[History] = []
        each = iter(sorted(ids))
        while chunk := list(islice(each, _CHUNK)):
            found += await histories(self._db, chunk)
        return tuple(found)

    async def helped(
        self, day: date, since: datetime, until: datetime, as_of: datetime
    ) -> tuple[tuple[int | None, str, int], ...]:
        """(place, one of `HelpMeasure`, count) of a day's errands, visits, lunches and calls, as known at `as_of`."""
        return await helped(self._db, day, since, until, as_of)

    async def settled(self, since: datetime, until: datetime) -> tuple[datetime, ...]:
        """The moments of earlier events of cases that the stretch has put into the rates or taken out of them."""
        inside = and_(events.c.at >= since, events.c.at < until)
        # Most of what is granted is more time, which changes no earlier day.
        excluded = exists(
            select(petitions.c.id).where(
                petitions.c.case_id == events.c.case_id,
                petitions.c.act == Act.EXCLUDE,
                petitions.c.granted,
                petitions.c.decided_at == events.c.at,
            )
        )
        ended = and_(events.c.act == Act.GRANT, or_(events.c.to_state.in_((State.VOIDED, State.REFUSED)), excluded))
        back = and_(events.c.act == Act.DISPUTE, events.c.from_state == State.REFUSED)
        said = events.alias()
        earlier = exists().where(
            said.c.case_id == events.c.case_id, said.c.act.in_((Act.RATE, Act.LAPSE)), said.c.at < since
        )
        regraded = and_(events.c.act.in_((Act.RATE, Act.DISPUTE)), earlier)  # What was said counts on its first day.
        moved = select(events.c.case_id).where(inside, or_(events.c.act.in_(_SETTLING), ended, back, regraded))
        return tuple(
            await self._db.scalars(select(events.c.at).where(events.c.case_id.in_(moved), events.c.at < since))
        )

    async def keep_day(self, day: date, counts: Mapping[Key, int]) -> None:
        """Put the counts of a day in the place of those that stand."""
        # Unit by unit and measure by measure is a lookup; a day across all of them would be a walk over every row.
        counted = select(units.c.id).where(units.c.kind.not_in((UnitKind.BUILDING, UnitKind.DOOR)))
        every = [*_PLAIN, *_STAYS, *(_BY_KIND + measure for measure in Measure), _COUNTED]
        for unit_ids in (counted, (_COUNTED_DAY,)):
            await self._db.execute(
                delete(daily).where(daily.c.unit_id.in_(unit_ids), daily.c.measure.in_(every), daily.c.day == day)
            )
        rows = [
            {"unit_id": unit_id, "day": day, **_stored(kind, measure), "count": count}
            for (unit_id, kind, measure), count in counts.items()
        ]
        rows.append({"unit_id": _COUNTED_DAY, "day": day, "measure": _COUNTED, "part": "", "count": 1})
        for start in range(0, len(rows), _CHUNK):
            await self._db.execute(insert(daily), rows[start : start + _CHUNK])

    async def kept(self, first: date, last: date) -> frozenset[date]:
        """The days that were counted."""
        return frozenset(
            await self._db.scalars(
                select(daily.c.day).where(_within((_COUNTED_DAY,), first, last), daily.c.measure == _COUNTED)
            )
        )

    async def first_event(self) -> datetime | None:
        """When the first thing happened at all."""
        found: datetime | None = await self._db.scalar(select(events.c.at).order_by(events.c.at).limit(1))
        return found

    async def stood(self, moment: datetime, hidden: Collection[str] = ()) -> tuple[Standing, ...]:
        """All open cases of the district as they stood in a past moment, told from their events.

        A dispute is late by the deadline of its decision where it is still undecided: of others that is not kept.
        """
        last = (
            select(func.max(events.c.id))
            .where(events.c.case_id == cases.c.id, events.c.at < moment)
            .correlate(cases)
            .scalar_subquery()
        )
        was, fell = events.alias(), events.alias()
        overdue = (
            select(func.min(fell.c.at))
            .where(fell.c.case_id == was.c.case_id, fell.c.round == was.c.round)
            .where(fell.c.at < moment, fell.c.act == Act.OVERDUE)
            .correlate(was)
            .scalar_subquery()
        )
        decide = case((cases.c.state == State.DISPUTED, cases.c.decide_by))
        place = case((cases.c.kind.not_in(hidden), cases.c.unit_id))
        what = (was.c.to_owner_id, cases.c.owner_role, place, cases.c.created_at, was.c.to_state)
        rows = await self._db.execute(
            select(*what, overdue, decide)
            .select_from(cases)
            .join(was, was.c.id == last)
            .where(
                cases.c.created_at < moment,
                or_(cases.c.closed_at.is_(None), cases.c.closed_at >= moment),
                was.c.to_state.in_(LIVE),
            )
        )
        found: Counter[tuple[int, str, int | None, int, bool]] = Counter()
        due: dict[tuple[int, str, int | None, int, bool], datetime] = {}
        for owner_id, role, unit_id, created, state, overdue_at, decide_by in rows:
            late = overdue_at if state in {State.OPEN, State.ACCEPTED} else None
            if state == State.DISPUTED and decide_by is not None and decide_by < moment:
                late = decide_by
            key = (
                owner_id or 0,
                role,
                unit_id,
                sum(created <= moment - timedelta(days=d) for d in AGES),
                late is not None,
            )
            found[key] += 1
            if late is not None:
                due[key] = min(late, due.get(key, late))
        return tuple(Standing(*key, count, due.get(key)) for key, count in found.items())


def _within(unit_ids: Sequence[int], first: date, last: date) -> Any:
    return and_(daily.c.unit_id.in_(unit_ids), daily.c.day.between(first, last))


def _stored(kind: str, measure: str) -> dict[str, str]:
    """A measure as it is kept: by kind under a name of its own, the lengths of stays side by side."""
    if measure.startswith(HOURS):
        _, level, length = measure.split(".", 2)
        return {"measure": HOURS + level, "part": length}
    return {"measure": _BY_KIND + measure, "part": kind} if kind else {"measure": measure, "part": ""}


def of_outsiders() -> Any:
    """Whether a case's owner stands outside the tree of places."""
    return cases.c.owner_id.in_(select(units.c.id).where(units.c.kind.in_((UnitKind.DEPARTMENT, UnitKind.FIRM))))


class Figures:
    """`bot.digests.records.Looking` over a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[DigestReads]:
        """One moment's figures, never waiting for a writer."""
        async with self._database.reading() as connection:
            yield DigestReads(connection)
