"""Everything goes wrong at once, with real processes; at the end every acknowledged word and every letter is counted.

    python -m tests.bench.chaos sqlite            one process over SQLite
    python -m tests.bench.chaos postgresql        three processes over one PostgreSQL

Residents on Telegram (by webhook) and on the web page report, a worker accepts, every press is made twice and some
updates come twice, while the fake Bot API asks to wait, breaks, is slow, hangs up before or after it took a message, and
while processes are killed, frozen past their lease and restarted, and the database is stopped, crashed or full.
"""

import argparse
import asyncio
import random
import re
import resource
import secrets
import signal
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.config import new_data_key
from bot.grid import sample
from bot.people.joining import issue
from storage.database import Database
from storage.records import DatabaseStorage
from storage.tables import addresses, cases, conversations, events, outbox, seen, web_lines
from tests.bench.bad_api import BadApi
from tests.channels.telegram.fake_bot_api import TOKEN
from tests.postgres import Server, serving
from tests.replicas.running import Replica

SECRET = "a-planted_secret"
WORDS = "金康苑3号楼2单元有人半夜装修太吵了"
WORKER = 900
FIRST, WEB_SHARE, BLOCKING_SHARE = 1000, 0.25, 0.05
PAST_THE_LEASE = 65.0
BAD = (
    "words acknowledged and lost",
    "cases doubled",
    "acceptances doubled",
    "letters on Telegram that never arrived",
    "letters on the web that never arrived",
)


@dataclass
class Town:
    """What runs, what was said and acknowledged, and what was done to it."""

    replicas: list[Replica]
    api: BadApi
    database: Database
    server: Server | None
    chance: random.Random
    acknowledged: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    ending_seconds: list[float] = field(default_factory=list)
    last_update: int = 0

    def _any(self) -> Replica:
        return self.chance.choice(self.replicas)

    async def telegram(self, session: aiohttp.ClientSession, **update: Any) -> None:
        """Post an update as Telegram does, until somebody takes it; some are posted once more elsewhere."""
        self.last_update += 1
        body = {"update_id": self.last_update, **update}
        again = self.chance.random() < 0.1
        while True:
            try:
                headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
                async with session.post(f"{self._any().base}/telegram", json=body, headers=headers) as answer:
                    if answer.status == 200:
                        if not again:
                            return
                        again = False
                        self.done["update repeated"] += 1
                        continue
                    self.refused[f"webhook {answer.status}"] += 1
            except (aiohttp.ClientError, TimeoutError) as error:
                self.refused[f"webhook {type(error).__name__}"] += 1
            await asyncio.sleep(0.3)

    async def says(self, session: aiohttp.ClientSession, chat: int, text: str) -> None:
        self.last_update += 1
        message = {"message_id": self.last_update, "date": int(time.time()), "text": text}
        who = {"id": chat, "is_bot": False, "first_name": f"居民{chat}"}
        await self.telegram(session, message=message | {"chat": {"id": chat, "type": "private"}, "from": who})

    async def presses(self, session: aiohttp.ClientSession, chat: int, data: str) -> None:
        self.last_update += 1
        who = {"id": chat, "is_bot": False, "first_name": f"居民{chat}"}
        card = {"message_id": 1, "date": 1, "chat": {"id": chat, "type": "private"}, "text": "x"}
        press = {"id": str(self.last_update), "from": who, "message": card, "chat_instance": "1", "data": data}
        await self.telegram(session, callback_query=press)

    async def on_web(self, session: aiohttp.ClientSession, message_id: str, text: str) -> None:
        """Post as the page does: under one id until it is acknowledged."""
        while True:
            try:
                async with session.post(f"{self._any().base}/say", json={"id": message_id, "text": text}) as answer:
                    if answer.status == 200:
                        return
                    self.refused[f"web {answer.status}"] += 1
            except (aiohttp.ClientError, TimeoutError) as error:
                self.refused[f"web {type(error).__name__}"] += 1
            await asyncio.sleep(0.3)


@asynccontextmanager
async def telephone() -> AsyncIterator[aiohttp.ClientSession]:
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=timeout) as session:
        yield session


async def resident(town: Town, number: int, at: float) -> None:
    """One conversation: a report, told on the web page or on Telegram; some block the bot and come back."""
    await asyncio.sleep(at)
    words, chat = f"{WORDS}第{number}次", FIRST + number
    async with telephone() as session:
        if town.chance.random() < WEB_SHARE:
            while not len(session.cookie_jar):
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with session.get(f"{town.replicas[0].base}/"):
                        continue
                await asyncio.sleep(0.3)
            await town.on_web(session, f"report-{number:06d}", words)
            await town.on_web(session, f"submit-{number:06d}", "提交")
        else:
            await town.says(session, chat, "/start")
            await town.says(session, chat, words)
            await town.says(session, chat, "提交")
            if town.chance.random() < BLOCKING_SHARE:
                town.api.blocked.add(chat)
                town.done["blocked, came back"] += 1
                await asyncio.sleep(5)
                town.api.blocked.discard(chat)
                await town.says(session, chat, "我的事")
    town.acknowledged.add(words)


