"""Taking in a district, and letting its staff in."""

import argparse
import asyncio
from pathlib import Path

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.commands.naming import telegram_name
from bot.errors import YingshaoError
from bot.texts import texts


def _import(args: argparse.Namespace) -> None:
    from bot.commands.opening import brought_up

    # The workbook and database libraries are heavy; `--help` should not wait for them.
    from bot.grid import importing
    from bot.grid.cells import expected_rows
    from bot.practice import mixed
    from storage.districts import Districts

    settings = config.read()
    said = texts(settings.locale)
    total = expected_rows(args.path) if args.path.exists() else None
    with tqdm(total=total, disable=None) as bar:
        district = importing.read(args.path, bar.update, said)

    async def apply() -> None:
        async with brought_up(settings) as database:
            with tqdm(disable=None) as bar:
                changes = await Districts(database).apply(district, dry_run=args.dry_run, progress=bar.update)
        for line in changes.lines(said) or (said("settings.no_changes"),):
            print(line)
        if mixed(changes):
            print(said("district.change_mixed"))
        if args.dry_run:
            print(said("settings.dry_run"))

    asyncio.run(apply())


def _template(args: argparse.Namespace) -> None:
    from bot.grid import workbook

    workbook.template(args.path, said := texts(config.read().locale))
    print(said("settings.written", path=args.path))


def _sample(args: argparse.Namespace) -> None:
    from bot.grid import sample, workbook

    workbook.write(made := sample.make(args.size), args.path, said := texts(config.read().locale))
    print(said("settings.written", path=args.path))
    if args.outlines is not None:
        import orjson

        from bot.grid.sample_outlines import sample_outlines, to_geojson

        args.outlines.write_bytes(orjson.dumps(to_geojson(sample_outlines(made))))
        print(said("settings.written", path=args.outlines))


def _invite(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.commands.opening import brought_up
    from bot.people.joining import issue
    from storage.records import DatabaseStorage

    settings = config.read()
    said = texts(settings.locale)

    async def make() -> str:
        async with brought_up(settings) as database, DatabaseStorage(database).writing() as records:
            person = await records.people.by_code(args.person_code)
            if person is None:
                raise YingshaoError(said("settings.no_person", code=args.person_code))
            return await issue(records, person.id, None, SystemClock()())

    code = asyncio.run(make())
    print(said("settings.invite", code=code))
    print(said("settings.invite_link", url=f"{settings.public_url}/?i={code}"))
    if (telegram := asyncio.run(telegram_name(settings))) is None:
        print(said("settings.no_telegram"))
    elif telegram:
        print(said("settings.invite_link", url=f"https://t.me/{telegram}?start=i_{code}"))


def _import_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")


def _path_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)


def _sample_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)
    parser.add_argument("--size", choices=("small", "seed"), default="small")
    parser.add_argument("--outlines", type=Path, metavar="FILE", help="write its outlines (GeoJSON, wgs84) as well")


def _invite_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person_code", metavar="PERSON_CODE")


COMMANDS = (
    Command("import", "take in a district from a workbook or a folder of CSVs", _import, _import_arguments),
    Command("template", "write an empty workbook to fill in", _template, _path_argument),
    Command("sample", "write the invented sample district", _sample, _sample_arguments),
    Command("invite", "make a one-time invite for a staff member", _invite, _invite_arguments),
)
