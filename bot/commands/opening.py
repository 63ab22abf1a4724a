"""The database and the town for commands that work beside the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot import config
from bot.texts import texts


@asynccontextmanager
async def opened(settings: config.Settings) -> AsyncIterator[tuple[Any, Any]]:
    """The database, migrated, and the house with the town read from it, for a command that only looks."""
    from zoneinfo import ZoneInfo

    from bot.cases.clocks import Clocks
    from bot.house import House
    from storage.database import Database
    from storage.districts import Districts
    from storage.migrating import migrate
    from storage.resealing import prove

    database = Database(settings.database, settings.data_keys())
    try:
        await migrate(database)
        await prove(database)
        house = House(Districts(database), texts(settings.locale), Clocks(ZoneInfo(settings.timezone)))
        await house.refresh()
        yield database, house
    finally:
        await database.close()
