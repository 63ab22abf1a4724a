"""The board of a simulated moment, in a real browser."""

import asyncio
import socket
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from bot.board.acting import Acting
from bot.board.board import Board
from bot.board.sessions import issue
from bot.cases.casework import Casework
from bot.grid.directory import Role
from bot.house import House
from handlers.board.serving import BoardServing
from handlers.webchat.identity import Identity
from storage.board import Boards
from storage.database import Database
from storage.districts import Districts
from storage.files import Files
from storage.records import DatabaseStorage
from tests import browsing
from tests.channels.webchat.running import Server

SIZES = {"month-board": (1600, 900), "month-board-phone": (390, 844)}


async def photograph(
    database: Database, house: House, storage: DatabaseStorage, now: list[datetime], out: Path
) -> None:
    """The overview of the district's desk as the command room and a phone show it, its queue and a case beside."""
    if not browsing.installed():
        print("no chromium: the board is NOT photographed")
        return
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    url = f"http://127.0.0.1:{port}"

    async def sheet(_units: tuple[int, ...], _span: str) -> bytes:
        return b""

    board = Board(Boards(database), house, lambda: now[0], Districts(database).outlines)
    serving = BoardServing(
        board,
        Acting(storage, house, Casework(), lambda: now[0]),
        storage,
        Files(out),  # nobody sends a picture here
        Identity("secret", url),
        lambda: now[0],
        lambda _payload: {},
        sheet,
        secure=False,
    )
    app = Starlette(routes=serving.routes())
    server = Server(uvicorn.Config(app, "127.0.0.1", port, log_config=None, lifespan="off", ws="none"))
    running = asyncio.create_task(server.serve())
    await server.up.wait()
    posts = house.town.directory.posts.values()
    desk = next(post.holder_id for post in posts if post.role is Role.DISTRICT_DESK and post.holder_id is not None)
    async with browsing.opened() as browser:
        for name, (width, height) in SIZES.items():
            page = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
            async with storage.writing() as records:
                word = await issue(records, desk, now[0])
            await page.goto(f"{url}/board/in?w={word}")
            await page.get_by_role("button").first.click()
            await page.wait_for_load_state("networkidle")
            await page.screenshot(path=out / f"{name}.png", full_page=name.endswith("phone"))
            await page.goto(f"{url}/board/queue")
            await page.screenshot(path=out / f"{name}-queue.png")
            await page.locator("a[href*='/board/case/']").first.click()
            await page.wait_for_load_state("load")
            await page.screenshot(path=out / f"{name}-case.png")
            await page.close()
    server.should_exit = True
    await running
