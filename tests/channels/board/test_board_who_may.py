"""Every page of the board and every act on it, by every kind of person: the rights table is the only one."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from sqlalchemy import select

from bot.board.sessions import issue
from bot.cases.lifecycle import Act
from bot.cases.rights import refusal, relations
from bot.chat.messages import Address
from bot.grid.directory import Role
from handlers.board import serving
from storage.tables import cases, events, people, petitions
from tests.channels.board.conftest import Site
from tests.channels.board.test_board_doors import file

NO_BOARD = {Role.VOLUNTEER, Role.BUILDING_HEAD, Role.UNIT_HEAD}
PAGES = ("/board", "/board/queue", "/board/case/1001", "/board/sheet?span=day")
OFFERED = re.compile(r'name="act" value="(\w+)"')


@asynccontextmanager
async def inside(site: Site, person_id: int) -> AsyncIterator[aiohttp.ClientSession]:
    """A browser in which this person came in by their link."""
    async with site.rig.storage.writing() as records:
        word = await issue(records, person_id, site.rig.now[0])
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with session.post("/board/in", data={"w": word}, allow_redirects=False):
            pass
        yield session


def staff(site: Site) -> list[int]:
    """Everybody who holds a post in the town."""
    posts = site.rig.house.town.directory.posts.values()
    return sorted({post.holder_id for post in posts if post.holder_id is not None})


async def outsiders(site: Site) -> list[int]:
    """The reporter, and a resident who has nothing to do with it."""
    await site.rig.say("stranger", "/start")
    async with site.rig.storage.writing() as records:
        return [
            (await records.people.at(Address("web", who), "", site.rig.now[0])).id for who in ("resident", "stranger")
        ]


async def everything(site: Site) -> list[object]:
    """What an act would change."""
    async with site.rig.database.reading() as connection:
        tables = (cases, events, petitions, people)
        return [tuple(row) for table in tables for row in (await connection.execute(select(table))).all()]


def may_see(site: Site, person_id: int) -> tuple[bool, bool]:
    """Whether a person has a board at all, and whether case 1001 is on it: their posts say so, and nothing else."""
    town = site.rig.house.town
    place = town.directory.by_code["JKY-3-2"].id
    units = [post.unit_id for post in town.directory.posts_of(person_id) if post.role not in NO_BOARD]
    return bool(units), any(town.directory.covers(unit, place) for unit in units)


async def test_everybody_of_the_staff_opens_what_their_posts_cover_and_nothing_more(site: Site) -> None:
    await file(site)
    wrong, opened = [], 0
    for person_id in staff(site):
        board, case = may_see(site, person_id)
        async with inside(site, person_id) as session:
            for path in PAGES:
                async with session.get(path) as answer:
                    status, text = answer.status, await answer.text()
                expected = 403 if not board else 404 if "case" in path and not case else 200
                listed = "1001" in text if path == "/board/queue" else board and case
                opened += status == 200
                if status != expected or listed != (board and case):
                    wrong.append((person_id, path, status))
    assert wrong == []
    assert opened > len(PAGES)


async def test_residents_open_nothing(site: Site) -> None:
    await file(site)
    for person_id in await outsiders(site):
        async with inside(site, person_id) as session:
            for path in PAGES:
                async with session.get(path) as answer:
                    assert (answer.status, "JKY" in await answer.text()) == (403, False)


@pytest.mark.parametrize("act", list(Act))
async def test_a_forged_form_of_whatever_act_changes_nothing_whoever_sends_it(site: Site, act: Act) -> None:
    await file(site)
    senders = [*staff(site), *await outsiders(site)]
    before = await everything(site)
    for person_id in senders:
        async with inside(site, person_id) as session:
            form = {"act": act.value, "value": "1", "words": "伪造", "token": "0" * 64, "csrf": "0" * 64}
            async with session.post("/board/case/1001", data=form) as answer:
                assert answer.status in {403, 404, 405, 409}, (person_id, answer.status)
    assert await everything(site) == before


async def test_a_page_offers_no_act_that_the_rights_table_refuses(site: Site) -> None:
    await file(site)
    await site.rig.say("worker", choice="c:1:accept")
    town = site.rig.house.town
    async with site.rig.storage.writing() as records:
        case = await records.cases.get(1)
        called = await records.cases.assigned(1, case.round) if case is not None else ()
    assert case is not None
    for person_id in staff(site):
        standing = relations(town, person_id, case, town.clocks.today(site.rig.now[0]), called)
        async with inside(site, person_id) as session, session.get("/board/case/1001") as answer:
            offered = set(OFFERED.findall(await answer.text()))
        assert {act for act in offered if refusal(Act(act), case, standing)} == set(), person_id


async def test_every_door_is_shut_to_who_has_no_session(site: Site) -> None:
    await file(site)
    before = await everything(site)
    doors = {*re.findall(r"^(GET|POST) +(/board\S*)", serving.__doc__ or "", re.MULTILINE), ("POST", "/board/in")}
    assert len(doors) > len(PAGES) + 2
    async with aiohttp.ClientSession(site.url) as session:
        for method, path in sorted(doors):
            where = path.replace("NUMBER", "1001")
            async with session.request(method, where, data={"act": "accept"}, allow_redirects=False) as answer:
                text = await answer.text()
            # The page with the one button is for everybody, and everybody may leave.
            free = (method, path) in {("GET", "/board/in"), ("POST", "/board/out")}
            assert answer.status in ({200} if free else {401, 403, 405}), (method, path)
            assert "楼道灯" not in text
    assert await everything(site) == before
