"""What a desk does from a case's page: the same acts as in the chat, once, and never on a page that has grown old."""

import re
from typing import Any

import aiohttp
import pytest

from bot.cases.lifecycle import Act, Case, State
from tests.channels.board.conftest import Site
from tests.channels.board.test_board_doors import enter, file, get, visitor


def hidden(page: str, act: str) -> dict[str, str]:
    """The hidden fields of the form of this act."""
    forms = re.findall(r"<form class=\"act\".*?</form>", page, re.DOTALL)
    form = next((form for form in forms if f'name="act" value="{act}"' in form), "")
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


async def page_of(session: aiohttp.ClientSession) -> str:
    return (await get(session, "/board/case/1001"))[1]


async def send(
    session: aiohttp.ClientSession, fields: dict[str, Any] | aiohttp.FormData, **headers: str
) -> tuple[int, str]:
    async with session.post("/board/case/1001", data=fields, headers=headers) as answer:
        return answer.status, await answer.text()


async def press(session: aiohttp.ClientSession, act: str, **fields: Any) -> tuple[int, str]:
    """Open the page and send the form of this act; the status and the page that answers."""
    return await send(session, hidden(await page_of(session), act) | fields)


def answer_in(page: str) -> str:
    found = re.search(r'<p id="answer"[^>]*>(.*?)</p>', page, re.DOTALL)
    return found[1] if found else ""


async def case_of(site: Site) -> Case:
    async with site.rig.storage.writing() as records:
        case = await records.cases.get(1)
    assert case is not None
    return case


async def acts_of(site: Site) -> list[Act]:
    async with site.rig.storage.writing() as records:
        return [event.act for event in await records.cases.events(1)]


async def test_a_desk_accepts_from_the_page_and_the_resident_hears_of_it(site: Site) -> None:
    await file(site)
    await site.rig.heard("resident")
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "accept")
    assert (status, answer_in(page)) == (200, "好的，接单了。")
    assert (await case_of(site)).state is State.ACCEPTED
    assert await site.rig.heard("resident")


