"""Cases, events, calls, ratings and attachments in the database."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Row, and_, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import IN_WORK, Act, Assignment, Case, Event, Rating, State
from bot.cases.records import Kept
from bot.chat.messages import Attachment, Medium
from bot.triage.kinds import Urgency
from storage.listing import one_of
from storage.pending import Pending
from storage.statements import fit, insert_new, row_of
from storage.tables import assignments, attachments, cases, events, ratings

CASE_COLUMNS = tuple(cases.c[field.name] for field in fields(Case))
EVENT_COLUMNS = tuple(events.c[field.name] for field in fields(Event))
_RATING = tuple(ratings.c[field.name] for field in fields(Rating))
_ASSIGNMENT = tuple(assignments.c[field.name] for field in fields(Assignment))


# Made once: building a statement of forty columns costs more than running it.
_ADD = insert(cases).returning(cases.c.id)
_SAVE = update(cases).where(cases.c.id == bindparam("which"))
_GET = select(*CASE_COLUMNS).where(cases.c.id == bindparam("which"))
_HOLD = _GET.with_for_update()
_OF_REPORTER = (
    select(*CASE_COLUMNS)
    .where(cases.c.reporter_id == bindparam("person"))
    .order_by(cases.c.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_EVENTS = select(*EVENT_COLUMNS).where(events.c.case_id == bindparam("which")).order_by(events.c.id)
_CALLED = (
    select(*_ASSIGNMENT)
    .where(assignments.c.case_id == bindparam("which"), assignments.c.round == bindparam("in_round"))
    .order_by(assignments.c.id)
)
_DISMISS = (
    update(assignments)
    .where(assignments.c.case_id == bindparam("which"), assignments.c.ended_at.is_(None))
    .values(ended_at=bindparam("now"))
)
_LET_GO = _DISMISS.where(assignments.c.person_id == bindparam("person"))
_CALLED_TO = select(assignments.c.case_id).where(
    assignments.c.person_id == bindparam("person"), assignments.c.ended_at.is_(None)
)
_THEIRS = or_(
    and_(cases.c.state.in_(IN_WORK), or_(cases.c.handler_id == bindparam("person"), cases.c.handler_id.is_(None))),
    and_(cases.c.state == State.DISPUTED, cases.c.handler_id.is_distinct_from(bindparam("person"))),
)
_WORK = (
    select(*CASE_COLUMNS)
    .where(cases.c.id.in_(_CALLED_TO), cases.c.closed_at.is_(None), _THEIRS)
    .order_by(cases.c.urgency != Urgency.EMERGENCY, cases.c.finish_by)
    .limit(bindparam("most", type_=Integer))
)
_ALL_CALLED_TO = (
    select(*CASE_COLUMNS)
    .where(cases.c.id.in_(_CALLED_TO), cases.c.closed_at.is_(None), cases.c.id > bindparam("after"))
    .order_by(cases.c.id)
    .limit(bindparam("most", type_=Integer))
)
_NOTE = insert(events).returning(events.c.id)
_KEEP = insert(attachments).returning(attachments.c.id)
_ATTACH = (
    update(attachments)
    .where(one_of(attachments.c.id, "attached"), attachments.c.case_id.is_(None))
    .values(case_id=bindparam("to_case"), event_id=bindparam("with_event"))
)
_FETCHED = (
    update(attachments)
    .where(attachments.c.id == bindparam("which"))
    .values(sha256=bindparam("content"), mime=bindparam("kind"), size=bindparam("bytes"))
)
_ONE = select(attachments).where(attachments.c.id == bindparam("which"))
_SENT_WITH = select(attachments).where(attachments.c.case_id == bindparam("which")).order_by(attachments.c.id)
_URGENCY, _STATE = ([field.name for field in fields(Case)].index(name) for name in ("urgency", "state"))


def case_from(row: Row[Any]) -> Case:
    """A case from a row of the `cases` columns in the dataclass's order."""
    values: list[Any] = list(row)
    values[_URGENCY], values[_STATE] = Urgency(values[_URGENCY]), State(values[_STATE])
    return Case(*values)


