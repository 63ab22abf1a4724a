"""The page in a real browser, as a person uses it."""

import asyncio
import io
from typing import Any

import pytest
from PIL import Image
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, expect

from bot.chat.media import XLSX
from bot.chat.messages import Attachment, Button, Medium, Outgoing, Pin
from bot.texts import texts
from handlers.webchat.pages import Phone
from tests.channels.webchat.paging import own, say
from tests.channels.webchat.running import CARD, MENU, Site

pytestmark = pytest.mark.browser


def photo(width: int = 900, height: int = 700) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def upload(content: bytes) -> FilePayload:
    return {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": content}


async def top_of(line: Locator) -> float:
    return float(await line.evaluate("node => node.getBoundingClientRect().top"))


async def test_the_code_on_the_door_is_said_once_however_often_the_page_is_reloaded(page: Page, site: Site) -> None:
    for _ in range(3):
        await page.reload()
        await expect(page.get_by_text("收到：/startb_K3")).to_have_count(1)
    assert [one.payload for one in site.echo.said] == ["b_K3"]


async def test_a_visitor_without_a_code_is_greeted(context: BrowserContext, site: Site) -> None:
    page = await context.new_page()
    await page.goto("/")
    await expect(page.locator(".theirs")).to_have_count(1)
    assert site.echo.said[0].text == "/start"


async def test_words_are_shown_ticked_and_answered(page: Page) -> None:
    await say(page, "水管爆了")
    await expect(own(page)).to_contain_text("水管爆了")
    await expect(own(page)).to_contain_text(texts()("web.page_sent"))
    await expect(page.get_by_text("收到：水管爆了")).to_be_visible()


async def test_a_reload_shows_the_history_once_and_in_order(page: Page) -> None:
    for text in ("一", "二"):
        await say(page, text)
        await expect(page.get_by_text(f"收到：{text}")).to_be_visible()
    await page.reload()
    await expect(page.locator(".line p")).to_have_text(["收到：/startb_K3", "一", "收到：一", "二", "收到：二"])


async def test_what_is_said_while_the_server_is_down_arrives_once_when_it_is_back(page: Page, site: Site) -> None:
    await site.stop()
    await say(page, "水管爆了")
    await expect(own(page)).to_contain_text(texts()("web.page_later"))
    await expect(page.locator("#state")).to_have_text(texts()("web.page_offline"), timeout=10000)
    await site.start()
    await expect(own(page)).to_contain_text(texts()("web.page_sent"), timeout=20000)
    await expect(page.get_by_text("收到：水管爆了")).to_have_count(1, timeout=20000)
    await expect(own(page)).to_have_count(1)
    await expect(page.locator("#state")).to_have_text(texts()("web.page_online"))
    assert [one.text for one in site.echo.said] == ["/start", "水管爆了"]


async def test_words_that_could_not_be_sent_survive_a_closed_page(
    context: BrowserContext, page: Page, site: Site
) -> None:
    site.echo.down = True
    await say(page, "水管爆了")
    await expect(own(page)).to_contain_text(texts()("web.page_later"))
    await page.close()
    site.echo.down = False
    again = await context.new_page()
    await again.goto("/")
    await expect(again.get_by_text("收到：水管爆了")).to_be_visible()
    await expect(own(again)).to_have_count(1)
    assert len(site.echo.said) == 2


async def test_a_photo_that_could_not_be_sent_survives_a_closed_page(
    context: BrowserContext, page: Page, site: Site
) -> None:
    site.echo.down = True
    await page.set_input_files("#pictures", upload(photo(90, 70)))
    await expect(own(page)).to_contain_text(texts()("web.page_later"))
    await page.wait_for_timeout(300)
    await page.close()
    site.echo.down = False
    again = await context.new_page()
    await again.goto("/")
    await expect(again.get_by_text("收到：1个文件")).to_be_visible()
    assert len(site.echo.said[-1].attachments) == 1


async def test_a_post_whose_answer_was_lost_is_not_doubled(page: Page, site: Site) -> None:
    lost = 0

    async def lose_the_answer(route: Any) -> None:
        nonlocal lost
        if lost:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    await page.route("**/say", lose_the_answer)
    await say(page, "水管爆了")
    await expect(own(page)).to_contain_text(texts()("web.page_sent"), timeout=10000)
    await expect(page.get_by_text("收到：水管爆了")).to_have_count(1)
    assert len(site.echo.said) == 2


async def test_a_button_is_large_and_its_words_become_the_persons_own(page: Page, site: Site) -> None:
    site.echo.answers["水管爆了"] = CARD
    await say(page, "水管爆了")
    button = page.get_by_role("button", name="不用了，已经好了")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 60
    assert box["width"] >= 320
    await button.click()
    await expect(own(page).last).to_contain_text("不用了，已经好了")
    assert site.echo.said[-1].choice == "case:1:drop"


async def test_a_button_of_an_older_answer_can_still_be_pressed(page: Page, site: Site) -> None:
    site.echo.answers["水管爆了"] = CARD
    await say(page, "水管爆了")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    await say(page, "还有一件")
    await expect(page.get_by_text("收到：还有一件")).to_be_visible()
    await page.get_by_role("button", name="加张照片").click()
    await expect(page.get_by_text("收到：case:1:photo")).to_be_visible()


async def test_an_edited_card_changes_where_it_stands(page: Page, site: Site) -> None:
    site.echo.answers["水管爆了"] = CARD
    await say(page, "水管爆了")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    await say(page, "还有一件")
    await expect(page.get_by_text("收到：还有一件")).to_be_visible()
    await site.web.send(site.address().chat, Outgoing("已经办好", card="case:1"), "card:case:1")
    await expect(page.get_by_text("已经办好")).to_be_visible()
    order = ["收到：/startb_K3", "水管爆了", "已经办好", "还有一件", "收到：还有一件"]
    await expect(page.locator(".line p")).to_have_text(order)
    await page.reload()
    await expect(page.locator(".line p")).to_have_text(order)


async def test_a_telephone_button_is_a_link_and_a_script_is_not(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = Outgoing(
        "选", buttons=(Button("打119", url="tel:119"), Button("坏", url="javascript:alert(1)"))
    )
    await say(page, "你好")
    await expect(page.get_by_role("link", name="打119")).to_have_attribute("href", "tel:119")
    await expect(page.get_by_role("link", name="坏")).to_have_count(0)


async def test_markup_in_words_stays_words(page: Page) -> None:
    await say(page, "<img src=x onerror=alert(1)><b>粗</b>")
    await expect(own(page).locator("p")).to_have_text("<img src=x onerror=alert(1)><b>粗</b>")


async def test_the_main_menu_is_always_in_reach(page: Page, site: Site) -> None:
    for entry in MENU:
        await page.get_by_role("navigation").get_by_role("button", name=entry.label).click()
        await expect(page.get_by_text(f"收到：{entry.choice}")).to_be_visible()
    assert [one.choice for one in site.echo.said[1:]] == [entry.choice for entry in MENU]


async def test_photos_are_shown_at_once_made_smaller_and_open_large(page: Page, site: Site) -> None:
    await page.set_input_files("#pictures", [upload(photo(3000, 1500)) for _ in range(2)])
    await expect(own(page).locator("img")).to_have_count(2)
    await expect(own(page)).to_contain_text(texts()("web.page_sent"), timeout=20000)
    stored = [await site.web.fetch(one.attachments[0].ref) for one in site.echo.said[1:]]
    assert [Image.open(io.BytesIO(one.content)).size for one in stored] == [(2560, 1280)] * 2
    await own(page).locator("img").first.click()
    await expect(page.locator("dialog img")).to_be_visible()
    await page.get_by_role("button", name=texts()("web.close")).click()
    await expect(page.locator("dialog img")).to_be_hidden()


async def test_the_place_is_sent_when_the_phone_gives_it(context: BrowserContext, page: Page, site: Site) -> None:
    await context.grant_permissions(["geolocation"])
    await context.set_geolocation({"latitude": 34.8, "longitude": 114.3})
    site.echo.answers["你好"] = Outgoing("在哪里？", asks_pin=True)
    await say(page, "你好")
    await page.get_by_role("log").get_by_role("button", name=texts()("web.page_pin_send")).click()
    await expect(own(page).last).to_contain_text(texts()("web.page_pin"))
    await expect(page.get_by_text("收到：位置")).to_be_visible()
    assert site.echo.said[-1].pin == Pin(34.8, 114.3)


async def test_a_phone_that_gives_no_place_leads_to_words(page: Page) -> None:
    await page.get_by_label(texts()("web.place_label")).click()
    await expect(page.get_by_role("alert")).to_have_text(texts()("web.page_pin_refused"))


async def test_a_telephone_number_is_asked_for_in_its_own_field(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = Outgoing("留个电话", asks_phone=True)
    await say(page, "你好")
    await page.get_by_label(texts()("web.page_phone")).fill("13800000000")
    await page.get_by_role("button", name=texts()("web.page_phone_send")).click()
    await expect(page.get_by_text("收到：13800000000")).to_be_visible()
    assert site.echo.said[-1].phone == "13800000000"


async def test_a_number_that_cannot_be_one_is_answered_with_words(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = Outgoing("留个电话", asks_phone=True)
    await say(page, "你好")
    await page.get_by_label(texts()("web.page_phone")).fill("不知道")
    await page.get_by_role("button", name=texts()("web.page_phone_send")).click()
    await expect(page.get_by_role("alert")).to_have_text(texts()("web.phone_unclear"))


async def test_the_newest_line_is_in_sight(page: Page) -> None:
    for number in range(12):
        await say(page, f"第{number}句")
        await expect(page.get_by_text(f"收到：第{number}句")).to_be_in_viewport()


async def test_someone_reading_old_lines_is_not_pulled_away(page: Page, site: Site) -> None:
    for number in range(12):
        await say(page, f"第{number}句")
    await expect(page.get_by_text("收到：第11句")).to_be_in_viewport()
    await page.evaluate("document.getElementById('view').scrollTop = 0")
    await page.wait_for_timeout(200)
    await site.web.send(site.address().chat, Outgoing("新消息"), "")
    newest = page.get_by_role("button", name=texts()("web.newest"))
    await expect(newest).to_be_visible()
    assert await page.evaluate("document.getElementById('view').scrollTop") < 50
    await newest.click()
    await expect(page.get_by_text("新消息")).to_be_in_viewport()
    await expect(newest).to_be_hidden()


async def test_older_lines_come_on_demand_and_in_order(page: Page, site: Site) -> None:
    chat = site.address().chat
    for number in range(60):
        await site.web.send(chat, Outgoing(f"第{number}句"), "")
    await page.reload()
    await expect(page.locator(".line")).to_have_count(40)
    await page.get_by_role("button", name=texts()("web.page_earlier")).click()
    expected = ["收到：/startb_K3", *(f"第{n}句" for n in range(60))]
    await expect(page.locator(".line p")).to_have_text(expected)
    await expect(page.get_by_role("button", name=texts()("web.page_earlier"))).to_have_count(0)


async def test_a_lost_cookie_begins_anew_and_loses_no_words(context: BrowserContext, page: Page, site: Site) -> None:
    await context.clear_cookies()
    await say(page, "水管爆了")
    await expect(page.get_by_text("收到：水管爆了")).to_be_visible()
    assert "水管爆了" in [one.text for one in site.echo.said]


async def test_a_page_of_a_chat_that_is_no_more_begins_anew(context: BrowserContext, page: Page, site: Site) -> None:
    for text in ("一", "二", "三"):
        await say(page, text)
    await expect(page.get_by_text("收到：三")).to_be_visible()
    await site.stop()
    await context.clear_cookies()
    other = await context.new_page()
    await site.start()
    await other.goto("/")
    await expect(other.get_by_text("收到：/start")).to_be_visible()
    await page.bring_to_front()
    await expect(page.locator(".line p")).to_have_text(["收到：/start"], timeout=20000)


async def test_a_trembling_finger_presses_once(page: Page, site: Site) -> None:
    site.echo.answers["水管爆了"] = CARD
    await say(page, "水管爆了")
    await page.get_by_role("button", name="加张照片").dblclick()
    await expect(page.get_by_text("收到：case:1:photo")).to_have_count(1)
    assert [one.choice for one in site.echo.said[2:]] == ["case:1:photo"]


async def test_a_voice_message_can_be_played(page: Page, site: Site) -> None:
    kept = await site.files.keep(b"OggS" + bytes(60), "audio/ogg")
    voice = Attachment(Medium.VOICE, "telegram", "ref", sha256=kept.sha256, mime=kept.mime, size=kept.size)
    site.echo.answers["你好"] = Outgoing("听一听", attachments=(voice,))
    await say(page, "你好")
    address = await page.locator("audio").get_attribute("src")
    answer = await page.request.get(f"{site.url}/{address}")
    assert (answer.status, answer.headers["content-type"]) == (200, "audio/ogg")


async def test_a_workbook_is_saved_under_a_name_that_opens(page: Page, site: Site) -> None:
    kept = await site.files.keep_ours(b"PK\x03\x04sheet", XLSX)
    book = Attachment(Medium.DOCUMENT, "", "", kept.sha256, kept.mime, kept.size)
    site.echo.answers["你好"] = Outgoing("今天的订餐单", attachments=(book,))
    await say(page, "你好")
    async with page.expect_download() as saved:
        await page.locator(".line a[href]").last.click()
    assert (await saved.value).suggested_filename == "file.xlsx"


async def test_half_written_words_are_there_after_a_reload(page: Page) -> None:
    field = page.get_by_label(texts()("web.input_label"))
    await field.fill("水管")
    await page.reload()
    await expect(field).to_have_value("水管")


async def test_two_open_pages_of_one_person_show_the_same(context: BrowserContext, page: Page) -> None:
    other = await context.new_page()
    await other.goto("/")
    await say(other, "水管爆了")
    await page.bring_to_front()
    await expect(page.locator(".line p")).to_have_text(["收到：/startb_K3", "水管爆了", "收到：水管爆了"])


async def test_the_practice_page_holds_three_people(browser: Browser, stopped: Site) -> None:
    stopped.phones = [
        Phone("resident", "居民", "b_1"),
        Phone("worker", "网格员", "i_2"),
        Phone("manager", "主任", "i_3"),
    ]
    await stopped.start()
    page = await browser.new_page(viewport={"width": 1280, "height": 800})
    await page.goto(f"{stopped.url}/practice")
    for phone in stopped.phones:
        frame = page.frame_locator(f"iframe[title={phone.title}]")
        await expect(frame.get_by_text(f"收到：/start{phone.payload}")).to_be_visible()
        await frame.locator("#words").fill(phone.title)
        await frame.locator("#send").click()
        await expect(frame.get_by_text(f"收到：{phone.title}")).to_be_visible()
    await page.reload()
    await expect(page.frame_locator("iframe[title=主任]").get_by_text("收到：主任")).to_be_visible()
    await asyncio.sleep(0.3)
    assert len({one.address for one in stopped.echo.said}) == 3
    assert sorted(one.payload for one in stopped.echo.said if one.payload) == ["b_1", "i_2", "i_3"]


async def test_a_long_list_of_buttons_is_read_from_its_beginning(page: Page, site: Site) -> None:
    buttons = tuple(Button(f"第{number}种", f"kind:{number}") for number in range(12))
    site.echo.answers["有事"] = Outgoing("是哪一类？", buttons=buttons)
    await say(page, "有事")
    await expect(page.get_by_text("第11种")).to_be_attached()
    await expect(page.get_by_text("是哪一类？")).to_be_in_viewport(ratio=1)
    await page.wait_for_timeout(500)
    await expect(page.get_by_text("是哪一类？")).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name=texts()("web.newest")).click()
    await expect(page.get_by_text("第11种")).to_be_in_viewport()


async def test_a_file_that_cannot_be_taken_says_so_at_its_place(page: Page) -> None:
    await page.set_input_files("#pictures", upload(b"MZ no photo"))
    await expect(own(page).get_by_role("alert")).to_have_text(texts()("web.file_unknown"))


async def test_a_card_that_changes_above_does_not_move_what_is_read(page: Page, site: Site) -> None:
    chat = site.address().chat
    await site.web.send(chat, CARD, "")
    for number in range(20):
        await site.web.send(chat, Outgoing(f"第{number}句"), "")
    await expect(page.get_by_text("第19句")).to_be_in_viewport()
    await page.evaluate("document.getElementById('view').scrollTop -= 400")
    read = page.get_by_text("第13句")
    await page.wait_for_timeout(400)  # until the lines have come to rest
    before = await top_of(read)
    await site.web.send(chat, Outgoing("办好了", card="case:1"), "card:case:1")
    await expect(page.get_by_text("办好了")).to_be_attached()
    assert abs(await top_of(read) - before) < 3


async def test_asking_for_older_lines_does_not_move_what_is_read(page: Page, site: Site) -> None:
    chat = site.address().chat
    for number in range(60):
        await site.web.send(chat, Outgoing(f"第{number}句"), "")
    await page.reload()
    earlier = page.get_by_role("button", name=texts()("web.page_earlier"))
    await earlier.scroll_into_view_if_needed()
    read = page.get_by_text("第21句")
    before = await top_of(read)
    await earlier.click()
    await expect(page.get_by_text("第3句", exact=True)).to_be_attached()
    assert abs(await top_of(read) - before) < 3
