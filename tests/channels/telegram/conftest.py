"""A Telegram of our own on loopback, and a bot that is connected to it."""

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from bot.chat.messages import Attachment, Incoming, MenuEntry, Stored
from bot.errors import Never
from bot.texts import texts
from handlers.telegram.account import Account
from handlers.telegram.connecting import build, start
from handlers.telegram.pacing import Pacing
from handlers.telegram.sending import Telegram
from tests.channels.telegram.fake_bot_api import TOKEN, FakeBotApi

MENU = (
    MenuEntry("📣 反映问题", "menu:appeal"),
    MenuEntry("🧺 请人代办", "menu:errand"),
    MenuEntry("🔎 查进度", "menu:mine"),
)
JPEG = b"\xff\xd8\xff\xe0 a picture"


def payload(name: str) -> dict[str, Any]:
    """An update as Telegram's documentation shows it."""
    found: dict[str, Any] = json.loads(
        (Path(__file__).parent / "payloads" / f"{name}.json").read_text(encoding="utf-8")
    )
    return found


class Ear:
    """Takes what people say, and fails as often as it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[Incoming]] = []
        self.failures = 0

    @property
    def heard(self) -> list[Incoming]:
        return [one for batch in self.batches for one in batch]

    async def receive(self, incoming: Sequence[Incoming]) -> Sequence[str]:
        if self.failures > 0:
            self.failures -= 1
            raise OSError("the disk is full")
        self.batches.append(list(incoming))
        return [""] * len(incoming)


async def load(attachment: Attachment) -> Stored:
    """The bytes of any attachment whose ref is not "lost"."""
    if attachment.ref == "lost":
        raise Never("no such file")
    return Stored(b"" if attachment.ref == "empty" else JPEG, attachment.mime or "image/jpeg")


@pytest.fixture
async def server() -> AsyncIterator[FakeBotApi]:
    async with FakeBotApi().serving() as server:
        yield server


@pytest.fixture
async def bot(server: FakeBotApi) -> AsyncIterator[Account]:
    bot = build(TOKEN, server.url)
    await start(bot, ())
    yield bot
    await bot.shutdown()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def telegram(bot: Account) -> Telegram:
    return Telegram(bot, load, texts(), Pacing(lambda: 0.0, limits=False), MENU)
