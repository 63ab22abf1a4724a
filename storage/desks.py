"""What passes between the levels, in the database: petitions, calls for help, supervisions."""

from collections.abc import Sequence
from dataclasses import fields, replace

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import Act, Assist, Petition, Supervision
from storage.statements import fit, row_of, upsert
from storage.tables import assists, petitions, supervisions

_PETITION = tuple(petitions.c[field.name] for field in fields(Petition))
_ASSIST = tuple(assists.c[field.name] for field in fields(Assist))
_SUPERVISION = tuple(supervisions.c[field.name] for field in fields(Supervision))


class Desks:
    """`DeskRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def petition(self, petition: Petition) -> Petition:
        """Keep a new petition and give it back with its id."""
        statement = insert(petitions).values(row_of(petitions, petition)).returning(petitions.c.id)
        return replace(petition, id=int(await self._db.scalar(statement) or 0))

    async def petitions(self, case_id: int) -> tuple[Petition, ...]:
        """All petitions of a case, in order."""
        asked = select(*_PETITION).where(petitions.c.case_id == case_id).order_by(petitions.c.id)
        return tuple(Petition(**row._asdict() | {"act": Act(row.act)}) for row in await self._db.execute(asked))

    async def decide(self, petition: Petition) -> None:
        """Keep who decided it, when and how."""
        await self._db.execute(
            update(petitions)
            .where(petitions.c.id == petition.id)
            .values(decided_by=petition.decided_by, decided_at=petition.decided_at, granted=petition.granted)
        )

    async def summon(self, called: Sequence[Assist]) -> None:
        """Keep units that were whistled for; one that was called before is called anew."""
        for assist in called:
            await upsert(self._db, assists, row_of(assists, assist))

    async def assists(self, case_id: int) -> tuple[Assist, ...]:
        """The units whistled for, in the order of their calls."""
        found = select(*_ASSIST).where(assists.c.case_id == case_id).order_by(assists.c.at, assists.c.unit_id)
        return tuple(Assist(*row) for row in await self._db.execute(found))

    async def save_assist(self, assist: Assist) -> None:
        """Keep what changed."""
        await upsert(self._db, assists, row_of(assists, assist))

    async def supervise(self, supervision: Supervision) -> Supervision:
        """Keep a new supervision and give it back with its id."""
        statement = insert(supervisions).values(row_of(supervisions, supervision)).returning(supervisions.c.id)
        return replace(supervision, id=int(await self._db.scalar(statement) or 0))

    async def supervisions(self, case_id: int) -> tuple[Supervision, ...]:
        """All supervisions of a case, in order."""
        found = select(*_SUPERVISION).where(supervisions.c.case_id == case_id).order_by(supervisions.c.id)
        return tuple(Supervision(*row) for row in await self._db.execute(found))

    async def answer(self, supervision: Supervision) -> None:
        """Keep the answer."""
        answered = {name: getattr(supervision, name) for name in ("answered_by", "answered_at", "answer")}
        await self._db.execute(
            update(supervisions).where(supervisions.c.id == supervision.id).values(fit(supervisions, answered))
        )