async def worker(town: Town, over: asyncio.Event) -> None:
    """Accepts every case, pressing twice each time."""
    async with telephone() as session:
        while True:
            last = over.is_set()
            found: Sequence[int] = ()
            with suppress(Exception):
                async with town.database.reading() as connection:
                    opened = select(cases.c.id).where(cases.c.state == "open").order_by(cases.c.id).limit(20)
                    found = (await connection.scalars(opened)).all()
            for case_id in found:
                press = f"c:{case_id}:accept"
                await asyncio.gather(town.presses(session, WORKER, press), town.presses(session, WORKER, press))
            if last and not found:
                return
            await asyncio.sleep(0.5)


async def harm(town: Town, seconds: float) -> None:
    """One bad thing after another, and one process frozen past its lease the whole time."""
    until = time.monotonic() + seconds
    freezing = asyncio.create_task(freeze(town, town.replicas[-1], PAST_THE_LEASE))
    deeds: list[Callable[[Town], Any]] = [kill, restart, kill]
    deeds += [stop_database, crash_database] if town.server is not None else [fill_disk]
    deed = 0
    while time.monotonic() < until:
        await asyncio.sleep(town.chance.uniform(2, 4))
        await deeds[deed % len(deeds)](town)
        deed += 1
    await freezing


def _target(town: Town) -> Replica:
    others = town.replicas[:-1] or town.replicas  # the last one is frozen, unless it is the only one
    return town.chance.choice(others)


async def kill(town: Town) -> None:
    replica = _target(town)
    await replica.kill()
    town.done["kill -9"] += 1
    replica.start()


async def restart(town: Town) -> None:
    replica = _target(town)
    if len(town.replicas) > 1:
        code, seconds = await replica.stop()
        town.done[f"restart (exit {code})"] += 1
        town.ending_seconds.append(seconds)
        replica.start()


async def freeze(town: Town, replica: Replica, seconds: float) -> None:
    """Long enough that whatever it held is taken over; with one process everybody waits, so it begins at half time."""
    await asyncio.sleep(5)
    replica.send(signal.SIGSTOP)
    await asyncio.sleep(seconds)
    replica.send(signal.SIGCONT)
    town.done[f"frozen {seconds:g} s"] += 1


async def stop_database(town: Town) -> None:
    assert town.server is not None
    await asyncio.to_thread(town.server.stop)
    await asyncio.sleep(2)
    await asyncio.to_thread(town.server.start)
    town.done["database restarted"] += 1


async def crash_database(town: Town) -> None:
    assert town.server is not None
    await asyncio.to_thread(town.server.stop, signal.SIGQUIT)
    await asyncio.to_thread(town.server.start)
    town.done["database crashed"] += 1


async def fill_disk(town: Town) -> None:
    """For three seconds no file of the process may grow or be written past its first page, as on a full disk."""
    replica = _target(town)
    if replica.process is None or not replica.alive:
        return
    with suppress(ProcessLookupError):  # it may end meanwhile
        soft, hard = resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        await asyncio.sleep(3)
        resource.prlimit(replica.process.pid, resource.RLIMIT_FSIZE, (soft, hard))
    town.done["disk full 3 s"] += 1


async def settled(town: Town) -> float:
    """Wait until nothing is left to send; the seconds it took."""
    begun = time.monotonic()
    waiting = select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")
    async with asyncio.timeout(180):
        while True:
            with suppress(Exception):
                async with town.database.reading() as connection:
                    if not await connection.scalar(waiting):
                        return time.monotonic() - begun
            await asyncio.sleep(0.5)


async def audit(town: Town) -> dict[str, int]:
    """What was acknowledged against what is stored, what was promised against what arrived."""
    async with town.database.reading() as connection:
        filed = Counter((await connection.scalars(select(cases.c.words))).all())
        accepts = Counter((await connection.scalars(select(events.c.case_id).where(events.c.act == "accept"))).all())
        letters = (
            await connection.execute(select(outbox.c.channel, outbox.c.chat, outbox.c.state, outbox.c.body))
        ).all()
        lines = (await connection.execute(select(web_lines.c.chat, web_lines.c.body).where(~web_lines.c.mine))).all()
    on_telegram = [each for each in letters if each.channel == "telegram" and each.state == "sent"]
    for lost in sorted(town.acknowledged - filed.keys()):
        await trace(town, lost)
    promised = Counter((each.chat, each.body["text"]) for each in on_telegram)
    # A card that would read as it reads already is not sent again; every other letter counts for itself.
    owed = Counter((each.chat, each.body["text"]) for each in on_telegram if not each.body.get("card"))
    unseen = promised.keys() - town.api.arrived.keys()
    shown = {(line.chat, line.body["text"]) for line in lines}
    on_web = [each for each in letters if each.channel == "web" and not each.body.get("card")]
    states = Counter(each.state for each in letters)
    return {
        "conversations acknowledged": len(town.acknowledged),
        "cases": filed.total(),
        "words acknowledged and lost": len(town.acknowledged - filed.keys()),
        "cases doubled": sum(count - 1 for count in filed.values()),
        "cases accepted": len(accepts),
        "acceptances doubled": sum(count - 1 for count in accepts.values()),
        "letters promised": len(letters),
        "letters not sent (given up, resting)": len(letters) - states["sent"],
        "letters on Telegram that never arrived": (owed - town.api.arrived).total() + len(unseen - owed.keys()),
        "letters on the web that never arrived": sum((each.chat, each.body["text"]) not in shown for each in on_web),
        "letters on Telegram that arrived twice": sum(
            max(0, town.api.arrived[letter] - count) for letter, count in promised.items()
        ),
    }


