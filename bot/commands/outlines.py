"""Taking in the outlines of units on the map."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.errors import BadDistrict
from bot.texts import Texts, texts

_DATUMS = ("wgs84", "gcj02", "bd09")


def _outlines(args: argparse.Namespace) -> None:
    from bot.commands.opening import opened
    from bot.grid.outlines import read_outlines
    from storage.districts import Districts

    settings = config.read()
    said = texts(settings.locale)
    geojson = _loaded(args.path, said)

    async def draw() -> None:
        async with opened(settings) as (database, house):
            directory = house.town.directory
            read = read_outlines(geojson, directory, said, datum=args.datum, sure=args.sure)
            with tqdm(total=len(read), disable=None) as bar:
                areas = {outline.unit.id: outline.area for outline in read}
                drawing = await Districts(database).draw(areas, dry_run=args.dry_run, progress=bar.update)
        print(said("outlines.drawn", added=drawing.added, changed=drawing.changed, same=drawing.same))
        if args.dry_run:
            print(said("settings.dry_run"))

    asyncio.run(draw())


def _loaded(path: Path, said: Texts) -> Any:
    import orjson

    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadDistrict((said("outlines.no_file", path=path),)) from error
    try:
        return orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise BadDistrict((said("outlines.no_json", path=path, line=error.lineno),)) from error


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("path", type=Path, help="a GeoJSON FeatureCollection whose features have a code or a name")
    parser.add_argument(
        "--datum", choices=_DATUMS, required=True, help="how the file writes points; Chinese maps: gcj02"
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
    parser.add_argument("--sure", action="store_true", help="the datum is right even where known places lie elsewhere")


COMMANDS = (Command("outlines", "take in the outlines of units from a GeoJSON file", _outlines, _arguments),)
