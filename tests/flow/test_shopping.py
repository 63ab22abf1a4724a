"""代买: what is to be bought reaches who goes, and a sum is a sum."""

import pytest

from storage.database import Database
from tests.flow.rig import Rig, build


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


async def shopped(rig: Rig, *answers: str) -> str:
    """The check screen after a shopping list was asked for at a told address."""
    await rig.say("li", "帮我妈买菜,她在金康苑3号楼2单元501")
    for answer in (*answers, "尽快"):
        await rig.say("li", answer)
    await rig.say("li", "打我的电话就行")
    return (await rig.say("li", "放家门口，拍张照"))[-1].text


async def test_an_address_is_no_shopping_list(rig: Rig) -> None:
    asked = await rig.say("li", "帮我妈买菜,她在金康苑3号楼2单元501")
    assert "要买什么" in asked[-1].text


async def test_the_shopping_list_is_on_the_card(rig: Rig) -> None:
    assert "要买：白菜两颗,豆腐一块" in await shopped(rig, "白菜两颗,豆腐一块", "五十块")


async def test_the_budget_is_a_sum(rig: Rig) -> None:
    assert "预算（元）：五十" in await shopped(rig, "白菜两颗,豆腐一块", "五十块")


async def test_what_is_said_in_place_of_a_sum_is_kept_and_the_sum_asked_again(rig: Rig) -> None:
    assert "再来一把葱\n" in await shopped(rig, "白菜两颗", "再来一把葱", "五十块")
