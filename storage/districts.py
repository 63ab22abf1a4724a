"""The district in the database: taken in whole from an import, given out whole as a `Directory`."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, Table, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.holidays import Holidays
from bot.grid.changes import LEFT_POST, Changes, compare
from bot.grid.directory import Directory, Post, Role, Staff, Unit, UnitKind
from bot.grid.district import VACANT, District, LeaveRow, PersonRow, PostRow, ShiftRow, UnitRow
from bot.grid.outlines import Area
from bot.grid.shifts import Shift
from bot.triage.catalogue import kind_from_row, shipped, to_row
from bot.triage.kinds import Kind, Kinds
from bot.triage.learning import Model
from storage.calendars import load_holidays
from storage.database import Database
from storage.lessons import kinds_as_taught, model_in_use
from storage.outlines import Drawing, draw_outlines, load_outlines
from storage.people import bump
from storage.shifts import load_shifts, load_unit_shifts, write_shifts, write_unit_shifts
from storage.statements import insert_new, upsert
from storage.tables import kinds, leaves, meta, people, posts, timers, units

Progress = Callable[[int], object]

_REVISION = "directory_revision"
_CHUNK = 1000
# Parents and all else that a unit may name come before it.
_LEVELS = (
    UnitKind.FIRM,
    UnitKind.DISTRICT,
    UnitKind.STREET,
    UnitKind.DEPARTMENT,
    UnitKind.COMMUNITY,
    UnitKind.COMPOUND,
    UnitKind.GRID,
    UnitKind.DEDICATED_GRID,
    UnitKind.MICRO_GRID,
    UnitKind.BUILDING,
    UnitKind.DOOR,
)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Districts:
    """The units, posts, staff and kinds of one database."""

    def __init__(self, database: Database, now: Callable[[], datetime] = _utc_now) -> None:
        self._database = database
        self._now = now

    async def revision(self) -> int:
        """The number of the directory as it stands; it grows with every change, and is 0 before the first import."""
        async with self._database.reading() as connection:
            return await _revision(connection)

    async def load(self) -> Directory:
        """The whole directory, with its revision."""
        async with self._database.reading() as connection:
            # The number first: a change that slips in between makes the directory look older than it is, never newer.
            revision = await _revision(connection)
            turns = await load_unit_shifts(connection)
            rows = await connection.execute(select(units).order_by(units.c.id))
            all_units = [_unit(row, turns.get(row.id, ())) for row in rows]
            all_posts = [_post(row) for row in await connection.execute(select(posts).order_by(posts.c.id))]
            away = defaultdict(list)
            for row in await connection.execute(select(leaves).order_by(leaves.c.first_day, leaves.c.id)):
                away[row.person_id].append((row.first_day, row.last_day))
            on_duty = await load_shifts(connection)
            staff = [
                Staff(row.id, row.code or "", row.name, row.phone, tuple(away[row.id]), on_duty.get(row.id, ()))
                for row in await connection.execute(_staff())
            ]
        return Directory.build(revision, all_units, all_posts, staff)

    async def catalogue(self) -> Kinds:
        """The shipped kinds, those of the district in the place of their namesakes, its own behind them."""
        async with self._database.reading() as connection:
            rows = await connection.execute(select(kinds.c.body).order_by(kinds.c.position, kinds.c.code))
            own = [kind_from_row(row.body) for row in rows]
        return Kinds.of(({kind.code: kind for kind in shipped().all} | {kind.code: kind for kind in own}).values())

    async def kinds(self) -> Kinds:
        """The catalogue with what the city's own history has added to it."""
        found = await self.catalogue()
        async with self._database.reading() as connection:
            return await kinds_as_taught(connection, found)

    async def model(self) -> Model | None:
        """The learnt model in use. Raises ValueError when it is damaged."""
        async with self._database.reading() as connection:
            return await model_in_use(connection)

    async def holidays(self) -> Holidays:
        """Which days offices work."""
        async with self._database.reading() as connection:
            return await load_holidays(connection)

    async def outlines(self) -> dict[int, bytes]:
        """Every unit's outline by the unit's id: WKB, WGS-84 degrees, x the longitude."""
        async with self._database.reading() as connection:
            return await load_outlines(connection)

    async def draw(
        self, areas: Mapping[int, Area], *, dry_run: bool = False, progress: Progress | None = None
    ) -> Drawing:
        """Take in outlines by their units' ids, all or nothing, and tell how many were new. `dry_run` only tells."""
        async with self._database.reading() if dry_run else self._database.writing() as connection:
            drawing = await draw_outlines(connection, areas, progress or (lambda _rows: None), dry_run=dry_run)
            if not dry_run and drawing.added + drawing.changed:
                await bump(connection)
            return drawing

    async def apply(self, district: District, *, dry_run: bool = False, progress: Progress | None = None) -> Changes:
        """Take in a district that has no faults (`district.check`), all or nothing, and tell what changed.

        Rows are known by their codes: ids stay, and so does who is bound to what. `dry_run` only tells. `progress` is
        told how many more rows were stored; there are `changes.units.added` and so on of them.
        """
        if dry_run:
            async with self._database.reading() as connection:
                return compare(await _stored(connection), district)
        async with self._database.writing() as connection:
            # One import at a time, and nobody takes a post while this one decides who holds it.
            await insert_new(connection, meta, {"key": _REVISION, "value": "0"})
            await connection.execute(select(meta).where(meta.c.key == _REVISION).with_for_update())
            await connection.execute(select(posts.c.id).with_for_update())
            changes = compare(await _stored(connection), district)
            if changes:
                tick = progress or (lambda _rows: None)
                writing = _Writing(connection, changes, district.kinds, self._now(), tick)
                await writing.write()
                await bump(connection)
                await writing.tell_who_left(await _revision(connection))
            return changes


