"""A running board over the sample district with some cases, and a browser."""

import asyncio
import shutil
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from bot.board.acting import Acting
from bot.board.board import Board
from bot.board.sessions import issue
from bot.cases.casework import Casework
from bot.chat.messages import Address
from handlers.board.serving import BoardServing
from handlers.webchat.identity import Identity
from storage.board import Boards
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from tests.channels.webchat.running import Server
from tests.flow.rig import Rig, build


@dataclass
class Site:
    """The board on a port of its own; `rig` is the service behind it, with its clock."""

    url: str
    rig: Rig
    acting: Acting

    async def link(self, who: str) -> str:
        """A fresh one-time link of the person at this address."""
        async with self.rig.storage.writing() as records:
            person = await records.people.at(Address("web", who), "", self.rig.now[0])
            return f"{self.url}/board/in?w={await issue(records, person.id, self.rig.now[0])}"


@pytest.fixture
async def site(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Site]:
    path = shutil.copy(sqlite_template, tmp_path / "board.db")
    database = Database(f"sqlite+aiosqlite:///{path}")
    rig = await build(database)

    async def sheet(_units: tuple[int, ...], span: str) -> bytes:
        return span.encode()

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    board = Board(Boards(database), rig.house, lambda: rig.now[0], Districts(database).outlines)
    acting = Acting(rig.storage, rig.house, Casework(), lambda: rig.now[0])
    serving = BoardServing(
        board,
        acting,
        rig.storage,
        Files(tmp_path / "files"),
        Identity("secret", url),
        lambda: rig.now[0],
        lambda payload: {"web": f"{url}/?p={payload}"},
        sheet,
        secure=False,
    )
    server = Server(
        uvicorn.Config(
            Starlette(routes=serving.routes()), "127.0.0.1", port, log_config=None, lifespan="off", ws="none"
        )
    )
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    yield Site(url, rig, acting)
    server.should_exit = True
    await running
    await database.close()
