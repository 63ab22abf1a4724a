"""How much one to three processes carry, and how soon a line said to one is seen at another; nothing goes wrong here.

    python -m tests.bench.replicas sqlite 1
    python -m tests.bench.replicas postgresql 3
    python -m tests.bench.replicas postgresql 3 --share 0.2

Everybody speaks by webhook as fast as they are answered: two turns a conversation, to whichever process comes. Who used how
much of the processor is told as well, for they all share one machine. With `--share` each process has only that much of a
core, so that the machine's cores are not what ends the counting (Linux, as root).
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import aiohttp

from bot.config import new_data_key
from tests.bench.chaos_town import SECRET, WORDS
from tests.bench.rationing import rations
from tests.bench.webload import used
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi
from tests.postgres import serving
from tests.replicas.running import Replica, browser, replicas, say


class Meter:
    """The processor time of the services, of the database and of this program with its crowd and network, since it was made."""

    def __init__(self, running: list[Replica], database: int) -> None:
        self._who: dict[str, Callable[[], float]] = {
            "services": lambda: sum(used(each.process.pid) for each in running if each.process is not None),
            "database": lambda: sum(used(pid) for pid in family(database)),
            "crowd": lambda: used(os.getpid()),
        }
        self._begun = {name: spent() for name, spent in self._who.items()}

    def shares(self, seconds: float) -> dict[str, float]:
        """Cores that each of them kept busy."""
        return {name: (spent() - self._begun[name]) / seconds for name, spent in self._who.items()}


def family(pid: int) -> list[int]:
    """A process and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return [pid, *map(int, children.read_text("ascii").split())] if pid else []


async def crowd(running: list[Replica], people: int, seconds: float) -> list[float]:
    """Seconds from each post to its 200."""
    waits: list[float] = []
    until = time.monotonic() + seconds
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}

    async def talk(session: aiohttp.ClientSession, first: int) -> None:
        chat, said = first, 0
        while time.monotonic() < until:
            for text in (f"{WORDS}第{chat}次", "提交"):
                said += 1
                who = {"id": chat, "is_bot": False, "first_name": "居民"}
                message = {"message_id": said, "date": 1, "text": text, "from": who, "chat": who | {"type": "private"}}
                update = {"update_id": chat * 10 + said, "message": message}
                begun = time.monotonic()
                door = f"{random.choice(running).base}/telegram"
                async with session.post(door, json=update, headers=headers) as answer:
                    assert answer.status == 200
                waits.append(time.monotonic() - begun)
            chat += people  # the next conversation is another person's

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(talk(session, 10_000 + number) for number in range(people)))
    return waits


async def waking(running: list[Replica], times: int) -> list[float]:
    """Seconds from a post to one process until its line arrives at a page that hangs on the last one."""
    waits = []
    async with browser(running[0]) as session, session.get(f"{running[-1].base}/live") as stream:
        for number in range(times):
            begun = time.monotonic()
            assert await say(session, running[0], f"mark-{number:06d}", f"/help mark{number}-") == 200
            while f"mark{number}-" not in (await stream.content.readline()).decode():
                pass
            waits.append(time.monotonic() - begun)
            await asyncio.sleep(0.1)
    return waits


async def run(kind: str, count: int, people: int, seconds: float, share: float) -> None:
    folder = Path(tempfile.mkdtemp(prefix="replicas-"))
    with rations(share) as ration, serving() if kind == "postgresql" else nullcontext() as server:
        if server is not None:
            server.create("bench")
        async with FakeBotApi().serving() as api:
            settings = {
                "YINGSHAO_TELEGRAM_TOKEN": TOKEN,
                "YINGSHAO_TELEGRAM_API_URL": api.url,
                "YINGSHAO_TELEGRAM_WEBHOOK_URL": "https://town.example/telegram",
                "YINGSHAO_TELEGRAM_WEBHOOK_SECRET": SECRET,
                "YINGSHAO_DATA_KEY": new_data_key(),
                "YINGSHAO_MESSAGES_A_MINUTE": "0",
            }
            async with replicas(count, folder / "data", server.url("bench") if server else "", **settings) as running:
                await asyncio.sleep(3)  # each asks Telegram first who it is
                for each in running if share else ():
                    assert each.process is not None
                    ration(each.process.pid)
                seen = await waking(running, 30)
                meter = Meter(running, server.pid if server is not None else 0)
                said = await crowd(running, people, seconds)
                shares = meter.shares(seconds)
    for name, waits in (("post to 200", said), ("post to a page at the last process", seen)):
        middle, high = statistics.median(waits), statistics.quantiles(waits, n=20)[-1]
        print(f"  {name}: p50 {middle * 1000:.0f} ms, p95 {high * 1000:.0f} ms")
    print(f"  of a core: {', '.join(f'{name} {share:.0%}' for name, share in shares.items())}")
    rationed = f" with {share:.0%} of a core each" if share else ""
    print(f"  {kind}, {count} processes{rationed}, {people} at once: {len(said) / seconds:.0f} turns/s")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=("sqlite", "postgresql"))
    parser.add_argument("count", type=int)
    parser.add_argument("--people", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument(
        "--share", type=float, default=0, help="of a core for each process; all they can get by default"
    )
    args = parser.parse_args()
    asyncio.run(run(args.kind, args.count, args.people, args.seconds, args.share))


if __name__ == "__main__":
    main()
