"""The board in a real browser: figures, the list by keyboard and by finger, and a case's history."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.channels.board.conftest import Site
from tests.channels.board.test_board_doors import file

pytestmark = pytest.mark.browser
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


async def opened(site: Site, browser: Browser, size: dict[str, int], who: str = "manager") -> Page:
    """The overview, entered by a fresh link; anything that the policy blocks fails the test."""
    page = await browser.new_page(viewport={"width": size["width"], "height": size["height"]}, locale="zh-CN")
    page.on("pageerror", lambda error: pytest.fail(str(error)))
    page.on("console", lambda said: pytest.fail(said.text) if "Content Security Policy" in said.text else None)
    await page.goto(await site.link(who))
    await page.get_by_role("button", name="进去").click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("金明池街道")
    return page


async def test_the_overview_leads_to_the_case(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, DESK)
    await expect(page.locator(".figure").first).to_contain_text("1")
    await page.locator(".figure").first.click()
    await page.wait_for_url("**/board/queue")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="1001")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1001号")
    await expect(page.get_by_text("登记").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page).to_have_url(re.compile("/board/queue$"))


async def test_an_open_page_hears_of_what_comes_in(site: Site, browser: Browser) -> None:
    page = await opened(site, browser, DESK)
    await expect(page.locator(".figure").first).to_contain_text("0")
    await file(site)
    site.rig.now[0] += timedelta(minutes=1)
    await expect(page.locator(".figure").first).to_contain_text("1", timeout=15_000)


async def test_a_new_line_does_not_take_the_chosen_one_away(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, DESK)
    await page.goto(f"{site.url}/board/queue")
    await page.keyboard.press("j")
    await file(site, "another", "锦康苑1号楼1单元水管爆了")
    await expect(page.get_by_role("link", name="1002")).to_be_visible(timeout=15_000)
    await expect(page.get_by_role("link", name="1001")).to_be_focused()


async def test_a_filter_takes_effect_at_once_and_comes_back(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, DESK)
    await page.goto(f"{site.url}/board/queue")
    await page.get_by_label("状态").select_option("accepted")
    await expect(page.get_by_text("这里没有要办的事")).to_be_visible()
    await page.get_by_label("状态").select_option("open")
    await page.get_by_role("link", name="1001").click()
    await page.get_by_role("link", name="返回清单").click()
    await expect(page.get_by_label("状态")).to_have_value("open")


async def test_on_a_phone_nothing_runs_off_the_side(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, PHONE)
    for path in ("/board", "/board/queue", "/board/case/1001"):
        await page.goto(f"{site.url}{path}")
        assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


async def test_a_finger_opens_a_line_anywhere_on_it(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, PHONE)
    await page.goto(f"{site.url}/board/queue")
    await page.locator(".queue tbody td").nth(3).click()
    await expect(page.get_by_role("heading", level=1)).to_contain_text("1001号")


async def test_without_scripts_the_filter_still_works(site: Site, browser: Browser) -> None:
    await file(site)
    context = await browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = await context.new_page()
    await page.goto(await site.link("manager"))
    await page.get_by_role("button", name="进去").click()
    await page.get_by_role("link", name="清单").click()
    await page.get_by_label("只看超期").check()
    await page.get_by_role("button", name="筛选").click()
    await expect(page.get_by_text("这里没有要办的事")).to_be_visible()
    await context.close()


async def test_a_desk_dispatches_by_keyboard_alone(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, DESK)
    await page.goto(f"{site.url}/board/case/1001")
    await page.locator("summary", has_text="派单").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("派给谁")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.type("请今天换灯")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status").first).to_contain_text("安居物业")
    await expect(page.locator(".state")).to_contain_text("安居物业")


async def test_a_double_click_sends_one_form(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, DESK)
    await page.goto(f"{site.url}/board/case/1001")
    await page.get_by_role("button", name="接单").dblclick()
    await expect(page.locator("#answer")).to_contain_text("好的，接单了")


async def test_ready_words_are_tapped_on_a_phone_and_everything_is_large_enough(site: Site, browser: Browser) -> None:
    await file(site)
    page = await opened(site, browser, PHONE)
    await page.goto(f"{site.url}/board/case/1001")
    await page.get_by_role("button", name="接单").click()
    await page.locator("summary", has_text="办结").click()
    await page.get_by_role("button", name="已处理好").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for button in await page.locator("#acts button:visible, #acts summary:visible").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44, await button.inner_text()
    await page.locator("details[open] button.do").click()
    await expect(page.locator(".state")).to_contain_text("已办结")


async def test_a_worker_accepts_from_the_list(site: Site, browser: Browser) -> None:
    await file(site)
    page = await browser.new_page(viewport={"width": 360, "height": 740}, locale="zh-CN")
    await page.goto(await site.link("worker"))
    await page.get_by_role("button", name="进去").click()
    await page.get_by_role("link", name="清单").click()
    await page.get_by_role("button", name="接单").click()
    await expect(page.locator("#answer")).to_contain_text("好的，接单了")


async def test_a_worker_on_a_phone_finishes_with_a_picture(site: Site, browser: Browser, tmp_path: Path) -> None:
    await file(site)
    await site.rig.press("worker", "接单", await site.rig.heard("worker"))
    await site.rig.heard("resident")
    picture = tmp_path / "灯.jpg"
    Image.new("RGB", (600, 400), "green").save(picture)
    page = await browser.new_page(viewport={"width": 360, "height": 740}, locale="zh-CN")
    await page.goto(await site.link("worker"))
    await page.get_by_role("button", name="进去").click()
    await page.goto(f"{site.url}/board/case/1001")
    await page.locator("summary", has_text="办结").first.click()
    await page.get_by_label("照片").first.set_input_files(picture)
    await page.get_by_label("怎么解决的").fill("换了新灯")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("details[open] button.do").click()
    await expect(page.locator("#answer")).to_contain_text("办结了")
    assert any(message.attachments for message in await site.rig.heard("resident"))


async def test_two_cases_are_merged_by_a_typed_number(site: Site, browser: Browser) -> None:
    await file(site)
    await file(site, "another", "金康苑5号楼1单元水管漏水")
    page = await opened(site, browser, PHONE)
    await page.goto(f"{site.url}/board/case/1001")
    await page.locator("summary", has_text="更多").click()
    await page.locator("summary", has_text="并案").click()
    await page.get_by_label("并到哪一件").fill("1002")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.locator("details[open] details[open] button.do").click()
    await expect(page.locator("#answer")).to_contain_text("1002")
