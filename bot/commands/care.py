"""Keeping what a place must not lose: backups, and the key of its names, numbers and words."""

import argparse
import asyncio
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.config import Settings
from bot.texts import texts


def _place(settings: Settings) -> Any:
    from sqlalchemy.engine import make_url

    from storage.backup import Place

    return Place(make_url(settings.database), settings.data_dir)


def _bytes(**options: Any) -> Any:
    return tqdm(unit="B", unit_scale=True, disable=None, **options)


def _backup(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from storage.backup import back_up
    from storage.migrating import head

    settings = config.read()
    said, place = texts(settings.locale), _place(settings)
    with _bytes(total=sum(path.stat().st_size for path in place.kept())) as bar:
        path = back_up(place, args.folder, SystemClock()(), head(), bar.update)
    print(said("care.backed_up", path=path))
    print(said("care.key_apart_set") if settings.data_key else said("care.key_apart", path=settings.data_key_path))


def _restore(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from storage.backup import restore

    settings = config.read()
    said = texts(settings.locale)
    with _bytes() as bar:
        aside = restore(args.file, _place(settings), SystemClock()(), force=args.force, tick=bar.update)
    if aside is not None:
        print(said("care.put_aside", path=aside))
    print(said("care.restored"))


def _keys(args: argparse.Namespace) -> None:
    settings = config.read()
    said = texts(settings.locale)
    if args.what == "new":
        keys = ",".join((config.new_data_key(), *settings.data_keys()))
        if settings.data_key:
            print(said("care.key_set", keys=keys))
            return
        config.write_secretly(settings.data_key_path, keys, over=True)
        print(said("care.key_added", path=settings.data_key_path))
        return
    lost = asyncio.run(_rotate(settings))
    print(said("care.rotated"))
    if lost:
        print(said("care.files_lost", count=lost))
    if settings.data_key:
        print(said("care.old_keys_set"))
    else:
        config.write_secretly(settings.data_key_path, settings.data_keys()[0], over=True)


async def _rotate(settings: Settings) -> int:
    """Seal all rows and files with the first key; how many files no key opens."""
    from bot.commands.opening import brought_up
    from storage.files import Files
    from storage.resealing import reseal, sealed_rows

    async with brought_up(settings) as database:
        files = Files(settings.data_dir / "files", database.seal)
        with tqdm(total=await sealed_rows(database) + files.count(), disable=None) as bar:
            await reseal(database, bar.update)
            return await files.reseal(bar.update)


def _backup_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", metavar="DIR", type=Path, help="where the backup is written, best on another disk")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--force", action="store_true", help="replace what is here; it is put aside, not deleted")


def _keys_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("new", "rotate"), help="new: make a key; rotate: seal everything with it")


COMMANDS = (
    Command(
        "backup",
        "write the database and the files into one dated file, while the service runs",
        _backup,
        _backup_arguments,
    ),
    Command("restore", "put a backup back in its place, whole or not at all", _restore, _restore_arguments),
    Command("keys", "change the key that names, phone numbers and words are sealed with", _keys, _keys_arguments),
)
