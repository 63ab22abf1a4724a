"""Running the service and bringing its database up to date."""

import argparse
import asyncio

from bot import config
from bot.commands.command import Command
from bot.texts import texts


def _run(_args: argparse.Namespace) -> None:
    # The web and chat libraries take a second to import; only this command needs them.
    from bot.app import run

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run(config.read(), lambda line: print(line, flush=True)))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.Loop


def _migrate(_args: argparse.Namespace) -> None:
    from storage.database import Database
    from storage.migrating import migrate
    from storage.reaching import opening

    settings = config.read()

    async def bring() -> None:
        database = Database(settings.database, settings.data_keys())
        try:
            with opening(database):
                await migrate(database)
        finally:
            await database.close()

    asyncio.run(bring())
    print(texts(settings.locale)("settings.migrated"))


COMMANDS = (
    Command("run", "open the service: web chat, and Telegram when a token is set", _run),
    Command("migrate", "bring the database to this version", _migrate),
)