class _Writing:
    """One import on its way into the tables."""

    def __init__(
        self,
        connection: AsyncConnection,
        changes: Changes,
        all_kinds: tuple[Kind, ...],
        now: datetime,
        progress: Progress,
    ) -> None:
        self._db = connection
        self._changes = changes
        self._kinds = all_kinds  # All of them: their order is part of what the file says.
        self._now = now
        self._progress = progress
        self._units: dict[str, int] = {}
        self._people: dict[str, int | None] = {}

    async def write(self) -> None:
        await self._write_units()
        await self._write_people()
        await self._write_posts()
        await self._write_leaves()
        await self._write_shifts()
        for position, kind in enumerate(self._kinds):
            await upsert(self._db, kinds, {"code": kind.code, "position": position, "body": to_row(kind)})

    async def _write_units(self) -> None:
        self._units = await _ids(self._db, units)
        added: dict[UnitKind, list[UnitRow]] = defaultdict(list)
        for unit in self._changes.units.added:
            added[unit.kind].append(unit)
        for kind in _LEVELS:
            if added[kind]:
                await self._insert(units, [self._unit_values(unit) for unit in added[kind]])
                self._units |= await _ids(self._db, units, units.c.kind == kind)
        changed = [(self._units[new.code], self._unit_values(new)) for _, new in self._changes.units.changed]
        await self._update(units, changed)

    def _unit_values(self, unit: UnitRow) -> dict[str, Any]:
        return {
            "code": unit.code,
            "kind": unit.kind.value,
            "name": unit.name,
            "parent_id": self._units[unit.parent] if unit.parent else None,
            "compound_id": self._units[unit.compound] if unit.compound else None,
            "dedicated_id": self._units[unit.dedicated] if unit.dedicated else None,
            "firm_id": self._units[unit.firm] if unit.firm else None,
            "aliases": list(unit.aliases),
            "lat": unit.lat,
            "lon": unit.lon,
        }

    async def _write_people(self) -> None:
        fresh = {"home_room": "", "created_at": self._now}
        await self._insert(people, [asdict(person) | fresh for person in self._changes.people.added])
        self._people = {code: id_ for id_, code in (await _people_codes(self._db)).items()}
        changed = [(self._people[new.code], asdict(new)) for _, new in self._changes.people.changed]
        await self._update(people, changed)

    async def _write_posts(self) -> None:
        known = await _ids(self._db, posts)
        await self._insert(posts, [self._post_values(post) for post in self._changes.posts.added])
        await self._update(posts, [(known[new.code], self._post_values(new)) for _, new in self._changes.posts.changed])

    def _post_values(self, post: PostRow) -> dict[str, Any]:
        return {
            "code": post.code,
            "unit_id": self._units[post.unit],
            "role": post.role.value,
            "holder_id": self._people[post.holder],
            "deputy_id": self._people[post.deputy],
        }

    async def tell_who_left(self, revision: int) -> None:
        """Set a timer for each person whom a post names no longer: what they have in hand is to go to its new people."""
        left: set[str] = set()
        for before, now in self._changes.posts.changed:
            moved = (before.unit, before.role) != (now.unit, now.role)
            left |= {before.holder, before.deputy} - (set() if moved else {now.holder, now.deputy})
        slot = {"kind": LEFT_POST, "slot": f"{revision}.0", "due_at": self._now, "attempts": 0}
        people = filter(None, (self._people[code] for code in sorted(left - {VACANT, ""})))
        rows = [slot | {"subject": person_id} for person_id in people]
        if rows:
            await self._db.execute(insert(timers), rows)

    async def _write_leaves(self) -> None:
        gone = [self._leave_values(leave) for leave in self._changes.leaves.missing]
        if gone:
            where = and_(
                leaves.c.person_id == bindparam("b_person_id"),
                leaves.c.first_day == bindparam("b_first_day"),
                leaves.c.last_day == bindparam("b_last_day"),
            )
            await self._db.execute(delete(leaves).where(where), [{f"b_{k}": v for k, v in row.items()} for row in gone])
        await self._insert(leaves, [self._leave_values(leave) for leave in self._changes.leaves.added])

    def _leave_values(self, leave: LeaveRow) -> dict[str, Any]:
        return {"person_id": self._people[leave.person], "first_day": leave.first_day, "last_day": leave.last_day}

    async def _write_shifts(self) -> None:
        """Each person and unit whose shifts change gets them written whole."""
        changes = self._changes.shifts
        for person, unit in dict.fromkeys((row.person, row.unit) for row in (*changes.missing, *changes.added)):
            kept = [r.shift for r in (*changes.same, *changes.added) if (r.person, r.unit) == (person, unit)]
            if unit:
                await write_unit_shifts(self._db, self._units[unit], kept)
            else:
                await write_shifts(self._db, self._people[person] or 0, kept)
        self._progress(len(changes.added))

    async def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        for start in range(0, len(rows), _CHUNK):
            chunk = rows[start : start + _CHUNK]
            await self._db.execute(insert(table), chunk)
            self._progress(len(chunk))

    async def _update(self, table: Table, rows: Sequence[tuple[int | None, Mapping[str, Any]]]) -> None:
        for start in range(0, len(rows), _CHUNK):
            chunk = [{"b_id": id_, **values} for id_, values in rows[start : start + _CHUNK]]
            statement = update(table).where(table.c.id == bindparam("b_id"))
            await self._db.execute(statement.values({name: bindparam(name) for name in rows[0][1]}), chunk)
            self._progress(len(chunk))


