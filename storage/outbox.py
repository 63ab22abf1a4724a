"""The outbox in the database: what is promised, who may send it now, and how it ended."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, func, or_, select, text, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.chat.lines import WEB, NewLine, key_of
from bot.chat.messages import Address, Incoming, Outgoing
from bot.chat.records import Letter, Postman, Settled
from storage.care import disclosed
from storage.errands import revealed
from storage.homes import opened
from storage.listing import one_of
from storage.pending import Pending
from storage.posting import ARRIVED, BEHIND, CLAIM, HELD, LESSEES, SESSIONS, SETTLE
from storage.tables import cards, outbox

_IN_CHATS = (outbox.c.channel == bindparam("network"), one_of(outbox.c.chat, "chats"))
_WAKE = update(outbox).where(*_IN_CHATS, outbox.c.state == "resting").values(state="waiting", due_at=bindparam("now"))
_DROP = (
    delete(outbox)
    .where(
        # The chats again by themselves, for SQLite walks through the whole table where it is asked for pairs alone.
        *_IN_CHATS,
        one_of(outbox.c.chat + "\n" + outbox.c.card, "places"),
        outbox.c.state == "waiting",
        outbox.c.lease_owner == "",
        outbox.c.attempts == 0,
    )
    .returning(outbox.c.chat, outbox.c.card, outbox.c.body)
)
_UNSENT = select(
    outbox.c.chat, outbox.c.card, outbox.c.lease_owner, outbox.c.lease_until, outbox.c.due_at, outbox.c.state
)
# Each by an index of its own.
_HELD_BACK = union_all(*(_UNSENT.where(*_IN_CHATS, outbox.c.state == state) for state in ("waiting", "resting")))
# A row for each place, found by the whole key: out of lists of chats and cards a database looks for each with each.
_SHOWN = {
    dialect: text(
        f"SELECT cards.channel, cards.chat, cards.card, cards.message_id FROM {places} JOIN cards"  # noqa: S608 - ours
        f" ON cards.channel = {part % 0} AND cards.chat = {part % 1} AND cards.card = {part % 2}"
    )
    for dialect, places, part in (
        ("sqlite", "json_each(:places) AS place CROSS", "json_extract(place.value, '$[%d]')"),
        ("postgresql", "json_array_elements(CAST(:places AS json)) AS place(value)", "(place.value ->> %d)"),
    )
}
_LAST = select(func.max(outbox.c.id))
_NEXT = text("SELECT nextval(pg_get_serial_sequence('outbox', 'id')) FROM generate_series(1, :count)")
Chat = tuple[str, str]  # network and chat


class Unsent(NamedTuple):
    """What waits for a chat."""

    card: str
    owner: str
    until: datetime | None
    due_at: datetime

    def in_hand(self, owner: str, now: datetime) -> bool:
        """Whether it is leased to this owner."""
        return self.owner == owner and self.until is not None and self.until > now


class Outbox:
    """`OutboxRecords` on one connection."""

    def __init__(
        self, connection: AsyncConnection, pending: Pending, postman: Postman | None = None, *, pages: bool = False
    ) -> None:
        self._db = connection
        self._pending = pending
        self._postman = postman
        self._pages = pages  # whether what is for our own page goes straight into its transcript
        self.lines: list[NewLine] = []  # for transcripts, at the end of this transaction
        self.leased: list[Letter] = []  # to the postman of this process, once this is committed
        self.waits = False  # whether something else was promised, which must be claimed
        self._unsent: dict[Chat, list[Unsent]] = {}  # what waits for the chats that were looked at

    async def post(self, to: Address, message: Outgoing, now: datetime, case_id: int | None = None) -> None:
        """Promise a message. A waiting card that this one replaces is dropped."""
        row: dict[str, Any] = {
            "channel": to.channel,
            "chat": to.chat,
            "body": message.to_json(),
            "card": message.card,
            "state": "waiting",
            "due_at": now,
            "lease_owner": "",
            "lease_until": None,
            "attempts": 0,
            "error": "",
            "case_id": case_id,
            "created_at": now,
        }
        # Two states of one card with nobody having seen the first: only the last is worth sending, and it must be noticed
        # if the first had to be.
        before = self._pending.add(outbox, row, (to, message.card) if message.card else None)
        if before is not None and before["body"].get("fresh"):
            row["body"]["fresh"] = True

    def hear(self, said: Incoming) -> None:
        """Put what a person said into their transcript, where that is ours, before what answers it."""
        if said.line is not None:
            self.lines.append(said.line)

    async def expect(self, writers: Sequence[Address], now: datetime) -> None:
        """These people wrote: what rested for them may go out. What waits for them is known from now on."""
        resting = await self._look({(address.channel, address.chat) for address in writers})
        if resting:
            await self.wake([Address(*chat) for chat in resting], now)

    async def lease(self) -> None:
        """Before what was promised is written: drop what it replaces, and lease what our own postman may send at once.

        That is what goes to a chat for which nothing waits but what he has in hand already, and shows no secret. Nobody
        needs to claim it. What is for our own page needs no postman either.
        """
        chats = {(row["channel"], row["chat"]) for row in self._pending.rows(outbox)}
        if not chats:
            return
        await self._look(chats - self._unsent.keys())
        await self._drop_replaced()
        await self._transcribe()
        rows, postman = self._pending.rows(outbox), self._postman
        room = postman.room() if postman is not None else 0
        chosen = list[dict[str, Any]]()
        if postman is not None and room and rows:
            now = max(row["created_at"] for row in rows)
            held = defaultdict[Chat, set[str | None]](set)
            for chat, unsent in self._unsent.items():
                held[chat] = {each.card if each.in_hand(postman.owner, now) else None for each in unsent}
            chosen = _chosen(rows, held, postman.networks, room)
            for row in chosen:
                row |= {"lease_owner": postman.owner, "lease_until": now + postman.lease}
        if chosen:
            for row, letter_id in zip(rows, await self._new_ids(len(rows)), strict=True):
                row["id"] = letter_id
            edits = await self._edits(chosen)
            self.leased += [_letter(row, row["body"], edits) for row in chosen]
        self.waits = self.waits or len(chosen) < len(rows)
        for row in rows:
            before = self._unsent[row["channel"], row["chat"]]
            # Nothing goes out before what was put off, so it is not looked at before that either.
            row["due_at"] = max((row["due_at"], *(each.due_at for each in before)))
            before.append(Unsent(row["card"], row["lease_owner"], row["lease_until"], row["due_at"]))

    async def _transcribe(self) -> None:
        """Put what is for our own page into its transcript, but nothing before what waits already or shows a secret."""
        held = {chat for chat, unsent in self._unsent.items() if unsent}

        def ours(row: Mapping[str, Any]) -> bool:
            chat = row["channel"], row["chat"]
            if row["channel"] != WEB or chat in held or row["body"].get("hidden"):
                held.add(chat)
                return False
            return True

        told = self._pending.take(outbox, ours) if self._pages else []
        edits = await self._edits(told)
        for row in told:
            shown = edits.get((row["channel"], row["chat"], row["card"]), "")
            key = key_of(row["body"], shown)
            self.lines.append(NewLine(row["chat"], key, mine=False, body=row["body"], at=row["created_at"]))
            if row["card"] and key != shown:
                self._stands(Address(row["channel"], row["chat"]), row["card"], key)

    async def _look(self, chats: Collection[Chat]) -> set[Chat]:
        """Read what waits for these chats; those for which something rests."""
        resting: set[Chat] = set()
        for network in dict.fromkeys(channel for channel, _ in chats):
            here = [chat for channel, chat in chats if channel == network]
            self._unsent |= {(network, chat): [] for chat in here}
            for row in await self._db.execute(_HELD_BACK, {"network": network, "chats": here}):
                if row.state == "waiting":
                    self._unsent[network, row.chat].append(Unsent(*row[1:5]))
                else:
                    resting.add((network, row.chat))
        return resting

    async def _drop_replaced(self) -> None:
        """Drop the waiting cards of earlier turns that are replaced now.

        One that is on its way keeps its lease and arrives before the new one.
        """
        places = {
            (row["channel"], row["chat"], row["card"]): row["body"]
            for row in self._pending.rows(outbox)
            if row["card"]
            and any(each.card == row["card"] and not each.owner for each in self._unsent[row["channel"], row["chat"]])
        }
        for network in dict.fromkeys(channel for channel, _, _ in places):
            here = [(chat, card) for channel, chat, card in places if channel == network]
            asked = {
                "network": network,
                "chats": [chat for chat, _ in here],
                "places": [f"{chat}\n{card}" for chat, card in here],
            }
            for chat, card, body in await self._db.execute(_DROP, asked):
                if body.get("fresh"):
                    places[network, chat, card]["fresh"] = True

    async def _new_ids(self, count: int) -> Sequence[int]:
        """Ids for new rows, which the postman must know: rows written many at once come back without."""
        if self._db.dialect.name == "sqlite":  # Nobody else writes until we commit.
            last = int(await self._db.scalar(_LAST) or 0)
            return range(last + 1, last + count + 1)
        return (await self._db.scalars(_NEXT, {"count": count})).all()

    async def _edits(self, rows: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str, str], str]:
        """The messages in which the cards of these rows are shown, by network, chat and card."""
        wanted = [row for row in rows if row["card"]]
        if not wanted:
            return {}
        places = orjson.dumps([[row["channel"], row["chat"], row["card"]] for row in wanted]).decode()
        found = await self._db.execute(_SHOWN[self._db.dialect.name], {"places": places})
        return {(card.channel, card.chat, card.card): card.message_id for card in found}

    async def claim(self, owner: str, now: datetime, until: datetime, limit: int) -> tuple[Letter, ...]:
        """Lease the oldest waiting message of each chat that has one due, for one sender alone."""
        await self.lease()
        await self._pending.flush(outbox)
        asked = {"now": now, "most": limit, "owner": owner, "until": until}
        rows = (await self._db.execute(CLAIM, asked)).all()
        secrets = await revealed(self._db, rows) | await disclosed(self._db, rows) | await opened(self._db, rows)
        found = sorted((row._asdict() for row in rows), key=lambda row: int(row["id"]))
        edits = await self._edits(found)
        return tuple(_letter(row, secrets.get(row["id"], row["body"]), edits) for row in found)

    async def lessees(self) -> Sequence[str]:
        """Who has leased something that waits, and is not seen at work by the database (SQLite sees nobody)."""
        found = (await self._db.scalars(LESSEES)).all()
        at_work = set(await self._db.scalars(SESSIONS)) if found and self._db.dialect.name != "sqlite" else set()
        return [owner for owner in found if owner not in at_work]

    async def release(self, owners: Collection[str]) -> None:
        """What these have leased may be claimed by anybody: they are gone."""
        gone = update(outbox).where(outbox.c.state == "waiting", outbox.c.lease_owner.in_(owners))
        await self._db.execute(gone.values(lease_owner="", lease_until=None))

    async def hurry(self, now: datetime, leases: datetime | None = None) -> None:
        """Nothing waits any longer to be sent: what was put off is due now, and free where its lease outlasts `leases`."""
        waiting = outbox.c.state == "waiting"
        await self._db.execute(update(outbox).where(waiting, outbox.c.due_at > now).values(due_at=now))
        if leases is not None:
            free = {"lease_owner": "", "lease_until": None}
            await self._db.execute(update(outbox).where(waiting, outbox.c.lease_until > leases).values(free))

    async def settle(self, owner: str, settled: Sequence[Settled], now: datetime) -> int:
        """Write down how they ended, where the lease still stands; how many did."""
        ours = {"owner": owner, "now": now}
        arrived = [end.letter.id for end in settled if end.state == "sent"]
        kept_back = [end.letter.id for end in settled if end.state != "sent"]
        held = set(await self._db.scalars(ARRIVED, ours | {"letters": arrived})) if arrived else set[int]()
        if kept_back:
            held |= set(await self._db.scalars(HELD, ours | {"letters": kept_back}))
        ended = [end for end in settled if end.letter.id in held]
        others = [
            {
                "letter": end.letter.id,
                "state": end.state,
                "due_at": end.due_at or now,
                "attempts": end.letter.attempts + end.tries,
                "error": end.error[:255],
            }
            for end in ended
            if end.state != "sent"
        ]
        if others:
            await self._db.execute(SETTLE, others)
        put_off = [
            {"network": end.letter.to.channel, "to": end.letter.to.chat, "letter": end.letter.id, "due": end.due_at}
            for end in ended
            if end.state == "waiting" and end.due_at is not None
        ]
        if put_off:
            await self._db.execute(BEHIND, put_off)
        for end in ended:
            message = end.letter.message
            if end.state == "sent" and message.card and end.message_id and end.message_id != end.letter.edit:
                self._stands(end.letter.to, message.card, end.message_id[:96])
        return len(ended)

    def _stands(self, to: Address, card: str, message_id: str) -> None:
        """Note in which message a card is shown."""
        self._pending.add(cards, {"channel": to.channel, "chat": to.chat, "card": card, "message_id": message_id})

    async def wake(self, writers: Sequence[Address], now: datetime) -> None:
        """These people wrote: what rested for them may go out."""
        self._unsent.clear()
        for network in dict.fromkeys(address.channel for address in writers):
            chats = [address.chat for address in writers if address.channel == network]
            await self._db.execute(_WAKE, {"network": network, "chats": chats, "now": now})

    async def redirect(self, old: Address, new: Address, now: datetime) -> None:
        """What waits or rests for one address goes to another; what is on its way just now is left alone."""
        self._unsent.clear()
        for row in self._pending.rows(outbox):
            if (row["channel"], row["chat"]) == (old.channel, old.chat):
                row |= {"channel": new.channel, "chat": new.chat}
        await self._db.execute(
            update(outbox)
            .where(
                outbox.c.channel == old.channel,
                outbox.c.chat == old.chat,
                outbox.c.state.in_(("waiting", "resting")),
                or_(outbox.c.lease_until.is_(None), outbox.c.lease_until < now),
            )
            .values(channel=new.channel, chat=new.chat, state="waiting", due_at=now, attempts=0)
        )


def _chosen(
    rows: Sequence[dict[str, Any]], held: defaultdict[Chat, set[str | None]], networks: Collection[str], room: int
) -> list[dict[str, Any]]:
    """Which of the new rows the postman takes: in each chat what comes before the first that he cannot take.

    A card goes after its earlier state is shown, as it will be shown in that message.
    """
    chosen: list[dict[str, Any]] = []
    for row in rows:
        before = held[row["channel"], row["chat"]]
        can = row["channel"] in networks and not row["body"].get("hidden") and len(chosen) < room
        if can and None not in before and (not row["card"] or row["card"] not in before):
            chosen.append(row)
            before.add(row["card"])
        else:
            before.add(None)
    return chosen


def _letter(row: Mapping[str, Any], body: Any, edits: Mapping[tuple[str, str, str], str]) -> Letter:
    place = row["channel"], row["chat"], row["card"]
    to = Address(row["channel"], row["chat"])
    return Letter(row["id"], to, Outgoing.from_json(body), row["attempts"], edits.get(place, ""), row["case_id"])
