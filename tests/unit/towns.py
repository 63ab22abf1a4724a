"""A town in memory over any directory, with all that a service makes of one."""

from zoneinfo import ZoneInfo

from bot.cases.clocks import Clocks
from bot.grid.directory import Directory
from bot.grid.gazetteer import Gazetteer
from bot.grid.outlines import PinFinder
from bot.grid.routing import Routing
from bot.texts import texts
from bot.town import Town
from bot.triage import catalogue
from bot.triage.reading import Triage


def town_of(directory: Directory) -> Town:
    """With the shipped kinds, and no outlines."""
    kinds, words = catalogue.shipped(), texts("zh-CN")
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
