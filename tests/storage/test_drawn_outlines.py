"""Outlines in the database: kept by unit, told apart, and seen by the running service."""

from zoneinfo import ZoneInfo

import pytest
from shapely import box

from bot.cases.clocks import Clocks
from bot.chat.messages import Pin
from bot.grid import sample
from bot.house import House
from bot.texts import texts
from storage.database import Database
from storage.districts import Districts
from storage.outlines import Drawing

A, B = box(114.0, 34.0, 114.1, 34.1), box(114.1, 34.0, 114.2, 34.1)


@pytest.fixture
async def districts(database: Database) -> Districts:
    found = Districts(database)
    await found.apply(sample.make())
    return found


async def test_drawing_tells_new_changed_and_unchanged_outlines(districts: Districts) -> None:
    assert await districts.draw({1: A, 2: A}) == Drawing(2, 0, 0)
    assert await districts.draw({1: A, 2: B, 3: B}) == Drawing(1, 1, 1)


async def test_outlines_of_other_units_stay(districts: Districts) -> None:
    await districts.draw({1: A})
    await districts.draw({2: B})
    assert set(await districts.outlines()) == {1, 2}


async def test_a_dry_run_keeps_nothing(districts: Districts) -> None:
    before = await districts.revision()
    assert await districts.draw({1: A}, dry_run=True) == Drawing(1, 0, 0)
    assert (await districts.outlines(), await districts.revision()) == ({}, before)


async def test_drawing_the_same_again_does_not_make_the_service_read_anew(districts: Districts) -> None:
    await districts.draw({1: A})
    before = await districts.revision()
    await districts.draw({1: A})
    assert await districts.revision() == before


async def test_a_running_house_finds_pins_in_new_outlines(districts: Districts) -> None:
    house = House(districts, texts(), Clocks(ZoneInfo("Asia/Shanghai")))
    await house.refresh()
    unit = house.town.directory.by_code["JKY-W1-1"]
    assert house.town.pins.find(Pin(34.05, 114.05)) is None
    await districts.draw({unit.id: A})
    assert await house.refresh()
    assert house.town.pins.find(Pin(34.05, 114.05)) == unit.id
