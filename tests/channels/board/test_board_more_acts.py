"""What the case page does besides moving a case: a look at a number, merging, a helping unit's part, and pictures."""

import asyncio
import io
from pathlib import Path

import aiohttp
import pytest
from PIL import Image

from bot.cases.lifecycle import Act, State
from bot.grid import sample
from bot.grid.directory import Role
from tests.channels.board.conftest import Site
from tests.channels.board.test_board_acts import acts_of, answer_in, case_of, hidden, page_of, press, send
from tests.channels.board.test_board_doors import enter, file, get, visitor

PICTURE = io.BytesIO()
Image.new("RGB", (40, 30), "green").save(PICTURE, "PNG")


def with_picture(fields: dict[str, str], content: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("photos", content, filename="灯.png", content_type="image/png")
    return form


async def file_with_a_phone(site: Site) -> None:
    await file(site)
    async with site.rig.storage.writing() as records:
        case = await records.cases.get(1)
        assert case is not None
        await records.people.save_phone(case.reporter_id, "13812345678")


async def test_a_look_at_a_number_is_written_down_with_its_reason(site: Site) -> None:
    await file_with_a_phone(site)
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "look", words="上门前联系")
        assert (status, "13812345678" in answer_in(page)) == (200, True)
        assert "13812345678" not in await page_of(session)
    async with site.rig.storage.writing() as records:
        assert [look.why for look in await records.looks.of_case(1)] == ["上门前联系"]


async def test_a_number_is_not_shown_without_a_reason(site: Site) -> None:
    await file_with_a_phone(site)
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "look", words="")
    assert (status, "13812345678" in page) == (409, False)
    async with site.rig.storage.writing() as records:
        assert not await records.looks.of_case(1)


async def test_a_case_is_merged_into_the_one_whose_number_is_typed(site: Site) -> None:
    await file(site)
    await file(site, "other", "金康苑5号楼1单元水管漏水")
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "merge", value="1002")
        assert (status, "1002" in answer_in(page)) == (200, True)
    merged = await case_of(site)
    assert (merged.state, merged.lead_id) == (State.MERGED, 2)


@pytest.mark.parametrize("number", ["1001", "9999", "999999999999", "abc", "٣٤٥٦", "1" * 5000, ""])
async def test_a_number_that_names_no_other_case_merges_nothing(site: Site, number: str) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "merge", value=number)
    assert (status, bool(answer_in(page))) == (409, True)
    assert (await case_of(site)).state is State.OPEN


async def whistled(site: Site) -> None:
    """The firm is called to help, and its liaison is at `firm`."""
    await file(site)
    directory = site.rig.house.town.directory
    firm = directory.by_code["AJ"].id
    liaison = directory.posts_at(firm, Role.LIAISON)[0].holder_id
    await site.rig.hire("firm", directory.staff[liaison or 0].code)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "whistle", value=str(firm), words="请带梯子")


async def test_a_helping_unit_finds_the_case_reports_in_and_tells_what_it_did(site: Site) -> None:
    await whistled(site)
    async with visitor(site) as session:
        await enter(site, session, "firm")
        queue = (await get(session, "/board/queue"))[1]
        assert "1001" in queue
        assert "请您协办" in queue
        assert (await press(session, "report_in"))[0] == 200
        again = await page_of(session)
        assert not hidden(again, "report_in")
        assert "13812345678" not in again
        fields = hidden(again, "assist") | {"words": "灯换好了"}
        status, page = await send(session, with_picture(fields, PICTURE.getvalue()))
        assert (status, bool(hidden(page, "assist"))) == (200, False)
        assert "1001" not in (await get(session, "/board/queue"))[1]
    assert [act for act in await acts_of(site) if act in {Act.REPORT_IN, Act.ASSIST}] == [Act.REPORT_IN, Act.ASSIST]


async def test_a_unit_that_nobody_whistled_for_sees_nothing(site: Site) -> None:
    await whistled(site)
    directory = site.rig.house.town.directory
    other = directory.posts_at(directory.by_code["CG"].id, Role.LIAISON)[0].holder_id
    await site.rig.hire("cg", directory.staff[other or 0].code)
    async with visitor(site) as session:
        await enter(site, session, "cg")
        assert (await get(session, "/board/case/1001"))[0] == 404
        assert "1001" not in (await get(session, "/board/queue"))[1]


async def test_a_picture_goes_with_the_finish_to_the_resident(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "accept")
        await site.rig.heard("resident")
        fields = hidden(await page_of(session), "finish") | {"words": "灯亮了"}
        status, page = await send(session, with_picture(fields, PICTURE.getvalue()))
    assert (status, answer_in(page)) == (200, "办结了，请居民评价。")
    assert any(message.attachments for message in await site.rig.heard("resident"))


async def test_what_is_no_picture_finishes_nothing(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "accept")
        fields = hidden(await page_of(session), "finish") | {"words": "灯亮了"}
        status, page = await send(session, with_picture(fields, b"MZ not a picture"))
    assert (status, bool(answer_in(page))) == (409, True)
    assert (await case_of(site)).state is State.ACCEPTED


async def test_a_form_of_another_site_leaves_no_picture_here(site: Site, tmp_path: Path) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "accept")
        fields = hidden(await page_of(session), "finish") | {"words": "灯亮了", "token": "guessed"}
        async with session.post("/board/case/1001", data=with_picture(fields, PICTURE.getvalue())) as answer:
            assert answer.status == 403
    assert not [each for each in (tmp_path / "files").rglob("*") if each.is_file()]


async def test_a_view_of_a_case_never_waits_for_a_writer(site: Site) -> None:
    await file(site)
    acting = site.acting
    async with site.rig.storage.writing() as records:
        person = await records.people.by_code(sample.PRACTICE_MANAGER)
        assert person is not None
        async with asyncio.timeout(5):
            assert (await acting.offered(person.id, 1001)).forms
