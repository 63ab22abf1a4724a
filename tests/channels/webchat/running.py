"""The web chat as a test runs it: a real server, a real database, and a receiver that answers simply."""

import asyncio
import secrets
import socket
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.chat.messages import Address, Button, Incoming, MenuEntry, Outgoing
from bot.texts import texts
from handlers.webchat.identity import Identity
from handlers.webchat.pages import Pages, Phone
from handlers.webchat.sending import WebChat
from handlers.webchat.serving import Serving
from handlers.webchat.waking import Bells
from storage.database import Database
from storage.files import Files
from storage.lines import Lines
from storage.records import DatabaseStorage

MENU = (
    MenuEntry("报事情", "menu:appeal"),
    MenuEntry("找人帮", "menu:errand"),
    MenuEntry("我的事", "menu:mine"),
    MenuEntry("问一问", "menu:help"),
)
CARD = Outgoing(
    "王阿姨，水管爆了这件事记下了。\n地方：金康苑3号楼2单元\n网格员李建国两小时内给您回话。",
    buttons=(
        Button("加张照片", "case:1:photo"),
        Button("改一下地方", "case:1:place"),
        Button("打电话给网格员", url="tel:13800000000"),
        Button("不用了，已经好了", "case:1:drop"),
    ),
    card="case:1",
)


class Echo:
    """Answers every new message once with its own words, in one transaction as the service does; `down` refuses all."""

    def __init__(self, storage: DatabaseStorage) -> None:
        self.storage = storage
        self.taken: dict[str, Incoming] = {}
        self.answers: dict[str, Outgoing] = {}
        self.down = False

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        if self.down:
            raise OSError("nothing can be stored")
        for one in incoming:
            if one.message_id in self.taken:
                continue
            self.taken[one.message_id] = one
            said = one.text or one.choice or one.phone or ("位置" if one.pin else "") or f"{len(one.attachments)}个文件"
            answer = self.answers.get(said, Outgoing(f"收到：{said}{one.payload}"))
            async with self.storage.writing() as records:
                records.outbox.hear(one)
                await records.outbox.post(one.address, answer, one.at)
        return [""] * len(incoming)

    @property
    def said(self) -> list[Incoming]:
        return list(self.taken.values())


class Server(uvicorn.Server):
    """Says when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class Site:
    """The web chat, started and stopped on one port as often as a test likes."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite+aiosqlite:///{folder / 'chat.db'}")
        self.lines = Lines(self.database)
        self.files = Files(folder / "files")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.identity = Identity(secrets.token_hex(), self.url)
        self.phones: list[Phone] | None = None
        self.beat_seconds = 20.0
        self._running: tuple[uvicorn.Server, asyncio.Task[None], Bells] | None = None
        self.storage = DatabaseStorage(self.database)
        self.bells = Bells()
        self.web = self._web()
        self.echo = Echo(self.storage)

    def _web(self) -> WebChat:
        return WebChat(self.lines, self.files, self.bells, lambda: datetime.now(UTC), self.url)

    async def start(self) -> None:
        self.bells = Bells()
        self.web = self._web()
        self.storage.bell = self.bells

        async def phones() -> Sequence[Phone]:
            return self.phones or ()

        serving = Serving(
            self.echo,
            self.lines,
            self.files,
            self.bells,
            self.identity,
            Pages(texts(), MENU, "金康苑社区"),
            lambda: datetime.now(UTC),
            practice=None if self.phones is None else phones,
            poll_seconds=0.2,
            beat_seconds=self.beat_seconds,
        )
        config = uvicorn.Config(
            Starlette(routes=serving.routes()), port=self.port, log_config=None, lifespan="off", ws="none"
        )
        server = Server(config)
        running = asyncio.create_task(server.serve())
        await server.up.wait()
        self._running = (server, running, self.bells)

    async def stop(self) -> None:
        if self._running is None:
            return
        server, running, bells = self._running
        self._running = None
        bells.close()
        server.should_exit = True
        await running

    def address(self) -> Address:
        """The chat that spoke last."""
        return self.echo.said[-1].address
