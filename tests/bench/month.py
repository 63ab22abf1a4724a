"""A month of a whole district through the real service with a moved clock, and what its managers see afterwards.

    python -m tests.bench.month --days 30 --cases 20000 --out DIR

The seed-sized sample district on SQLite; its workers, desks, liaisons and managers joined on the web network. Residents
write in words and press buttons, staff press what their cards offer after delays of their own, and the clock goes on in
steps of some minutes: everything in between (limits, reminders, ladders, digests, nightly counts) is the service's own.
At the end the rows are checked (`month_checks`) and the board is photographed. DIR keeps the database, the transcripts
of a few people, the figures, and the pictures. Nothing is sent anywhere: what waits in the outbox is read there.
"""

import argparse
import asyncio
import heapq
import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
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

from bot.cases import desk_watch, watch
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
from bot.grid import sample
from bot.grid.directory import Role, UnitKind
from bot.grid.sample_outlines import sample_outlines
from bot.house import House
from bot.people.affairs import Affairs
from bot.records import Records
from bot.sweep import Ringer, Sweep
from bot.texts import texts
from bot.town import DESKS, Town
from storage.database import Database
from storage.digests import Figures
from storage.districts import Districts
from storage.migrating import migrate
from storage.records import DatabaseStorage
from storage.tables import outbox
from tests.bench.arrivals import TROUBLES, ZONE, arrivals, rhythm
from tests.bench.month_checks import check
from tests.bench.month_pictures import photograph
from tests.bench.townsfolk import Heard, Job, Resident, Said, Somebody, Staff

STEP, TURN = timedelta(minutes=5), timedelta(seconds=15)
TURNS = 12  # a step at most: who is asked a question answers it within the step
JOINED = frozenset({Role.GRID_WORKER, Role.LIAISON, Role.MANAGER, *DESKS})
WATCHED = (sample.PRACTICE_WORKER, sample.PRACTICE_MANAGER, "R003")


@dataclass
class Month:
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
                end = self.now[0] + STEP
                await self._timed("looking for changes of the directory", self.house.refresh())
                await self._timed("ringing timers", self._ring())
                self._begin()
                await self._listen()
                for _ in range(TURNS):
                    if not self.jobs:
                        break
                    self.now[0] += TURN
                    await self._speak()
                self.now[0] = max(end, self.now[0])
                bar.update((self.town.clocks.today(self.now[0]) - before).days)

    async def _timed(self, what: str, doing: Any) -> Any:
        begun = time.perf_counter()
        result = await doing
        self.spent[what] += time.perf_counter() - begun  # type: ignore[assignment] # a Counter adds seconds as well
        return result

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
            if isinstance(somebody, Staff) and somebody.away:
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
            self._incoming(chat, said) for chat, (_, said) in speaking.items()
        ]))  # fmt: skip
        self.told["turns"] += len(speaking)
        heard = await self._listen()
        for chat, (job, _) in speaking.items():
            try:
                self.jobs[chat] = (job, job.send(heard.get(chat, [])))
            except StopIteration:
                self._next(chat)

    def _incoming(self, chat: str, said: Said) -> Incoming:
        n = next(self.numbers)
        if chat in self.watched:
            self.watched[chat].append(f"{self._clock()}  ← {said.text or said.choice or '(照片)'}")
        photo = Attachment(Medium.PHOTO, "web", f"{n:064d}", f"{n:064d}", "image/jpeg", 10)
        address = Address("web", chat)
        files = (photo,) if said.photo else ()
        return Incoming(address, address, f"m{n}", self.now[0], said.text, said.choice, files)

    async def _listen(self) -> dict[str, list[Heard]]:
        """What everybody was told meanwhile."""
        begun = time.perf_counter()
        async with self.database.writing() as connection:
            # By the word itself: only so SQLite sees that the index of what waits is meant.
            waiting = outbox.c.state == literal_column("'waiting'")
            found_rows = await connection.execute(select(outbox.c.id, outbox.c.chat, outbox.c.body).where(waiting))
            rows = sorted(found_rows.all(), key=lambda row: row.id)
            if rows:
                await connection.execute(update(outbox).where(waiting).values(state="sent", sent_at=self.now[0]))
        self.told["letters"] += len(rows)
        found: dict[str, list[Heard]] = defaultdict(list)
        for _, chat, body in rows:
            buttons = body.get("buttons", ())
            heard = Heard(body["text"], [choice for _, choice, _ in buttons], body.get("card", ""))
            found[chat].append(heard)
            if chat in self.watched:
                pressed = " ".join(f"[{label}]" for label, _, _ in buttons)
                self.watched[chat].append(f"{self._clock()}  {body['text']}\n{pressed}".rstrip())
            self.folk[chat].hears(heard)
        self.spent["reading the outbox"] += time.perf_counter() - begun  # type: ignore[assignment] # as above
        return found

    def _clock(self) -> str:
        return f"{self.now[0].astimezone(ZONE):%m-%d %H:%M}"


