"""Is the bot's name learnt once for what is printed, and is a silent Telegram told from a named one?"""

import pytest

from handlers.telegram.naming import bot_name
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault


async def test_the_name_is_asked_of_telegram(server: FakeBotApi) -> None:
    assert await bot_name(TOKEN, server.url) == "yingshao_bot"


@pytest.mark.parametrize("status", [401, 404, 502])
async def test_without_an_answer_there_is_an_error_that_hides_the_token(server: FakeBotApi, status: int) -> None:
    server.faults.append(Fault("getMe", status, "no", times=9))
    with pytest.raises(OSError, match=r"\w") as caught:
        await bot_name(TOKEN, server.url)
    assert TOKEN not in str(caught.getrepr())


async def test_nobody_listening_is_an_error_too() -> None:
    with pytest.raises(OSError, match=r"\w"):
        await bot_name(TOKEN, "http://127.0.0.1:9")
