"""Does the door open to Telegram alone, and say 200 only when what was said is safe?"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import aiohttp
import pytest
import uvicorn
from starlette.applications import Starlette

from bot.errors import BadSettings
from handlers.telegram.account import Account
from handlers.telegram.arriving import Arriving
from handlers.telegram.connecting import build
from handlers.telegram.sending import Telegram
from handlers.telegram.webhook import MAX_BODY_BYTES, routes
from tests.channels.telegram.conftest import Ear, payload
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi

SECRET = "a-planted_secret"


@pytest.fixture
async def door(bot: Account, telegram: Telegram, ear: Ear) -> AsyncIterator[str]:
    """Our own web server with the webhook in it; where it is."""
    app = Starlette(routes=routes("/telegram", SECRET, Arriving(bot, telegram, ear, lambda: datetime.now(UTC))))
    web = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning", lifespan="off", ws="none"))
    web.config.load()
    web.lifespan = web.config.lifespan_class(web.config)
    await web.startup()
    try:
        yield f"http://127.0.0.1:{web.servers[0].sockets[0].getsockname()[1]}/telegram"
    finally:
        await web.shutdown()


async def knock(door: str, body: bytes | dict[str, Any], secret: str | None = SECRET) -> int:
    headers = {} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret}
    what: dict[str, Any] = {"data": BytesIO(body)} if isinstance(body, bytes) else {"json": body}
    async with aiohttp.ClientSession() as session, session.post(door, headers=headers, **what) as answer:
        return answer.status


async def test_what_telegram_brings_is_taken(door: str, ear: Ear) -> None:
    assert await knock(door, payload("text")) == 200
    assert [one.text for one in ear.heard] == ["金康苑3号楼2单元水管爆了"]


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET + "x", "密"])
async def test_without_the_secret_the_door_stays_shut(door: str, ear: Ear, secret: str | None) -> None:
    assert await knock(door, payload("text"), secret) == 403
    assert ear.heard == []


async def test_what_could_not_be_stored_is_asked_for_again(door: str, ear: Ear) -> None:
    ear.failures = 1
    assert [await knock(door, payload("text")), await knock(door, payload("text"))] == [503, 200]
    assert len(ear.heard) == 1


async def test_an_empty_press_does_not_come_back_for_ever(door: str) -> None:
    assert await knock(door, {"update_id": 1, "callback_query": None}) == 200  # found by the fuzzer


async def test_an_update_that_cannot_be_read_is_not_asked_for_again(door: str) -> None:
    assert await knock(door, {"update_id": 1, "message": {"chat": "nonsense"}}) == 200


@pytest.mark.parametrize(
    ("body", "status"), [(b"{", 400), (b"[]", 400), (b" " * (MAX_BODY_BYTES + 1), 413)], ids=["half", "list", "huge"]
)
async def test_what_is_no_update_is_refused(door: str, body: bytes, status: int) -> None:
    assert await knock(door, body) == status


async def test_a_press_is_answered(door: str, server: FakeBotApi) -> None:
    assert await knock(door, payload("press")) == 200
    assert [call.method for call in server.said("answerCallbackQuery")] == ["answerCallbackQuery"]


def test_a_door_without_a_secret_is_not_built(bot: Account, telegram: Telegram, ear: Ear) -> None:
    with pytest.raises(BadSettings):
        routes("/telegram", "", Arriving(bot, telegram, ear, lambda: datetime.now(UTC)))


async def test_before_telegram_told_us_who_we_are_nothing_is_confirmed(
    server: FakeBotApi, telegram: Telegram, ear: Ear
) -> None:
    arriving = Arriving(build(TOKEN, server.url), telegram, ear, lambda: datetime.now(UTC))
    with pytest.raises(RuntimeError):
        await arriving.take([payload("text")])
