"""The real program as processes: several replicas over one database and one data folder, spoken to by browsers."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[2]
_PATIENCE = 10  # seconds that Docker gives a service to end


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Replica:
    """One process. Its log is written to `log`."""

    data: Path
    url: str
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.with_name(f"{self.data.name}-{self.port}.log")

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("YINGSHAO_")}
        environment |= {"YINGSHAO_DATA_DIR": str(self.data), "YINGSHAO_WEB_PORT": str(self.port)}
        environment |= {"YINGSHAO_WEB_PUBLIC_URL": "http://127.0.0.1"} | self.settings
        if self.url:
            environment["YINGSHAO_DATABASE_URL"] = self.url
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "bot.py", "run"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    async def ready(self) -> None:
        """Wait until it takes work."""
        async with asyncio.timeout(60), aiohttp.ClientSession() as session:
            while True:
                assert self.alive, self.log.read_text()
                try:
                    async with session.get(f"{self.base}/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.1)

    def send(self, number: int) -> None:
        if self.alive:
            assert self.process is not None
            self.process.send_signal(number)

    async def stop(self) -> tuple[int, float]:
        """Ask it to end, as a restart does, and kill it if it does not: its exit code, and the seconds it took."""
        assert self.process is not None
        begun = time.monotonic()
        self.send(signal.SIGTERM)
        try:
            code = await asyncio.to_thread(self.process.wait, _PATIENCE)
        except subprocess.TimeoutExpired:
            self.send(signal.SIGKILL)
            code = await asyncio.to_thread(self.process.wait, 30)
        return code, time.monotonic() - begun

    async def kill(self) -> None:
        assert self.process is not None
        self.send(signal.SIGKILL)
        await asyncio.to_thread(self.process.wait, 30)


@asynccontextmanager
async def replicas(count: int, data: Path, url: str, **settings: str) -> AsyncIterator[list[Replica]]:
    """So many of them, ready; killed at the end."""
    running = [Replica(data, url, settings) for _ in range(count)]
    try:
        for replica in running:
            replica.start()
        await asyncio.gather(*(replica.ready() for replica in running))
        yield running
    finally:
        for replica in running:
            replica.send(signal.SIGCONT)
            await replica.kill()


@asynccontextmanager
async def browser(replica: Replica, payload: str = "", phone: str = "") -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody with a cookie, who has said hello with `payload`. The cookie is good at every replica."""
    query = f"?phone={phone}" if phone else ""
    timeout = aiohttp.ClientTimeout(total=10)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), timeout=timeout) as session:
        async with session.get(f"{replica.base}/{query}") as answer:
            assert answer.status == 200
        hello = {"id": "hello-hello", "hello": True, "payload": payload}
        async with session.post(f"{replica.base}/say{query}", json=hello) as answer:
            assert answer.status == 200
        yield session


async def worker_payload(replica: Replica) -> str:
    """The invite of the practice page's worker."""
    async with aiohttp.ClientSession() as session, session.get(f"{replica.base}/practice") as answer:
        found = re.search(r"phone=worker(?:&amp;|&)p=([\w-]+)", await answer.text())
    assert found is not None
    return found[1]


async def say(session: aiohttp.ClientSession, replica: Replica, message_id: str, text: str, phone: str = "") -> int:
    query = f"?phone={phone}" if phone else ""
    async with session.post(f"{replica.base}/say{query}", json={"id": message_id, "text": text}) as answer:
        return answer.status
