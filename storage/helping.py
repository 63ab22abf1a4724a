"""What a day brought of errands, visits, lunches and calls for help, counted in the database by place."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import State
from bot.digests.helping import SOON, H
from storage.tables import alarms, canteens, cases, elders, errands, kitchens, visits

_NO_ERRAND = (State.WITHDRAWN, State.VOIDED, State.REFUSED, State.MERGED)


async def helped(
    connection: AsyncConnection, day: date, since: datetime, until: datetime, as_of: datetime
) -> tuple[tuple[int | None, str, int], ...]:
    """(place, measure, count); see `bot.digests.records.DigestRecords.helped`."""
    found: Counter[tuple[int | None, str]] = Counter()
    for wanted, names in (_asked(since, until), _due(since, until), _visits(day, as_of), _meals(day)):
        for place, *counts in (await connection.execute(wanted)).all():
            found.update({(place, name): int(count or 0) for name, count in zip(names, counts, strict=True)})
    for place, called, accepted in (await connection.execute(_calls(since, until))).all():
        found[place, H.CALLS] += 1
        found[place, H.ANSWERED_SOON] += accepted is not None and accepted - called <= SOON
    return tuple((place, measure, count) for (place, measure), count in found.items() if count)


def _asked(since: datetime, until: datetime) -> tuple[Any, tuple[H, ...]]:
    of_day = and_(cases.c.created_at >= since, cases.c.created_at < until)
    wanted = select(cases.c.unit_id, func.count()).join_from(cases, errands, errands.c.case_id == cases.c.id)
    return wanted.where(of_day).group_by(cases.c.unit_id), (H.ASKED,)


def _due(since: datetime, until: datetime) -> tuple[Any, tuple[H, ...]]:
    taken = or_(errands.c.handed_at.is_not(None), cases.c.accepted_at < until)
    by_helper = and_(taken, errands.c.helper_id.is_not(None))
    done = errands.c.handed_at <= errands.c.slot_until
    wanted = select(cases.c.unit_id, func.count(), *_counted(taken, by_helper, done))
    wanted = wanted.join_from(errands, cases, cases.c.id == errands.c.case_id)
    of_day = and_(errands.c.slot_until >= since, errands.c.slot_until < until, cases.c.state.not_in(_NO_ERRAND))
    return wanted.where(of_day).group_by(cases.c.unit_id), (H.DUE, H.TAKEN, H.BY_HELPER, H.DONE)


def _visits(day: date, as_of: datetime) -> tuple[Any, tuple[H, ...]]:
    counted = _counted(visits.c.done_at < as_of, visits.c.missed_at < as_of)
    wanted = select(elders.c.unit_id, func.count(), *counted)
    wanted = wanted.join_from(visits, elders, elders.c.id == visits.c.elder_id)
    return wanted.where(visits.c.day == day).group_by(elders.c.unit_id), (H.VISITS, H.VISITED, H.MISSED)


def _meals(day: date) -> tuple[Any, tuple[H, ...]]:
    wanted = select(canteens.c.community_id, func.sum(kitchens.c.ordered))
    wanted = wanted.join_from(kitchens, canteens, canteens.c.id == kitchens.c.canteen_id)
    return wanted.where(kitchens.c.day == day).group_by(canteens.c.community_id), (H.MEALS,)


def _calls(since: datetime, until: datetime) -> Any:
    """Calls that were taken back before anybody went are none."""
    meant = or_(alarms.c.goes_id.is_not(None), alarms.c.ended_at.is_(None))
    accepted = case((alarms.c.goes_id.is_not(None), cases.c.accepted_at))
    wanted = select(cases.c.unit_id, alarms.c.at, accepted).join_from(alarms, cases, cases.c.id == alarms.c.case_id)
    return wanted.where(alarms.c.at >= since, alarms.c.at < until, meant)


def _counted(*conditions: ColumnElement[bool]) -> Iterator[Any]:
    return (func.sum(case((condition, 1), else_=0)) for condition in conditions)
