"""The real service with a moved clock, and the people who use it: how the simulated months run.

What people say goes in as chat messages, what staff do are presses of the buttons that their cards offer, and the clock
goes on in steps of some minutes. Nothing is sent anywhere: what waits in the outbox is read there, as it would be sent.
"""

import heapq
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from datetime import time as day_time
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import aiosqlite
from sqlalchemy import event, literal_column, select, update
from tqdm import tqdm

from bot.care import care
from bot.cases import desk_watch, post_watch, watch
from bot.cases.casework import Casework
from bot.cases.clocks import Clocks
from bot.cases.mornings import Mornings
from bot.chat.dialogue import Dialogue
from bot.chat.forms.every import FORMS
from bot.chat.intake import Intake
from bot.chat.messages import Address, Attachment, Incoming, Medium
from bot.chat.records import Timer
from bot.digests import counting, rounds
from bot.digests.counting import Counting
from bot.digests.rounds import Digests
from bot.double import claim_watch, gatherings
from bot.errands import ringing
from bot.errands.errands import Errands
from bot.grid.directory import Unit
from bot.grid.district import District
from bot.house import House
from bot.people.affairs import Affairs
from bot.records import Records
from bot.sweep import Ringer, Sweep
from bot.texts import texts
from bot.town import Town
from storage.care import disclosed
from storage.database import Database
from storage.digests import Figures
from storage.districts import Districts
from storage.errands import revealed
from storage.migrating import migrate
from storage.records import DatabaseStorage
from storage.tables import outbox, timers
from tests.bench.arrivals import ZONE
from tests.bench.townsfolk import Heard, Job, Said, Somebody

MINUTE = timedelta(minutes=1)
STEP, TURN = timedelta(minutes=5), timedelta(seconds=15)
TURNS = 12  # a step at most: who is asked a question answers it within the step


