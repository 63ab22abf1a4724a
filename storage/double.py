"""Members who reported in and gatherings, in the database."""

from collections.abc import Sequence
from dataclasses import asdict, fields, replace

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.double.gathering import Answer, Gathering, Member
from storage.statements import fit, row_of, upsert
from storage.tables import claims, gathering_answers, gatherings, members

_MEMBER = tuple(members.c[field.name] for field in fields(Member))
_GATHERING = tuple(gatherings.c[field.name] for field in fields(Gathering))
_ANSWER = tuple(gathering_answers.c[field.name] for field in fields(Answer))
_LATEST = 5


class Double:
    """`DoubleRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def save_member(self, member: Member) -> None:
        """Keep a new one, or what changed."""
        await upsert(self._db, members, fit(members, asdict(member)))

    async def member(self, person_id: int) -> Member | None:
        """One, or None for somebody who never reported in."""
        row = (await self._db.execute(select(*_MEMBER).where(members.c.person_id == person_id))).first()
        return None if row is None else Member(*row)

    async def members(self, community_id: int) -> tuple[Member, ...]:
        """All of a community who are still in, in the order of their ids."""
        here = (members.c.community_id == community_id) & members.c.ended_at.is_(None)
        found = select(*_MEMBER).where(here).order_by(members.c.person_id)
        return tuple(Member(*row) for row in await self._db.execute(found))

    async def add(self, gathering: Gathering) -> Gathering:
        """Keep a new one and give it back with its id."""
        made = insert(gatherings).values(row_of(gatherings, gathering)).returning(gatherings.c.id)
        return replace(gathering, id=int(await self._db.scalar(made) or 0))

    async def get(self, gathering_id: int) -> Gathering | None:
        """One, held against other writers until the transaction ends."""
        wanted = select(*_GATHERING).where(gatherings.c.id == gathering_id).with_for_update()
        row = (await self._db.execute(wanted)).first()
        return None if row is None else Gathering(*row)

    async def save(self, gathering: Gathering) -> None:
        """Keep what changed."""
        values = row_of(gatherings, gathering)
        await self._db.execute(update(gatherings).where(gatherings.c.id == gathering.id).values(values))

    async def latest(self, community_ids: Sequence[int]) -> tuple[Gathering, ...]:
        """The last five of these communities, the newest first."""
        here = select(*_GATHERING).where(gatherings.c.community_id.in_(community_ids))
        rows = await self._db.execute(here.order_by(gatherings.c.id.desc()).limit(_LATEST))
        return tuple(Gathering(*row) for row in rows)

    async def answer(self, answer: Answer) -> None:
        """Keep what a member said, in the place of what they said before."""
        await upsert(self._db, gathering_answers, asdict(answer))

    async def answers(self, gathering_id: int) -> tuple[Answer, ...]:
        """What all said, in the order of their ids."""
        of_it = select(*_ANSWER).where(gathering_answers.c.gathering_id == gathering_id)
        return tuple(Answer(*row) for row in await self._db.execute(of_it.order_by(gathering_answers.c.person_id)))


async def forget_member(connection: AsyncConnection, person_id: int) -> None:
    """Take somebody who asked to be erased out of their unit and of all gatherings; what the unit claimed stays its own."""
    await connection.execute(update(claims).where(claims.c.person_id == person_id).values(person_id=None, words=""))
    await connection.execute(delete(members).where(members.c.person_id == person_id))
    await connection.execute(delete(gathering_answers).where(gathering_answers.c.person_id == person_id))
