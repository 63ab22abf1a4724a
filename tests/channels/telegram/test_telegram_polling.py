"""Is every update taken exactly as often as it must be, on good days and bad?"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.chat.messages import Address
from handlers.telegram.account import Account
from handlers.telegram.arriving import Arriving
from handlers.telegram.polling import Polling
from handlers.telegram.sending import Telegram
from tests.channels.telegram.conftest import Ear, payload
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi, Fault


class Gone:
    """Notes who left."""

    def __init__(self, left: list[Address]) -> None:
        self._noted = left

    async def left(self, address: Address) -> None:
        self._noted.append(address)

    async def came(self, address: Address, *, group: bool) -> None:
        raise AssertionError((address, group))

    async def moved(self, old: Address, new: Address) -> None:
        raise AssertionError((old, new))


@asynccontextmanager
async def polling(
    bot: Account, telegram: Telegram, ear: Ear, left: list[Address] | None = None
) -> AsyncIterator[Polling]:
    presence = None if left is None else Gone(left)
    arriving = Arriving(bot, telegram, ear, lambda: datetime.now(UTC), presence=presence)
    polling = Polling(bot, arriving, timeout=2, pause=0.01)
    running = asyncio.create_task(polling.run())
    try:
        yield polling
    finally:
        await polling.stop()
        assert running.done()
        await running


async def eventually(happened: Callable[[], Any]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - what is awaited happens in a server, which sets no event of ours
            await asyncio.sleep(0.005)


def message(text: str, number: int = 1) -> dict[str, Any]:
    body: dict[str, Any] = payload("text")["message"]
    return body | {"text": text, "message_id": number}


async def test_what_people_say_is_handed_over_in_one_batch(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    for n in range(5):
        server.say(message=message(f"第{n}句", n))
    async with polling(bot, telegram, ear):
        await eventually(lambda: ear.batches)
    assert [[one.text for one in batch] for batch in ear.batches] == [[f"第{n}句" for n in range(5)]]


async def test_an_update_is_confirmed_only_after_it_was_taken(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    ear.failures = 3
    update = server.say(message=message("水管爆了"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: len(server.said("getUpdates")) >= 5)
    assert [one.text for one in ear.heard] == ["水管爆了"]
    assert [int(call.params["offset"]) for call in server.said("getUpdates")] == [0, 0, 0, 0, update + 1]


async def test_an_update_that_cannot_be_read_stops_nobody(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.say(message={"message_id": "?", "chat": "nonsense"})
    server.say(message=message("水管爆了"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: ear.heard)
    assert [one.text for one in ear.heard] == ["水管爆了"]
    assert "could not be read" in caplog.text


async def test_a_press_is_answered_after_it_was_taken(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    ear.failures = 1
    server.say(callback_query=payload("press")["callback_query"])
    async with polling(bot, telegram, ear):
        await eventually(lambda: server.said("answerCallbackQuery"))
    assert [one.choice for one in ear.heard] == ["place:yes"]
    assert len(server.said("answerCallbackQuery")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", 502, times=2),
        Fault("getUpdates", drop=True, times=2),
        Fault("getUpdates", 429, "Too Many Requests", {"retry_after": 0.01}, times=2),
        Fault("getUpdates", 200, page="<html>", times=2),
    ],
)
async def test_a_bad_day_of_telegrams_passes(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi, fault: Fault
) -> None:
    server.faults.append(fault)
    server.say(message=message("水管爆了"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: ear.heard)
    assert len(ear.heard) == 1


async def test_a_webhook_left_behind_is_taken_off(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    server.webhook = {"url": "https://example.org/old"}
    server.say(message=message("水管爆了"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: ear.heard)
    assert not server.webhook


async def test_a_second_program_with_our_token_is_named_in_words(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults.append(Fault("getUpdates", 409, "Conflict: terminated by other getUpdates request"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: caplog.text)
    assert "another program asks with the same token" in caplog.text


async def test_stopping_does_not_wait_for_the_long_poll(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    async with polling(bot, telegram, ear) as poll:
        await eventually(lambda: server.said("getUpdates"))
        async with asyncio.timeout(1):
            await poll.stop()


async def test_being_cancelled_ends_it(bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi) -> None:
    arriving = Arriving(bot, telegram, ear, lambda: datetime.now(UTC))
    running = asyncio.create_task(Polling(bot, arriving).run())
    await eventually(lambda: server.said("getUpdates"))
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def test_whoever_blocks_us_is_told_of(bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi) -> None:
    left: list[Address] = []
    server.say(my_chat_member=payload("blocked_us")["my_chat_member"])
    async with polling(bot, telegram, ear, left):
        await eventually(lambda: left)
    assert left == [Address("telegram", "1111111")]


async def test_whoever_blocked_us_and_wrote_again_is_not(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi
) -> None:
    left: list[Address] = []
    server.say(my_chat_member=payload("blocked_us")["my_chat_member"])
    server.say(message=message("我又来了"))
    async with polling(bot, telegram, ear, left):
        await eventually(lambda: len(server.said("getUpdates")) >= 2)
    assert left == []


async def test_the_token_is_in_no_log_of_the_loop(
    bot: Account, telegram: Telegram, ear: Ear, server: FakeBotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults += [Fault("getUpdates", drop=True), Fault("getUpdates", 409, "Conflict"), Fault("getUpdates", 502)]
    ear.failures = 1
    server.say(message=message("水管爆了"))
    async with polling(bot, telegram, ear):
        await eventually(lambda: ear.heard)
    assert TOKEN not in caplog.text
