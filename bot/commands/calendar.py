"""The holidays of a year, taken in when the notice is out."""

import argparse
import asyncio
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.texts import Texts, texts

_FOREVER = date(2000, 1, 1)


def _calendar(args: argparse.Namespace) -> None:
    from bot.cases import holiday_table
    from bot.commands.opening import opened
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
            await _recount(database, house.town, first, said)

    asyncio.run(take())


async def _recount(database: Any, town: Any, first: date, said: Texts) -> None:
    """Compute the deadlines from that day on anew, some at a time, and say which moved and what is still unknown."""
    from bot.cases.recounting import recount_some
    from bot.clock import SystemClock
    from bot.town import say_time
    from storage.records import DatabaseStorage

    storage, now = DatabaseStorage(database), SystemClock()()

    def say(moment: datetime | None) -> str:
        return "" if moment is None else say_time(said, town.clocks, moment, now)

    last, count, moved = 0, 0, 0
    with tqdm(disable=None) as bar:
        while True:
            async with storage.writing() as records:
                ids, some = await recount_some(records, town, town.clocks.at(first, time()), last, now)
            if not ids:
                break
            last, count, moved = ids[-1], count + len(ids), moved + len(some)
            bar.update(len(ids))
            for each in some:
                for what, was, is_ in each.deadlines:
                    values = {"what": said(f"calendar.{what}"), "before": say(was), "after": say(is_)}
                    bar.write(said("calendar.moved", number=each.after.number, **values))
    print(said("calendar.recounted", count=count, moved=moved))
    today = town.clocks.today(now)
    for year in (today.year, today.year + 1):
        known = "known" if town.clocks.holidays.knows(year) else "unknown"
        print(said(f"calendar.{known}", year=year))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, nargs="?", help="an XLSX or CSV file with the columns 日期 and 上班/休息")
    parser.add_argument("--dry-run", action="store_true", help="only tell what the file says")


COMMANDS = (
    Command("calendar", "take in a year's holidays and compute open cases' deadlines anew", _calendar, _arguments),
)
