"""The service behind Telegram's own protocol: our real door, intake, storage and delivery, and a server that plays Telegram.

People type, press and send here as their phones would; what they then see is read from the server.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import aiohttp
import uvicorn
from sqlalchemy import func, select
from starlette.applications import Starlette

from bot.care.care import Care
from bot.cases.casework import Casework
from bot.cases.clocks import Clocks
from bot.chat.delivery import Delivery
from bot.chat.dialogue import Dialogue
from bot.chat.fetching import Fetching
from bot.chat.forms.every import FORMS
from bot.chat.intake import Intake
from bot.chat.linking import links
from bot.chat.messages import Address, Attachment, Channel, Incoming, Medium, MenuEntry
from bot.config import Settings
from bot.digests.rounds import Digests
from bot.doors.telegram import TelegramDoor
from bot.errands.errands import Errands
from bot.grid import sample
from bot.house import House
from bot.people.affairs import Affairs
from bot.people.joining import issue
from bot.people.presence import Presence
from bot.sweep import Sweep
from bot.texts import texts
from handlers.webchat.sending import WebChat
from handlers.webchat.waking import Bells
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from storage.lines import Lines
from storage.records import DatabaseStorage
from storage.tables import timers
from tests.channels.telegram.fake_bot_api import ME, TOKEN, FakeBotApi
from tests.channels.webchat.speaking import photo

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
GROUP = -1001234567890
WORKER, DESK, RESIDENT, STRANGER = 2001, 2002, 1001, 3001
SECRET = "a-planted_secret"


async def eventually(happened: Callable[[], Any]) -> None:
    """Wait until it is so, at most five seconds."""
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - what is awaited happens in a server, which sets no event of ours
            await asyncio.sleep(0.005)


@dataclass
class Backstage:
    """The service itself, with the web page beside Telegram. `now` moves by hand."""

    server: FakeBotApi
    database: Database
    storage: DatabaseStorage
    house: House
    intake: Intake
    delivery: Delivery
    sweep: Sweep
    fetching: Fetching
    files: Files
    lines: Lines
    now: list[datetime]
    hook: str = ""
    heard_until: dict[int, int] = field(default_factory=dict)
    count: int = 0

    async def deliver(self) -> None:
        """Fetch and send until nothing is due."""
        while True:
            await self.sweep.ring_due()
            if not await self.delivery.deliver():
                break

    async def fetched(self) -> None:
        """Wait until we hold every file that was sent, and send on what waited for it."""
        async with asyncio.timeout(5):
            while await self._unfetched():  # noqa: ASYNC110 - a row in a database sets no event
                await asyncio.sleep(0.01)
        await self.pass_time(seconds=10)

    async def _unfetched(self) -> int:
        async with self.database.reading() as connection:
            undone = (timers.c.kind == "fetch", timers.c.done_at.is_(None))
            return await connection.scalar(select(func.count()).select_from(timers).where(*undone)) or 0

    async def pass_time(self, **span: float) -> None:
        """Move the clock and do what is due then."""
        self.now[0] += timedelta(**span)
        await self.deliver()

    async def web(self, chat: str, text: str = "", *, choice: str = "", content: bytes = b"") -> None:
        """The same person, or another, says something on the web page."""
        self.count += 1
        files: tuple[Attachment, ...] = ()
        if content:
            kept = await self.files.keep(content, "image/jpeg")
            files = (Attachment(Medium.PHOTO, "web", kept.sha256, kept.sha256, kept.mime, kept.size),)
        address = Address("web", chat)
        self.now[0] += timedelta(seconds=2)
        await self.intake.receive([Incoming(address, address, f"w{self.count}", self.now[0], text, choice, files)])
        await self.deliver()

    async def on_web(self, chat: str) -> list[dict[str, Any]]:
        """Our lines in a web chat."""
        return [line.body for line in await self.lines.after(chat, 0, 100) if not line.mine]


@dataclass
class Screens(Backstage):
    """What people see on Telegram."""

    def heard(self, chat: int) -> list[str]:
        """What appeared in a chat since last asked."""
        since = self.heard_until.get(chat, 0)
        fresh = {number: shown for number, shown in self.server.messages[chat].items() if number > since}
        self.heard_until[chat] = max(fresh, default=since)
        return [words(shown) for shown in fresh.values()]

    def texts(self, chat: int) -> list[str]:
        """Everything in a chat as it reads now."""
        return [words(shown) for shown in self.server.messages[chat].values()]

    def buttons(self, chat: int) -> list[str]:
        """The labels below the newest message that has any."""
        for shown in reversed(self.server.messages[chat].values()):
            if rows := (shown.get("reply_markup") or {}).get("inline_keyboard", ()):
                return [button["text"] for row in rows for button in row]
        return []

    def notices(self) -> list[str]:
        """What was shown over presses, "" where nothing was."""
        return [call.params.get("text", "") for call in self.server.said("answerCallbackQuery")]


@dataclass
class TelegramRig(Screens):
    """What people do on Telegram. `hook` is where a webhook's updates are posted, "" when we poll."""

    async def update(self, secret: str = SECRET, **update: Any) -> int:
        """Something happens at Telegram; returns when we have taken it and answered. The webhook's status, 200 by polling."""
        self.now[0] += timedelta(seconds=2)
        status = 200
        if self.hook:
            self.count += 1
            headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
            body = {"update_id": self.count, **update}
            async with aiohttp.ClientSession() as http, http.post(self.hook, json=body, headers=headers) as answer:
                status = answer.status
        else:
            update_id = self.server.say(**update)
            await eventually(lambda: all(waiting["update_id"] > update_id for waiting in self.server.updates))
        await self.deliver()
        return status

    def message(self, who: int, chat: int = 0, **content: Any) -> dict[str, Any]:
        """A message as Telegram would describe it."""
        self.count += 1
        return {
            "message_id": 100_000 + self.count,
            "from": {"id": who, "is_bot": False, "first_name": f"人{who}"},
            "chat": chat_of(chat or who),
            "date": int(self.now[0].timestamp()),
            **content,
        }

    async def say(self, who: int, text: str = "", chat: int = 0, **content: Any) -> list[str]:
        """Somebody says or sends something; what they then see in that chat."""
        if text:
            content["text"] = text
        await self.update(message=self.message(who, chat, **content))
        return self.heard(chat or who)

    async def press(self, who: int, label: str, chat: int = 0) -> list[str]:
        """Press the newest button whose label holds these words; what then appears in that chat."""
        chat = chat or who
        for number, shown in sorted(self.server.messages[chat].items(), reverse=True):
            for row in (shown.get("reply_markup") or {}).get("inline_keyboard", ()):
                for button in row:
                    if label in button["text"]:
                        before = len(self.server.said("answerCallbackQuery"))
                        await self.update(
                            callback_query={
                                "id": f"press{self.count}-{number}-{self.now[0].timestamp():.0f}",
                                "from": {"id": who, "is_bot": False, "first_name": f"人{who}"},
                                "message": {"message_id": number, "date": 1, "chat": chat_of(chat), "text": "…"},
                                "chat_instance": "1",
                                "data": button["callback_data"],
                            }
                        )
                        await eventually(lambda: len(self.server.said("answerCallbackQuery")) > before)  # noqa: B023
                        return self.heard(chat)
        raise AssertionError(f"no button {label} in {self.texts(chat)}")

    async def photo(self, who: int, file_id: str, color: str = "red", **content: Any) -> list[str]:
        """Send a photo that Telegram then holds."""
        self.server.files[file_id] = photo(color)
        sizes = [{"file_id": file_id, "file_unique_id": f"u{file_id}", "width": 30, "height": 20, "file_size": 900}]
        return await self.say(who, photo=sizes, **content)

    async def member(self, chat: int, before: str, after: str, who: int = DESK) -> None:
        """Our own standing in a chat changes."""
        us = {"user": {"id": ME["id"], "is_bot": True, "first_name": "应哨"}}
        change = {"old_chat_member": us | standing(before), "new_chat_member": us | standing(after), "date": 1}
        person = {"id": who, "is_bot": False, "first_name": "人"}
        await self.update(my_chat_member={"chat": chat_of(chat), "from": person, **change})

    async def join(self, who: int, code: str) -> list[str]:
        """Come in by an invite's deep link."""
        async with self.storage.writing() as records:
            person = await records.people.by_code(code)
            assert person is not None
            invite = await issue(records, person.id, None, self.now[0])
        return await self.say(who, f"/start i_{invite}")

    async def file(self, who: int = RESIDENT, words: str = "金康苑3号楼2单元楼道灯坏了三天了") -> None:
        """A resident reports something; the worker's card is out."""
        await self.say(who, words)
        await self.press(who, "提交")