class _Nights:
    """Notes which day is to be counted; it is counted after the sweep's transaction, as the service does it."""

    def __init__(self, wanted: list[Timer]) -> None:
        self._wanted = wanted

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Put off, so that `Counting.count` finds it undone."""
        await records.timers.postpone(timer.id, now + timedelta(minutes=30))
        self._wanted.append(timer)
        return False


class _NoPictures:
    """Thousands of digests have a picture each, drawn by a process of its own: not in this month."""

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Done."""
        return True


async def build(path: Path, first: date, seed: int) -> Month:
    """The service over an empty seed-sized district, at midnight of the first day, with all staff joined."""
    now = [datetime.combine(first, day_time(), ZONE).astimezone(UTC)]

    def clock() -> datetime:
        return now[0]

    database = Database(f"sqlite+aiosqlite:///{path}")
    event.listen(database.engine.sync_engine, "connect", _hasty)
    setattr(aiosqlite.Connection, "_execute", _at_once)  # noqa: B010 - there is no setting for it, nor a type
    await migrate(database)
    districts = Districts(database)
    await districts.apply(made := sample.make("seed"))
    codes = (await districts.load()).by_code
    await districts.draw({codes[code].id: area for code, area in sample_outlines(made).items()})
    house = House(districts, texts("zh-CN"), Clocks(ZONE))
    await house.refresh()
    storage, nights, casework, digests = DatabaseStorage(database), list[Timer](), Casework(), Digests()
    counter = Counting(storage, Figures(database), house, clock)
    intake = Intake(storage, house, Dialogue(FORMS), casework, Affairs(digests), clock, lambda: None)
    mornings = Mornings()
    ringers: dict[str, Ringer] = {"draft": intake, "morning": mornings, counting.TIMER: _Nights(nights)}
    ringers |= {rounds.TIMER: digests, rounds.ONE_TIMER: digests, rounds.PICTURE_TIMER: _NoPictures()}
    ringers |= dict.fromkeys(watch.TIMERS, watch.Watch())
    ringers |= dict.fromkeys(desk_watch.TIMERS, desk_watch.DeskWatch())
    sweep = Sweep(storage, house, ringers, clock, lambda: None)
    month = Month(database, house, intake, sweep, storage, counter, nights, now, random.Random(seed))
    async with storage.writing() as records:
        for daily in (counter, digests, mornings):
            await daily.start(records, house.town, now[0])
    await _join(month)
    return month


