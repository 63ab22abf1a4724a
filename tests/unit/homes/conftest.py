"""A town in memory, with the places of the tests of places."""

from zoneinfo import ZoneInfo

import pytest

from bot.cases.clocks import Clocks
from bot.grid.directory import Directory
from bot.grid.gazetteer import Gazetteer
from bot.grid.outlines import PinFinder
from bot.grid.routing import Routing
from bot.texts import texts
from bot.town import Town
from bot.triage import catalogue
from bot.triage.reading import Triage
from tests.unit.grid.conftest import POSTS, STAFF, UNITS


@pytest.fixture(scope="session")
def town() -> Town:
    directory, kinds, words = Directory.build(1, UNITS, POSTS, STAFF), catalogue.shipped(), texts("zh-CN")
    return Town(
        directory=directory,
        kinds=kinds,
        texts=words,
        clocks=Clocks(ZoneInfo("Asia/Shanghai")),
        gazetteer=Gazetteer(directory),
        pins=PinFinder({}),
        routing=Routing(directory, kinds, words),
        triage=Triage(kinds),
    )
