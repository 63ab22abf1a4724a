"""Taking in the registers of a community: elders who agreed, canteens, menus, service lists."""

import argparse
import asyncio
from pathlib import Path

from bot import config
from bot.commands.command import Command
from bot.commands.opening import opened
from bot.texts import texts


def _take(args: argparse.Namespace) -> None:
    from dataclasses import replace

    from bot.care import importing
    from bot.clock import SystemClock
    from bot.double.claim import ServiceItem
    from bot.double.claiming import keep
    from storage.records import DatabaseStorage

    settings = config.read()
    said = texts(settings.locale)

    async def take() -> None:
        async with opened(settings) as (database, house), DatabaseStorage(database).writing() as records:
            canteens = {canteen.code: canteen for canteen in await records.meals.canteens()}
            found = importing.read(args.path, house.town, canteens)
            changes = importing.compare(found.elders, await records.elders.by_code())
            if not args.dry_run:
                for elder in changes.kept:
                    await records.elders.save(elder)
                for canteen in found.canteens:
                    canteens[canteen.code] = await records.meals.save_canteen(canteen)
                for code, menu in found.menus:
                    await records.meals.save_menu(replace(menu, canteen_id=canteens[code].id))
                now = SystemClock()()
                for community_id, what, takes in found.services:
                    await keep(records, house.town, ServiceItem(community_id, what, takes, now), now)
        for code, fields in changes.changed.items():
            print(said("registers.changed_one", code=code, fields="、".join(importing.named(said, fields))))
        print(said("registers.elders", new=len(changes.new), changed=len(changes.changed), left=len(changes.left)))
        print(said("registers.meals", canteens=len(found.canteens), menus=len(found.menus)))
        print(said("registers.services", count=len(found.services)))
        if args.dry_run:
            print(said("settings.dry_run"))

    asyncio.run(take())


def _sheet(args: argparse.Namespace) -> None:
    from openpyxl import Workbook

    from bot.care import importing

    said = texts(config.read().locale)
    book = Workbook()
    book.remove(book.worksheets[0])
    for register in importing.REGISTERS:
        book.create_sheet(said(f"registers.sheet_{register}")).append(importing.headers(said, register))
    book.save(args.path)
    print(said("settings.written", path=args.path))


def _take_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")


def _sheet_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path)


COMMANDS = (
    Command(
        "registers", "take in elders, canteens, menus and service lists from a workbook or CSV", _take, _take_arguments
    ),
    Command("registers-template", "write empty sheets for the registers to fill in", _sheet, _sheet_arguments),
)
