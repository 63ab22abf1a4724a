"""People on Telegram who block us, come back or come by another network too; and Telegram's bad days."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.messages import Address
from bot.people.joining import issue
from storage.database import Database
from tests.channels.telegram.fake_bot_api import Fault
from tests.flow.telegram_rig import DESK, RESIDENT, STRANGER, WORKER, TelegramRig, telegram_rig


@pytest.fixture
async def rig(database: Database, tmp_path: Path) -> AsyncIterator[TelegramRig]:
    async with telegram_rig(database, tmp_path) as rig:
        yield rig


async def test_whoever_blocks_us_hears_what_rested_when_they_let_us_in_again(rig: TelegramRig) -> None:
    await rig.file()
    rig.heard(RESIDENT)
    rig.server.blocked.add(RESIDENT)
    await rig.press(WORKER, "接单")
    assert rig.heard(RESIDENT) == []
    rig.server.blocked.clear()
    await rig.member(RESIDENT, "kicked", "member", who=RESIDENT)
    assert "有人办了" in rig.heard(RESIDENT)[-1]


async def test_a_worker_who_blocks_us_gets_the_card_on_their_page(rig: TelegramRig) -> None:
    async with rig.storage.writing() as records:
        person = await records.chats.person(Address("telegram", str(WORKER)))
        assert person is not None
        code = await issue(records, person.id, None, rig.now[0])
    await rig.web("wang", code)
    await rig.say(WORKER, "你好")  # they spoke here last, so here they are told
    rig.server.blocked.add(WORKER)
    await rig.file()
    assert any("1001号" in line["text"] for line in await rig.on_web("wang"))


async def test_a_worker_on_two_networks_is_told_where_they_spoke_last(rig: TelegramRig) -> None:
    async with rig.storage.writing() as records:
        person = await records.chats.person(Address("telegram", str(WORKER)))
        assert person is not None
        code = await issue(records, person.id, None, rig.now[0])
    await rig.web("wang", code)
    await rig.say(WORKER, "你好")
    await rig.file()
    assert any("1001号" in text for text in rig.heard(WORKER))
    await rig.web("wang", "你好")
    await rig.file(STRANGER, "金康苑3号楼2单元楼道堆了很多杂物")
    assert not any("1002号" in text for text in rig.heard(WORKER))
    assert any("1002号" in line["text"] for line in await rig.on_web("wang"))


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sendMessage", 429, "Too Many Requests", {"retry_after": 3}),
        Fault("sendMessage", 502),
        Fault("sendMessage", drop=True),
    ],
    ids=["429", "502", "reset"],
)
async def test_an_answer_that_telegram_did_not_take_comes_later(rig: TelegramRig, fault: Fault) -> None:
    rig.server.faults.append(replace(fault))  # a copy: a fault wears off by being used
    assert await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了") == []
    await rig.pass_time(seconds=10)
    assert "金康苑3号楼2单元" in rig.heard(RESIDENT)[-1]


async def test_an_outage_of_a_day_loses_nothing(rig: TelegramRig) -> None:
    outage = Fault("sendMessage", 502, times=100_000)
    rig.server.faults.append(outage)
    await rig.say(RESIDENT, "金康苑3号楼2单元楼道灯坏了三天了")
    for _ in range(60):
        await rig.pass_time(minutes=24)
    outage.times = 0
    await rig.pass_time(minutes=10)
    assert "金康苑3号楼2单元" in rig.heard(RESIDENT)[-1]


async def test_a_card_that_was_deleted_is_sent_anew(rig: TelegramRig) -> None:
    await rig.file()
    rig.heard(WORKER)
    card = next(number for number, shown in rig.server.messages[WORKER].items() if "1001号" in str(shown.get("text")))
    deleted = rig.server.messages[WORKER].pop(card)
    rig.server.messages[WORKER][10**6] = deleted  # where the finger is when it disappears
    await rig.press(WORKER, "接单")
    del rig.server.messages[WORKER][10**6]
    assert any("您在办" in text for text in rig.texts(WORKER))


# ---------------------------------------------------------------- coming in


async def test_an_invite_may_also_be_typed(rig: TelegramRig) -> None:
    async with rig.storage.writing() as records:
        person = await records.people.by_code("R003")
        assert person is not None
        code = await issue(records, person.id, None, rig.now[0])
    assert person.name in (await rig.say(STRANGER, code))[0]


async def test_a_colleague_asked_in_from_the_chat_gets_a_link_for_each_network(rig: TelegramRig) -> None:
    await rig.press(DESK, "邀请同事")
    await rig.press(DESK, "1 金明池街道")
    await rig.press(DESK, "1 网格员")
    links = (await rig.say(DESK, "赵六"))[1].splitlines()
    assert [link.split("?")[0] for link in links] == ["http://127.0.0.1/", "https://t.me/yingshao_bot"]
    joined = await rig.say(STRANGER, "/start " + links[1].partition("start=")[2])
    assert "赵六" in joined[0]


async def test_a_desk_can_ask_for_its_figures(rig: TelegramRig) -> None:
    assert any("日报" in label for label in rig.buttons(DESK))
