"""A city's own errand: its kind, questions, price and proof come by import, and it is walked without a line of code."""

from pathlib import Path

import pytest

from bot.grid import importing, sample, workbook
from bot.texts import texts
from storage.database import Database
from storage.districts import Districts
from tests.flow.errand_walk import errand, helper, taken, words
from tests.flow.rig import Rig, build

_ROW = {
    "编号": "water", "名称": "送桶装水", "服务": "代办", "分组": "代办", "关键词": "送水、桶装水", "承办": "网格",
    "签收时限": 2, "办结时限": 48, "全天计时": "是", "图标": "💧", "追问": "要几桶、!水站的密码是多少", "收费": "实报",
    "垫付上限": 50, "交接凭据": "照片",
}  # fmt: skip


@pytest.fixture
async def rig(database: Database, tmp_path: Path) -> Rig:
    """The sample with one more kind, through a workbook like any city's."""
    rig = await build(database)
    folder = tmp_path / "district"
    workbook.write(sample.make("small"), folder, texts())
    kinds = folder / f"{texts()('district.sheet_kinds')}.csv"
    header = list(_ROW)
    kinds.write_text(",".join(header) + "\n" + ",".join(str(_ROW[name]) for name in header) + "\n", encoding="utf-8")
    await Districts(database).apply(importing.read(folder))
    await rig.house.refresh()
    await helper(rig, "zhang", "张建国")
    return rig


async def test_its_own_questions_are_asked_in_its_own_words(rig: Rig) -> None:
    asked = await rig.press("li", "送桶装水", await rig.say("li", "帮我送水,金康苑3号楼2单元,今天下午"))
    assert "要几桶" in words(asked)
    assert "水站的密码" in words(await rig.say("li", "两桶"))


async def test_it_is_walked_from_the_order_to_the_photo(rig: Rig) -> None:
    await rig.press("li", "送桶装水", await rig.say("li", "帮我送水,金康苑3号楼2单元,今天下午"))
    await rig.say("li", "两桶")
    check = await rig.say("li", "7788")
    assert "50元以内" in words(check)
    assert "7788" not in words(check)
    await rig.say("li", "提交")
    card = await taken(rig)
    assert "要几桶：两桶" in words(card)
    await rig.press("zhang", "没花钱", await rig.press("zhang", "记垫付", card))
    await rig.press("zhang", "交接", card)
    await rig.say("zhang", photo=True)
    assert "您满意吗" in words(await rig.heard("li"))
    assert (await errand(rig)).secrets == ""


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("换个灯泡多少钱", "200元以内"),
        ("代买东西收费吗？", "300元以内"),
        ("取快递要钱吗", "不收费"),
        ("陪诊免费吗", "不收费"),
    ],
)
async def test_who_only_asks_what_it_costs_is_told(rig: Rig, asked: str, told: str) -> None:
    heard = await rig.say("li", asked)
    assert told in heard[0].text
    assert "请人代办" in heard[0].buttons[0].label


@pytest.mark.parametrize(
    "order", ["帮我买两斤鸡蛋,问问多少钱", "家里灯泡坏了帮我换一个", "帮我交一下物业费用", "代缴费用"]
)
async def test_who_orders_is_not_answered_with_a_price(rig: Rig, order: str) -> None:
    heard = await rig.say("li", order)
    assert "要办的话" not in heard[0].text