@dataclass
class Clockwork:
    """The service, its clock, and the people who use it."""

    database: Database
    house: House
    intake: Intake
    sweep: Sweep
    storage: DatabaseStorage
    counting: Counting
    nights: list[Timer]
    now: list[datetime]
    chance: random.Random
    folk: dict[str, Somebody] = field(default_factory=dict)
    agenda: list[tuple[datetime, int, str, Callable[[], Job]]] = field(default_factory=list)
    queues: dict[str, list[Callable[[], Job]]] = field(default_factory=lambda: defaultdict(list))
    jobs: dict[str, tuple[Job, Said]] = field(default_factory=dict)
    spent: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    watched: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    numbers: Iterator[int] = field(default_factory=count)

    @property
    def town(self) -> Town:
        """The town as it stands."""
        return self.house.town

    def plan(self, chat: str, hours: float, working: bool, job: Callable[[], Job]) -> None:
        """Do a job later; who is at home does it in waking hours."""
        clocks, now = self.town.clocks, self.now[0]
        if working:
            at = clocks.due(now, hours, wall=False) + timedelta(minutes=self.chance.uniform(0, 5))
        else:
            at = now + timedelta(hours=hours)
            at = at if chat.startswith("s") else clocks.civil(at)
        self.at(at, chat, job)

    def at(self, moment: datetime, chat: str, job: Callable[[], Job]) -> None:
        """Do a job in that moment."""
        heapq.heappush(self.agenda, (moment, next(self.numbers), chat, job))

    async def run(self, until: datetime) -> None:
        """Let time pass, in steps."""
        with tqdm(total=int((until - self.now[0]) / timedelta(days=1)), unit="day", disable=None) as bar:
            while self.now[0] < until:
                before = self.town.clocks.today(self.now[0])
                end = self.now[0] + (MINUTE if await self._urgent() else STEP)
                await self._timed("looking for changes of the directory", self.house.refresh())
                await self._timed("ringing timers", self._ring())
                self._begin()
                await self.listen()
                for _ in range(TURNS):
                    if not self.jobs:
                        break
                    self.now[0] += TURN
                    await self._speak()
                if await self._urgent():
                    end = min(end, self.now[0] + MINUTE)
                self.now[0] = max(end, self.now[0])
                bar.update((self.town.clocks.today(self.now[0]) - before).days)

    async def _timed(self, what: str, doing: Any) -> Any:
        begun = time.perf_counter()
        result = await doing
        self.spent[what] += time.perf_counter() - begun  # type: ignore[assignment] # a Counter adds seconds as well
        return result

    async def _urgent(self) -> bool:
        """Whether somebody waits for the next to be called: that goes by minutes."""
        async with self.database.reading() as connection:
            soon = (timers.c.kind == "care_alarm", timers.c.done_at.is_(None), timers.c.due_at < self.now[0] + STEP)
            return await connection.scalar(select(timers.c.id).where(*soon).limit(1)) is not None

    async def _ring(self) -> None:
        while await self.sweep.ring_due():
            pass
        while self.nights:
            timer = self.nights.pop()
            await self._timed("counting days", self.counting.count(date.fromisoformat(timer.slot), timer))

    def _begin(self) -> None:
        """Let those whose hour has come begin, one job each at a time."""
        while self.agenda and self.agenda[0][0] <= self.now[0]:
            _, _, chat, job = heapq.heappop(self.agenda)
            self.queues[chat].append(job)
        for chat in list(self.queues):
            somebody = self.folk[chat]
            if somebody.away:
                continue
            self._next(chat)

    def _next(self, chat: str) -> None:
        while chat not in self.jobs and self.queues.get(chat):
            job = self.queues[chat].pop(0)()
            said = next(job, None)
            if said is not None:
                self.jobs[chat] = (job, said)
        if not self.queues.get(chat):
            self.queues.pop(chat, None)

    async def _speak(self) -> None:
        """All who have something to say say it, and hear what comes of it."""
        speaking, self.jobs = self.jobs, {}
        await self._timed("taking what people say", self.intake.receive([
            self.incoming(chat, said) for chat, (_, said) in speaking.items()
        ]))  # fmt: skip
        self.told["turns"] += len(speaking)
        heard = await self.listen()
        for chat, (job, _) in speaking.items():
            try:
                self.jobs[chat] = (job, job.send(heard.get(chat, [])))
            except StopIteration:
                self._next(chat)

    def incoming(self, chat: str, said: Said) -> Incoming:
        n = next(self.numbers)
        if chat in self.watched:
            pressed = self.labels[chat].get(said.choice, said.choice)
            words = said.text + (f"[{pressed}]" if pressed else "") + "（照片）" * said.photo
            self.watched[chat].append(f"{self._clock()}  ← {words}")
        photo = Attachment(Medium.PHOTO, "web", f"{n:064d}", f"{n:064d}", "image/jpeg", 10)
        address = Address("web", chat)
        files = (photo,) if said.photo else ()
        return Incoming(address, address, f"m{n}", self.now[0], said.text, said.choice, files)

    async def listen(self) -> dict[str, list[Heard]]:
        """What everybody was told meanwhile."""
        begun = time.perf_counter()
        async with self.database.writing() as connection:
            # By the word itself: only so SQLite sees that the index of what waits is meant.
            waiting = outbox.c.state == literal_column("'waiting'")
            found_rows = await connection.execute(
                select(outbox.c.id, outbox.c.chat, outbox.c.case_id, outbox.c.body).where(waiting)
            )
            rows = sorted(found_rows.all(), key=lambda row: row.id)
            if rows:
                await connection.execute(update(outbox).where(waiting).values(state="sent", sent_at=self.now[0]))
        self.told["letters"] += len(rows)
        found: dict[str, list[Heard]] = defaultdict(list)
        shown = await self._filled_in(rows)
        for row in rows:
            chat, body = row.chat, shown.get(row.id, row.body)
            buttons = body.get("buttons", ())
            heard = Heard(body["text"], [choice for _, choice, _ in buttons], body.get("card", ""), row.case_id)
            found[chat].append(heard)
            if chat in self.watched:
                self.labels[chat] |= {choice: label for label, choice, _ in buttons}
                pressed = " ".join(f"[{label}]" for label, _, _ in buttons)
                self.watched[chat].append(f"{self._clock()}  {body['text']}\n{pressed}".rstrip())
            self.folk[chat].hears(heard)
        self.spent["reading the outbox"] += time.perf_counter() - begun  # type: ignore[assignment] # as above
        return found

    async def _filled_in(self, rows: Sequence[Any]) -> dict[int, Any]:
        """What is secret in a letter stands in it only once it is sent: read now, and kept nowhere."""
        if not (hidden := [row for row in rows if row.body.get("hidden")]):
            return {}
        async with self.database.reading() as connection:
            return {**await revealed(connection, hidden), **await disclosed(connection, hidden)}

    def _clock(self) -> str:
        return f"{self.now[0].astimezone(ZONE):%m-%d %H:%M}"