# ---------------------------------------------------------------- reading


async def _revision(connection: AsyncConnection) -> int:
    value = await connection.scalar(select(meta.c.value).where(meta.c.key == _REVISION))
    return int(value or 0)


async def _ids(connection: AsyncConnection, table: Table, *where: Any) -> dict[str, int]:
    rows = await connection.execute(select(table.c.code, table.c.id).where(*where))
    return {row.code: row.id for row in rows}


def _staff() -> Any:
    """Whoever has a code, holds a post or stands in for one."""
    holders = select(posts.c.holder_id).where(posts.c.holder_id.is_not(None))
    deputies = select(posts.c.deputy_id).where(posts.c.deputy_id.is_not(None))
    serving = or_(people.c.code.is_not(None), people.c.id.in_(holders), people.c.id.in_(deputies))
    return select(people).where(serving).order_by(people.c.id)


async def _people_codes(connection: AsyncConnection) -> dict[int | None, str]:
    """The code of each staff member by id, and of nobody.

    Who took a post without ever being imported gets a code that no file can have.
    """
    rows = await connection.execute(_staff())
    return {None: VACANT} | {row.id: row.code if row.code is not None else f"={row.id}" for row in rows}


async def _stored(connection: AsyncConnection) -> District:
    """What is stored, as rows that name each other by code."""
    unit_rows = list(await connection.execute(select(units).order_by(units.c.id)))
    codes: dict[int | None, str] = {row.id: row.code for row in unit_rows} | {None: ""}
    staff = list(await connection.execute(_staff()))
    holding = await _people_codes(connection)
    leave_rows = await connection.execute(select(leaves).order_by(leaves.c.id))
    kind_rows = await connection.execute(select(kinds.c.body).order_by(kinds.c.position, kinds.c.code))
    return District(
        units=tuple(
            UnitRow(
                row.code,
                UnitKind(row.kind),
                row.name,
                codes[row.parent_id],
                codes[row.compound_id],
                codes[row.dedicated_id],
                codes[row.firm_id],
                tuple(row.aliases),
                row.lat,
                row.lon,
            )
            for row in unit_rows
        ),
        people=tuple(PersonRow(row.code, row.name, row.phone) for row in staff if row.code is not None),
        posts=tuple(
            PostRow(row.code, codes[row.unit_id], Role(row.role), holding[row.holder_id], holding[row.deputy_id])
            for row in await connection.execute(select(posts).order_by(posts.c.id))
        ),
        leaves=tuple(
            LeaveRow(holding[row.person_id], row.first_day, row.last_day)
            for row in leave_rows
            if row.person_id in holding
        ),
        shifts=tuple(
            ShiftRow(holding[person_id], shift)
            for person_id, each in (await load_shifts(connection)).items()
            if person_id in holding
            for shift in each
        )
        + tuple(
            ShiftRow("", shift, codes[unit_id])
            for unit_id, each in (await load_unit_shifts(connection)).items()
            for shift in each
        ),
        kinds=tuple(kind_from_row(row.body) for row in kind_rows),
    )


def _unit(row: Row[Any], shifts: tuple[Shift, ...]) -> Unit:
    return Unit(
        row.id,
        row.code,
        UnitKind(row.kind),
        row.name,
        row.parent_id,
        row.compound_id,
        row.dedicated_id,
        row.firm_id,
        tuple(row.aliases),
        row.lat,
        row.lon,
        shifts,
    )


def _post(row: Row[Any]) -> Post:
    return Post(row.id, row.code, row.unit_id, Role(row.role), row.holder_id, row.deputy_id)
