"""A point that comes with a message says where it does not."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.cases.clocks import Clocks
from bot.chat.messages import Pin
from bot.explaining import explain, spoken
from bot.grid import sample
from bot.grid.sample_outlines import sample_outlines
from bot.house import House
from bot.texts import texts
from bot.town import Town
from storage.database import Database
from storage.districts import Districts

DAY = date(2026, 11, 23)
IN_JXY = Pin(34.7968, 114.2672)


@pytest.fixture
async def town(database: Database) -> Town:
    districts = Districts(database)
    await districts.apply(made := sample.make())
    codes = (await districts.load()).by_code
    await districts.draw({codes[code].id: area for code, area in sample_outlines(made).items()})
    house = House(districts, texts(), Clocks(ZoneInfo("Asia/Shanghai")))
    await house.refresh()
    return house.town


def place(town: Town, text: str, pin: Pin | None) -> dict[str, Any]:
    found: dict[str, Any] = explain(town, text, DAY, pin)["place"]
    return found


async def test_words_without_a_place_are_placed_by_the_point(town: Town) -> None:
    found = place(town, "路灯坏了", IN_JXY)
    assert (found["community"], found["grid"]) == ("锦绣社区", "锦康苑网格")


async def test_the_point_leads_to_who_answers_there(town: Town) -> None:
    assert explain(town, "有人乱扔垃圾", DAY, IN_JXY)["owner"]["unit"] == "锦康苑网格"


async def test_words_with_a_place_go_before_the_point(town: Town) -> None:
    assert place(town, "金康苑3号楼2单元灯坏了", IN_JXY)["compound"] == "金康苑"


async def test_a_building_without_a_compound_is_taken_where_the_point_is(town: Town) -> None:
    found = place(town, "3号楼灯坏了", IN_JXY)
    assert (found["compound"], found["building"]) == ("锦康苑", "3号楼")


async def test_a_community_is_narrowed_by_the_point(town: Town) -> None:
    assert place(town, "锦绣社区路灯坏了", IN_JXY)["grid"] == "锦康苑网格"


async def test_without_a_point_nothing_is_guessed(town: Town) -> None:
    assert place(town, "路灯坏了", None)["community"] == ""


@pytest.mark.parametrize(
    ("line", "pin"),
    [
        ('{"text": "灯坏了", "lat": 34.5, "lon": 114}', Pin(34.5, 114)),
        ('{"text": "灯坏了"}', None),
        ('{"text": "灯坏了", "lat": null, "lon": null}', None),
    ],
)
def test_a_line_gives_words_and_perhaps_a_point(line: str, pin: Pin | None) -> None:
    assert spoken(line) == ("灯坏了", pin)


@pytest.mark.parametrize(
    "line", ["", "[]", '{"text": 5}', '{"text": "x", "lat": "a", "lon": 1}', '{"text": "x", "lat": 95, "lon": 1}', "{"]
)
def test_a_line_that_is_neither_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        spoken(line)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        ("幸福花园7号楼3单元502室漏水了", ("7号楼", "3单元", "502")),
        ("B座东户停水了", ("B座", "", "东户")),
        ("7-6-1046停水了", ("7号楼", "6单元", "1046")),
        ("金康苑9号楼2单元501水管爆了", ("9号楼", "2单元", "501")),
    ],
)
async def test_parts_that_the_directory_does_not_know_are_told_as_written(
    town: Town, words: str, parts: tuple[str, str, str]
) -> None:
    found = place(town, words, None)
    assert (found["building"], found["unit"], found["room"]) == parts
