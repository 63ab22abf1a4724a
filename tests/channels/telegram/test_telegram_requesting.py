"""Does the wire keep its promises: time limits, open connections, names of errors?"""

import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from handlers.telegram.requesting import Flooded, Requests
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault


async def test_an_answer_that_does_not_come_is_given_up_in_time(server: FakeBotApi) -> None:
    # Whoever waited longer than asked to would get this answer and raise nothing.
    server.faults.append(Fault("getMe", 200, delay=2))
    async with Requests(read_timeout=0.1) as requests:
        with pytest.raises(TimedOut):
            await requests.post(f"{server.url}/bot{TOKEN}/getMe")


async def test_one_call_may_wait_longer_than_the_rest(server: FakeBotApi) -> None:
    server.faults.append(Fault("getMe", 200, delay=0.3))
    async with Requests(read_timeout=0.1) as requests:
        assert await requests.post(f"{server.url}/bot{TOKEN}/getMe", read_timeout=5)


async def test_nobody_at_home_is_a_network_error() -> None:
    async with Requests() as requests:
        with pytest.raises(NetworkError) as caught:
            await requests.post(f"http://127.0.0.1:9/bot{TOKEN}/getMe")
    assert TOKEN not in str(caught.value)
    assert caught.value.__suppress_context__


async def test_an_address_that_makes_no_sense_does_not_show_itself() -> None:
    async with Requests() as requests:
        with pytest.raises(TelegramError) as caught:
            await requests.post(f"http://[{TOKEN}/getMe")
    assert TOKEN not in str(caught.value)


async def test_before_it_is_opened_it_says_so() -> None:
    with pytest.raises(NetworkError, match="not open yet"):
        await Requests().post("http://127.0.0.1:9/x")


async def test_a_flood_without_a_figure_waits_a_second(server: FakeBotApi) -> None:
    server.faults.append(Fault("getMe", 429, "Too Many Requests"))
    async with Requests() as requests:
        with pytest.raises(Flooded) as caught:
            await requests.post(f"{server.url}/bot{TOKEN}/getMe")
    assert caught.value.seconds == 1


async def test_opening_and_closing_twice_does_no_harm(server: FakeBotApi) -> None:
    requests = Requests()
    await requests.initialize()
    await requests.initialize()
    assert await requests.post(f"{server.url}/bot{TOKEN}/getMe")
    await requests.shutdown()
    await requests.shutdown()
