"""The database and the town for commands that work beside the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot import config
from bot.texts import texts


@asynccontextmanager
async def opened(settings: config.Settings) -> AsyncIterator[tuple[Any, Any]]:
    """The database as the service would open it, and the house with the town read from it."""
    from bot.opening import open_house
    from storage.database import Database

    database = Database(settings.database, settings.data_keys())
    try:
        yield database, await open_house(settings, database, texts(settings.locale))
    finally:
        await database.close()
