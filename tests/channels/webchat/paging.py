"""What a person does on the page."""

from typing import Any

from playwright.async_api import Page

from bot.texts import texts


async def say(page: Page, text: str) -> None:
    await page.get_by_label(texts()("web.input_label")).fill(text)
    await page.get_by_role("button", name=texts()("web.send"), exact=True).click()


def own(page: Page) -> Any:
    return page.locator(".line.mine")
