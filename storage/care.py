"""The register of elders, who follows them, their alarms and visits, in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, Table, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.care.elder import Alarm, AlarmCall, Correction, Elder, ElderLook, Kin, Need, Visit
from bot.care.letters import AFTER, BEFORE, MARKS
from storage.statements import fit, insert_new, row_of
from storage.tables import (
    alarm_calls,
    alarms,
    care_codes,
    care_tries,
    corrections_asked,
    day_seats,
    elder_looks,
    elders,
    kin,
    kitchens,
    meals,
    people,
    visits,
)

_ELDER = tuple(elders.c[field.name] for field in fields(Elder))
_NEED = tuple(elders.c[field.name] for field in fields(Need))
_LOOK = tuple(elder_looks.c[field.name] for field in fields(ElderLook))
_CORRECTION = tuple(corrections_asked.c[field.name] for field in fields(Correction))
_KIN = tuple(kin.c[field.name] for field in fields(Kin))
_ALARM = tuple(alarms.c[field.name] for field in fields(Alarm))
_CALL = tuple(alarm_calls.c[field.name] for field in fields(AlarmCall))
_VISIT = tuple(visits.c[field.name] for field in fields(Visit))
_LOOKS = 20
_WIPED = {"room": "", "phone": "", "allergies": "", "notes": "", "contacts": "", "born": None, "agreed_on": None}


class Elders:
    """`ElderRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def save(self, elder: Elder) -> Elder:
        """Keep a new one, or what changed, by its code; back with its id."""
        values = row_of(elders, elder)
        known = await self._db.scalar(select(elders.c.id).where(elders.c.code == values["code"]))
        if known is None:
            known = await self._db.scalar(insert(elders).values(values).returning(elders.c.id))
        else:
            await self._db.execute(update(elders).where(elders.c.id == known).values(values))
        return Elder(**{**asdict(elder), "id": int(known or 0)})

    async def get(self, elder_id: int) -> Elder | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_ELDER).where(elders.c.id == elder_id).with_for_update())).first()
        return None if row is None else Elder(*row)

    async def by_code(self) -> Mapping[str, Elder]:
        """The whole register by the register's own numbers."""
        return {row.code: Elder(*row) for row in await self._db.execute(select(*_ELDER))}

    async def around(self, community_ids: Collection[int]) -> tuple[Need, ...]:
        """Those of these communities who agree, in the order of their ids."""
        return await _needs(self._db, elders.c.community_id.in_(community_ids))

    async def bind(self, elder: Elder, person_id: int) -> None:
        """Make this account the elder's; one that was theirs before is not any more."""
        await self._unbind(elder.id)
        await self._db.execute(update(elders).where(elders.c.person_id == person_id).values(person_id=None))
        await self._db.execute(update(elders).where(elders.c.id == elder.id).values(person_id=person_id))
        home = {"elder_id": elder.id, "home_unit_id": elder.unit_id, "home_room": elder.room}
        await self._db.execute(update(people).where(people.c.id == person_id).values(home))

    async def leave(self, elder: Elder, day: date) -> None:
        """They took their consent back: all that is sensitive is wiped, nobody follows, the account is anybody's."""
        await self._unbind(elder.id)
        await self._db.execute(
            update(elders).where(elders.c.id == elder.id).values(_WIPED | {"person_id": None, "left_on": day})
        )
        await self._db.execute(delete(corrections_asked).where(corrections_asked.c.elder_id == elder.id))
        theirs = (visits.c.elder_id == elder.id) & visits.c.done_at.is_(None)
        await self._db.execute(delete(visits).where(theirs))
        await self._db.execute(update(visits).where(visits.c.elder_id == elder.id).values(words=""))

    async def _unbind(self, elder_id: int) -> None:
        await self._db.execute(update(people).where(people.c.elder_id == elder_id).values(elder_id=None))

    async def look(self, elder_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that somebody opened the card."""
        row = fit(elder_looks, {"elder_id": elder_id, "person_id": person_id, "at": now, "why": why})
        await self._db.execute(insert(elder_looks).values(row))

    async def looks(self, elder_id: int) -> tuple[ElderLook, ...]:
        """Who looked, the latest first, twenty at most."""
        found = select(*_LOOK).where(elder_looks.c.elder_id == elder_id).order_by(elder_looks.c.id.desc())
        return tuple(ElderLook(*row) for row in await self._db.execute(found.limit(_LOOKS)))

    async def ask_correction(self, correction: Correction) -> Correction:
        """Keep a new one and give it back with its id."""
        values = row_of(corrections_asked, correction)
        new = await self._db.scalar(insert(corrections_asked).values(values).returning(corrections_asked.c.id))
        return Correction(**{**asdict(correction), "id": int(new or 0)})

    async def correction(self, correction_id: int) -> Correction | None:
        """One, held against other writers until the transaction ends."""
        wanted = select(*_CORRECTION).where(corrections_asked.c.id == correction_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else Correction(*row)

    async def decide(self, correction: Correction) -> None:
        """Keep how it was decided."""
        values = row_of(corrections_asked, correction)
        await self._db.execute(update(corrections_asked).where(corrections_asked.c.id == correction.id).values(values))


class Kinfolk:
    """`KinRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def issue(self, digest: str, elder_id: int, purpose: str, made_by: int, until: datetime) -> None:
        """Keep the hash of a new code; older ones of the same purpose for this elder are void."""
        older = (care_codes.c.elder_id == elder_id) & (care_codes.c.purpose == purpose)
        await self._db.execute(delete(care_codes).where(older | (care_codes.c.hash == digest)))
        values = {"hash": digest, "elder_id": elder_id, "purpose": purpose, "made_by": made_by, "expires_at": until}
        await self._db.execute(insert(care_codes).values(values))

    async def use(self, digest: str, purpose: str, now: datetime) -> int | None:
        """The elder of a good code, which is then used up; None for all others."""
        good = (care_codes.c.hash == digest) & (care_codes.c.purpose == purpose)
        good &= care_codes.c.used_at.is_(None) & (care_codes.c.expires_at > now)
        used = update(care_codes).where(good).values(used_at=now).returning(care_codes.c.elder_id)
        elder_id = await self._db.scalar(used)
        return None if elder_id is None else int(elder_id)

    async def tries(self, person_id: int, day: date) -> int:
        """Count one more try of this person on that day; how many it makes."""
        await insert_new(self._db, care_tries, {"person_id": person_id, "day": day, "count": 0})
        mine = (care_tries.c.person_id == person_id) & (care_tries.c.day == day)
        one_more = update(care_tries).where(mine).values(count=care_tries.c.count + 1).returning(care_tries.c.count)
        return int(await self._db.scalar(one_more) or 0)

    async def follow(self, new: Kin) -> None:
        """Keep a new follower; who follows already stays as they are."""
        now_theirs = (kin.c.elder_id == new.elder_id) & (kin.c.person_id == new.person_id) & kin.c.ended_at.is_(None)
        if await self._db.scalar(select(kin.c.id).where(now_theirs)) is None:
            await self._db.execute(insert(kin).values(row_of(kin, new)))

    async def end(self, elder_id: int, person_id: int | None, now: datetime) -> int:
        """End one, or all where `person_id` is None; how many."""
        which = (kin.c.elder_id == elder_id) & kin.c.ended_at.is_(None)
        if person_id is not None:
            which &= kin.c.person_id == person_id
        return int((await self._db.execute(update(kin).where(which).values(ended_at=now))).rowcount)

    async def of_elder(self, elder_id: int) -> tuple[Kin, ...]:
        """Who follows an elder now, the first first."""
        which = (kin.c.elder_id == elder_id) & kin.c.ended_at.is_(None)
        return tuple(Kin(*row) for row in await self._db.execute(select(*_KIN).where(which).order_by(kin.c.id)))

    async def of_person(self, person_id: int) -> tuple[Kin, ...]:
        """Whom somebody follows now."""
        which = (kin.c.person_id == person_id) & kin.c.ended_at.is_(None)
        return tuple(Kin(*row) for row in await self._db.execute(select(*_KIN).where(which).order_by(kin.c.id)))


