"""Whoever tips off, or asks not to be named, is named to nobody, whatever else their words tell."""

import pytest

from bot.chat.messages import Address, Incoming
from storage.database import Database
from storage.tables import cases
from tests.flow.rig import Rig, build

NAME = "欧阳铁柱"
DRUGS = "举报金康苑3号楼2单元402有人吸毒"


@pytest.fixture
async def rig(database: Database) -> Rig:
    rig = await build(database)
    address = Address("web", "ouyang")
    await rig.intake.receive([Incoming(address, address, "hello", rig.now[0], "/start", name=NAME)])
    await rig.heard("ouyang")
    return rig


@pytest.mark.parametrize("words", [DRUGS, "金康苑3号楼2单元有人贩毒"])
async def test_drugs_are_a_tip_and_no_alarm(rig: Rig, words: str) -> None:
    check = await rig.say("ouyang", words)
    assert "治安线索" in check[0].text


async def test_who_tips_off_about_drugs_hears_that_110_takes_it_too(rig: Rig) -> None:
    filed = await rig.press("ouyang", "提交", await rig.say("ouyang", DRUGS))
    assert "110" in filed[0].text


async def test_a_tip_about_drugs_does_not_go_to_the_worker_of_the_staircase(rig: Rig) -> None:
    await rig.press("ouyang", "提交", await rig.say("ouyang", DRUGS))
    assert await rig.heard("worker") == []


@pytest.mark.parametrize("words", ["有人拿刀威胁邻居", "有人打架"])
async def test_a_tip_with_danger_tells_110_first_and_then_hides_who_gave_it(rig: Rig, words: str) -> None:
    check = await rig.say("ouyang", f"举报金康苑3号楼2单元{words}")
    await rig.press("ouyang", "提交", check)
    card = (await rig.heard("worker"))[-1].text
    assert ("110" in check[0].text, "🔴" in card, "👤 匿名" in card, "欧" in card) == (True, True, True, False)


@pytest.mark.parametrize(
    "words",
    [
        "匿名反映,金康苑3号楼2单元楼道堆杂物",
        "金康苑3号楼2单元楼道堆杂物,别告诉别人是我说的",
        "请保密,金康苑3号楼2单元楼道堆杂物",
    ],
)
async def test_who_asks_for_secrecy_is_anonymous_without_a_press(rig: Rig, words: str) -> None:
    await rig.press("ouyang", "提交", await rig.say("ouyang", words))
    assert "👤 匿名" in (await rig.heard("worker"))[-1].text


async def test_secrecy_asked_for_at_the_check_screen_counts(rig: Rig) -> None:
    await rig.say("ouyang", "金康苑3号楼2单元楼道堆杂物")
    assert "不让办事的人知道" in (await rig.say("ouyang", "别告诉别人是我说的"))[-1].text


async def test_secrecy_asked_for_after_filing_takes_the_name_off_the_cards(rig: Rig) -> None:
    await rig.press("ouyang", "提交", await rig.say("ouyang", "金康苑3号楼2单元楼道堆杂物"))
    assert "欧" in (await rig.heard("worker"))[-1].text
    await rig.say("ouyang", choice="c:1:add")
    await rig.say("ouyang", "别跟邻居说是我反映的")
    assert "👤 匿名" in "".join(told.text for told in await rig.heard("worker"))


async def test_the_right_to_be_named_again_stays(rig: Rig) -> None:
    check = await rig.say("ouyang", "匿名反映,金康苑3号楼2单元楼道堆杂物")
    await rig.press("ouyang", "提交", await rig.press("ouyang", "不匿名", check))
    async with rig.database.reading() as connection:
        assert (await connection.execute(cases.select().with_only_columns(cases.c.anonymous))).scalar() is False