class Nights:
    """Notes which day is to be counted; it is counted after the sweep's transaction, as the service does it."""

    def __init__(self, wanted: list[Timer]) -> None:
        self._wanted = wanted

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Put off, so that `Counting.count` finds it undone."""
        await records.timers.postpone(timer.id, now + timedelta(minutes=30))
        self._wanted.append(timer)
        return False


class NoPictures:
    """Thousands of digests have a picture each, drawn by a process of its own: not in this month."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Done."""
        return True


async def at_once(_connection: aiosqlite.Connection, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Run a statement here: the driver would hand each of some millions to a thread, and wait for it to come back."""
    return partial(fn, *args, **named)()


def hasty(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # A month that a power cut takes is simulated again.


async def opened(
    path: Path, made: District, first: date, seed: int, keys: Sequence[str] = ()
) -> tuple[Clockwork, Mapping[str, Unit]]:
    """The service over an empty district at midnight of the first day, and its units by code; nobody has joined yet."""
    now = [datetime.combine(first, day_time(), ZONE).astimezone(UTC)]

    def clock() -> datetime:
        return now[0]

    database = Database(f"sqlite+aiosqlite:///{path}", keys)
    event.listen(database.engine.sync_engine, "connect", hasty)
    setattr(aiosqlite.Connection, "_execute", at_once)  # noqa: B010 - there is no setting for it, nor a type
    await migrate(database)
    districts = Districts(database)
    await districts.apply(made)
    house = House(districts, texts("zh-CN"), Clocks(ZONE))
    await house.refresh()
    storage, nights, casework, digests = DatabaseStorage(database), list[Timer](), Casework(), Digests()
    counter = Counting(storage, Figures(database), house, clock)
    affairs = Affairs(digests, Errands(), care.Care(casework.file))
    intake = Intake(storage, house, Dialogue(FORMS), casework, affairs, clock)
    mornings = Mornings()
    ringers: dict[str, Ringer] = {"draft": intake, "morning": mornings, counting.TIMER: Nights(nights)}
    ringers |= {rounds.TIMER: digests, rounds.ONE_TIMER: digests, rounds.PICTURE_TIMER: NoPictures()}
    ringers |= dict.fromkeys(watch.TIMERS, watch.Watch())
    ringers |= dict.fromkeys(desk_watch.TIMERS, desk_watch.DeskWatch())
    ringers |= dict.fromkeys(post_watch.TIMERS, post_watch.PostWatch())
    ringers |= dict.fromkeys(ringing.TIMERS, ringing.ErrandWatch(casework.file))
    ringers |= dict.fromkeys(care.TIMERS, care.CareWatch())
    ringers |= dict.fromkeys(gatherings.TIMERS, gatherings.GatheringWatch())
    ringers |= dict.fromkeys(claim_watch.TIMERS, claim_watch.ClaimWatch())
    sweep = Sweep(storage, house, ringers, clock)
    async with storage.writing() as records:
        for daily in (counter, digests, mornings, care.CareWatch()):
            await daily.start(records, house.town, now[0])
    running = Clockwork(database, house, intake, sweep, storage, counter, nights, now, random.Random(seed))
    return running, house.town.directory.by_code