async def _at_once(_connection: aiosqlite.Connection, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Run a statement here: the driver would hand each of some millions to a thread, and wait for it to come back."""
    return partial(fn, *args, **named)()


def _hasty(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")  # A month that a power cut takes is simulated again.


async def _join(month: Month) -> None:
    """Everybody with a post that is called joins; heads and volunteers do not, so ladders pass them by."""
    staff: dict[int, Role] = {}
    for post in month.town.directory.posts.values():
        if post.role in JOINED:
            for holder in (post.holder_id, post.deputy_id):
                if holder is not None:
                    staff.setdefault(holder, post.role)
    for person_id, role in staff.items():
        chat = f"s{person_id}"
        month.folk[chat] = Staff.hired(
            chat, role.value, random.Random(month.chance.random()), month.plan, lambda: month.now[0]
        )
        if role is Role.GRID_WORKER:
            _absences(month, chat, month.folk[chat])
    starting = [(chat, Said("/start")) for chat in month.folk]
    await month.intake.receive([month._incoming(chat, said) for chat, said in starting])
    async with month.storage.writing() as records:
        for person_id in staff:
            await records.invites.join(Address("web", f"s{person_id}"), person_id, month.now[0])
        for code in WATCHED:
            person = await records.people.by_code(code)
            if person is not None:
                month.watched[f"s{person.id}"] = []
    await month._listen()


def _absences(month: Month, chat: str, worker: Somebody) -> None:
    """A fifth of the workers take leave within four weeks, one in fifteen is just not there for three days."""
    assert isinstance(worker, Staff)
    day = month.now[0] + timedelta(days=month.chance.uniform(2, 26), hours=month.chance.uniform(0, 1))
    morning = day.astimezone(ZONE).replace(hour=8, minute=5)
    fate = month.chance.random()
    if fate < 0.2:
        days = month.chance.choice((1, 7))
        month.at(morning, chat, lambda: worker.leave(days))
    elif fate < 0.27:
        month.at(morning, chat, lambda: worker.vanish(3))


def report_all(month: Month, first: date, days: int, total: int, gaps: Sequence[float]) -> None:
    """Put every report of the month on the agenda; one in ten is the same trouble of a neighbour."""
    directory, chance = month.town.directory, month.chance
    doors = [unit for unit in directory.units.values() if unit.kind is UnitKind.DOOR]
    lively = chance.choices(doors, [chance.lognormvariate(0, 1) for _ in doors], k=3 * total)
    last = (chance.choice(doors), "楼道灯坏了三天了,晚上看不见")
    for n, moment in enumerate(arrivals(first, days, total, gaps, chance)):
        words = chance.choices(list(TROUBLES), list(TROUBLES.values()))[0]
        door = lively[n]
        if chance.random() < 0.1:
            door, words = last
        last = (door, words)
        chat = f"r{door.id}-{int(3 * chance.random() ** 2)}"
        if chat not in month.folk:
            month.folk[chat] = Resident(chat, random.Random(chance.random()), month.plan)
        resident, place = month.folk[chat], directory.full_name(door.id)
        assert isinstance(resident, Resident)
        month.at(moment, chat, partial(resident.report, words, place))


async def simulate(args: argparse.Namespace) -> None:
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "month.db"
    for old in args.out.glob("month.db*"):
        old.unlink()
    begun = time.perf_counter()
    month = await build(path, args.first, args.seed)
    gaps = rhythm(args.arrivals)
    report_all(month, args.first, args.days, args.cases, gaps)
    print(f"{len(month.folk):,} people, built in {time.perf_counter() - begun:.0f} s; "
          f"the clumping of reports is {'the file’s' if gaps else 'of chance'}")  # fmt: skip
    last = args.first + timedelta(days=args.days - 1)
    clocks = month.town.clocks
    await month.run(clocks.at(last, day_time(15, 30)))
    async with month.database.engine.connect() as connection:
        (args.out / "afternoon.db").unlink(missing_ok=True)
        await connection.exec_driver_sql(f"VACUUM INTO '{args.out / 'afternoon.db'}'")
    await photograph(month.database, month.house, month.storage, month.now, args.out)
    await month.run(clocks.at(last + timedelta(days=1), day_time(9)))
    seconds, turns = time.perf_counter() - begun, month.told["turns"]
    lines = [
        f"{args.days} days, {args.cases:,} reports, {turns:,} turns, {month.told['letters']:,} letters in {seconds:.0f} s",
        f"{1e3 * month.spent['taking what people say'] / turns:.1f} ms a turn; processor {time.process_time():.0f} s",
        *(f"  {what:<40} {spent:7.0f} s" for what, spent in month.spent.most_common()),
    ]
    for chat, said in month.watched.items():
        (args.out / f"transcript-{chat}.txt").write_text("\n\n".join(said), encoding="utf-8")
    print("\n".join(lines))
    found = await check(month.database, month.house.town, args.first, last)
    print("\n".join(found.lines))
    (args.out / "figures.txt").write_text("\n".join([*lines, *found.lines, ""]), encoding="utf-8")
    await month.database.close()
    if found.wrong:
        raise SystemExit("\n".join(found.wrong))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--cases", type=int, default=20_000)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--first", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--arrivals", type=Path, default=Path(__file__).parents[3] / "shared/data/arrivals_nyc311.csv")
    asyncio.run(simulate(parser.parse_args()))


if __name__ == "__main__":
    main()