class Alarms:
    """`AlarmRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, alarm: Alarm, calls: Sequence[AlarmCall]) -> None:
        """Keep a new one with whom to call."""
        await self._db.execute(insert(alarms).values(asdict(alarm)))
        if calls:
            await self._db.execute(insert(alarm_calls), [asdict(call) for call in calls])

    async def get(self, case_id: int) -> Alarm | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_ALARM).where(alarms.c.case_id == case_id).with_for_update())).first()
        return None if row is None else Alarm(*row)

    async def open_of(self, elder_id: int) -> Alarm | None:
        """The one of an elder that is not over."""
        theirs = (alarms.c.elder_id == elder_id) & alarms.c.ended_at.is_(None)
        found = select(*_ALARM).where(theirs).order_by(alarms.c.case_id.desc()).limit(1).with_for_update()
        row = (await self._db.execute(found)).first()
        return None if row is None else Alarm(*row)

    async def save(self, alarm: Alarm) -> None:
        """Keep what changed."""
        await self._db.execute(update(alarms).where(alarms.c.case_id == alarm.case_id).values(asdict(alarm)))

    async def calls(self, case_id: int) -> tuple[AlarmCall, ...]:
        """Whom to call, in order."""
        found = select(*_CALL).where(alarm_calls.c.case_id == case_id).order_by(alarm_calls.c.position)
        return tuple(AlarmCall(*row) for row in await self._db.execute(found))

    async def called(self, case_id: int, person_ids: Sequence[int], now: datetime) -> None:
        """Note that these were called."""
        which = (alarm_calls.c.case_id == case_id) & alarm_calls.c.person_id.in_(person_ids)
        await self._db.execute(update(alarm_calls).where(which).values(at=now))


class Visits:
    """`VisitRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def needs(self, elder_ids: Collection[int]) -> tuple[Need, ...]:
        """What says when these elders are visited, of those who agree, in the order of their ids."""
        return await _needs(self._db, elders.c.id.in_(elder_ids))

    async def add(self, visit: Visit) -> Visit | None:
        """Keep a new one; None where that elder has one of that kind and day."""
        values = row_of(visits, visit)
        if not await insert_new(self._db, visits, values):
            return None
        same = (visits.c.elder_id == visit.elder_id) & (visits.c.kind == visit.kind) & (visits.c.day == visit.day)
        return Visit(**{**asdict(visit), "id": int(await self._db.scalar(select(visits.c.id).where(same)) or 0)})

    async def get(self, visit_id: int) -> Visit | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_VISIT).where(visits.c.id == visit_id).with_for_update())).first()
        return None if row is None else Visit(*row)

    async def save(self, visit: Visit) -> None:
        """Keep what changed."""
        await self._db.execute(update(visits).where(visits.c.id == visit.id).values(row_of(visits, visit)))

    async def open_of(self, person_id: int) -> tuple[Visit, ...]:
        """What somebody is to visit, the oldest first."""
        return await self._open(visits.c.person_id == person_id, visits.c.day, 500)

    async def open_on(self, day: date, after: int, limit: int) -> tuple[Visit, ...]:
        """The open ones up to that day with a greater id, in the order of their ids."""
        return await self._open((visits.c.day <= day) & (visits.c.id > after), visits.c.id, limit)

    async def _open(self, which: Any, order: Any, limit: int) -> tuple[Visit, ...]:
        still = which & visits.c.done_at.is_(None) & visits.c.missed_at.is_(None)
        rows = await self._db.execute(select(*_VISIT).where(still).order_by(order, visits.c.id).limit(limit))
        return tuple(Visit(*row) for row in rows)

    async def doctors(self, community_id: int) -> tuple[int, ...]:
        """The doctors of those of this community who agree, in the order of their ids."""
        here = (elders.c.community_id == community_id) & elders.c.agreed_on.is_not(None)
        wanted = select(elders.c.doctor_id).where(here & elders.c.doctor_id.is_not(None)).distinct()
        return tuple(await self._db.scalars(wanted.order_by(elders.c.doctor_id)))

    async def last(self, elder_ids: Collection[int], kind: str) -> Mapping[int, Visit]:
        """The latest visit of a kind, done or not, of each elder who had one."""
        return await self._latest(visits.c.elder_id.in_(elder_ids) & (visits.c.kind == kind))

    async def made(self, elder_ids: Collection[int], kind: str) -> Mapping[int, Visit]:
        """The latest visit of a kind that was made, of each elder who had one."""
        done = visits.c.done_at.is_not(None)
        return await self._latest(visits.c.elder_id.in_(elder_ids) & (visits.c.kind == kind) & done)

    async def _latest(self, theirs: Any) -> Mapping[int, Visit]:
        latest = select(func.max(visits.c.id)).where(theirs).group_by(visits.c.elder_id)
        rows = await self._db.execute(select(*_VISIT).where(visits.c.id.in_(latest)))
        return {row.elder_id: Visit(*row) for row in rows}


async def _needs(connection: AsyncConnection, which: Any) -> tuple[Need, ...]:
    rows = await connection.execute(select(*_NEED).where(which, elders.c.agreed_on.is_not(None)).order_by(elders.c.id))
    return tuple(Need(*row) for row in rows)


async def disclosed(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[int, Mapping[str, Any]]:
    """The bodies of letters about elders, by letter id, with what is sensitive in them: it is read only to be sent."""
    found: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        kind, _, number = str(row.body.get("hidden", "")).partition(":")
        if kind == "elder":
            values = await _fields(connection, select(*(elders.c[name] for name in MARKS)), elders, int(number))
            found[row.id] = _filled(row.body, {MARKS[name]: value for name, value in values.items()})
        elif kind == "correction":
            both = select(corrections_asked.c.was, corrections_asked.c.value)
            values = await _fields(connection, both, corrections_asked, int(number))
            found[row.id] = _filled(row.body, {BEFORE: values.get("was", ""), AFTER: values.get("value", "")})
    return found


async def _fields(connection: AsyncConnection, wanted: Select[Any], table: Table, number: int) -> Mapping[str, str]:
    row = (await connection.execute(wanted.where(table.c.id == number))).first()
    return {} if row is None else row._asdict()


def _filled(body: Mapping[str, Any], values: Mapping[str, str]) -> Mapping[str, Any]:
    """The letter with values in the place of their marks; with none where they were wiped meanwhile."""
    text = str(body["text"])
    for mark in (*MARKS.values(), BEFORE, AFTER):
        text = text.replace(mark, values.get(mark, ""))
    return {**body, "text": text}


async def forget(connection: AsyncConnection, person_id: int, now: datetime) -> None:
    """Take somebody who asked to be erased out of elder care: their own row, whom they follow, their lunches.

    That there were visits, looks and lunches stays, to be counted; what was said at them does not. Lunches that are not
    cooked yet are off, and so are coming days of day care.
    """
    mine = await connection.execute(select(*_ELDER).where(elders.c.person_id == person_id))
    for row in mine.all():
        await connection.execute(
            update(kin).where(kin.c.elder_id == row.id, kin.c.ended_at.is_(None)).values(ended_at=now)
        )
        await connection.execute(update(kin).where(kin.c.elder_id == row.id).values(called=""))
        await connection.execute(update(elder_looks).where(elder_looks.c.elder_id == row.id).values(why=""))
        await connection.execute(delete(care_codes).where(care_codes.c.elder_id == row.id))
        await Elders(connection).leave(Elder(*row), now.date())
        await connection.execute(update(elders).where(elders.c.id == row.id).values(name=""))
    await connection.execute(update(kin).where(kin.c.person_id == person_id).values(called=""))
    theirs = (kin.c.person_id == person_id) & kin.c.ended_at.is_(None)
    await connection.execute(update(kin).where(theirs).values(ended_at=now))
    eaten = meals.c.person_id == person_id
    cooked = exists(kitchens.c.day).where(kitchens.c.canteen_id == meals.c.canteen_id, kitchens.c.day == meals.c.day)
    off = eaten & meals.c.cancelled_at.is_(None) & ~cooked
    await connection.execute(update(meals).where(off).values(cancelled_at=now))
    await connection.execute(update(meals).where(eaten).values(name="", room="", unit_id=None))
    there = day_seats.c.person_id == person_id
    coming = there & (day_seats.c.day > now.date()) & day_seats.c.cancelled_at.is_(None)
    await connection.execute(update(day_seats).where(coming).values(cancelled_at=now))
    await connection.execute(update(day_seats).where(there).values(name=""))