def words(shown: dict[str, Any]) -> str:
    """A message as one line."""
    kind = next((f"[{kind}]" for kind in ("photo", "voice", "video", "document") if kind in shown), "")
    return kind + (shown.get("text") or shown.get("caption") or "")


def chat_of(chat: int) -> dict[str, Any]:
    """A chat as Telegram describes it."""
    if chat > 0:
        return {"id": chat, "type": "private", "first_name": f"人{chat}"}
    return {"id": chat, "type": "supergroup", "title": "工作群"}


def standing(status: str) -> dict[str, Any]:
    """Our standing in a chat, with what Telegram says beside it."""
    if status == "kicked":
        return {"status": status, "until_date": 0}
    return {"status": status}


@asynccontextmanager
async def telegram_rig(database: Database, folder: Path, *, webhook: bool = False) -> AsyncIterator[TelegramRig]:
    """A service with the small sample district; the worker and the desk have joined on Telegram."""
    now = [MONDAY]

    def clock() -> datetime:
        return now[0]

    async with FakeBotApi().serving() as server:
        said = texts()
        settings = Settings(
            telegram_token=TOKEN,
            telegram_api_url=server.url,
            telegram_webhook_url="https://example.org/telegram" if webhook else "",
            telegram_webhook_secret=SECRET if webhook else "",
        )
        districts = Districts(database)
        await districts.apply(sample.make("small"))
        house = House(districts, said, Clocks(ZoneInfo("Asia/Shanghai")))
        await house.refresh()
        storage, files, lines = DatabaseStorage(database), Files(folder / "files"), Lines(database)
        channels: dict[str, Channel] = {"web": WebChat(lines, files, Bells(), clock, "http://127.0.0.1")}
        fetching = Fetching(storage, channels, files, clock, said)
        menu = (MenuEntry(said("menu.report"), "m:report"), MenuEntry(said("menu.mine"), "m:mine"))
        door = TelegramDoor(settings, said, menu, fetching.load, clock)
        channels["telegram"] = door.channel
        presence = Presence(storage, house, clock)
        delivery = Delivery(storage, channels, clock, "me", presence.gone)
        casework, digests = Casework(), Digests()
        affairs = Affairs(digests, Errands(), Care(casework.file), partial(links, channels))
        intake = Intake(storage, house, Dialogue(FORMS), casework, affairs, clock)
        sweep = Sweep(storage, house, {"fetch": fetching, "draft": intake, "digest": digests}, clock)
        routes = door.listen(intake, presence)
        rig = TelegramRig(server, database, storage, house, intake, delivery, sweep, fetching, files, lines, now)
        running = [asyncio.create_task(door.run()), asyncio.create_task(fetching.run())]
        web = await _serve(routes) if webhook else None
        try:
            await eventually(lambda: server.said("setWebhook" if webhook else "getUpdates"))
            if web is not None:
                port = web.servers[0].sockets[0].getsockname()[1]
                rig.hook = f"http://127.0.0.1:{port}{urlsplit(server.webhook['url']).path}"
            await rig.join(WORKER, sample.PRACTICE_WORKER)
            await rig.join(DESK, sample.PRACTICE_MANAGER)
            yield rig
        finally:
            if web is not None:
                await web.shutdown()
            await door.stop()
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)
            await door.close()


async def _serve(routes: Any) -> uvicorn.Server:
    web = uvicorn.Server(
        uvicorn.Config(Starlette(routes=routes), port=0, log_level="warning", lifespan="off", ws="none")
    )
    web.config.load()
    web.lifespan = web.config.lifespan_class(web.config)
    await web.startup()
    return web
