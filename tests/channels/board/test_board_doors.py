"""Who gets in to the board, what they may see there, and how they leave."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from tests.channels.board.conftest import Site

WORDS = "金康苑3号楼2单元楼道灯坏了三天了，我姓王，电话13812345678"


@asynccontextmanager
async def visitor(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser without a screen."""
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


async def enter(site: Site, session: aiohttp.ClientSession, who: str = "manager", **headers: str) -> int:
    word = (await site.link(who)).split("w=")[1]
    async with session.post("/board/in", data={"w": word}, headers=headers, allow_redirects=False) as answer:
        return answer.status


async def get(session: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, str]:
    async with session.get(path, headers=headers) as answer:
        return answer.status, await answer.text()


async def file(site: Site, who: str = "resident", words: str = WORDS) -> None:
    said = await site.rig.say(who, words)
    await site.rig.press(who, "提交", said)


async def test_a_stranger_is_told_how_to_come_in(site: Site) -> None:
    async with visitor(site) as session:
        for path in ("/board", "/board/queue", "/board/case/1001", "/board/sheet"):
            status, text = await get(session, path)
            assert (status, "请回到聊天里" in text) == (401, True)


async def test_looking_at_the_link_does_not_use_it_up(site: Site) -> None:
    async with visitor(site) as session:
        link = await site.link("manager")
        for _ in range(2):
            assert (await get(session, link))[0] == 200
        async with session.post("/board/in", data={"w": link.split("w=")[1]}) as answer:
            assert (answer.status, answer.url.path) == (200, "/board")


async def test_a_link_opens_one_browser_only(site: Site) -> None:
    link = await site.link("manager")
    async with visitor(site) as first, visitor(site) as second:
        for session, path in ((first, "/board"), (second, "/board/in")):
            async with session.post("/board/in", data={"w": link.split("w=")[1]}) as answer:
                assert answer.url.path == path


async def test_the_cookie_is_for_the_browser_alone(site: Site) -> None:
    async with visitor(site) as session:
        word = (await site.link("manager")).split("w=")[1]
        async with session.post("/board/in", data={"w": word}, allow_redirects=False) as answer:
            cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=lax", "path=/board"))


async def test_another_sites_form_lets_nobody_in(site: Site) -> None:
    async with visitor(site) as session:
        assert await enter(site, session, **{"sec-fetch-site": "cross-site"}) == 403


async def test_another_sites_form_throws_nobody_out(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        async with session.post("/board/out", headers={"origin": "http://elsewhere"}) as answer:
            assert answer.status == 403
        assert (await get(session, "/board"))[0] == 200


async def test_a_resident_has_no_board(site: Site) -> None:
    await site.rig.say("resident", "/start")
    async with visitor(site) as session:
        await enter(site, session, "resident")
        status, text = await get(session, "/board")
    assert (status, "看板给网格" in text) == (403, True)


async def test_leaving_by_the_button_leaves(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        async with session.post("/board/out") as answer:
            assert answer.status == 200
        assert (await get(session, "/board"))[0] == 401


async def test_saying_so_in_the_chat_shuts_every_browser_out(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        (said,) = await site.rig.say("manager", "退出看板")
        assert said.text == "看板都退出来了。"
        assert (await get(session, "/board"))[0] == 401


async def test_the_chat_gives_a_link_that_works(site: Site) -> None:
    (said,) = await site.rig.say("manager", "看板")
    async with visitor(site) as session:
        path = said.buttons[0].url.split("/in?w=")[1]
        async with session.post("/board/in", data={"w": path}) as answer:
            assert answer.url.path == "/board"


async def test_an_open_list_that_nobody_touches_runs_out(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        found = []
        for _ in range(2):
            site.rig.now[0] += timedelta(minutes=20)
            found.append((await get(session, "/board/queue", **{"x-part": "1"}))[0])
        assert found == [200, 401]


async def test_a_wall_of_figures_stays(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        for _ in range(4):
            site.rig.now[0] += timedelta(minutes=20)
            assert (await get(session, "/board", **{"x-part": "1"}))[0] == 200


async def test_nobody_who_reported_is_named_and_no_phone_is_whole(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        for path in ("/board", "/board/queue", "/board/case/1001"):
            status, text = await get(session, path)
            assert (status, "13812345678" in text) == (200, False)
            assert ("138****5678" in text) == path.startswith("/board/case")


async def test_a_case_elsewhere_is_as_if_it_were_not_there(site: Site) -> None:
    await file(site)
    async with site.rig.storage.writing() as records:
        case = await records.cases.get(1)
        assert case is not None
        directory = site.rig.house.town.directory
        far = next(u for u in directory.units.values() if u.name == "锦绣社区")
        await records.cases.save(replace(case, owner_id=far.id, unit_id=far.id))
    async with visitor(site) as session:
        await enter(site, session, "worker")
        assert (await get(session, "/board/case/1001"))[0] == 404
        assert (await get(session, "/board/case/4711"))[0] == 404
        assert "1001" not in (await get(session, "/board/queue"))[1]


@pytest.mark.parametrize(
    "query", ["unit=99999999999999999999", "page=-1", "page=1e9", "level=%00", "kind='--", "late=x", "unit=١"]
)
async def test_an_odd_filter_is_no_error(site: Site, query: str) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        assert (await get(session, f"/board/queue?{query}"))[0] == 200


async def test_words_cannot_become_part_of_the_page(site: Site) -> None:
    said = await site.rig.say("resident", "金康苑3号楼2单元灯坏了<script>alert(1)</script>")
    await site.rig.press("resident", "提交", said)
    async with visitor(site) as session:
        await enter(site, session)
        assert "<script>alert" not in (await get(session, "/board/case/1001"))[1]


async def test_the_sheet_comes_as_a_file(site: Site) -> None:
    async with visitor(site) as session:
        await enter(site, session)
        async with session.get("/board/sheet?span=week") as answer:
            assert (await answer.read(), answer.headers["content-disposition"]) == (
                b"week",
                'attachment; filename="yingshao-week.xlsx"',
            )
