"""What managers read, by command: for one staff member, or as files for one unit on any day."""

import argparse
import asyncio
from datetime import date, timedelta
from pathlib import Path

from bot import config
from bot.commands.command import Command
from bot.errors import YingshaoError
from bot.texts import texts


def _digest(args: argparse.Namespace) -> None:
    if args.rebuild is not None:
        asyncio.run(_rebuild(args.rebuild))
    elif args.person_code is not None:
        print(asyncio.run(_of_person(args.person_code)))
    elif args.unit is not None:
        _write(args, *asyncio.run(_of_unit(args)))
    else:
        raise YingshaoError(texts(config.read().locale)("settings.digest_of_whom"))


async def _of_person(code: str) -> str:
    """What a staff member would read now."""
    from bot.clock import SystemClock
    from bot.commands.opening import opened
    from bot.digests.rounds import Digests
    from storage.records import DatabaseStorage

    settings = config.read()
    said = texts(settings.locale)
    async with opened(settings) as (database, house), DatabaseStorage(database).writing() as records:
        person = await records.people.by_code(code)
        if person is None:
            raise YingshaoError(said("settings.no_person", code=code))
        return (await Digests().for_person(records, house.town, person.id, SystemClock()())).text


def _write(args: argparse.Namespace, stem: str, words: str, others: dict[str, bytes]) -> None:
    """Print the words, or put everything into the folder that was named."""
    if args.out is None:
        print(words)
        return
    args.out.mkdir(parents=True, exist_ok=True)
    for ending, content in {".txt": f"{words}\n".encode(), **others}.items():
        path: Path = args.out / f"{stem}{ending}"
        path.write_bytes(content)
        print(texts(config.read().locale)("settings.written", path=path))


async def _of_unit(args: argparse.Namespace) -> tuple[str, str, dict[str, bytes]]:
    """A unit's digest of a past stretch: a name for its files, the words, and by ending what else there is to write."""
    from bot.clock import SystemClock
    from bot.commands.opening import opened
    from bot.digests.charts import chart, draw
    from bot.digests.counting import Recounted, bounds
    from bot.digests.figures import Span, report
    from bot.digests.sheets import workbook
    from bot.digests.wording import past
    from storage.digests import Figures

    settings = config.read()
    said = texts(settings.locale)
    async with opened(settings) as (database, house), Figures(database).reading() as reads:
        town, now = house.town, SystemClock()()
        unit = town.directory.by_code.get(args.unit)
        if unit is None:
            raise YingshaoError(said("settings.no_unit", code=args.unit))
        span = Span.of(args.span, args.date or town.clocks.today(now) - timedelta(days=1))
        # Known by then, nothing later: the same words whenever this is asked.
        as_of = min(bounds(town, args.as_of or span.last)[1], now)
        counted = Recounted(reads, town, as_of)
        found = await report(counted, town, (unit.id,), span, await reads.stood(as_of), as_of)
        others = {}
        if args.out is not None:
            others = {".png": await draw(chart(town, found)), ".xlsx": workbook(town, found)}
        return f"{unit.code}-{span.name}-{span.first.isoformat()}", past(town, found), others


async def _rebuild(days: list[date]) -> None:
    """Count past days anew from their events."""
    from tqdm import tqdm

    from bot.clock import SystemClock
    from bot.commands.opening import opened
    from bot.digests.counting import counted
    from storage.digests import Figures
    from storage.records import DatabaseStorage

    first, last = days[0], days[-1]
    async with opened(config.read()) as (database, house):
        storage, looking = DatabaseStorage(database), Figures(database)
        for n in tqdm(range((last - first).days + 1), disable=None):
            day = first + timedelta(days=n)
            async with looking.reading() as reads:
                counts = await counted(reads, house.town, day, SystemClock()())
            async with storage.writing() as records:
                await records.digests.keep_day(day, counts)


def _digest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person_code", metavar="PERSON_CODE", nargs="?", help="what this staff member would read now")
    parser.add_argument("--unit", metavar="UNIT_CODE", help="the digest of a unit and all below it, of a past stretch")
    parser.add_argument("--date", type=date.fromisoformat, metavar="DAY", help="a day in it (default: yesterday)")
    parser.add_argument("--span", choices=("day", "week", "month"), default="day")
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DAY", help="as it was known that night (default: its last day)"
    )
    parser.add_argument("--out", type=Path, metavar="DIR", help="write words, picture and workbook there")
    parser.add_argument(
        "--rebuild", nargs="+", type=date.fromisoformat, metavar="DAY", help="count these days anew (first, last)"
    )


COMMANDS = (
    Command("digest", "the figures of a staff member now, or of a unit on any day", _digest, _digest_arguments),
)