async def test_a_double_click_does_it_once(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        fields = hidden(await page_of(session), "accept")
        await send(session, fields)
        status, page = await send(session, fields)
    assert (status, "已经点过了" in answer_in(page)) == (409, True)
    assert (await acts_of(site)).count(Act.ACCEPT) == 1


async def test_a_desk_dispatches_with_words(site: Site) -> None:
    await file(site)
    firm = site.rig.house.town.directory.by_code["AJ"].id
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await press(session, "dispatch", value=str(firm), words="请今天换灯")
    assert (status, "安居物业" in answer_in(page)) == (200, True)
    assert (await case_of(site)).owner_id == firm


async def test_helpers_are_called_several_at_once(site: Site) -> None:
    await file(site)
    units = [site.rig.house.town.directory.by_code[code] for code in ("AJ", "CG")]
    async with visitor(site) as session:
        await enter(site, session)
        _, page = await press(session, "whistle", value=[str(unit.id) for unit in units], words="请来")
    assert all(unit.name in answer_in(page) for unit in units)


async def test_what_needs_words_says_so_without_them(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "accept")
        status, page = await press(session, "finish", words="  ")
    assert status == 409
    assert "请说" in answer_in(page) or "写" in answer_in(page)
    assert (await case_of(site)).state is State.ACCEPTED


async def test_a_page_that_grew_old_does_nothing_and_shows_how_it_stands(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        old = hidden(await page_of(session), "dispatch")
        await site.rig.press("worker", "接单", await site.rig.heard("worker"))
        firm = site.rig.house.town.directory.by_code["AJ"].id
        status, page = await send(session, old | {"value": str(firm)})
    assert (status, "刚刚有变化" in answer_in(page)) == (409, True)
    assert "办理中" in page
    assert Act.DISPATCH not in await acts_of(site)


async def test_who_comes_second_to_accept_reads_who_has_it(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        old = hidden(await page_of(session), "accept")
        await site.rig.press("worker", "接单", await site.rig.heard("worker"))
        _, page = await send(session, old)
    handler = site.rig.house.town.staff_name((await case_of(site)).handler_id)
    assert handler in answer_in(page)


async def test_a_petition_is_decided_on_the_page_that_tells_of_it(site: Site) -> None:
    rig = site.rig
    await file(site)
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "3天", await rig.press("worker", "延期", await rig.press("worker", "更多", card)))
    await rig.say("worker", "等配件")
    async with visitor(site) as session:
        await enter(site, session)
        page = await page_of(session)
        assert "等配件" in page.split('id="acts"')[1]
        before = (await case_of(site)).finish_by
        await press(session, "grant")
        assert (await case_of(site)).finish_by > before
        assert hidden(await page_of(session), "grant") == {}


async def test_a_worker_sees_only_what_is_theirs_to_do(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session, "worker")
        page = await page_of(session)
    assert hidden(page, "accept")
    assert hidden(page, "supervise") == {}
    assert hidden(page, "dispatch") == {}


async def test_a_forged_act_gets_the_answer_of_the_chat(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session, "worker")
        forged = hidden(await page_of(session), "accept") | {"act": "supervise", "words": "快"}
        status, page = await send(session, forged)
    assert (status, "上一级" in answer_in(page)) == (409, True)
    assert Act.SUPERVISE not in await acts_of(site)


@pytest.mark.parametrize("act", ["file", "call", "overdue", "nonsense", ""])
async def test_what_no_page_offers_is_not_done(site: Site, act: str) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        before = await acts_of(site)
        status, _ = await send(session, hidden(await page_of(session), "accept") | {"act": act, "words": "x"})
    assert status == 409
    assert await acts_of(site) == before


@pytest.mark.parametrize("change", [{"token": ""}, {"token": "0" * 64}])
async def test_a_form_without_our_token_does_nothing(site: Site, change: dict[str, str]) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        status, page = await send(session, hidden(await page_of(session), "accept") | change)
    assert (status, "这一页旧了" in page) == (403, True)
    assert (await case_of(site)).state is State.OPEN


async def test_another_browsers_token_does_nothing(site: Site) -> None:
    await file(site)
    async with visitor(site) as first, visitor(site) as second:
        await enter(site, first)
        await enter(site, second)
        status, _ = await send(second, hidden(await page_of(first), "accept"))
    assert status == 403


async def test_another_sites_form_does_nothing(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        fields = hidden(await page_of(session), "accept")
        status, _ = await send(session, fields, origin="http://elsewhere")
    assert status == 403
    assert (await case_of(site)).state is State.OPEN


async def test_a_stranger_cannot_act(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        assert (await send(session, {"act": "accept"}))[0] == 401
    assert (await case_of(site)).state is State.OPEN


async def test_a_body_beyond_measure_does_nothing(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        status, _ = await send(session, hidden(await page_of(session), "accept") | {"words": "长" * 20_000})
    assert status == 403


async def test_the_list_offers_accepting_to_who_was_called_alone(site: Site) -> None:
    await file(site)
    for who, offered in (("worker", True), ("manager", False)):
        async with visitor(site) as session:
            await enter(site, session, who)
            _, page = await get(session, "/board/queue")
        assert ('name="act" value="accept"' in page) is offered


async def test_accepting_from_the_list_accepts(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session, "worker")
        _, page = await get(session, "/board/queue")
        fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.split('class="queue"')[1]))
        status, _ = await send(session, fields | {"act": "accept"})
    assert status == 200
    assert (await case_of(site)).state is State.ACCEPTED


async def test_no_phone_of_a_resident_stands_in_what_can_be_done(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        for act in ("accept", "relay"):
            _, page = await press(session, act, words="您好")
            assert "13812345678" not in page


async def test_the_list_says_until_when_a_dispute_is_to_be_decided(site: Site) -> None:
    rig = site.rig
    await file(site)
    card = await rig.press("worker", "接单", await rig.heard("worker"))
    await rig.press("worker", "办结", card)
    await rig.press("worker", "没有照片", await rig.say("worker", "好了"))
    await rig.press("resident", "非常不满意", await rig.heard("resident"))
    async with visitor(site) as session:
        await enter(site, session)
        _, page = await get(session, "/board/queue")
        assert '<td class="due">后天上午9点</td>' in page
        assert "后天上午9点到期" in await page_of(session)
        status, answered = await press(session, "uphold", words="灯已经亮了")
    assert (status, answer_in(answered)) == (200, "好的，记下了。")
    assert (await case_of(site)).state is State.CLOSED


async def test_a_grade_is_told_by_its_name(site: Site) -> None:
    await file(site)
    async with visitor(site) as session:
        await enter(site, session)
        await press(session, "accept")
        await press(session, "finish", words="换了新灯泡")
        await site.rig.press("resident", "非常不满意", await site.rig.heard("resident"))
        assert "非常不满意" in await page_of(session)
