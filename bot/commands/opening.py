"""The database and the town for commands that work beside the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot import config
from bot.texts import texts


@asynccontextmanager
async def brought_up(settings: config.Settings) -> AsyncIterator[Any]:
    """The database as the service would bring it up, but with no sample district in a fresh one.

    Raises DatabaseAway where it does not answer, and BadSettings where it never will so.
    """
    from bot.opening import bring_up
    from storage.database import Database

    database = Database(settings.database, settings.data_keys())
    try:
        await bring_up(database)
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def opened(settings: config.Settings) -> AsyncIterator[tuple[Any, Any]]:
    """The database as the service would open it, and the house with the town read from it. Raises as `brought_up`."""
    from bot.opening import furnish

    async with brought_up(settings) as database:
        yield database, await furnish(settings, database, texts(settings.locale))
