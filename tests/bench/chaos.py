"""Everything goes wrong at once, with real processes; at the end every acknowledged word and every letter is counted.

    python -m tests.bench.chaos sqlite            one process over SQLite
    python -m tests.bench.chaos postgresql        three processes over one PostgreSQL
    … --deeds kill,read-only                      what is done to them instead of the usual: see chaos_harm
    … --deeds clock --faketime /usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1

Residents on Telegram (by webhook) and on the web page report, a worker accepts, every press is made twice and some
updates come twice, while the fake Bot API asks to wait, breaks, is slow, hangs up before or after it took a message, and
while processes are killed, frozen past their lease and restarted, and the database is stopped, crashed or full. A disk that
is read-only (chattr), full (a small tmpfs) or a clock that jumps (Debian's libfaketime) need root and Linux.
"""

import argparse
import asyncio
import random
import re
import secrets
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path

from sqlalchemy import func, select

from bot.clock import SystemClock
from bot.config import new_data_key
from bot.grid import sample
from bot.people.joining import issue
from storage.database import Database
from storage.records import DatabaseStorage
from storage.tables import addresses, cases, conversations, events, outbox, seen, web_lines
from tests.bench.bad_api import BadApi
from tests.bench.chaos_harm import CLOCK, DEEDS, FOLDER, USUAL, harm
from tests.bench.chaos_town import FIRST, SECRET, WORKER, Town, resident, telephone, worker
from tests.channels.telegram.fake_bot_api import TOKEN
from tests.postgres import serving
from tests.replicas.running import Replica

SMALL_DISK = 400  # MB: PostgreSQL with its programs, and some room
BAD = (
    "words acknowledged and lost",
    "cases doubled",
    "acceptances doubled",
    "letters on Telegram that never arrived",
    "letters on the web that never arrived",
)


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


@contextmanager
def disk(folder: Path, megabytes: int | None) -> Iterator[Path]:
    """A folder that may be spoilt: with `megabytes` a small disk of its own."""
    folder.chmod(0o755)  # PostgreSQL runs as another user
    path = folder / FOLDER
    path.mkdir()
    if megabytes is not None:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(path)], check=True)
    try:
        yield path
    finally:
        if megabytes is not None:
            subprocess.run(["umount", str(path)], check=True)


async def run(kind: str, people: int, seconds: float, seed: int, deeds: Sequence[str], faketime: str) -> bool:
    chance = random.Random(seed)
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    api = BadApi(chance)
    small = SMALL_DISK if "full-database" in deeds else None
    with disk(folder, small) as spoilt, serving(spoilt) if kind == "postgresql" else nullcontext() as server:
        url, data = f"sqlite+aiosqlite:///{spoilt / 'chaos.db'}", folder / "data" if server is not None else spoilt
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
            if "clock" in deeds:
                (folder / CLOCK).write_text("+0")
                settings |= {"LD_PRELOAD": faketime, "FAKETIME_TIMESTAMP_FILE": str(folder / CLOCK)}
                settings |= {"FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            running = [Replica(data, url, settings) for _ in range(3 if server is not None else 1)]
            database = Database(url, [key])
            town = Town(running, api, database, server, chance, folder)
            try:
                for replica in running:
                    replica.start()
                await asyncio.gather(*(replica.ready() for replica in running))
                await hire(town)
                print(f"{kind}: {len(running)} processes, {people} people in {seconds:g} s, seed {seed}")
                over = asyncio.Event()
                accepting = asyncio.create_task(worker(town, over))
                talks = (resident(town, number, chance.uniform(0, seconds)) for number in range(people))
                await asyncio.gather(harm(town, seconds, deeds), *talks)
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
    parser.add_argument("--deeds", help=f"some of {', '.join(DEEDS)}, with commas")
    parser.add_argument(
        "--faketime", default="/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1", help="for the clock"
    )
    args = parser.parse_args()
    deeds = tuple(args.deeds.split(",")) if args.deeds else USUAL[args.kind]
    if unknown := set(deeds) - set(DEEDS):
        parser.error(f"no such deed: {', '.join(unknown)}")
    if not asyncio.run(run(args.kind, args.people, args.seconds, args.seed, deeds, args.faketime)):
        raise SystemExit("something was lost or happened twice")


if __name__ == "__main__":
    main()
