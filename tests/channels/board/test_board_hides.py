"""Who tips off or stays anonymous is on no page, sheet, digest or card of anybody, whatever they wrote of themselves."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from bot.board.scope import units_of
from bot.board.sessions import issue
from bot.cases.casework import Casework
from bot.chat.messages import Address, Incoming
from bot.config import Settings
from bot.digests.counting import Counting
from bot.digests.rounds import Digests
from bot.doors.board import BoardDoor
from storage.digests import Figures
from storage.files import Files
from storage.tables import outbox
from tests.channels.board.conftest import Site

NAME, PHONE, ROOM, OTHER = "欧阳铁柱", "13812345678", "1702", "13911112222"
HIDDEN = (NAME, "欧阳", "欧**", PHONE, "138****", ROOM)
TIP = f"我要举报有人在金康苑3号楼2单元传销,骗老人钱,电话{OTHER}。我叫{NAME},打138 1234 5678"
NOISE = f"金康苑3号楼2单元有人半夜装修太吵了。我叫{NAME},{PHONE}"


async def filed(site: Site, how: str) -> None:
    """ouyang tells of something, a worker and a desk do what they can with it, and three days go by."""
    rig, address = site.rig, Address("web", "ouyang")
    await rig.intake.receive([Incoming(address, address, "hello", rig.now[0], "/start", name=NAME)])
    async with rig.storage.writing() as records:
        person = await records.people.at(address, NAME, rig.now[0])
        await records.people.save_phone(person.id, PHONE)
        await records.people.save_home(person.id, 1, ROOM)
        counting = Counting(rig.storage, Figures(rig.database), rig.house, lambda: rig.now[0])
        await rig.sweep._ringers["digest"].start(records, rig.house.town, rig.now[0])  # type: ignore[attr-defined]
    check = await rig.say("ouyang", TIP if how == "a tip" else NOISE)
    check = await rig.press("ouyang", "匿名", check) if how == "anonymous" else check
    await rig.press("ouyang", "提交", check)
    await rig.hire("district", "R003")  # A tip is theirs alone.
    working = ("worker", "manager", "district")
    for staff in working:
        for verb in ("accept", "show", "more", "trail", "words", "look"):
            await rig.say(staff, choice=f"c:1:{verb}")
        await rig.say(staff, "要回电话")
    await rig.say("ouyang", choice="c:1:add")
    await rig.say("ouyang", f"我是{NAME},还在{PHONE}上等")
    await rig.say("ouyang", choice="c:1:urge")
    for _ in range(6):
        await rig.pass_time(hours=12)
        await counting.count(rig.house.town.clocks.today(rig.now[0]))
    for staff in working:
        await rig.say(staff, "看日报")
        await rig.say(staff, choice="c:1:words")


def seen(text: str) -> list[str]:
    return [part for part in HIDDEN if part in text]


def inside(workbook: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        yield from (archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("how", ["a tip", "anonymous"])
async def test_nobody_of_the_staff_finds_the_reporter_on_any_page_or_sheet(
    site: Site, tmp_path: Path, how: str
) -> None:
    await filed(site, how)
    rig, pages = site.rig, dict[str, str]()
    door = BoardDoor(
        Settings(data_dir=tmp_path), rig.database, rig.storage, rig.house, Digests(), Casework(), Files(tmp_path),
        lambda: rig.now[0], lambda _payload: {},
    )  # fmt: skip
    cases_seen = 0
    for person_id in sorted({post.holder_id for post in rig.house.town.directory.posts.values() if post.holder_id}):
        async with rig.storage.writing() as records:
            word = await issue(records, person_id, rig.now[0])
        async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            async with session.post("/board/in", data={"w": word}) as answer:
                entered = answer.status == 200
            for path in ("/board", "/board/queue", "/board/case/1001", "/board/queue?state=accepted"):
                async with session.get(path) as answer:
                    pages[f"{person_id} {path}"] = await answer.text()
                    cases_seen += entered and path.endswith("1001") and answer.status == 200
        units = units_of(rig.house.town, person_id, rig.house.town.clocks.today(rig.now[0]))
        for span in ("day", "week", "month") if units else ():
            pages[f"{person_id} {span}"] = "\n".join(inside(await door._sheet(units, span)))
    assert cases_seen > 1, "nobody could open the case: the search says nothing"
    assert {page: found for page, text in pages.items() if (found := seen(text))} == {}


@pytest.mark.parametrize("how", ["a tip", "anonymous"])
async def test_nobody_else_is_sent_a_word_that_tells_who_it_was(site: Site, how: str) -> None:
    await filed(site, how)
    async with site.rig.database.reading() as connection:
        letters = await connection.execute(select(outbox.c.chat, outbox.c.body).where(outbox.c.chat != "ouyang"))
        sent = [str(body) for _, body in letters]
    assert any("1001" in text for text in sent)
    assert any("日报" in text for text in sent)
    assert [text for text in sent if seen(text)] == []


async def test_the_number_that_a_tip_is_about_is_read_by_who_works_on_it(site: Site) -> None:
    await filed(site, "a tip")
    shown = await site.rig.say("district", choice="c:1:words")
    assert OTHER in shown[-1].text


async def test_who_names_themselves_in_a_tip_is_told_that_it_will_be_read(site: Site) -> None:
    (check,) = (await site.rig.say("ouyang", TIP))[-1:]
    assert "办事的人看得到" in check.text
