"""What every test of the web chat stands on: a running site, a person at it, a browser."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from storage.tables import metadata
from tests.channels.webchat.running import Site


@pytest.fixture
async def stopped(tmp_path: Path) -> AsyncIterator[Site]:
    site = Site(tmp_path)
    async with site.database.engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    yield site
    await site.stop()
    await site.database.close()


@pytest.fixture
async def site(stopped: Site) -> Site:
    await stopped.start()
    return stopped


@pytest.fixture
async def person(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without a screen, with its cookie from the page."""
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.get("/") as answer:
            assert answer.status == 200
        yield session


@pytest.fixture
async def context(browser: Browser, site: Site) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context(viewport={"width": 360, "height": 740}, locale="zh-CN", base_url=site.url)
    yield opened
    await opened.close()


@pytest.fixture
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    """The open page, greeted; a script error or anything the policy blocks fails the test."""
    opened = await context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    await opened.goto("/?b=K3")
    await expect(opened.get_by_text("收到：/startb_K3")).to_be_visible()
    yield opened
    assert faults == []
