"""Corrections and learnt models in the database."""

import asyncio
import hashlib
import zlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.triage.catalogue import kind_from_row, to_row
from bot.triage.kinds import Kind, Kinds
from bot.triage.learning import Model
from bot.triage.records import Correction, Taught
from storage.people import bump
from storage.statements import fit
from storage.tables import cases, corrections, models


class Lessons:
    """`LessonRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def correct(self, correction: Correction) -> None:
        """Keep what a desk corrected, for the next nightly lesson."""
        row = {name: getattr(correction, name) for name in ("case_id", "text", "kind_before", "kind_after", "by", "at")}
        await self._db.execute(insert(corrections).values(fit(corrections, row)))

    async def since(self, moment: datetime | None) -> tuple[Correction, ...]:
        """Corrections after a moment, or all, oldest first."""
        columns = [column for column in corrections.c if column is not corrections.c.id]
        query = select(*columns).order_by(corrections.c.at, corrections.c.id)
        if moment is not None:
            query = query.where(corrections.c.at > moment)
        return tuple(Correction(*row) for row in await self._db.execute(query))

    async def in_use(self) -> Taught | None:
        """The model in use with its examples, or None while only the catalogue's words are.

        Raises ValueError when the stored model is damaged.
        """
        row = (await self._db.execute(select(models).where(models.c.in_use))).first()
        return None if row is None else await asyncio.to_thread(_taught, row)

    async def history(self, limit: int) -> tuple[tuple[str, str], ...]:
        """Words and kinds (codes) of the latest tickets that are closed, newest first."""
        closed = cases.c.closed_at.is_not(None) & ~cases.c.excluded & (cases.c.words != "")
        query = select(cases.c.words, cases.c.kind).where(closed).order_by(cases.c.id.desc()).limit(limit)
        return tuple((row.words, row.kind) for row in await self._db.execute(query))

    async def keep(self, taught: Taught) -> int:
        """Put a model in use; the number of its version. Running services follow within seconds."""
        body, examples = await asyncio.to_thread(_packed, taught)
        await self._db.execute(update(models).values(in_use=False))
        version = await self._db.scalar(
            insert(models)
            .values(
                trained_at=taught.trained_at,
                source=taught.source[:255],
                figures=dict(taught.figures),
                labels=[*taught.model.labels],
                added=[to_row(kind) for kind in taught.added],
                alone=taught.alone,
                body=body,
                checksum=hashlib.sha256(body).hexdigest(),
                examples=examples,
                in_use=True,
                undone=False,
            )
            .returning(models.c.version)
        )
        await bump(self._db)
        return int(version or 0)

    async def undo(self) -> tuple[int, int] | None:
        """Put the model before in use again: (version dropped, version in use, 0 for none); None when none is in use."""
        now = await self._db.scalar(select(models.c.version).where(models.c.in_use))
        if now is None:
            return None
        before = await self._db.scalar(
            select(models.c.version)
            .where(models.c.version < now, ~models.c.undone)
            .order_by(models.c.version.desc())
            .limit(1)
        )
        # The row stays: cases were filed by its kinds.
        await self._db.execute(update(models).where(models.c.version == now).values(in_use=False, undone=True))
        await self._db.execute(update(models).where(models.c.version == before).values(in_use=True))
        await bump(self._db)
        return int(now), int(before or 0)


async def unlearn(connection: AsyncConnection, words: Collection[str]) -> None:
    """Take these words out of what models were taught with, so that no later lesson repeats them."""
    gone = frozenset(words)
    for row in (await connection.execute(select(models.c.version, models.c.examples))).all():
        examples = await asyncio.to_thread(_without, row.examples, gone)
        if examples is not None:
            await connection.execute(update(models).where(models.c.version == row.version).values(examples=examples))


async def kinds_as_taught(connection: AsyncConnection, catalogue: Kinds) -> Kinds:
    """The catalogue with the kinds of every model there ever was; those of models not in use rest."""
    found = catalogue
    query = select(models.c.added, models.c.labels, models.c.alone, models.c.in_use).order_by(
        models.c.in_use, models.c.version
    )
    for row in await connection.execute(query):
        labels: Sequence[str] = row.labels if row.in_use else ()
        found = found.taught(_kinds(row.added), labels, alone=row.alone and row.in_use)
    return found


async def model_in_use(connection: AsyncConnection) -> Model | None:
    """The model in use alone. Raises ValueError when it is damaged."""
    row = (await connection.execute(select(models.c.body, models.c.checksum).where(models.c.in_use))).first()
    return None if row is None else await asyncio.to_thread(_model, row.body, row.checksum)


def _kinds(added: Sequence[dict[str, Any]]) -> tuple[Kind, ...]:
    return tuple(kind_from_row(row) for row in added)


# Packing and unpacking a large model takes a second: it is done in a thread, and the chats go on meanwhile.


def _packed(taught: Taught) -> tuple[bytes, bytes]:
    return zlib.compress(orjson.dumps(taught.model.to_json())), zlib.compress(orjson.dumps(taught.examples))


def _without(packed: bytes, gone: frozenset[str]) -> bytes | None:
    """The examples without these; None where none of these was among them."""
    examples = orjson.loads(zlib.decompress(packed))
    left = [example for example in examples if example[0] not in gone]
    return zlib.compress(orjson.dumps(left)) if len(left) < len(examples) else None


def _model(body: bytes, checksum: str) -> Model:
    if hashlib.sha256(body).hexdigest() != checksum:
        raise ValueError("the stored model is damaged")
    return Model.from_json(orjson.loads(zlib.decompress(body)))


def _taught(row: Row[Any]) -> Taught:
    return Taught(
        model=_model(row.body, row.checksum),
        added=_kinds(row.added),
        alone=row.alone,
        trained_at=row.trained_at,
        source=row.source,
        figures=row.figures,
        examples=tuple((text, code) for text, code in orjson.loads(zlib.decompress(row.examples))),
        version=row.version,
    )
