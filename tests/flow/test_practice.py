"""The practice page in a real browser: one appeal from the first word to the rating, on three phones."""

import signal
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Frame

from tests.flow.test_killed import free_port, start

WAIT = 15_000  # milliseconds


async def _press(phone: Frame, label: str) -> None:
    await phone.wait_for_timeout(800)  # the page takes one press in 700 ms, so that a trembling finger does no harm
    await phone.get_by_role("button", name=label, exact=True).last.click(timeout=WAIT)


async def _write(phone: Frame, words: str) -> None:
    box = phone.locator("textarea, input[type=text]").first
    await box.fill(words)
    await box.press("Enter")


@pytest.mark.browser
async def test_one_appeal_goes_from_the_first_word_to_the_rating(browser: Browser, tmp_path: Path) -> None:
    port = free_port()
    process = start(tmp_path, port, "")
    base = f"http://127.0.0.1:{port}"
    try:
        transport = httpx.AsyncHTTPTransport(retries=8)  # while the service opens its port
        async with httpx.AsyncClient(transport=transport) as client:
            assert (await client.get(f"{base}/healthz")).status_code == 200
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(f"{base}/practice")
        await page.wait_for_timeout(2500)
        phones = {
            name: f for f in page.frames for name in ("resident", "worker", "manager") if f"phone={name}" in f.url
        }
        resident, worker = phones["resident"], phones["worker"]
        await _write(resident, "金康苑3号楼2单元楼道灯坏了三天了")
        await _press(resident, "1 提交")
        await _press(worker, "✅ 接单")
        await _press(worker, "🏁 办结")
        await worker.get_by_text("怎么解决的").wait_for(timeout=WAIT)
        await _write(worker, "换了新灯泡")
        await _press(worker, "没有照片")
        await _press(resident, "1 非常满意")
        await _press(resident, "1 已解决")
        await resident.get_by_text("谢谢您，已记下。").wait_for(timeout=WAIT)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
