"""The page for old eyes, unsteady fingers, screen readers and keyboards."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from bot.chat.messages import Button, Outgoing
from bot.texts import texts
from tests.channels.webchat.paging import say
from tests.channels.webchat.running import CARD, Site

pytestmark = pytest.mark.browser


async def test_large_letters_are_remembered(page: Page) -> None:
    await page.get_by_label(texts()("web.larger_label")).click()
    await page.reload()
    await expect(page.locator(".bubble")).to_be_visible()
    size = await page.evaluate("getComputedStyle(document.querySelector('.bubble')).fontSize")
    assert size == "24px"


async def test_nothing_is_smaller_than_eighteen_pixels(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = CARD
    await say(page, "你好")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    smallest = await page.evaluate(
        "Math.min(...[...document.body.querySelectorAll('*')].map(node => parseFloat(getComputedStyle(node).fontSize)))"
    )
    assert smallest >= 18


@pytest.mark.parametrize("larger", [False, True])
async def test_the_narrowest_phone_needs_no_sideways_scrolling(page: Page, site: Site, larger: bool) -> None:
    await page.set_viewport_size({"width": 320, "height": 568})
    if larger:
        await page.get_by_label(texts()("web.larger_label")).click()
    site.echo.answers["你好"] = CARD
    await say(page, "你好")
    await expect(page.get_by_text("加张照片")).to_be_attached()
    wide = await page.evaluate(
        "[...document.body.querySelectorAll('*')].filter(node => node.getBoundingClientRect().right > 321).length"
    )
    assert wide == 0


async def test_every_target_is_large_enough_for_an_old_finger(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = CARD
    await say(page, "你好")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    small = await page.evaluate(
        "[...document.querySelectorAll('button, a.choice, textarea')].filter(node => node.offsetParent)"
        ".map(node => [node.textContent.trim(), node.offsetWidth, node.offsetHeight])"
        ".filter(([, width, height]) => width < 48 || height < 48)"
    )
    assert small == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_word_stands_out_from_its_ground(page: Page, site: Site, scheme: Any) -> None:
    await page.emulate_media(color_scheme=scheme)
    site.echo.answers["你好"] = CARD
    await say(page, "你好")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    await page.get_by_label(texts()("web.input_label")).fill("还有")  # shows the button that sends
    faint = await page.evaluate("""() => {
        const light = (colour) => {
            const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number)
                .map((v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (node) => {
            for (; node; node = node.parentElement) {
                const colour = getComputedStyle(node).backgroundColor;
                if (!/, 0\\)$/.test(colour)) return colour;
            }
            return "rgb(255, 255, 255)";
        };
        const faint = [];
        for (const node of document.body.querySelectorAll("*")) {
            const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
            if (!own || !node.offsetParent) continue;
            const [a, b] = [light(getComputedStyle(node).color), light(ground(node))].sort((x, y) => y - x);
            const ratio = (a + 0.05) / (b + 0.05);
            if (ratio < 4.5) faint.push([node.textContent.trim(), ratio]);
        }
        return faint;
    }""")
    assert faint == []


async def test_the_keyboard_alone_is_enough(page: Page, site: Site) -> None:
    site.echo.answers["你好"] = CARD
    await page.get_by_label(texts()("web.input_label")).focus()
    await page.keyboard.type("你好")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("加张照片")).to_be_visible()
    await page.get_by_role("button", name="加张照片").focus()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("收到：case:1:place")).to_be_visible()


async def test_a_screen_reader_hears_new_lines_but_not_the_history(page: Page) -> None:
    log = page.get_by_role("log")
    await expect(log).to_have_attribute("aria-live", "polite")
    await page.route("**/live", lambda route: route.abort())
    await page.reload()
    await expect(log).to_have_attribute("aria-live", "off")


WORK = Outgoing(
    "李建国，您好。",
    buttons=(
        Button("1 我的任务", "m:work"),
        Button("2 请假", "m:leave"),
        Button("3 台账", "r:0:counts"),
        Button("4 反映问题", "m:report"),
        Button("5 请人代办", "m:errand"),
    ),
    starts=True,
)


async def test_what_a_person_can_start_stays_above_the_keyboard(site: Site, page: Page) -> None:
    site.echo.answers["我是网格员"] = WORK
    await say(page, "我是网格员")
    menu = page.locator("#menu button")
    await expect(menu).to_have_text(["我的任务", "请假", "台账", "反映问题"])
    await page.reload()
    await expect(menu).to_have_text(["我的任务", "请假", "台账", "反映问题"])
    await menu.first.click()
    await expect(page.locator(".mine").last).to_contain_text("我的任务")
    assert site.echo.said[-1].choice == "m:work"
