"""Takes the registers of a file in: shows what would change, and changes it where somebody agrees.

Heavy as a whole: the command imports it where it does its work.
"""

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from openpyxl import Workbook

from bot.care import importing
from bot.care.canteen import Canteen
from bot.clock import SystemClock
from bot.commands.opening import opened
from bot.config import Settings
from bot.digests.sheets import table
from bot.double.claim import ServiceItem
from bot.double.claiming import keep
from bot.homes import letters, taking
from bot.homes.comparing import Difference
from bot.homes.importing import Part
from bot.records import Records
from bot.registers import reading
from bot.registers.reading import Found
from bot.texts import Texts
from bot.town import Town
from storage.records import DatabaseStorage


async def take_in(args: argparse.Namespace, settings: Settings, said: Texts) -> None:
    """Read, show what would change, and change it where somebody agrees; the database is not held while they read."""
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


async def _differences(records: Records, parts: Iterable[Part]) -> list[Difference]:
    return [await taking.difference(records, part) for part in parts]


async def _tell_elders(records: Records, found: Found, said: Texts) -> None:
    changes = importing.compare(found.care.elders, await records.elders.by_code())
    for code, fields in changes.changed.items():
        print(said("registers.changed_one", code=code, fields=said.listed(importing.named(said, fields))))
    print(said("registers.elders", new=len(changes.new), changed=len(changes.changed), left=len(changes.left)))
    print(said("registers.meals", canteens=len(found.care.canteens), menus=len(found.care.menus)))
    print(said("registers.daycares", count=len(found.care.daycares)))
    print(said("registers.services", count=len(found.services)))


def _tell(town: Town, difference: Difference) -> None:
    if not difference.entries:
        print(town.texts("registers.homes_nothing"))
        return
    print(letters.summary(town, difference))
    for entry in difference.entries:
        print(letters.line(town, entry))


def _agreed(said: Texts) -> bool:
    agreed = said("registers.homes_agreed").split()
    return sys.stdin.isatty() and input(said("registers.homes_ask")).strip().lower() in agreed


async def _keep_rest(records: Records, town: Town, found: Found, canteens: dict[str, Canteen]) -> None:
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


async def _ask_desks(records: Records, town: Town, parts: Iterable[Part], said: Texts) -> None:
    for part in parts:
        count = await taking.send(records, town, part, SystemClock()())
        community = town.directory.units[part.community_id].name
        print(said("registers.homes_desk", community=community, count=count))


def _write_list(path: Path, town: Town, shown: Sequence[Difference]) -> None:
    t, book = town.texts, Workbook()
    book.remove(book.worksheets[0])
    head = [t(f"registers.list_{column}") for column in ("sign", "place", "name", "fields")]
    rows = (
        (
            t(f"registers.sign_{entry.sign}"),
            town.address(entry.unit_id, entry.room),
            entry.name,
            t.listed(t(f"homes.field_{field}") for field in entry.fields),
        )
        for difference in shown
        for entry in difference.entries
    )
    table(book, t("registers.sheet_homes"), head, rows)
    book.save(path)
