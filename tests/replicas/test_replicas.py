"""Two real processes on one PostgreSQL: whichever hears, all know; whichever is stopped, nothing is lost."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import Select, func, select

from storage.database import Database
from storage.tables import cases, outbox
from tests.postgres import Server, serving
from tests.replicas.running import Replica, browser, replicas, say, worker_payload

NOISE = "金康苑3号楼2单元有人半夜装修太吵了"  # what nobody but the reporter is shown as a repeat
WAITING = select(func.count()).select_from(outbox).where(outbox.c.state == "waiting")
_numbers = count(1)


@pytest.fixture
def url(postgres: Server, postgres_template: str) -> Iterator[str]:
    name = f"replicas_{next(_numbers)}"
    postgres.create(name, postgres_template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
async def pair(url: str, tmp_path: Path) -> AsyncIterator[list[Replica]]:
    async with replicas(2, tmp_path / "data", url) as running:
        yield running


async def asked(database: Database, statement: Select[int]) -> int:
    async with database.reading() as connection:
        return await connection.scalar(statement) or 0


async def file_case(session: aiohttp.ClientSession, replica: Replica, words_: str) -> None:
    assert await say(session, replica, "report-report", words_) == 200
    assert await say(session, replica, "submit-submit", "提交") == 200


async def test_what_is_said_to_one_reaches_a_page_that_hangs_on_the_other(pair: list[Replica]) -> None:
    first, second = pair
    payload = await worker_payload(second)
    async with (
        browser(second, payload, "worker") as worker,
        browser(first) as resident,
        worker.get(f"{second.base}/live?phone=worker") as stream,
    ):
        await file_case(resident, first, f"{NOISE}别处听见")
        async with asyncio.timeout(10):
            while "别处听见" not in (await stream.content.readline()).decode():
                pass


async def test_a_stranger_heard_by_both_at_once_files_one_case(pair: list[Replica], url: str) -> None:
    first, second = pair
    people = 6

    async def twice(session: aiohttp.ClientSession, message_id: str, text: str) -> None:
        both = (say(session, first, message_id, text), say(session, second, message_id, text))
        assert list(await asyncio.gather(*both)) == [200, 200]

    async def talk(who: int) -> None:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            async with session.get(f"{first.base}/") as answer:
                assert answer.status == 200
            await twice(session, "report-report", f"{NOISE}{'了' * who}")
            await twice(session, "submit-submit", "提交")

    await asyncio.gather(*(talk(who) for who in range(people)))
    database = Database(url)
    assert await asked(database, select(func.count()).select_from(cases)) == people
    await database.close()


async def test_in_a_rolling_restart_each_process_ends_by_itself_and_nothing_is_lost(
    pair: list[Replica], url: str
) -> None:
    people = 40

    async def insist(session: aiohttp.ClientSession, message_id: str, text: str) -> None:
        for attempt in range(600):
            try:
                if await say(session, pair[attempt % 2], message_id, text) == 200:
                    return
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(0.1)
        raise AssertionError(message_id)

    async def talk(who: int) -> None:
        async with browser(pair[who % 2]) as session:
            await asyncio.sleep(who * 0.3)  # so that somebody is always in the midst of it
            await insist(session, "report-report", f"{NOISE}{who}")
            await insist(session, "submit-submit", "提交")

    talking = [asyncio.create_task(talk(who)) for who in range(people)]
    await asyncio.sleep(3)
    for replica in pair:
        async with aiohttp.ClientSession() as hanging, hanging.get(f"{replica.base}/healthz"):
            code, _ = await replica.stop()
        assert code == 0
        replica.start()
        await replica.ready()
    await asyncio.gather(*talking)
    database = Database(url, ((pair[0].data / "data_key").read_text().strip(),))
    async with asyncio.timeout(30):
        while await asked(database, WAITING):  # noqa: ASYNC110 - a row in a database sets no event
            await asyncio.sleep(0.1)
    async with database.reading() as connection:
        filed = (await connection.scalars(select(cases.c.words))).all()
    await database.close()
    assert sorted(filed) == sorted(f"{NOISE}{who}" for who in range(people))


async def test_while_the_database_is_away_people_get_one_honest_line_and_afterwards_all_goes_on(tmp_path: Path) -> None:
    with serving() as server:
        server.create("away")
        async with replicas(2, tmp_path / "data", server.url("away")) as (only, _), browser(only) as session:
            server.stop()
            post = {"id": "report-report", "text": NOISE}
            async with session.post(f"{only.base}/say", json=post) as answer:
                assert (answer.status, "再" in (await answer.json())["text"]) == (503, True)
            async with session.get(f"{only.base}/readyz") as answer:
                assert answer.status == 503
            server.start()
            async with asyncio.timeout(20):
                while await say(session, only, "report-report", post["text"]) != 200:  # noqa: ASYNC110 - a server far away
                    await asyncio.sleep(0.2)
            async with session.get(f"{only.base}/live") as stream:
                async with asyncio.timeout(10):
                    while "邻里噪音" not in (await stream.content.readline()).decode():
                        pass
