"""Taking in the registers of a community: elders who agreed, canteens, day care, homes, service lists."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from bot import config
from bot.commands.command import Command
from bot.texts import Texts, texts


def _take(args: argparse.Namespace) -> None:
    settings = config.read()
    said = texts(settings.locale)
    asyncio.run(_taken(args, settings, said))


async def _taken(args: argparse.Namespace, settings: config.Settings, said: Texts) -> None:
    """Read, show what would change, and change it where somebody agrees; the database is not held while they read."""
    from bot.commands.opening import opened
    from bot.registers import reading
    from storage.records import DatabaseStorage

    async with opened(settings) as (database, house):
        storage = DatabaseStorage(database)
        async with storage.writing() as records:
            canteens = {canteen.code: canteen for canteen in await records.meals.canteens()}
            found = reading.read(args.path, house.town, canteens)
            shown = await _differences(records, found.parts)
            await _tell_elders(records, found, said)
        for difference in shown:
            _tell(house.town, difference)
        if args.list is not None:
            _write_list(args.list, house.town, shown)
            print(said("settings.written", path=args.list))
        if args.dry_run:
            print(said("settings.dry_run"))
            return
        homes = any(difference.entries for difference in shown)
        if homes and not args.desk and not args.apply and not _agreed(said):
            print(said("registers.homes_not_yet"))
            return
        async with storage.writing() as records:
            if homes and not args.desk and await _differences(records, found.parts) != shown:
                print(said("registers.homes_meanwhile"))
                return
            await _keep_rest(records, house.town, found, canteens)
            if args.desk:
                await _ask_desks(records, house.town, found.parts, said)
            else:
                for difference in shown:
                    await records.homes.take(difference)


async def _differences(records: Any, parts: Any) -> list[Any]:
    from bot.homes.taking import difference

    return [await difference(records, part) for part in parts]


async def _tell_elders(records: Any, found: Any, said: Texts) -> None:
    from bot.care import importing

    changes = importing.compare(found.care.elders, await records.elders.by_code())
    for code, fields in changes.changed.items():
        print(said("registers.changed_one", code=code, fields=said.listed(importing.named(said, fields))))
    print(said("registers.elders", new=len(changes.new), changed=len(changes.changed), left=len(changes.left)))
    print(said("registers.meals", canteens=len(found.care.canteens), menus=len(found.care.menus)))
    print(said("registers.daycares", count=len(found.care.daycares)))
    print(said("registers.services", count=len(found.services)))


def _tell(town: Any, difference: Any) -> None:
    from bot.homes import letters

    if not difference.entries:
        print(town.texts("registers.homes_nothing"))
        return
    print(letters.summary(town, difference))
    for entry in difference.entries:
        print(letters.line(town, entry))


def _agreed(said: Texts) -> bool:
    return sys.stdin.isatty() and input(said("registers.homes_ask")).strip().lower() in {"yes", "y", "是"}


async def _keep_rest(records: Any, town: Any, found: Any, canteens: dict[str, Any]) -> None:
    from dataclasses import replace

    from bot.care import importing
    from bot.clock import SystemClock
    from bot.double.claim import ServiceItem
    from bot.double.claiming import keep

    for elder in importing.compare(found.care.elders, await records.elders.by_code()).kept:
        await records.elders.save(elder)
    for canteen in found.care.canteens:
        canteens[canteen.code] = await records.meals.save_canteen(canteen)
    for code, menu in found.care.menus:
        await records.meals.save_menu(replace(menu, canteen_id=canteens[code].id))
    for daycare in found.care.daycares:
        await records.daycares.save(daycare)
    now = SystemClock()()
    for community_id, what, takes in found.services:
        await keep(records, town, ServiceItem(community_id, what, takes, now), now)


async def _ask_desks(records: Any, town: Any, parts: Any, said: Texts) -> None:
    from bot.clock import SystemClock
    from bot.homes import taking

    for part in parts:
        count = await taking.send(records, town, part, SystemClock()())
        community = town.directory.units[part.community_id].name
        print(said("registers.homes_desk", community=community, count=count))


def _write_list(path: Path, town: Any, shown: Any) -> None:
    from openpyxl import Workbook

    from bot.digests.sheets import table
    from bot.homes import letters

    t, book = town.texts, Workbook()
    book.remove(book.worksheets[0])
    head = [t(f"registers.list_{column}") for column in ("sign", "place", "name", "fields")]
    rows = (
        (
            t(f"registers.sign_{entry.sign}"),
            letters.address(town, entry.unit_id, entry.room),
            entry.name,
            t.listed(t(f"homes.field_{field}") for field in entry.fields),
        )
        for difference in shown
        for entry in difference.entries
    )
    table(book, t("registers.sheet_homes"), head, rows)
    book.save(path)


def _sheet(args: argparse.Namespace) -> None:
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    from bot.registers.reading import SHEETS
    from bot.registers.rows import choices, headers

    said = texts(config.read().locale)
    book = Workbook()
    book.remove(book.worksheets[0])
    for register, sheet in SHEETS.items():
        page = book.create_sheet(said(f"registers.sheet_{register}"))
        page.append(headers(said, sheet))
        for at, column in enumerate(sheet.columns, 1):
            if words := choices(said, column):
                # Offered and not forced: a word of one's own is understood more often than not.
                offered = DataValidation(type="list", formula1=f'"{",".join(words)}"', showErrorMessage=False)
                page.add_data_validation(offered)
                offered.add(f"{get_column_letter(at)}2:{get_column_letter(at)}5000")
    book.save(args.path)
    print(said("settings.written", path=args.path))


def _take_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)
    parser.add_argument(
        "--list", metavar="FILE.xlsx", type=Path, help="write what would change in homes into a workbook"
    )
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="only tell what would change")
    what.add_argument("--apply", action="store_true", help="change homes, residents and businesses without asking here")
    what.add_argument("--desk", action="store_true", help="let the desk of each community agree to its homes in chat")


def _sheet_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)


COMMANDS = (
    Command(
        "registers", "take in elders, canteens, homes and service lists from a workbook or CSV", _take, _take_arguments
    ),
    Command("registers-template", "write empty sheets for the registers to fill in", _sheet, _sheet_arguments),
)
