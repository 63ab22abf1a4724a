"""What is fuzzed: each target takes bytes, makes of them what it reads, and raises where something is not as it must be."""

import asyncio
import copy
import csv
import json
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from telegram import User

from bot.chat.cleaning import cleaned, visible
from bot.chat.conversation import Conversation, Scene
from bot.chat.dialogue import Dialogue
from bot.chat.forms.every import FORMS
from bot.chat.messages import Address, Incoming, Pin
from bot.errors import BadDistrict
from bot.grid import cells, importing, places, sample, workbook
from bot.people.people import Person
from bot.texts import texts
from bot.town import Town
from handlers.telegram.arriving import Arriving
from handlers.telegram.connecting import build
from handlers.telegram.pacing import Pacing
from handlers.telegram.sending import Telegram
from storage.database import Database
from storage.migrating import migrate
from tests.channels.telegram.conftest import Ear, load, payload
from tests.channels.telegram.fake_bot_api import ME, TOKEN
from tests.flow.rig import build as build_rig

NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
SECONDS = 1.0  # of the processor: whatever takes longer holds everybody up
PAYLOADS = [path.stem for path in sorted((Path(__file__).parents[1] / "channels/telegram/payloads").glob("*.json"))]
PIECES = (
    *"金康苑锦3三号楼二单元502室路口与交叉东北南西侧 ,。、A-#/\\\n12１①〇零百千万亿两廿半弄巷栋幢座层户门旁边对面\u200b\u202e\ufeff=+@:;",
    *("金康苑", "锦康苑", "汴河雅居", "3号楼", "2单元", "501室", "12-3-402", "路口", "楼道灯坏了", "漏水", "着火了", "举报", "取快递"),
    *("今天下午3点到5点", "明天", "每周三", "13812345678", "帮我", "匿名", "提交", "取消", "查进度", "我的家", "/start", "/cancel", "c:1:accept"),
    *("报到", "召集", "订餐", "绑定", "求助", "排班", "请假", "禁言 1001 7天 骂人", "1001", "是", "否", "无", "网格员", "社区", "JKY-3-2", "2026-11-23"),
)  # fmt: skip


Target = Callable[[bytes], None]


class Bytes:
    """Choices made from bytes, one after another; all are the first when the bytes are used up."""

    def __init__(self, data: bytes) -> None:
        self._left = list(reversed(data))

    def __bool__(self) -> bool:
        return bool(self._left)

    def number(self, below: int) -> int:
        """0 to below - 1."""
        found = self._left.pop() if self._left else 0
        if below > 256:
            found = found << 8 | (self._left.pop() if self._left else 0)
        return found % below

    def words(self, longest: int) -> str:
        """Pieces of what people here write, some signs of any kind between them."""
        found = []
        for _ in range(self.number(longest)):
            known = self.number(len(PIECES) + 20)
            found.append(PIECES[known] if known < len(PIECES) else chr(self.number(0x10000)))
        return "".join(found)

    def nonsense(self) -> Any:
        """What may stand in JSON."""
        kind = self.number(8)
        plain: tuple[Any, ...] = (None, True, -1, 10**20, 1.5, [], {})
        return self.words(12) if kind == len(plain) else plain[kind]


def _in_time(begun: float) -> None:
    assert time.process_time() - begun < SECONDS, "too slow"


def place_words() -> Target:
    """The grammar of places."""

    def target(data: bytes) -> None:
        text = Bytes(data).words(120)
        begun = time.process_time()
        places.parse(text)
        _in_time(begun)

    return target


