"""Taking in the registers of a community: elders who agreed, canteens, day care, homes, service lists."""

import argparse
import asyncio
from pathlib import Path

from bot import config
from bot.commands.command import Command
from bot.texts import texts


def _take(args: argparse.Namespace) -> None:
    from bot.commands.taking_in import take_in

    settings = config.read()
    said = texts(settings.locale)
    asyncio.run(take_in(args, settings, said))


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
