"""What is let go in the database: of one person who asks for it, and of everybody with time."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, Table, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.cases.lifecycle import ENDED
from bot.people.privacy_records import Stale
from storage.care import forget
from storage.double import forget_member
from storage.lessons import unlearn
from storage.listing import one_of
from storage.pending import ALL_BUT_LETTERS, Pending
from storage.tables import (
    addresses,
    assists,
    attachments,
    callbacks,
    cards,
    cases,
    conversations,
    corrections,
    errands,
    events,
    follower_ratings,
    followers,
    helpers,
    mutings,
    offers,
    outbox,
    people,
    petitions,
    ratings,
    seen,
    supervisions,
    takings,
    timers,
    units,
    web_chats,
    web_lines,
    weeklies,
)

EXPORT = "export"  # the channel of an attachment that we made for a person
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_BLANK: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (events, ("words",)),
    (ratings, ("words",)),
    (petitions, ("words",)),
    (assists, ("words",)),
    (supervisions, ("words", "answer")),
    (callbacks, ("words",)),
    (errands, ("answers", "secrets", "for_whom", "for_phone", "code")),
)
_GONE = (attachments, corrections, followers, follower_ratings)
_kept = and_(cases.c.closed_at.is_not(None), cases.c.blanked_at.is_(None))
_ended = cases.c.state.in_([state.value for state in ENDED])
_HELD = select(attachments.c.sha256).where(one_of(attachments.c.sha256, "files"))
_STRETCH = 10_000  # rows of a table that one transaction of the night looks through


class Privacy:
    """`PrivacyRecords` on one connection."""

    def __init__(self, connection: AsyncConnection, pending: Pending) -> None:
        self._db = connection
        self._pending = pending

    async def open_cases(self, person_id: int) -> int:
        """How many of a person's cases are still in work."""
        mine = (cases.c.reporter_id == person_id, cases.c.closed_at.is_(None))
        return await self._db.scalar(select(func.count()).select_from(cases).where(*mine)) or 0

    async def note_export(self, person_id: int, sha256: str, mime: str, size: int, now: datetime) -> None:
        """Note a file that was made for a person, so that it goes when it is old."""
        values = {"person_id": person_id, "medium": "document", "channel": EXPORT, "ref": "", "album": ""}
        await self._db.execute(insert(attachments).values(**values, sha256=sha256, mime=mime, size=size, at=now))

    async def erase(self, person_id: int, now: datetime) -> None:
        """Forget name, phone, home, drafts and transcripts at once; their ended cases are due from now on."""
        await self._pending.flush(*ALL_BUT_LETTERS)
        self._pending.forget()
        places = select(addresses.c.channel, addresses.c.chat).where(addresses.c.person_id == person_id)
        chats = select(addresses.c.chat).where(addresses.c.person_id == person_id, addresses.c.channel == "web")
        nobody = {"name": "", "phone": "", "home_unit_id": None, "home_room": "", "other_homes": None, "erased_at": now}
        await self._db.execute(update(people).where(people.c.id == person_id).values(nobody))
        await self._db.execute(delete(conversations).where(conversations.c.person_id == person_id))
        # Their drafts are counted from one again, and each must be remembered anew.
        await self._db.execute(delete(timers).where(timers.c.kind == "draft", timers.c.subject == person_id))
        await self._db.execute(delete(web_lines).where(web_lines.c.chat.in_(chats)))
        # Pictures of drafts and exports count as old from now on: the night takes them with their files.
        loose = (attachments.c.person_id == person_id, attachments.c.case_id.is_(None))
        await self._db.execute(update(attachments).where(*loose).values(at=_LONG_AGO))
        await self._db.execute(delete(helpers).where(helpers.c.person_id == person_id))
        await self._db.execute(delete(weeklies).where(weeklies.c.person_id == person_id))
        await forget(self._db, person_id, now)
        await forget_member(self._db, person_id)
        for channel, chat in (await self._db.execute(places)).all():
            here = (outbox.c.channel == channel, outbox.c.chat == chat, outbox.c.state != "waiting")
            await self._db.execute(delete(outbox).where(*here))

    async def stale(self, old: datetime, final: datetime, said: datetime) -> Stale:
        """How much `due` and `purge` would find."""
        erased = select(func.count()).select_from(people).where(people.c.erased_at.is_not(None), _reachable())
        due = [await self._count(each.with_only_columns(func.count())) for each in (_old(old), _erased(old, final))]
        return Stale(
            cases=sum(due),
            people=await self._count(erased),
            messages=await self._count(select(func.count()).select_from(outbox).where(_sent(said))),
            drafts=await self._count(
                select(func.count()).select_from(conversations).where(conversations.c.updated_at < said)
            ),
        )

    async def due(self, old: datetime, final: datetime, limit: int) -> tuple[int, ...]:
        """Cases to blank: closed before `old`, or closed before `final` by somebody who asked to be erased."""
        found: list[int] = []
        for wanted in (_old(old), _erased(old, final)):
            some = wanted.order_by(cases.c.closed_at).limit(limit - len(found))
            found += await self._db.scalars(some.with_for_update(skip_locked=True, of=cases))
        return tuple(found)

    async def blank(self, case_ids: Sequence[int], now: datetime) -> tuple[str, ...]:
        """Take out of these cases who, what words, which room and which pictures; what can be counted stays."""
        if not case_ids:
            return ()
        ids = list(case_ids)
        files = set(await self._db.scalars(select(attachments.c.sha256).where(attachments.c.case_id.in_(ids))))
        said = set(await self._db.scalars(select(cases.c.words).where(cases.c.id.in_(ids))))
        await unlearn(self._db, said | set(await self._db.scalars(_corrected(ids))))
        for table, columns in _BLANK:
            blank = dict.fromkeys(columns, "")
            await self._db.execute(update(table).where(table.c.case_id.in_(ids)).values(blank))
        for table in _GONE:
            await self._db.execute(delete(table).where(table.c.case_id.in_(ids)))
        await self._db.execute(delete(outbox).where(outbox.c.case_id.in_(ids), outbox.c.state != "waiting"))
        # A door is a household: the case counts for its building from now on.
        homes = select(units.c.id, units.c.parent_id).where(
            units.c.kind == "door", units.c.id.in_(select(cases.c.unit_id).where(cases.c.id.in_(ids)))
        )
        for door, building in (await self._db.execute(homes)).all():
            here = (cases.c.id.in_(ids), cases.c.unit_id == door)
            await self._db.execute(update(cases).where(*here).values(unit_id=building))
        empty: dict[str, Any] = {"words": "", "room": "", "hand_over": "", "place": "", "lat": None, "lon": None}
        for case_id in ids:
            # A reporter of its own, so that the cases of one person no longer hang together.
            somebody = insert(people).values(name="", phone="", home_room="", created_at=now).returning(people.c.id)
            values = empty | {"reporter_id": await self._db.scalar(somebody), "blanked_at": now}
            await self._db.execute(update(cases).where(cases.c.id == case_id).values(values))
        return tuple(files - {""})

    async def let_go(self) -> None:
        """Unlink the chats of people who were erased and of whom no case is kept."""
        gone = select(people.c.id).where(people.c.erased_at.is_not(None), _reachable(), ~_has_cases())
        leaving = list(await self._db.scalars(gone))
        if leaving:
            theirs = select(addresses.c.channel, addresses.c.chat).where(addresses.c.person_id.in_(leaving))
            for channel, chat in (await self._db.execute(theirs)).all():
                here = (outbox.c.channel == channel, outbox.c.chat == chat)
                for each in (outbox.c.state == "waiting", outbox.c.state != "waiting"):  # each has its own index
                    await self._db.execute(delete(outbox).where(*here, each))
                await self._db.execute(delete(cards).where(cards.c.channel == channel, cards.c.chat == chat))
                if channel == "web":
                    for table in (web_lines, web_chats):
                        await self._db.execute(delete(table).where(table.c.chat == chat))
            for table in (conversations, offers, mutings):
                await self._db.execute(delete(table).where(table.c.person_id.in_(leaving)))
            await self._db.execute(delete(addresses).where(addresses.c.person_id.in_(leaving)))

    async def purge(self, said: datetime, exports: datetime, after: int) -> tuple[tuple[str, ...], int | None]:
        """Delete sent messages, heard ids, rung timers and left drafts of before `said`, and exports of before `exports`.

        One stretch of each table: to look through millions of rows at once would keep everybody waiting.
        """
        if not after:
            await self._db.execute(delete(seen).where(seen.c.at < said))
            lapsed = (takings.c.asked_at < said) & takings.c.granted.is_(None)
            await self._db.execute(update(takings).where(lapsed).values(body={}, granted=False))
        made = and_(attachments.c.channel == EXPORT, attachments.c.at < exports)
        left = and_(attachments.c.case_id.is_(None), attachments.c.at < said)
        last = after + _STRETCH
        for key, old in (
            (outbox.c.id, _sent(said)),
            (timers.c.id, timers.c.done_at < said),
            (conversations.c.person_id, conversations.c.updated_at < said),
        ):
            await self._db.execute(delete(key.table).where(key > after, key <= last, old))
        here = (attachments.c.id > after, attachments.c.id <= last)
        gone = delete(attachments).where(*here, or_(made, left)).returning(attachments.c.sha256)
        files = set(await self._db.scalars(gone)) - {""}
        return tuple(files), last if await self._beyond(last) else None

    async def _beyond(self, last: int) -> bool:
        """Whether any of the tables that are purged has rows behind this number."""
        keys = (outbox.c.id, timers.c.id, conversations.c.person_id, attachments.c.id)
        return bool(await self._db.scalar(select(or_(*(exists(select(key).where(key > last)) for key in keys)))))

    async def began(self) -> datetime | None:
        """When the first person was noted here; None before that."""
        first = select(func.min(people.c.id)).scalar_subquery()
        began: datetime | None = await self._db.scalar(select(people.c.created_at).where(people.c.id == first))
        return began

    async def ownerless(self, sha256s: Collection[str]) -> tuple[str, ...]:
        """Those of these files that nothing points to any more."""
        held = set(await self._db.scalars(_HELD, {"files": list(sha256s)}))
        return tuple(sorted(set(sha256s) - held))

    async def _count(self, statement: Select[Any]) -> int:
        return await self._db.scalar(statement) or 0


def _old(old: datetime) -> Select[Any]:
    """Cases that were closed so long ago."""
    return select(cases.c.id).where(_kept, _ended, cases.c.closed_at < old)


def _erased(old: datetime, final: datetime) -> Select[Any]:
    """Cases closed since then, and before `final`, by people who asked to be erased."""
    theirs = select(cases.c.id).join(people, people.c.id == cases.c.reporter_id).where(people.c.erased_at.is_not(None))
    return theirs.where(_kept, _ended, cases.c.closed_at >= old, cases.c.closed_at < final)


def _corrected(case_ids: Sequence[int]) -> Select[str]:
    return select(corrections.c.text).where(corrections.c.case_id.in_(case_ids))


def _sent(said: datetime) -> Any:
    return outbox.c.state.in_(("sent", "failed")) & (outbox.c.created_at < said)


def _reachable() -> Any:
    return exists(select(addresses.c.chat).where(addresses.c.person_id == people.c.id))


def _has_cases() -> Any:
    return exists(select(cases.c.id).where(cases.c.reporter_id == people.c.id))
