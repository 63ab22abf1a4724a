"""The town of the chaos bench: what runs, what its residents and its worker say, and what of it was acknowledged."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import select

from storage.database import Database
from storage.tables import cases
from tests.bench.bad_api import BadApi
from tests.postgres import Server
from tests.replicas.running import Replica

SECRET = "a-planted_secret"
WORDS = "金康苑3号楼2单元有人半夜装修太吵了"
WORKER = 900
FIRST, WEB_SHARE, BLOCKING_SHARE = 1000, 0.25, 0.05


@dataclass
class Town:
    """What runs, what was said and acknowledged, and what was done to it."""

    replicas: list[Replica]
    api: BadApi
    database: Database
    server: Server | None
    chance: random.Random
    folder: Path
    acknowledged: set[str] = field(default_factory=set)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    ending_seconds: list[float] = field(default_factory=list)
    last_update: int = 0
    looking: asyncio.Lock = field(default_factory=asyncio.Lock)  # held while we read the database ourselves, or may not

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
                async with town.looking, town.database.reading() as connection:
                    opened = select(cases.c.id).where(cases.c.state == "open").order_by(cases.c.id).limit(20)
                    found = (await connection.scalars(opened)).all()
            for case_id in found:
                press = f"c:{case_id}:accept"
                await asyncio.gather(town.presses(session, WORKER, press), town.presses(session, WORKER, press))
            if last and not found:
                return
            await asyncio.sleep(0.5)
