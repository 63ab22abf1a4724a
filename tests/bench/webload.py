"""The web chat of one process pinned to one core: turns a second, milliseconds to the answer, processor time a turn.

    python -m tests.bench.webload [--residents 100] [--seconds 10] [--think 0]

Each resident has the page open and writes five-turn reports, of other matters at other doors each time; a turn ends when
the answer has come down the open page. The crowd has the other core.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from pathlib import Path

import aiohttp

from tests.bench.arrivals import TROUBLES
from tests.bench.turns import COMPOUNDS
from tests.replicas.running import Replica, browser, replicas

_TICK = os.sysconf("SC_CLK_TCK")


def used(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


async def resident(replica: Replica, number: int, until: float, think: float, waits: list[float]) -> None:
    """Write one report after another until then."""
    chance = random.Random(number)
    async with browser(replica) as session, session.get(f"{replica.base}/live", timeout=_PATIENT) as page:
        answered = asyncio.Event()
        reading = asyncio.create_task(_read(page, answered))
        said = 0
        while time.monotonic() < until:
            building = f"{chance.choice(COMPOUNDS)}{chance.randint(1, 3)}号楼{chance.randint(1, 2)}单元"
            trouble = f"{chance.choice(list(TROUBLES))}，第{said}回了"
            for text in ("/start", "反映问题", trouble, building, "提交"):
                await asyncio.sleep(chance.expovariate(1 / think) if think else 0)
                said += 1
                answered.clear()
                begun = time.monotonic()
                line = {"id": f"load-{number}-{said:06d}", "text": text}
                async with session.post(f"{replica.base}/say", json=line) as answer:
                    assert answer.status == 200, await answer.text()
                async with asyncio.timeout(20):
                    await answered.wait()
                waits.append(time.monotonic() - begun)
        reading.cancel()


async def _read(page: aiohttp.ClientResponse, answered: asyncio.Event) -> None:
    """Note each line of ours that comes down the page."""
    async for line in page.content:
        if line.startswith(b"data:") and b'"mine":false' in line.replace(b" ", b""):
            answered.set()


async def run(residents: int, seconds: float, think: float) -> None:
    """Measure and print."""
    os.sched_setaffinity(0, {0})
    limits = {"YINGSHAO_MESSAGES_A_MINUTE": "0"}
    with tempfile.TemporaryDirectory() as folder:
        async with replicas(1, Path(folder) / "data", "", **limits) as (replica,):
            assert replica.process is not None
            pid = replica.process.pid
            os.sched_setaffinity(pid, {1})
            waits: list[float] = []
            until = time.monotonic() + 2 + seconds
            crowd = [asyncio.create_task(resident(replica, n, until, think, waits)) for n in range(residents)]
            await asyncio.sleep(2)
            waits.clear()
            before, begun = used(pid), time.monotonic()
            await asyncio.sleep(seconds)
            spent, turns, took = used(pid) - before, len(waits), time.monotonic() - begun
            await asyncio.gather(*crowd)
    cut = statistics.quantiles(waits, n=100)
    print(
        f"{turns / took:.0f} turns/s, {spent / turns * 1e6:.0f} µs of processor a turn, {spent / took:.0%} of the core"
    )
    print(f"to the answer: p50 {cut[49] * 1e3:.1f} ms, p95 {cut[94] * 1e3:.1f} ms, p99 {cut[98] * 1e3:.1f} ms")


_PATIENT = aiohttp.ClientTimeout(total=None)


def main() -> None:
    """Read the wishes and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--residents", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--think", type=float, default=0, help="mean seconds between an answer and the next words")
    asked = parser.parse_args()
    asyncio.run(run(asked.residents, asked.seconds, asked.think))


if __name__ == "__main__":
    main()
