"""Errands, helpers and what comes again every week, in the database."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import IN_WORK
from bot.errands.asking import STARS, answer
from bot.errands.errand import HIDDEN, Errand, Helper, HelperState, Weekly
from storage.statements import fit, insert_new, upsert
from storage.tables import addresses, cases, errands, helpers, offers, web_lines, weeklies

_ERRAND = tuple(errands.c[field.name] for field in fields(Errand))
_HELPER = tuple(helpers.c[field.name] for field in fields(Helper))
_WEEKLY = tuple(weeklies.c[field.name] for field in fields(Weekly))
_BEFORE = timedelta(days=2)  # so long before it was filed the words of an errand may have been written


class Errands:
    """`ErrandRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, errand: Errand) -> None:
        """Keep a new one."""
        await self._db.execute(insert(errands).values(fit(errands, asdict(errand))))

    async def get(self, case_id: int) -> Errand | None:
        """One, or None for a case without."""
        row = (await self._db.execute(select(*_ERRAND).where(errands.c.case_id == case_id))).first()
        return None if row is None else Errand(*row)

    async def save(self, errand: Errand) -> None:
        """Keep what changed."""
        values = fit(errands, asdict(errand))
        await self._db.execute(update(errands).where(errands.c.case_id == values.pop("case_id")).values(values))

    async def wipe(self, case_id: int) -> None:
        """Forget its secrets: the row's, and where they stand in what people wrote or were sent here."""
        errand = await self.get(case_id)
        if errand is None or not (errand.secrets or errand.for_phone):
            return
        case = (
            await self._db.execute(select(cases.c.reporter_id, cases.c.created_at).where(cases.c.id == case_id))
        ).one()
        values = {answer(line) for line in errand.secrets.splitlines()} - {""}
        chats = select(addresses.c.chat).where(
            addresses.c.channel == "web", addresses.c.person_id.in_({case.reporter_id, errand.helper_id} - {None})
        )
        rows = await self._db.execute(
            select(web_lines.c.chat, web_lines.c.key, web_lines.c.body).where(
                web_lines.c.chat.in_(chats), web_lines.c.at >= case.created_at - _BEFORE
            )
        )
        for row in rows.all():
            written = told = json.dumps(row.body, ensure_ascii=False)
            for value in values:
                told = told.replace(json.dumps(value, ensure_ascii=False)[1:-1], STARS)
            if told != written:
                here = (web_lines.c.chat == row.chat) & (web_lines.c.key == row.key)
                await self._db.execute(update(web_lines).where(here).values(body=json.loads(told)))
        await self._db.execute(update(errands).where(errands.c.case_id == case_id).values(secrets="", for_phone=""))

    async def in_hand(self, person_id: int) -> tuple[Errand, ...]:
        """What this person has in hand now, the earliest slot first."""
        rows = await self._db.execute(
            select(*_ERRAND)
            .join(cases, cases.c.id == errands.c.case_id)
            .where(cases.c.handler_id == person_id, cases.c.closed_at.is_(None), cases.c.state.in_(IN_WORK))
            .order_by(errands.c.slot_from, errands.c.case_id)
        )
        return tuple(Errand(*row) for row in rows)


class Helpers:
    """`HelperRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def get(self, person_id: int) -> Helper | None:
        """One, or None for somebody who never asked."""
        row = (
            await self._db.execute(select(*_HELPER).where(helpers.c.person_id == person_id).with_for_update())
        ).first()
        return None if row is None else _helper(row)

    async def save(self, helper: Helper) -> None:
        """Keep a new one or what changed."""
        values = asdict(helper) | {"kinds": " ".join(helper.kinds), "state": helper.state.value}
        await upsert(self._db, helpers, fit(helpers, values))

    async def around(self, community_id: int) -> tuple[Helper, ...]:
        """The admitted helpers of a community, in the order of their ids."""
        rows = await self._db.execute(
            select(*_HELPER)
            .where(helpers.c.community_id == community_id, helpers.c.state == HelperState.ADMITTED.value)
            .order_by(helpers.c.person_id)
        )
        return tuple(_helper(row) for row in rows)

    async def offer(self, case_id: int, people: Sequence[int], now: datetime) -> None:
        """Note that they were offered it; once is enough."""
        for person_id in people:
            await insert_new(self._db, offers, {"case_id": case_id, "person_id": person_id, "at": now})

    async def offered(self, case_id: int) -> tuple[int, ...]:
        """Who was offered it."""
        rows = select(offers.c.person_id).where(offers.c.case_id == case_id).order_by(offers.c.person_id)
        return tuple(await self._db.scalars(rows))


class Weeklies:
    """`WeeklyRecords` on one connection."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._db = connection

    async def add(self, weekly: Weekly) -> int:
        """Keep a new one; its id."""
        values = fit(weeklies, asdict(weekly))
        del values["id"]
        return int(await self._db.scalar(insert(weeklies).values(values).returning(weeklies.c.id)) or 0)

    async def get(self, weekly_id: int) -> Weekly | None:
        """One, held against other writers until the transaction ends."""
        row = (await self._db.execute(select(*_WEEKLY).where(weeklies.c.id == weekly_id).with_for_update())).first()
        return None if row is None else Weekly(*row)

    async def end(self, person_id: int, now: datetime) -> int:
        """End all of this person; how many."""
        mine = (weeklies.c.person_id == person_id) & weeklies.c.ended_at.is_(None)
        return int((await self._db.execute(update(weeklies).where(mine).values(ended_at=now))).rowcount)


async def revealed(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> dict[int, Mapping[str, Any]]:
    """The bodies of letters that show a secret, by letter id, with the secret in them: it is read only to be sent."""
    wanted = {row.id: row for row in rows if row.body.get("hidden")}
    if not wanted:
        return {}
    found = await connection.execute(
        select(errands.c.case_id, errands.c.secrets, errands.c.for_phone, errands.c.code).where(
            errands.c.case_id.in_({row.case_id for row in wanted.values()})
        )
    )
    known = {row.case_id: row for row in found}
    bodies: dict[int, Mapping[str, Any]] = {}
    for letter_id, row in wanted.items():
        errand = known.get(row.case_id)
        value = STARS
        if errand is not None:
            both = (errand.secrets, errand.for_phone)
            value = errand.code if row.body["hidden"] == "code" else "\n".join(part for part in both if part) or STARS
        bodies[letter_id] = {**row.body, "text": row.body["text"].replace(HIDDEN, value)}
    return bodies


def _helper(row: Row[Any]) -> Helper:
    values = row._asdict()
    return Helper(**values | {"kinds": tuple(values["kinds"].split()), "state": HelperState(values["state"])})
