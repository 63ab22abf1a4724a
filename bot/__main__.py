"""The command line: `python bot.py --help`."""

import argparse
import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import config
from bot.errors import YingshaoError
from bot.texts import texts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bot.py", description="应哨 Yingshao: a chatbot for grid-style communities.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="open the service: web chat, and Telegram when a token is set")
    taken = commands.add_parser("import", help="take in a district from a workbook or a folder of CSVs")
    taken.add_argument("path", type=Path)
    taken.add_argument("--dry-run", action="store_true", help="only tell what would change")
    template = commands.add_parser("template", help="write an empty workbook to fill in")
    template.add_argument("path", type=Path)
    made = commands.add_parser("sample", help="write the invented sample district")
    made.add_argument("path", type=Path)
    made.add_argument("--size", choices=("small", "seed"), default="small")
    invite = commands.add_parser("invite", help="make a one-time invite for a staff member")
    invite.add_argument("person_code", metavar="PERSON_CODE")
    explain = commands.add_parser("explain", help="tell how a message would be understood")
    explain.add_argument(
        "text",
        nargs="?",
        help='the message; without it, one message a line from standard input (with --jsonl: {"text": …})',
    )
    explain.add_argument("--jsonl", action="store_true", help="one JSON object a line")
    replayed = commands.add_parser("replay", help="play past reports against a running web chat, one resident each")
    replayed.add_argument("file", type=Path, help="a CSV with one report a row")
    replayed.add_argument("--column", default="text", help="the column that holds the words (default: text)")
    replayed.add_argument("--url", help="the web chat's address (default: the one in the settings)")
    replayed.add_argument("--limit", type=int, default=100, help="how many rows (default: 100)")
    replayed.add_argument("--transcripts", type=Path, metavar="DIR", help="write each talk to a file in this folder")
    digest = commands.add_parser("digest", help="the figures a staff member reads each morning, as of now")
    digest.add_argument("person_code", metavar="PERSON_CODE")
    commands.add_parser("migrate", help="bring the database to this version")
    return parser


def _run(_args: argparse.Namespace) -> None:
    # The web and chat libraries take a second to import; only this command needs them.
    from bot.app import run  # noqa: PLC0415

    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(run(config.read(), lambda line: print(line, flush=True)))


def _loop_factory() -> type[asyncio.AbstractEventLoop] | None:
    try:
        import uvloop  # noqa: PLC0415 - it does not exist on Windows
    except ImportError:
        return None
    return uvloop.Loop


def _import(args: argparse.Namespace) -> None:
    # The workbook and database libraries are heavy; `--help` should not wait for them.
    from bot.grid import importing  # noqa: PLC0415
    from bot.grid.cells import expected_rows  # noqa: PLC0415
    from storage.database import Database  # noqa: PLC0415
    from storage.districts import Districts  # noqa: PLC0415
    from storage.migrating import migrate  # noqa: PLC0415

    settings = config.read()
    said = texts(settings.locale)
    total = expected_rows(args.path) if args.path.exists() else None
    with tqdm(total=total, disable=None) as bar:
        district = importing.read(args.path, bar.update, said)

    async def apply() -> None:
        database = Database(settings.database)
        try:
            await migrate(database)
            with tqdm(disable=None) as bar:
                changes = await Districts(database).apply(district, dry_run=args.dry_run, progress=bar.update)
        finally:
            await database.close()
        for line in changes.lines(said) or (said("settings.no_changes"),):
            print(line)
        if args.dry_run:
            print(said("settings.dry_run"))

    asyncio.run(apply())


def _template(args: argparse.Namespace) -> None:
    from bot.grid import workbook  # noqa: PLC0415 - openpyxl is heavy

    workbook.template(args.path, said := texts(config.read().locale))
    print(said("settings.written", path=args.path))


def _sample(args: argparse.Namespace) -> None:
    from bot.grid import sample, workbook  # noqa: PLC0415 - openpyxl is heavy

    workbook.write(sample.make(args.size), args.path, said := texts(config.read().locale))
    print(said("settings.written", path=args.path))


def _migrate(_args: argparse.Namespace) -> None:
    from storage.database import Database  # noqa: PLC0415 - the database library is heavy
    from storage.migrating import migrate  # noqa: PLC0415

    async def bring() -> None:
        database = Database(config.read().database)
        try:
            await migrate(database)
        finally:
            await database.close()

    asyncio.run(bring())
    print(texts()("settings.migrated"))


