"""What a day brought of errands, visits, lunches and calls for help, counted in the database by place."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Act, State
from bot.digests.helping import SOON, HelpMeasure
from storage.tables import alarms, canteens, cases, elders, errands, events, kitchens, visits

_NO_ERRAND = (State.WITHDRAWN, State.VOIDED, State.REFUSED, State.MERGED)
Found = Counter[tuple[int | None, str]]


async def helped(
    connection: AsyncConnection, day: date, since: datetime, until: datetime, as_of: datetime
) -> tuple[tuple[int | None, str, int], ...]:
    """(place, measure, count); see `bot.digests.records.DigestRecords.helped`."""
    found: Counter[tuple[int | None, str]] = Counter()
    for wanted, names in (_asked(since, until), _visits(day, as_of), _meals(day)):
        for place, *counts in (await connection.execute(wanted)).all():
            found.update({(place, name): int(count or 0) for name, count in zip(names, counts, strict=True)})
    await _due(connection, since, until, found)
    await _calls(connection, since, until, found)
    return tuple((place, measure, count) for (place, measure), count in found.items() if count)


def _asked(since: datetime, until: datetime) -> tuple[Any, tuple[HelpMeasure, ...]]:
    of_day = and_(cases.c.created_at >= since, cases.c.created_at < until)
    wanted = select(cases.c.unit_id, func.count()).join_from(cases, errands, errands.c.case_id == cases.c.id)
    return wanted.where(of_day).group_by(cases.c.unit_id), (HelpMeasure.ASKED,)


def _visits(day: date, as_of: datetime) -> tuple[Any, tuple[HelpMeasure, ...]]:
    counted = (func.sum(case((moment < as_of, 1), else_=0)) for moment in (visits.c.done_at, visits.c.missed_at))
    wanted = select(elders.c.unit_id, func.count(), *counted)
    wanted = wanted.join_from(visits, elders, elders.c.id == visits.c.elder_id)
    return wanted.where(visits.c.day == day).group_by(elders.c.unit_id), (
        HelpMeasure.VISITS,
        HelpMeasure.VISITED,
        HelpMeasure.MISSED,
    )


def _meals(day: date) -> tuple[Any, tuple[HelpMeasure, ...]]:
    wanted = select(canteens.c.community_id, func.sum(kitchens.c.ordered))
    wanted = wanted.join_from(kitchens, canteens, canteens.c.id == kitchens.c.canteen_id)
    return wanted.where(kitchens.c.day == day).group_by(canteens.c.community_id), (HelpMeasure.MEALS,)


async def _due(connection: AsyncConnection, since: datetime, until: datetime, found: Found) -> None:
    """Errands of the day by what their events say: what is done anew in a later round changes nothing of it."""
    of_day = and_(errands.c.slot_until >= since, errands.c.slot_until < until, cases.c.state.not_in(_NO_ERRAND))
    joined = errands.join(cases, cases.c.id == errands.c.case_id)
    for row in await connection.execute(
        select(cases.c.unit_id, errands.c.slot_until, *_FIRST).select_from(joined).where(of_day)
    ):
        found[row.unit_id, HelpMeasure.DUE] += 1
        found[row.unit_id, HelpMeasure.TAKEN] += row.accepted is not None and row.accepted < until
        if row.finished is not None and row.finished < until:
            found[row.unit_id, HelpMeasure.BY_HELPER] += not row.finished_as
            found[row.unit_id, HelpMeasure.DONE] += row.finished <= row.slot_until


async def _calls(connection: AsyncConnection, since: datetime, until: datetime, found: Found) -> None:
    """Calls that were taken back before anybody went are none."""
    meant = or_(alarms.c.goes_id.is_not(None), alarms.c.ended_at.is_(None))
    joined = alarms.join(cases, cases.c.id == alarms.c.case_id)
    for row in await connection.execute(
        select(cases.c.unit_id, alarms.c.at, *_FIRST)
        .select_from(joined)
        .where(alarms.c.at >= since, alarms.c.at < until, meant)
    ):
        found[row.unit_id, HelpMeasure.CALLS] += 1
        found[row.unit_id, HelpMeasure.ANSWERED_SOON] += row.accepted is not None and row.accepted - row.at <= SOON


def _first(act: Act, column: Any, name: str) -> Any:
    """What the first such event of a case says."""
    of_case = select(column).where(events.c.case_id == cases.c.id, events.c.act == act)
    return of_case.order_by(events.c.id).limit(1).correlate(cases).scalar_subquery().label(name)


_FIRST = (
    _first(Act.ACCEPT, events.c.at, "accepted"),
    _first(Act.FINISH, events.c.at, "finished"),
    _first(Act.FINISH, events.c.actor_role, "finished_as"),  # "" for who has no post there: a helper
)
