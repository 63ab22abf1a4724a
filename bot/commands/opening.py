"""The database and the town for commands that work beside the service.

Heavy as a whole: each command imports it where it does its work.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.config import Settings
from bot.house import House
from bot.opening import bring_up, furnish
from bot.texts import texts
from storage.database import Database


@asynccontextmanager
async def brought_up(settings: Settings) -> AsyncIterator[Database]:
    """The database as the service would bring it up, but with no sample district in a fresh one.

    Raises DatabaseAway where it does not answer, and BadSettings where it never will so.
    """
    database = Database(settings.database, settings.data_keys())
    try:
        await bring_up(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[tuple[Database, House]]:
    """The database as the service would open it, and the house with the town read from it. Raises as `brought_up`."""
    async with brought_up(settings) as database:
        yield database, await furnish(settings, database, texts(settings.locale))