async def trace(town: Town, words: str) -> None:
    """Print what became of somebody whose words are not there."""
    chat = str(FIRST + int(re.search(r"第(\d+)次", words)[1]))  # type: ignore[index]
    async with town.database.reading() as connection:
        theirs = select(addresses.c.person_id).where(addresses.c.chat == chat).scalar_subquery()
        rows = [
            *await connection.execute(select(seen.c.message_id, seen.c.at).where(seen.c.message_id.contains(chat))),
            *await connection.execute(select(conversations).where(conversations.c.person_id == theirs)),
            *await connection.execute(
                select(outbox.c.created_at, outbox.c.state, outbox.c.body).where(outbox.c.chat == chat)
            ),
            *await connection.execute(select(cases.c.words, cases.c.created_at).where(cases.c.reporter_id == theirs)),
        ]
    print(f"  lost: {words} of {chat}", *rows, sep="\n    ")


async def run(kind: str, people: int, seconds: float, seed: int) -> bool:
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    api, server_block = BadApi(chance), serving() if kind == "postgresql" else nullcontext()
    with server_block as server:
        url = f"sqlite+aiosqlite:///{folder / 'chaos.db'}"
        if server is not None:
            server.create("chaos")
            url = server.url("chaos")
        async with api.serving():
            settings = {
                "YINGSHAO_MESSAGES_A_MINUTE": "0",  # the worker presses faster than anybody could
                "YINGSHAO_TELEGRAM_TOKEN": TOKEN,
                "YINGSHAO_TELEGRAM_API_URL": api.url,
                "YINGSHAO_TELEGRAM_WEBHOOK_URL": "https://town.example/telegram",
                "YINGSHAO_TELEGRAM_WEBHOOK_SECRET": SECRET,
                "YINGSHAO_WEB_SECRET": secrets.token_hex(),
                "YINGSHAO_DATA_KEY": (key := new_data_key()),
            }
            running = [Replica(folder / "data", url, settings) for _ in range(3 if server is not None else 1)]
            database = Database(url, [key])
            town = Town(running, api, database, server, chance)
            try:
                for replica in running:
                    replica.start()
                await asyncio.gather(*(replica.ready() for replica in running))
                await hire(town)
                print(f"{kind}: {len(running)} processes, {people} people in {seconds:g} s, seed {seed}")
                over = asyncio.Event()
                accepting = asyncio.create_task(worker(town, over))
                talks = (resident(town, number, chance.uniform(0, seconds)) for number in range(people))
                await asyncio.gather(harm(town, seconds), *talks)
                api.calm = True
                over.set()
                await accepting
                waited = await settled(town)
                for replica in running:
                    code, took = await replica.stop()
                    town.ending_seconds.append(took)
                    town.done[f"end (exit {code})"] += 1
                return told(town, await audit(town), waited)
            finally:
                await database.close()
                for replica in running:
                    replica.send(signal.SIGCONT)
                    await replica.kill()


async def hire(town: Town) -> None:
    storage, now = DatabaseStorage(town.database), SystemClock()()
    async with storage.writing() as records:
        person = await records.people.by_code(sample.PRACTICE_WORKER)
        assert person is not None
        code = await issue(records, person.id, None, now)
    async with telephone() as session:
        await town.says(session, WORKER, f"/start i_{code}")


def told(town: Town, found: dict[str, int], waited: float) -> bool:
    for title, counts in (("faults", town.done + town.api.faulted), ("not acknowledged, said again", town.refused)):
        print(f"  {title}: " + ", ".join(f"{name} ×{count}" for name, count in sorted(counts.items())))
    print(f"  all sent {waited:.1f} s after the last fault; slowest end {max(town.ending_seconds):.1f} s")
    for name, count in found.items():
        print(f"  {count:>7}  {name}")
    return not any(found[name] for name in BAD)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sqlite", "postgresql"))
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if not asyncio.run(run(args.kind, args.people, args.seconds, args.seed)):
        raise SystemExit("something was lost or happened twice")


if __name__ == "__main__":
    main()
