"""Around a case, in the database: when its clock rested, who looked at a contact, who follows it, who calls back."""

from dataclasses import asdict, fields, replace
from datetime import datetime

from sqlalchemy import Integer, bindparam, delete, except_, insert, or_, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Case, Pause
from bot.cases.records import CallBack, FollowerRating, Look
from storage.cases import CASE_COLUMNS, case_from
from storage.statements import fit, insert_new, row_of, upsert
from storage.tables import callbacks, cases, follower_ratings, followers, looks, pauses

_CALL_BACK = tuple(callbacks.c[field.name] for field in fields(CallBack))
_FOLLOWER_RATING = tuple(follower_ratings.c[field.name] for field in fields(FollowerRating))
_PAUSE = tuple(pauses.c[field.name] for field in fields(Pause))
_FOLLOWED = (
    select(*CASE_COLUMNS)
    .where(cases.c.id.in_(select(followers.c.case_id).where(followers.c.person_id == bindparam("person"))))
    # By the bare key PostgreSQL may walk through all cases, newest first.
    .order_by((cases.c.id + 0).desc())
    .limit(bindparam("most", type_=Integer))
)
_MERGED = select(cases.c.id).where(cases.c.lead_id == bindparam("which"))
_CHOSE = select(followers.c.person_id).where(
    or_(followers.c.case_id == bindparam("which"), followers.c.case_id.in_(_MERGED))
)
_JOINED = select(cases.c.reporter_id).where(cases.c.lead_id == bindparam("which"))
_OWN = select(cases.c.reporter_id).where(cases.c.id == bindparam("which"))
_FOLLOWING = except_(union(_CHOSE, _JOINED).subquery().select(), _OWN)


class Pauses:
    """`PauseRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def begin(self, case_id: int, why: str, now: datetime) -> None:
        """Note that the clock rests from now on."""
        await self._db.execute(insert(pauses).values(case_id=case_id, since=now, why=why))

    async def end(self, case_id: int, now: datetime) -> None:
        """Note that it runs again."""
        running = (pauses.c.case_id == case_id, pauses.c.until.is_(None))
        await self._db.execute(update(pauses).where(*running).values(until=now))

    async def of_case(self, case_id: int) -> tuple[Pause, ...]:
        """When the clock rested, in order."""
        rows = await self._db.execute(select(*_PAUSE).where(pauses.c.case_id == case_id).order_by(pauses.c.id))
        return tuple(Pause(*row) for row in rows)


class Looks:
    """`LookRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def note(self, case_id: int, person_id: int, now: datetime, why: str) -> None:
        """Log that a person looked at the reporter's contact."""
        await self._db.execute(insert(looks).values(case_id=case_id, person_id=person_id, at=now, why=why[:64]))

    async def of_case(self, case_id: int) -> tuple[Look, ...]:
        """Every look at the reporter's contact, in order."""
        found = (
            select(looks.c.person_id, looks.c.at, looks.c.why).where(looks.c.case_id == case_id).order_by(looks.c.id)
        )
        return tuple(Look(*row) for row in await self._db.execute(found))


class Followers:
    """`FollowerRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def of_case(self, case_id: int) -> tuple[int, ...]:
        """Who follows a case, its own reporter never among them."""
        return tuple(sorted(await self._db.scalars(_FOLLOWING, {"which": case_id})))

    async def has(self, case_id: int, person_id: int) -> bool:
        """Whether this person follows it."""
        return person_id in await self.of_case(case_id)

    async def follow(self, case_id: int, person_id: int, now: datetime) -> bool:
        """Let a person follow a case; whether that is new."""
        return await insert_new(self._db, followers, {"case_id": case_id, "person_id": person_id, "at": now})

    async def unfollow(self, case_id: int, person_id: int) -> bool:
        """Let go of it; False where they did not choose to follow it."""
        mine = (followers.c.case_id == case_id, followers.c.person_id == person_id)
        return (await self._db.execute(delete(followers).where(*mine))).rowcount > 0

    async def cases_of(self, person_id: int, limit: int) -> tuple[Case, ...]:
        """The cases a person chose to follow, newest first."""
        rows = await self._db.execute(_FOLLOWED, {"person": person_id, "most": limit})
        return tuple(case_from(row) for row in rows)

    async def rating(self, case_id: int, round_: int, person_id: int) -> FollowerRating | None:
        """What a follower said of a round."""
        said = select(*_FOLLOWER_RATING).where(
            follower_ratings.c.case_id == case_id,
            follower_ratings.c.round == round_,
            follower_ratings.c.person_id == person_id,
        )
        row = (await self._db.execute(said)).first()
        return None if row is None else FollowerRating(*row)

    async def save_rating(self, rating: FollowerRating) -> None:
        """Keep what a follower said."""
        await upsert(self._db, follower_ratings, asdict(rating))


class CallBacks:
    """`CallBackRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, call: CallBack) -> CallBack:
        """Keep a new one and give it back with its id."""
        statement = insert(callbacks).values(row_of(callbacks, call)).returning(callbacks.c.id)
        return replace(call, id=int(await self._db.scalar(statement) or 0))

    async def of_case(self, case_id: int) -> tuple[CallBack, ...]:
        """All of a case, in order."""
        found = select(*_CALL_BACK).where(callbacks.c.case_id == case_id).order_by(callbacks.c.id)
        return tuple(CallBack(*row) for row in await self._db.execute(found))

    async def save(self, call: CallBack) -> None:
        """Keep the outcome."""
        done = {"done_at": call.done_at, "outcome": call.outcome, "words": call.words}
        await self._db.execute(update(callbacks).where(callbacks.c.id == call.id).values(fit(callbacks, done)))