def open_words() -> Target:
    """What people say, press and pin, message by message, to the whole dialogue."""
    town, dialogue, address = _town(), Dialogue(FORMS), Address("net", "li")

    def target(data: bytes) -> None:
        choices, conversation = Bytes(data), Conversation()
        scene = Scene(town, Person(1), NOW, date(2026, 11, 23))
        for number in range(8):
            if not choices:
                return
            how = choices.number(8)
            offered = [choice for _, choice in conversation.offered] if how == 0 else []
            choice = offered[choices.number(len(offered))] if offered else choices.words(4) if how == 1 else ""
            text = "" if choice else choices.words(60)
            pin = Pin(choices.number(1800) / 10 - 90, choices.number(3600) / 10 - 180) if how == 2 else None
            said = cleaned(Incoming(address, address, f"m{number}", NOW, text, choice, pin=pin))
            begun = time.process_time()
            turn = dialogue.step(conversation, said, scene)
            _in_time(begun)
            conversation = Conversation.from_json(json.loads(json.dumps(turn.conversation.to_json())))
            assert all(reply.text for reply in turn.replies), "an empty answer"
            for reply in turn.replies:
                assert all(len(button.choice.encode()) <= 64 for button in reply.buttons), "a button that is too long"

    return target


def updates() -> Target:
    """An update of Telegram with parts replaced or gone; the next one must still be heard."""
    loop, bot, ear = asyncio.new_event_loop(), build(TOKEN, "http://127.0.0.1:9"), Ear()
    bot._bot_user = User.de_json(ME, bot)
    telegram = Telegram(bot, load, texts(), Pacing(lambda: 0.0, limits=False))
    arriving = Arriving(bot, telegram, ear, lambda: NOW)
    known, good = [payload(name) for name in PAYLOADS], payload("text")

    async def take(update: Mapping[str, Any]) -> None:
        await arriving.take([update, good])
        await arriving.drain(0)

    def target(data: bytes) -> None:
        choices = Bytes(data)
        update = copy.deepcopy(known[choices.number(len(known))])
        for _ in range(6):
            if not choices:
                break
            _bend(update, choices)
        ear.batches.clear()
        begun = time.process_time()
        loop.run_until_complete(take(update))
        _in_time(begun)
        assert "金康苑3号楼2单元水管爆了" in [said.text for said in ear.heard], "the next update was lost"
        for said in ear.heard:
            shown = cleaned(said)
            assert visible(shown.text) == shown.text, "cleaning twice is not cleaning once"

    return target


def sheets() -> Target:
    """The sample district as a folder of CSVs with cells, rows and heads changed: taken, or refused in words."""
    folder = Path(tempfile.mkdtemp(prefix="fuzz-"))
    workbook.write(sample.make("small"), folder / "whole.xlsx", texts())
    loaded = {title: [list(line.cells) for line in lines][:12] for title, lines in cells.load(folder / "whole.xlsx")}
    titles = sorted(loaded)

    def target(data: bytes) -> None:
        choices, changed = Bytes(data), copy.deepcopy(loaded)
        for _ in range(10):
            if not choices:
                break
            rows = changed[titles[choices.number(len(titles))]]
            row = rows[choices.number(len(rows))] if rows else []
            match choices.number(4):
                case 0 if rows:
                    rows.remove(row)
                case 1:
                    rows.append(list(row))
                case _ if row:
                    row[choices.number(len(row))] = choices.words(8)
        with tempfile.TemporaryDirectory(dir=folder) as there:
            for title, rows in changed.items():
                with Path(there, f"{title}.csv").open("w", encoding="utf-8", errors="replace", newline="") as file:
                    csv.writer(file).writerows(rows)
            begun = time.process_time()
            with suppress(BadDistrict):
                importing.read(Path(there))
            _in_time(begun)

    return target


TARGETS: Mapping[str, Callable[[], Target]] = {
    "updates": updates,
    "places": place_words,
    "sheets": sheets,
    "words": open_words,
}


def _bend(update: Any, choices: Bytes) -> None:
    """Go down into it a few steps, then put nonsense there, or nothing."""
    part = update
    while True:
        keys: Sequence[Any] = (
            list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        )
        if not keys:
            return
        key = keys[choices.number(len(keys))]
        if isinstance(part[key], dict | list) and part[key] and choices.number(4):
            part = part[key]
            continue
        if choices.number(4):
            part[key] = choices.nonsense()
        else:
            del part[key]
        return


def _town() -> Town:
    async def make() -> Town:
        with tempfile.TemporaryDirectory() as folder:
            database = Database(f"sqlite+aiosqlite:///{folder}/town.db")
            await migrate(database)
            rig = await build_rig(database)
            await database.close()
            return rig.house.town

    return asyncio.run(make())
