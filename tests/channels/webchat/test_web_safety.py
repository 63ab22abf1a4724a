"""Whose chat it is, and who may look in; the practice phones; the words."""

from datetime import UTC, datetime

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.lines import Line
from bot.chat.messages import Address
from bot.texts import load
from handlers.webchat.identity import Identity
from handlers.webchat.pages import Phone
from handlers.webchat.translating import payload_of
from handlers.webchat.waking import Bells
from tests.channels.webchat.running import Site
from tests.channels.webchat.speaking import ID, form, history, photo, post


async def linked_photo(person: aiohttp.ClientSession) -> str:
    async with person.post("/say", data=form(photo(), id=ID)) as answer:
        assert answer.status == 200
    url: str = next(line["files"][0]["url"] for line in await history(person) if line["mine"])
    return f"/{url}"


async def test_a_photo_opens_for_the_one_who_sent_it(person: aiohttp.ClientSession) -> None:
    async with person.get(await linked_photo(person)) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert answer.headers["x-content-type-options"] == "nosniff"


async def test_another_persons_photo_link_gives_nothing(site: Site, person: aiohttp.ClientSession) -> None:
    link = await linked_photo(person)
    async with aiohttp.ClientSession(site.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as other:
        async with other.get(link) as answer:
            assert answer.status == 401
        await (await other.get("/")).read()
        async with other.get(link) as answer:
            assert answer.status == 404


async def test_a_changed_photo_link_gives_nothing(person: aiohttp.ClientSession) -> None:
    link = await linked_photo(person)
    async with person.get(link[:-3] + "abc") as answer:
        assert answer.status == 404


async def test_a_piece_of_a_recording_can_be_asked_for(person: aiohttp.ClientSession) -> None:
    recording = b"OggS" + bytes(range(96))
    async with person.post("/say", data=form(recording, id=ID)) as answer:
        assert answer.status == 200
    url = next(line["files"][0]["url"] for line in await history(person) if line["mine"])
    async with person.get(f"/{url}", headers={"range": "bytes=0-3"}) as answer:
        assert (answer.status, answer.headers["content-range"]) == (206, "bytes 0-3/100")
        assert await answer.read() == b"OggS"


@pytest.mark.parametrize("cookie", ["", "x", "ImZvcmdlZCI.aaaa.bbbb"])
async def test_a_forged_cookie_is_nobody(site: Site, cookie: str) -> None:
    async with aiohttp.ClientSession(site.url, cookies={"yingshao": cookie}) as forger:
        assert await post(forger, text="我是别人") == 401
        async with forger.get("/live") as answer:
            assert answer.status == 401
    assert site.echo.said == []


def test_a_cookie_of_another_secret_is_nobody(stopped: Site) -> None:
    forged = str(Identity("another secret", stopped.url)._cookies.dumps("A" * 22))
    assert stopped.identity.chat({"yingshao": forged}, "") == ""


async def test_scripts_cannot_read_the_cookie_and_other_sites_cannot_send_it(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as session, session.get("/") as answer:
        cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "; secure" not in cookie


async def test_another_sites_page_cannot_speak_for_a_person(site: Site, person: aiohttp.ClientSession) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        async with person.post("/say", json={"id": ID, "text": "x"}, headers=headers) as answer:
            assert answer.status == 403
    assert site.echo.said == []


async def test_the_page_allows_no_script_but_its_own(person: aiohttp.ClientSession) -> None:
    async with person.get("/?p=x") as answer:
        policy = answer.headers["content-security-policy"]
        page = await answer.text()
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert " style=" not in page
    assert " onclick=" not in page


async def test_a_payload_cannot_break_out_of_the_page(person: aiohttp.ClientSession) -> None:
    async with person.get("/", params={"p": "</script><script>alert(1)</script>"}) as answer:
        assert "alert(1)" not in await answer.text()


@given(st.text(max_size=80), st.sampled_from("bip"))
def test_a_payload_is_what_every_network_can_carry(code: str, name: str) -> None:
    payload = payload_of({name: code})
    assert payload == "" or (payload.endswith(code) and len(payload) <= 64 and payload.isascii())


async def test_without_a_sample_district_there_is_no_practice_page(person: aiohttp.ClientSession) -> None:
    async with person.get("/practice") as answer:
        assert answer.status == 404


async def test_each_practice_phone_is_a_person_of_its_own(stopped: Site) -> None:
    stopped.phones = [Phone("resident", "居民", "b_1"), Phone("worker", "网格员", "i_2")]
    await stopped.start()
    async with aiohttp.ClientSession(stopped.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        chats: set[Address] = set()
        for phone in ("resident", "worker"):
            await (await session.get(f"/?phone={phone}")).read()
            async with session.post(f"/say?phone={phone}", json={"id": ID, "text": phone}) as answer:
                assert answer.status == 200
            chats.add(stopped.address())
    assert len(chats) == 2


async def test_the_phone_in_the_address_means_nothing_outside_practice(site: Site) -> None:
    async with aiohttp.ClientSession(site.url) as session, session.get("/?phone=worker") as answer:
        assert answer.headers["set-cookie"].startswith("yingshao=")


def test_every_word_of_the_page_is_there_in_both_languages() -> None:
    chinese, english = ({key for key in load(locale) if key.startswith("web.")} for locale in ("zh-CN", "en"))
    assert chinese == english


def line(seq: int) -> Line:
    return Line(f"k{seq}", seq, mine=False, body={"text": "好"}, at=datetime(2026, 11, 23, tzinfo=UTC))


def test_lines_that_follow_on_come_with_the_bell() -> None:
    bells = Bells()
    with bells.listening("a") as ear:
        for seq in (4, 5):
            bells.ring("a", line(seq))
        assert [each.seq for each in ear.brought(3)] == [4, 5]
        assert ear.brought(5) == []


@pytest.mark.parametrize("seqs", [(5,), (4, 6), (3, 4)], ids=["one is missing before", "between", "one was seen"])
def test_where_a_line_is_missing_the_page_looks_for_itself(seqs: tuple[int, ...]) -> None:
    bells = Bells()
    with bells.listening("a") as ear:
        for seq in seqs:
            bells.ring("a", line(seq))
        assert ear.brought(3) == []


def test_a_page_that_is_slow_is_brought_no_heap() -> None:
    bells = Bells()
    with bells.listening("a") as ear:
        for seq in range(1, 1000):
            bells.ring("a", line(seq))
        assert ear.brought(0) == []


def test_a_bell_wakes_only_its_own_chat() -> None:
    bells = Bells()
    with bells.listening("a") as a, bells.listening("b") as b:
        a.rung.clear()
        b.rung.clear()
        bells.ring("a", line(1))
        assert (a.rung.is_set(), b.rung.is_set()) == (True, False)
