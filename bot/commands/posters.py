"""Sheets and stickers with a staircase's codes, to print."""

import argparse
import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.commands.naming import telegram_name
from bot.errors import YingshaoError
from bot.texts import Texts, texts

_LISTED = 10
_LOCAL = {"127.0.0.1", "localhost", "0.0.0.0", "::1"}  # noqa: S104 - compared with, never listened on


def _qr(args: argparse.Namespace) -> None:
    from bot.commands.opening import opened
    from bot.grid.directory import UnitKind
    from bot.posters.staircases import booklets, links

    settings = config.read()
    said = texts(settings.locale)
    if not args.unit and not args.all:
        raise YingshaoError(said("poster.which"))

    async def look() -> tuple[Any, str | None]:
        async with opened(settings) as (_, house):
            return house.town.directory, await telegram_name(settings)

    directory, telegram = asyncio.run(look())
    if telegram is None:
        raise YingshaoError(said("poster.no_telegram"))
    unknown = [said("poster.unknown", code=code) for code in args.unit if code not in directory.by_code]
    if unknown:
        raise YingshaoError("\n".join(unknown))
    units = [directory.by_code[code] for code in args.unit]
    if args.all:
        units = [unit for unit in directory.units.values() if unit.kind is UnitKind.BUILDING]
    made = booklets(directory, units, links(settings.public_url, telegram, said), said)
    if not made:
        raise YingshaoError(
            said("poster.empty", name=said.listed(unit.name for unit in units) or said("poster.everywhere"))
        )
    if urlsplit(settings.public_url).hostname in _LOCAL:
        print(said("poster.local"))
    _write(made, args, said)


def _write(made: list[Any], args: argparse.Namespace, said: Texts) -> None:
    from bot.posters.drawing import draw, font_for

    written, same, kept = 0, 0, []
    with TemporaryDirectory() as folder:
        font = Path(folder) / "sheet.otf"
        lacking = font_for(made, said, font)
        if lacking:
            print(said("poster.lacking", letters=lacking))
        try:
            args.out.mkdir(parents=True, exist_ok=True)
            for booklet in tqdm(made, disable=None):
                path, content = args.out / booklet.name, draw(booklet, args.size, font, said)
                before = path.read_bytes() if path.exists() else None
                if before not in (None, content) and not args.force:
                    kept.append(booklet.name)
                    continue
                if before != content:
                    (half := path.with_suffix(".part")).write_bytes(content)
                    half.replace(path)  # A full disk leaves no half sheet that looks like a changed one.
                written, same = written + (before != content), same + (before == content)
        except OSError as error:
            raise YingshaoError(said("poster.no_folder", path=error.filename or args.out)) from error
    print(said("poster.done", count=written, same=same, path=args.out))
    if kept:
        more = ["…"] if len(kept) > _LISTED else []
        raise YingshaoError("\n".join([said("poster.kept", count=len(kept)), *kept[:_LISTED], *more]))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--unit", nargs="+", default=[], metavar="CODE", help="buildings, staircases, or what they are part of"
    )
    parser.add_argument("--all", action="store_true", help="every building of the district")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write to")
    parser.add_argument(
        "--size",
        choices=("a4", "sticker"),
        default="a4",
        help="a sheet a staircase, or eight stickers to cut (default: a4)",
    )
    parser.add_argument("--force", action="store_true", help="replace files whose content differs")


COMMANDS = (Command("qr", "write sheets to print with the codes of staircases (PDF)", _qr, _arguments),)
