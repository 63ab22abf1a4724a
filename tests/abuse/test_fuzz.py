"""Whatever arrives, nothing falls over: updates bent out of shape, any words at all, sheets full of nonsense."""

import asyncio
import copy
import csv
import io
import json
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from telegram import User

from bot.chat.cleaning import cleaned
from bot.chat.conversation import Conversation, Scene
from bot.chat.dialogue import Dialogue
from bot.chat.forms.every import FORMS
from bot.chat.messages import Address, Incoming, Pin
from bot.errors import BadDistrict
from bot.grid import importing, places
from bot.people.people import Person
from bot.registers import reading
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
PAYLOADS = [path.stem for path in sorted((Path(__file__).parents[1] / "channels/telegram/payloads").glob("*.json"))]
LOCAL = "金康苑锦3三号楼二单元502室路口与交叉东北 ,。A-#/\\\n12１①〇零百千万亿\u200b\u202e=+@"
words = st.one_of(
    st.text(max_size=60), st.text(LOCAL, max_size=60), st.text(LOCAL + "灯坏了漏水举报取快递", max_size=200)
)
nonsense = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _paths(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items: Sequence[tuple[Any, Any]] = ()
    if isinstance(value, dict):
        items = tuple(value.items())
    elif isinstance(value, list):
        items = tuple(enumerate(value))
    return [path for key, inner in items for path in ((*before, key), *_paths(inner, (*before, key)))]


@st.composite
def bent(draw: st.DrawFn) -> dict[str, Any]:
    """An update as Telegram sends it, with one to three of its parts replaced or gone."""
    update = copy.deepcopy(payload(draw(st.sampled_from(PAYLOADS))))
    for _ in range(draw(st.integers(1, 3))):
        paths = _paths(update)
        if not paths:
            break
        *way, last = draw(st.sampled_from(paths))
        part: Any = update
        with suppress(KeyError, IndexError, TypeError):
            for key in way:
                part = part[key]
            if draw(st.booleans()):
                del part[last]
            else:
                part[last] = draw(nonsense)
    return update


@given(bent())
@settings(max_examples=150, deadline=None)
def test_an_update_bent_out_of_shape_never_stops_the_next_one(update: dict[str, Any]) -> None:
    async def take() -> list[str]:
        bot, ear = build(TOKEN, "http://127.0.0.1:9"), Ear()
        bot._bot_user = User.de_json(ME, bot)
        telegram = Telegram(bot, load, texts(), Pacing(lambda: 0.0, limits=False))
        arriving = Arriving(bot, telegram, ear, lambda: NOW)
        await arriving.take([update, payload("text")])
        await arriving.drain(0)
        return [said.text for said in ear.heard]

    assert "金康苑3号楼2单元水管爆了" in asyncio.run(take())


@given(words)
@settings(max_examples=300, deadline=None)
def test_any_words_are_read_as_a_place_or_as_none(text: str) -> None:
    parts = places.parse(text)
    assert bool(parts) == bool(parts.spans)
    assert all(0 <= start < end <= len(text) for start, end in parts.spans)


@pytest.fixture(scope="module")
def town() -> Town:
    """The sample town."""

    async def make() -> Town:
        with TemporaryDirectory() as folder:
            database = Database(f"sqlite+aiosqlite:///{folder}/town.db")
            await migrate(database)
            rig = await build_rig(database)
            await database.close()
            return rig.house.town

    return asyncio.run(make())


CHOICES = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"\A[cefhkmp]:[-0-9a-z_:]{0,20}\Z"),
    st.from_regex(r"\Ac:[0-9]{1,9}:(accept|grade|add|more|merge|return|mute)(:[0-9.a-z]{0,6})?\Z"),
)


@given(st.lists(st.tuples(words, CHOICES | st.just(""), st.booleans()), min_size=1, max_size=6))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_talk_leads_to_an_answer_that_can_be_stored(town: Town, talk: list[tuple[str, str, bool]]) -> None:
    dialogue, conversation = Dialogue(FORMS), Conversation()
    scene, address = Scene(town, Person(1), NOW, date(2026, 11, 23)), Address("net", "li")
    for number, (text, choice, pinned) in enumerate(talk):
        pin = Pin(34.8, 114.3) if pinned else None
        said = cleaned(Incoming(address, address, f"m{number}", NOW, text, choice, pin=pin))
        turn = dialogue.step(conversation, said, scene)
        stored = json.loads(json.dumps(turn.conversation.to_json()))
        conversation = Conversation.from_json(stored)
        assert all(reply.text for reply in turn.replies)


SHEETS = ("人员", "岗位", "小区", "楼栋", "网格", "类别", "休假", "随便")
CELLS = st.one_of(
    st.text(LOCAL + "是否,;:", max_size=12), st.text(max_size=8), st.sampled_from(("", "JK", "=1+1", "是"))
)


@given(st.dictionaries(st.sampled_from(SHEETS), st.lists(st.lists(CELLS, max_size=8), max_size=6), max_size=4))
@settings(max_examples=100, deadline=None)
def test_sheets_of_nonsense_are_refused_in_words(sheets: dict[str, list[list[str]]]) -> None:
    with TemporaryDirectory() as folder:
        for name, rows in sheets.items():
            out = io.StringIO()
            csv.writer(out).writerows(rows)
            Path(folder, f"{name}.csv").write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
        with pytest.raises(BadDistrict) as refused:
            importing.read(Path(folder))
    assert refused.value.faults
    assert all(fault.strip() for fault in refused.value.faults)


@given(st.binary(max_size=2000))
@settings(max_examples=100, deadline=None)
def test_bytes_that_call_themselves_a_workbook_are_refused_in_words(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, "district.xlsx")
        path.write_bytes(b"PK\x03\x04" + content)
        with pytest.raises(BadDistrict):
            importing.read(path)


REGISTERS = (
    "地址",
    "房号",
    "姓名",
    "人口类别",
    "用途",
    "名称",
    "行业",
    "编号",
    "社区",
    "座位",
    "服务内容",
    "电话",
    "出生年",
)


@given(
    st.lists(st.sampled_from(REGISTERS), unique=True, min_size=2),
    st.lists(
        st.lists(CELLS | st.sampled_from(("金康苑3号楼2单元", "户主", "自住", "²", "19x0")), max_size=13), max_size=6
    ),
)
@example(["地址", "房号", "用途"], [["金康苑3号楼2单元", "502", "自住"], ["", "", ""]])
@settings(max_examples=100, deadline=None)
def test_registers_of_nonsense_are_refused_in_words_or_tell_of_places_we_know(
    town: Town, head: list[str], rows: list[list[str]]
) -> None:
    units, faults = set[int](), ["nothing is refused"]
    with TemporaryDirectory() as folder:
        out = io.StringIO()
        csv.writer(out).writerows([head, *rows])
        path = Path(folder, "a.csv")
        path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
        try:
            for part in reading.read(path, town, {}).parts:
                units |= {part.community_id, *chain.from_iterable(part.spoken.values())}
        except BadDistrict as refused:
            faults = list(refused.faults)
    assert units <= town.directory.units.keys()
    assert faults
    assert all(fault.strip() for fault in faults)
