"""A point on the map is enough to say where."""

import pytest

from bot.chat.messages import Outgoing, Pin
from bot.grid import sample
from bot.grid.sample_outlines import sample_outlines
from storage.database import Database
from storage.districts import Districts
from tests.flow.rig import Rig, build

IN_JKY = Pin(34.7925, 114.2614)  # within the strip of 金康苑's third building
ELSEWHERE = Pin(39.9, 116.4)


@pytest.fixture
async def rig(database: Database) -> Rig:
    return await build(database)


@pytest.fixture
async def mapped(database: Database, rig: Rig) -> Rig:
    """The same with outlines."""
    codes = rig.house.town.directory.by_code
    areas = sample_outlines(sample.make())
    await Districts(database).draw({codes[code].id: area for code, area in areas.items()})
    await rig.house.refresh()
    return rig


def words(messages: list[Outgoing]) -> str:
    return "\n".join(message.text for message in messages)


def labels(messages: list[Outgoing]) -> list[str]:
    return [button.label for message in messages for button in message.buttons]


async def test_a_pin_answers_where_by_its_micro_grid(mapped: Rig) -> None:
    await mapped.say("liu", "路灯坏了")
    assert "地点：金康苑3号楼附近" in words(await mapped.say("liu", pin=IN_JKY))


async def test_a_pin_sent_first_is_kept_until_the_words_come(mapped: Rig) -> None:
    await mapped.say("liu", pin=IN_JKY)
    assert "地点：金康苑3号楼附近" in words(await mapped.say("liu", "路灯坏了"))


async def test_without_outlines_the_nearest_compounds_are_offered(rig: Rig) -> None:
    await rig.say("liu", "路灯坏了")
    offered = labels(await rig.say("liu", pin=IN_JKY))
    assert [name in label for name, label in zip(("金康苑", "汴河雅居", "锦康苑"), offered, strict=False)] == [True] * 3


async def test_none_of_the_nearest_leaves_the_point_itself(rig: Rig) -> None:
    await rig.say("liu", "路灯坏了")
    heard = await rig.press("liu", "都不是", await rig.say("liu", pin=IN_JKY))
    assert "地点：地图上的位置" in words(heard)


async def test_a_pin_in_another_city_offers_nothing_here(rig: Rig) -> None:
    await rig.say("liu", "路灯坏了")
    assert "地点：地图上的位置" in words(await rig.say("liu", pin=ELSEWHERE))


async def test_a_home_told_by_pin_is_one_of_the_buildings_there(mapped: Rig) -> None:
    await mapped.say("liu", "换地址")
    heard = await mapped.say("liu", pin=IN_JKY)
    assert any("3号楼" in label for label in labels(heard))


async def test_the_worker_of_the_grid_around_a_pin_gets_the_card(mapped: Rig) -> None:
    await mapped.say("liu", "有人乱扔垃圾")
    await mapped.press("liu", "提交", await mapped.say("liu", pin=IN_JKY))
    assert "金康苑3号楼附近" in words(await mapped.heard("worker"))
