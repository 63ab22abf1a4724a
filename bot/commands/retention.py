"""Letting go of what is no longer needed, by hand: the service does the same every night."""

import argparse
import asyncio

from bot import config
from bot.commands.command import Command
from bot.texts import texts


def _retention(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.commands.opening import opened
    from bot.people.retention import Retention
    from storage.files import Files
    from storage.records import DatabaseStorage

    async def work() -> str:
        settings = config.read()
        said = texts(settings.locale)
        async with opened(settings) as (database, _house):
            files = Files(settings.data_dir / "files")
            retention = Retention(DatabaseStorage(database), files, SystemClock(), settings.keep_days)
            if args.dry_run:
                stale = await retention.look()
                values = {"cases": stale.cases, "people": stale.people}
                return said("privacy.would_go", **values, messages=stale.messages, drafts=stale.drafts)
            return said("privacy.gone", cases=await retention.let_go())

    print(asyncio.run(work()))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only count what is due")


COMMANDS = (
    Command(
        "retention",
        "take names, words and pictures out of cases that ended YINGSHAO_KEEP_DAYS ago",
        _retention,
        _arguments,
    ),
)
