"""Every door of the running service, tried by somebody who should not come in: nothing happens, nothing is told."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Table, func, insert, select, update

from storage.database import Database
from storage.tables import cases, events, invites, seen
from tests.replicas.running import Replica, browser, say, worker_payload

SECRET = "a-planted_secret"
WORDS = "金康苑3号楼2单元有人半夜装修太吵了,找欧阳铁柱"
EVIL = {"Origin": "https://evil.example"}


@dataclass
class Town:
    """The running service and its database."""

    replica: Replica
    database: Database

    async def count(self, table: Table) -> int:
        async with self.database.reading() as connection:
            return await connection.scalar(select(func.count()).select_from(table)) or 0

    async def figure(self, name: str) -> float:
        async with aiohttp.ClientSession() as session, session.get(f"{self.replica.base}/metrics") as answer:
            lines = (await answer.text()).splitlines()
        return next((float(line.rpartition(" ")[2]) for line in lines if line.startswith(name)), 0.0)

    async def heard(self, session: aiohttp.ClientSession, choice: str = "", text: str = "", **more: Any) -> str:
        """Say something; the words that come back within a second."""
        before: list[str] = []
        while not before:  # the greeting of whoever said hello
            before = await self._lines(session)
        body = {"id": f"said-{datetime.now(UTC).timestamp():.6f}".replace(".", "-"), **more}
        body |= {"choice": choice} if choice else {"text": text} if text else {}
        async with session.post(f"{self.replica.base}/say", json=body) as answer:
            assert answer.status == 200
        for _ in range(40):
            await asyncio.sleep(0.05)
            after = await self._lines(session)
            if len(after) > len(before):
                return "\n".join(after[len(before) :])
        return ""

    async def _lines(self, session: aiohttp.ClientSession) -> list[str]:
        async with session.get(f"{self.replica.base}/earlier") as answer:
            return [line["text"] for line in (await answer.json())["lines"] if not line["mine"]]


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Replica]:
    data = tmp_path_factory.mktemp("doors") / "data"
    settings = {
        "YINGSHAO_TELEGRAM_TOKEN": "4711:AAF-planted-token-for-tests",
        "YINGSHAO_TELEGRAM_API_URL": "http://127.0.0.1:9",  # nobody listens there
        "YINGSHAO_TELEGRAM_WEBHOOK_URL": "https://town.example/telegram",
        "YINGSHAO_TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    found = Replica(data, "", settings)
    found.start()
    asyncio.run(found.ready())
    asyncio.run(_file(found))
    yield found
    asyncio.run(found.kill())


async def _file(replica: Replica) -> None:
    async with browser(replica) as resident:
        assert await say(resident, replica, "report-report", WORDS) == 200
        assert await say(resident, replica, "submit-submit", "提交") == 200


@pytest.fixture
async def town(replica: Replica) -> AsyncIterator[Town]:
    keys = (replica.data / "data_key").read_text().strip()
    database = Database(f"sqlite+aiosqlite:///{replica.data / 'yingshao.db'}", [keys])
    yield Town(replica, database)
    await database.close()


@pytest.fixture
async def stranger(town: Town) -> AsyncIterator[aiohttp.ClientSession]:
    async with browser(town.replica) as session:
        yield session


ACTS = (
    "accept",
    "finish",
    "dispatch",
    "look",
    "grant",
    "withdraw",
    "add",
    "urge",
    "grade:1.1",
    "more",
    "trail",
    "looks",
)


@pytest.mark.parametrize("act", ACTS)
async def test_a_forged_button_does_nothing_and_tells_no_more_than_one_of_a_case_that_is_not_there(
    town: Town, stranger: aiohttp.ClientSession, act: str
) -> None:
    before = await town.count(events)
    told = await town.heard(stranger, f"c:1:{act}")
    assert told == await town.heard(stranger, f"c:4711:{act}")
    assert "欧阳" not in told
    assert await town.count(events) == before


async def test_anothers_deep_link_shows_nothing(town: Town, stranger: aiohttp.ClientSession) -> None:
    told = await town.heard(stranger, hello=True, payload="c_1")
    assert "噪" not in told


async def test_anothers_number_shows_nothing(town: Town, stranger: aiohttp.ClientSession) -> None:
    assert "噪" not in await town.heard(stranger, text="1001")


@pytest.mark.parametrize("how", ["expired", "used", "never made"])
async def test_a_bad_invite_makes_nobody_staff(town: Town, stranger: aiohttp.ClientSession, how: str) -> None:
    code, now = f"{how:_<16}".replace(" ", "_"), datetime.now(UTC)
    row = {
        "hash": hashlib.sha256(code.encode()).hexdigest(),
        "person_id": 1,
        "made_by": None,
        "made_at": now - timedelta(days=8),
    }
    if how != "never made":
        used = {"expires_at": now + timedelta(days=1), "used_at": now} if how == "used" else {"expires_at": now}
        async with town.database.writing() as connection:
            await connection.execute(insert(invites).values(row | used))
    assert "邀请码" in await town.heard(stranger, text=f"/start i_{code}")


async def test_an_invite_works_once(town: Town) -> None:
    payload = await worker_payload(town.replica)
    async with browser(town.replica, payload), browser(town.replica) as second:
        assert "邀请码" in await town.heard(second, hello=True, payload=payload)


async def test_a_replayed_button_acts_once(town: Town) -> None:
    async with browser(town.replica, await worker_payload(town.replica)) as worker:
        await town.heard(worker, "c:1:accept")
        await town.heard(worker, "c:1:accept")
    async with town.database.reading() as connection:
        assert len((await connection.execute(select(events).where(events.c.act == "accept"))).all()) == 1
    async with town.database.writing() as connection:
        await connection.execute(update(cases).values(state="open", handler_id=None))


@pytest.mark.parametrize(
    "path", ["/file/guess", "/calendar/guess.ics", "/board/in?t=guess", "/board/case/1001", "/board/sheet"]
)
async def test_a_guessed_link_opens_nothing(town: Town, stranger: aiohttp.ClientSession, path: str) -> None:
    async with stranger.get(town.replica.base + path, allow_redirects=False) as answer:
        body = await answer.text()
    assert answer.status in {302, 303, 401, 403, 404} or path.startswith("/board/in")
    assert "欧阳" not in body
    assert "board" not in "".join(answer.headers.getall("set-cookie", []))


@pytest.mark.parametrize("path", ["/live", "/earlier"])
async def test_a_changed_cookie_is_nobody(town: Town, stranger: aiohttp.ClientSession, path: str) -> None:
    mine = next(iter(stranger.cookie_jar)).value
    forged = {"yingshao": ("A" if mine[0] != "A" else "B") + mine[1:]}
    async with aiohttp.ClientSession(cookies=forged) as forger, forger.get(town.replica.base + path) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("path", ["/say", "/board/in", "/board/out"])
async def test_another_sites_page_cannot_post(town: Town, stranger: aiohttp.ClientSession, path: str) -> None:
    body: dict[str, Any] = {"json": {"id": "forged-forged", "text": "提交"}} if path == "/say" else {"data": {"t": "x"}}
    heard = await town.count(seen)
    async with stranger.post(town.replica.base + path, headers=EVIL, allow_redirects=False, **body) as answer:
        assert answer.status == 403
    assert await town.count(seen) == heard


@pytest.mark.parametrize("secret", ["", "guess", SECRET + "x", SECRET[:-1]])
async def test_the_webhook_hears_nobody_without_the_secret(town: Town, secret: str) -> None:
    heard = await town.count(seen)
    who = {"id": 7, "is_bot": False, "first_name": "x"}
    update_ = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "text": "x", "chat": who | {"type": "private"}, "from": who},
    }
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
    door = f"{town.replica.base}/telegram"
    async with aiohttp.ClientSession() as session, session.post(door, json=update_, headers=headers) as answer:
        assert answer.status == 403
    assert await town.count(seen) == heard


async def test_what_was_refused_is_counted(town: Town, stranger: aiohttp.ClientSession) -> None:
    figure = 'yingshao_http_refused_total{door="say",status="403"}'
    before = await town.figure(figure)
    async with stranger.post(f"{town.replica.base}/say", headers=EVIL, json={"id": "x" * 8, "text": "x"}):
        pass
    assert await town.figure(figure) == before + 1
