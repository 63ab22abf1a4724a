"""What the page hears, and in which order."""

import asyncio

import aiohttp
import pytest

from bot.chat.messages import Attachment, Button, Medium, Outgoing
from tests.channels.webchat.running import CARD, Site
from tests.channels.webchat.speaking import history, listening, post, words


async def test_an_answer_is_heard_at_once(person: aiohttp.ClientSession) -> None:
    async with listening(person) as ear:
        assert await ear.event() == ("history", {"lines": [], "more": False})
        await post(person, text="你好")
        heard: list[str] = []
        while len(heard) < 2:
            heard += words((await ear.event())[1])
    assert sorted(heard) == sorted(["你好", "收到：你好"])


async def test_after_a_break_only_what_was_missed_comes(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="第一句")
    async with listening(person) as ear:
        await ear.event()
        last = ear.last_id
    chat = site.address().chat
    await site.web.send(chat, Outgoing("错过的"), "")
    async with listening(person, **{"Last-Event-ID": last}) as ear:
        assert words((await ear.event())[1]) == ["错过的"]


async def test_a_line_that_another_process_wrote_is_heard_too(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    async with listening(person) as ear:
        await ear.event()
        await site.lines.append(chat, "line:elsewhere", mine=False, body={"text": "隔壁写的"}, at=site.echo.said[0].at)
        assert words((await ear.event())[1]) == ["隔壁写的"]


async def test_a_quiet_stream_beats(stopped: Site) -> None:
    stopped.beat_seconds = 0.2
    await stopped.start()
    async with aiohttp.ClientSession(stopped.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as person:
        await (await person.get("/")).read()
        async with listening(person) as ear:
            assert [(await ear.event())[0] for _ in range(3)] == ["history", "beat", "beat"]


async def test_a_page_that_is_gone_is_no_longer_listened_for(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    async with listening(person) as ear:
        await ear.event()
        assert site.bells.listeners(chat) == 1
    for _ in range(100):
        if not site.bells.listeners(chat):
            return
        await asyncio.sleep(0.02)
    pytest.fail("the stream outlived its page")


async def test_the_server_stops_at_once_though_pages_are_open(site: Site, person: aiohttp.ClientSession) -> None:
    async with listening(person) as ear:
        await ear.event()
        await asyncio.wait_for(site.stop(), 3)


async def test_one_chat_cannot_hold_endless_streams(person: aiohttp.ClientSession) -> None:
    open_ones = [await person.get("/live") for _ in range(8)]
    async with person.get("/live") as answer:
        assert answer.status == 429
    for one in open_ones:
        one.close()


async def test_history_goes_back_page_by_page(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    for number in range(50):
        await site.web.send(chat, Outgoing(str(number)), "")
    shown = await history(person)
    async with person.get(f"/earlier?before={shown[0]['seq']}") as answer:
        older = await answer.json()
    assert len(shown) == 40
    assert {line["text"] for line in older["lines"]} == {"你好", "收到：你好", *(str(n) for n in range(10))}
    assert not older["more"]


async def test_a_card_is_edited_in_place(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    key = await site.web.send(chat, CARD, "")
    assert await site.web.send(chat, Outgoing("办好了", card="case:1"), key) == key
    assert [line["text"] for line in await history(person) if line["key"] == key] == ["办好了"]


async def test_a_card_that_is_sent_twice_after_a_crash_is_there_once(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    keys = {await site.web.send(chat, CARD, "") for _ in range(2)}
    assert len(keys) == 1
    assert sum(line["key"] in keys for line in await history(person)) == 1


async def test_a_fresh_card_is_a_new_line(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, text="你好")
    chat = site.address().chat
    old = await site.web.send(chat, CARD, "")
    assert await site.web.send(chat, Outgoing("快到时间了", card="case:1", fresh=True), "") != old


async def test_buttons_reach_the_page_with_their_links(site: Site, person: aiohttp.ClientSession) -> None:
    site.echo.answers["你好"] = Outgoing("选一个", buttons=(Button("好", "yes"), Button("打电话", url="tel:119")))
    await post(person, text="你好")
    (answer,) = [line for line in await history(person) if not line["mine"]]
    assert answer["buttons"] == [
        {"label": "好", "choice": "yes", "url": ""},
        {"label": "打电话", "choice": "", "url": "tel:119"},
    ]


async def test_a_photo_that_is_not_stored_yet_has_no_link(site: Site, person: aiohttp.ClientSession) -> None:
    site.echo.answers["你好"] = Outgoing("看", attachments=(Attachment(Medium.PHOTO, "telegram", "far away"),))
    await post(person, text="你好")
    (answer,) = [line for line in await history(person) if not line["mine"]]
    assert answer["files"] == [{"medium": "photo", "url": ""}]


def test_a_link_opens_the_page_with_its_payload(stopped: Site) -> None:
    assert stopped.web.link("b_K3") == f"{stopped.url}/?p=b_K3"
