"""The real process, killed at any moment: every acknowledged word is there once, and every one is answered."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
from sqlalchemy import func, select

from bot.config import Settings
from storage.database import Database
from storage.tables import cases, outbox, seen

ROOT = Path(__file__).parents[2]
# One matter each: two of one kind at one place would be asked whether they are the same.
MATTERS = (
    "楼道灯坏了三天", "下水道堵了", "电梯坏了停在三楼", "门禁坏了打不开", "垃圾没人收", "路灯不亮了", "暖气不热", "停电了",
    "楼道堆满杂物", "楼道小广告太多", "有人乱停车", "井盖坏了",
)  # fmt: skip
RESIDENTS = len(MATTERS)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int, url: str) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("YINGSHAO_")}
    environment |= {"YINGSHAO_DATA_DIR": str(data), "YINGSHAO_WEB_PORT": str(port)}
    if url:
        environment["YINGSHAO_DATABASE_URL"] = url
    return subprocess.Popen(
        [sys.executable, "bot.py", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


async def _say(client: httpx.AsyncClient, base: str, message_id: str, text: str) -> None:
    """Post until it is acknowledged, always under the same id, as the page does."""
    for _ in range(300):
        try:
            answer = await client.post(f"{base}/say", json={"id": message_id, "text": text}, headers={"Origin": base})
            if answer.status_code == 200:
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError(f"never acknowledged: {message_id}")


async def _talk(base: str, who: int) -> None:
    async with httpx.AsyncClient(timeout=5) as client:
        for _ in range(100):
            try:
                await client.get(f"{base}/")
                break
            except httpx.TransportError:
                await asyncio.sleep(0.1)
        for turn, words in enumerate((f"金康苑3号楼2单元{MATTERS[who]}", "提交")):
            await asyncio.sleep(0.3 * who)  # spread over the kills, so that some fall between word and answer
            await _say(client, base, f"message-{who:03d}-{turn}", words)


async def test_killed_twice_under_load_nothing_is_lost_and_nothing_happens_twice(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    process = start(tmp_path, port, database_url)
    talks = [asyncio.create_task(_talk(base, who)) for who in range(RESIDENTS)]
    for wait in (2.9, 2.6):
        await asyncio.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = start(tmp_path, port, database_url)
    await asyncio.gather(*talks)
    until = time.monotonic() + 60
    waiting = 1
    while waiting and time.monotonic() < until:
        await asyncio.sleep(0.5)
        async with database.reading() as connection:
            waiting = (
                await connection.scalar(select(func.count()).select_from(outbox).where(outbox.c.state == "waiting"))
                or 0
            )
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"{base}/healthz")).status_code == 200
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=15) == 0
    opened = Database(database_url, Settings(data_dir=tmp_path).data_keys())  # words are sealed with the service's key
    async with opened.reading() as connection:
        heard = (await connection.scalars(select(seen.c.message_id))).all()
        words = (await connection.scalars(select(cases.c.words))).all()
    await opened.close()
    assert waiting == 0
    assert sum(bool(re.search(r"message-\d{3}-\d", each)) for each in heard) == 2 * RESIDENTS
    assert sorted(words) == sorted(f"金康苑3号楼2单元{matter}" for matter in MATTERS)