def _invite(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock  # noqa: PLC0415 - the database library is heavy
    from bot.people.joining import issue  # noqa: PLC0415
    from storage.database import Database  # noqa: PLC0415
    from storage.migrating import migrate  # noqa: PLC0415
    from storage.records import DatabaseStorage  # noqa: PLC0415

    settings = config.read()
    said = texts(settings.locale)

    async def make() -> str:
        database = Database(settings.database)
        try:
            await migrate(database)
            async with DatabaseStorage(database).writing() as records:
                person = await records.people.by_code(args.person_code)
                if person is None:
                    raise YingshaoError(said("settings.no_person", code=args.person_code))
                return await issue(records, person.id, None, SystemClock()())
        finally:
            await database.close()

    code = asyncio.run(make())
    print(said("settings.invite", code=code))
    print(said("settings.invite_link", url=f"{settings.public_url}/?i={code}"))


@asynccontextmanager
async def _opened(settings: config.Settings) -> AsyncIterator[tuple[Any, Any]]:
    """The database, migrated, and the house with the town read from it, for a command that only looks."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - the database library below is heavy

    from bot.cases.clocks import Clocks  # noqa: PLC0415
    from bot.house import House  # noqa: PLC0415
    from storage.database import Database  # noqa: PLC0415
    from storage.districts import Districts  # noqa: PLC0415
    from storage.migrating import migrate  # noqa: PLC0415

    database = Database(settings.database)
    try:
        await migrate(database)
        house = House(Districts(database), texts(settings.locale), Clocks(ZoneInfo(settings.timezone)))
        await house.refresh()
        yield database, house
    finally:
        await database.close()


def _explain(args: argparse.Namespace) -> None:
    import orjson  # noqa: PLC0415 - only this command needs it

    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.explaining import explain  # noqa: PLC0415

    async def read() -> Any:
        async with _opened(config.read()) as (_, house):
            return house.town

    town = asyncio.run(read())
    today = town.clocks.today(SystemClock()())
    for line in [args.text] if args.text is not None else sys.stdin:
        words = orjson.loads(line)["text"] if args.jsonl and args.text is None else line.strip()
        found = explain(town, words, today)
        print(orjson.dumps(found, option=0 if args.jsonl else orjson.OPT_INDENT_2).decode())


def _replay(args: argparse.Namespace) -> None:
    from bot.replaying import replay, rows  # noqa: PLC0415 - the HTTP library is heavy

    settings = config.read()
    said = texts(settings.locale)
    reports = rows(args.file, args.column, said)[: args.limit]
    if args.transcripts is not None:
        args.transcripts.mkdir(parents=True, exist_ok=True)
    with tqdm(total=len(reports), disable=None) as bar:
        base = args.url or settings.public_url
        played = asyncio.run(replay(base, reports, said, bar.update, args.transcripts))
    filed = [each for each in played if each.number is not None]
    turns = sum(each.turns for each in filed) / max(len(filed), 1)
    print(said("settings.replayed", filed=len(filed), count=len(played), turns=f"{turns:.1f}"))


def _digest(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock  # noqa: PLC0415 - the database library below is heavy
    from bot.digests.rounds import Digests  # noqa: PLC0415
    from storage.records import DatabaseStorage  # noqa: PLC0415

    settings = config.read()
    said = texts(settings.locale)

    async def read() -> str:
        async with _opened(settings) as (database, house), DatabaseStorage(database).writing() as records:
            person = await records.people.by_code(args.person_code)
            if person is None:
                raise YingshaoError(said("settings.no_person", code=args.person_code))
            return (await Digests().for_person(records, house.town, person.id, SystemClock()())).text

    print(asyncio.run(read()))


_COMMANDS = {
    "run": _run,
    "import": _import,
    "template": _template,
    "sample": _sample,
    "invite": _invite,
    "migrate": _migrate,
    "explain": _explain,
    "replay": _replay,
    "digest": _digest,
}


def main() -> int:
    """Do one command; 0, or 2 with the fault said in words."""
    args = _parser().parse_args()
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        _COMMANDS[args.command](args)
    except YingshaoError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
