"""The holidays of a year, taken in when the notice is out."""

import argparse
import asyncio
from datetime import date
from pathlib import Path

from bot import config
from bot.commands.command import Command
from bot.texts import texts

_FOREVER = date(2000, 1, 1)


def _calendar(args: argparse.Namespace) -> None:
    from bot.cases import holiday_table
    from bot.commands.opening import opened
    from bot.commands.recounting import recount
    from storage.calendars import take_holidays

    settings = config.read()
    said = texts(settings.locale)
    days = holiday_table.read(args.path, said) if args.path else {}
    for line in holiday_table.sums(days, said):
        print(line)
    if args.dry_run:
        print(said("settings.dry_run"))
        return

    async def take() -> None:
        async with opened(settings) as (database, house):
            if days:
                await take_holidays(database, days, args.path.name)
                print(said("calendar.kept"))
                await house.refresh()
            first = date(min(day.year for day in days), 1, 1) if days else _FOREVER
            await recount(database, house.town, first, said)

    asyncio.run(take())


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, nargs="?", help="an XLSX or CSV file with the columns 日期 and 上班/休息")
    parser.add_argument("--dry-run", action="store_true", help="only tell what the file says")


COMMANDS = (
    Command("calendar", "take in a year's holidays and compute open cases' deadlines anew", _calendar, _arguments),
)
