"""What is posted to the web chat, and what becomes of it."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.chat.files import Kept
from bot.chat.messages import Pin
from bot.errors import Never
from bot.texts import texts
from tests.channels.webchat.running import Site
from tests.channels.webchat.speaking import ID, form, history, photo, post


async def test_words_reach_the_receiver_before_the_answer(site: Site, person: aiohttp.ClientSession) -> None:
    assert await post(person, text="水管爆了") == 200
    (said,) = site.echo.said
    assert (said.text, said.private, said.address.channel) == ("水管爆了", True, "web")


async def test_the_same_post_again_is_one_message_and_one_line(site: Site, person: aiohttp.ClientSession) -> None:
    for _ in range(3):
        assert await post(person, text="水管爆了") == 200
    assert len(site.echo.said) == 1
    assert [line["text"] for line in await history(person) if line["mine"]] == ["水管爆了"]


async def test_a_hello_opens_the_conversation_with_what_the_code_on_the_door_said(
    site: Site, person: aiohttp.ClientSession
) -> None:
    assert await post(person, hello=True, payload="b_K3") == 200
    (said,) = site.echo.said
    assert (said.text, said.payload) == ("/start", "b_K3")


async def test_a_hello_leaves_no_line_of_the_person(person: aiohttp.ClientSession) -> None:
    await post(person, hello=True)
    assert [line["mine"] for line in await history(person)] == [False]


async def test_a_pressed_button_arrives_as_choice_and_shows_as_words(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, choice="case:1:drop", label="不用了")
    (said,) = site.echo.said
    assert (said.choice, said.text) == ("case:1:drop", "")
    assert [line["text"] for line in await history(person) if line["mine"]] == ["不用了"]


async def test_a_place_arrives_as_a_pin(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, lat=34.8, lon=114.3)
    assert site.echo.said[0].pin == Pin(34.8, 114.3)


async def test_a_place_on_the_equator_and_the_meridian_is_a_place(site: Site, person: aiohttp.ClientSession) -> None:
    assert await post(person, lat=0, lon=0) == 200
    assert site.echo.said[0].pin == Pin(0, 0)


async def test_a_phone_number_arrives_as_the_persons_own(site: Site, person: aiohttp.ClientSession) -> None:
    await post(person, phone="138 0000 0000")
    assert site.echo.said[0].phone == "138 0000 0000"


async def test_several_photos_are_one_album_with_the_words_at_the_first(
    site: Site, person: aiohttp.ClientSession
) -> None:
    async with person.post(
        "/say", data=form(photo("red"), photo("blue"), photo("green"), id=ID, text="看这里")
    ) as answer:
        assert answer.status == 200
    said = site.echo.said
    assert len({one.album for one in said}) == 1
    assert said[0].album
    assert [one.text for one in said] == ["看这里", "", ""]
    assert len({one.attachments[0].sha256 for one in said}) == 3


async def test_a_photo_can_be_fetched_by_its_reference(site: Site, person: aiohttp.ClientSession) -> None:
    async with person.post("/say", data=form(photo(), id=ID)):
        (attachment,) = site.echo.said[0].attachments
    stored = await site.web.fetch(attachment.ref)
    assert (stored.mime, len(stored.content)) == ("image/jpeg", attachment.size)


async def test_a_reference_to_nothing_is_never_fetched(site: Site) -> None:
    with pytest.raises(Never):
        await site.web.fetch("0" * 64)


async def test_nothing_is_confirmed_when_nothing_could_be_stored(site: Site, person: aiohttp.ClientSession) -> None:
    site.echo.down = True
    async with person.post("/say", json={"id": ID, "text": "水管爆了"}) as answer:
        assert answer.status == 503
        assert (await answer.json())["text"] == texts()("web.try_again")
    assert await history(person) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x", "id": "short"},
        {"text": ""},
        {"text": "   "},
        {"choice": "c" * 65},
        {"choice": "字" * 22},
        {"text": "x", "payload": "no spaces"},
        {"lat": "north", "lon": 1},
        {"lat": 91, "lon": 1},
        {"lat": "nan", "lon": "nan"},
        {"lat": 1},
        {"lat": [1], "lon": {}},
        {"phone": "not a number"},
    ],
)
async def test_what_cannot_be_meant_is_refused_with_words(
    person: aiohttp.ClientSession, fields: dict[str, Any]
) -> None:
    async with person.post("/say", json={"id": ID, **fields}) as answer:
        assert answer.status == 400
        assert (await answer.json())["text"]


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'"x"', b'{"id": "\\ud800"}'])
async def test_broken_json_is_refused(person: aiohttp.ClientSession, body: bytes) -> None:
    async with person.post("/say", data=body, headers={"content-type": "application/json"}) as answer:
        assert answer.status == 400


async def test_characters_that_databases_refuse_are_left_out(site: Site, person: aiohttp.ClientSession) -> None:
    assert await post(person, text="水\x00管\x1b爆了") == 200
    assert site.echo.said[0].text == "水管爆了"


async def test_an_endless_text_is_cut_where_it_is_no_longer_a_message(
    site: Site, person: aiohttp.ClientSession
) -> None:
    assert await post(person, text="长" * 9000) == 200
    assert len(site.echo.said[0].text) == 4096


async def test_a_post_of_unknown_length_is_refused(person: aiohttp.ClientSession) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b'{"id": "0123456789abcdef", "text": "x"}'

    async with person.post("/say", data=pieces(), headers={"content-type": "application/json"}) as answer:
        assert answer.status == 411


async def test_a_tenth_photo_is_refused(site: Site, person: aiohttp.ClientSession) -> None:
    async with person.post("/say", data=form(*[photo()] * 10, id=ID)) as answer:
        assert answer.status == 413
    assert site.echo.said == []


async def test_a_file_that_is_no_photo_is_refused_with_words(person: aiohttp.ClientSession) -> None:
    async with person.post("/say", data=form(b"MZ not a photo", id=ID)) as answer:
        assert (answer.status, (await answer.json())["text"]) == (415, texts()("web.file_unknown"))


async def test_photos_of_a_crowd_are_held_in_memory_a_few_at_a_time(
    site: Site, person: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, held, most = site.files.keep, 0, 0

    async def slow(content: bytes, mime: str) -> Kept:
        nonlocal held, most
        held += 1
        most = max(most, held)
        await asyncio.sleep(0.2)
        held -= 1
        return await keep(content, mime)

    monkeypatch.setattr(site.files, "keep", slow)
    posts = (person.post("/say", data=form(photo(), id=f"{ID}{number}")) for number in range(8))
    assert [answer.status for answer in await asyncio.gather(*posts)] == [200] * 8
    assert most <= 4