class Cases:
    """`CaseRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending, *, hold: bool = True) -> None:
        self._db = connection
        self._pending = pending
        self._hold = hold

    async def add(self, case: Case) -> Case:
        """Keep a new case (its `id` is ignored) and give it back with its id."""
        values = row_of(cases, case)
        # The row's texts are plain and cut; what the case decides by keeps its type.
        typed = {"urgency": case.urgency, "state": case.state}
        case = Case(int(await self._db.scalar(_ADD, values) or 0), **values | typed)
        self._pending.called[case.id, case.round] = ()  # Nobody can have been called to it yet,
        self._pending.pictured[case.id] = False  # and nothing was sent with it.
        return case

    async def get(self, case_id: int) -> Case | None:
        """One case, held against other writers until the transaction ends, where that is one that writes."""
        row = (await self._db.execute(_HOLD if self._hold else _GET, {"which": case_id})).first()
        return None if row is None else case_from(row)

    async def save(self, case: Case) -> None:
        """Keep what changed."""
        await self._db.execute(_SAVE, row_of(cases, case) | {"which": case.id})

    async def note(self, event: Event) -> int:
        """Write an event row at once; its id."""
        await self._pending.flush(events)
        return int(await self._db.scalar(_NOTE, row_of(events, event)) or 0)

    async def jot(self, event: Event) -> None:
        """Write an event row that nothing hangs on."""
        self._pending.add(events, row_of(events, event))

    async def events(self, case_id: int) -> tuple[Event, ...]:
        """Everything that happened, in order."""
        await self._pending.flush(events)
        rows = await self._db.execute(_EVENTS, {"which": case_id})
        return tuple(Event(**row._asdict() | {"act": Act(row.act)}) for row in rows)

    async def assign(self, called: Sequence[Assignment]) -> None:
        """Call people to a case; who is called already stays as called."""
        known = self._pending.called
        for assignment in called:
            key = assignment.case_id, assignment.round
            if key in known:
                standing = [a for a in known[key] if a.person_id == assignment.person_id]
                if standing and standing[0].ended_at is None:
                    continue
                others = tuple(a for a in known[key] if a.person_id != assignment.person_id)
                known[key] = (*others, assignment)
            self._pending.add(assignments, row_of(assignments, assignment))

    async def assigned(self, case_id: int, round_: int) -> tuple[Assignment, ...]:
        """Who was called in a round, the ended ones too, in order."""
        key = case_id, round_
        if key not in self._pending.called:
            await self._pending.flush(assignments)
            rows = await self._db.execute(_CALLED, {"which": case_id, "in_round": round_})
            self._pending.called[key] = tuple(Assignment(*row) for row in rows)
        return self._pending.called[key]

    async def dismiss(self, case_id: int, now: datetime, person_id: int | None = None) -> None:
        """End all calls of a case, or one person's: another has it."""
        await self._pending.flush(assignments)
        self._pending.called.clear()
        if person_id is None:
            await self._db.execute(_DISMISS, {"which": case_id, "now": now})
        else:
            await self._db.execute(_LET_GO, {"which": case_id, "now": now, "person": person_id})

    async def of_reporter(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """A resident's cases, newest first."""
        rows = await self._db.execute(_OF_REPORTER, {"person": person_id, "most": limit})
        return tuple(case_from(row) for row in rows)

    async def work_of(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """Open cases a person is called to or handles, most urgent first."""
        await self._pending.flush(assignments)
        rows = await self._db.execute(_WORK, {"person": person_id, "most": limit})
        return tuple(case_from(row) for row in rows)

    async def called_to(self, person_id: int, after: int, limit: int) -> tuple[Case, ...]:
        """Cases not closed that a person is called to or handles, whose ids are greater than `after`, in order."""
        await self._pending.flush(assignments)
        rows = await self._db.execute(_ALL_CALLED_TO, {"person": person_id, "after": after, "most": limit})
        return tuple(case_from(row) for row in rows)


class Ratings:
    """`RatingRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def ask(self, case_id: int, round_: int, now: datetime) -> None:
        """Note that the resident was asked."""
        await insert_new(self._db, ratings, row_of(ratings, Rating(case_id, round_, now)))

    async def get(self, case_id: int, round_: int) -> Rating | None:
        """What was said of a round."""
        row = (
            await self._db.execute(
                select(*_RATING).where(ratings.c.case_id == case_id, ratings.c.round == round_).with_for_update()
            )
        ).first()
        return None if row is None else Rating(*row)

    async def save(self, rating: Rating) -> None:
        """Keep what changed."""
        await self._db.execute(
            update(ratings)
            .where(ratings.c.case_id == rating.case_id, ratings.c.round == rating.round)
            .values(row_of(ratings, rating))
        )


class Attachments:
    """`AttachmentRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def add(self, attachment: Attachment, person_id: int, album: str, now: datetime) -> Attachment:
        """Keep one, with its id."""
        values = asdict(attachment) | {"person_id": person_id, "album": album[:64], "at": now}
        del values["id"]
        kept_id = await self._db.scalar(_KEEP, fit(attachments, values))
        return replace(attachment, id=int(kept_id or 0))

    async def get(self, attachment_id: int) -> Kept | None:
        """One, or None."""
        row = (await self._db.execute(_ONE, {"which": attachment_id})).first()
        return None if row is None else _kept(row)

    async def attach(self, ids: Sequence[int], case_id: int, event_id: int) -> None:
        """Make them part of a case."""
        self._pending.pictured.pop(case_id, None)
        if ids:
            where = {"attached": ids, "to_case": case_id, "with_event": event_id}
            await self._db.execute(_ATTACH, where)

    async def of_case(self, case_id: int) -> tuple[Kept, ...]:
        """All of a case, in order."""
        if self._pending.pictured.get(case_id, True) is False:
            return ()
        return tuple(_kept(row) for row in await self._db.execute(_SENT_WITH, {"which": case_id}))

    async def case_of_album(self, person_id: int, album: str) -> int | None:
        """The case that the first pictures of an album went to, None while they are in a draft."""
        case_id: int | None = await self._db.scalar(
            select(attachments.c.case_id)
            .where(
                attachments.c.album == album[:64],
                attachments.c.album != "",
                attachments.c.person_id == person_id,
                attachments.c.case_id.is_not(None),
            )
            .limit(1)
        )
        return case_id

    async def fetched(self, attachment_id: int, sha256: str, mime: str, size: int) -> None:
        """Note that we hold the bytes."""
        held = {"which": attachment_id, "content": sha256, "kind": mime[:128], "bytes": size}
        await self._db.execute(_FETCHED, held)


def _kept(row: Row[Any]) -> Kept:
    attachment = Attachment(Medium(row.medium), row.channel, row.ref, row.sha256, row.mime, row.size, row.id)
    return Kept(attachment, row.person_id, row.case_id, row.event_id, row.at)
