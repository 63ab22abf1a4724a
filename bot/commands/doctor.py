"""`doctor`: looks at everything the service stands on, one line each, with what to do where something is wrong."""

import argparse
import asyncio
import os
import re
import shutil
import socket
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bot import config
from bot.commands.command import Command
from bot.config import Settings
from bot.errors import BadSettings
from bot.texts import Texts, texts

_ROOM = 1024**3
_PATIENCE = 8.0  # seconds for anything that is asked over a wire
_CLOCK_PATIENCE = timedelta(seconds=60)
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]{20,}")
_LOCAL = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and the words: how it stands, or what to do."""

    name: str
    well: bool
    words: str


async def look(settings: Settings, said: Texts) -> AsyncIterator[Finding]:
    """Every check in order. None of them changes anything or keeps the others from being made."""
    yield _folder(settings, said)
    yield _disk(settings, said)
    async for finding in _database(settings, said):
        yield finding
    yield _secrets(settings, said)
    yield _fonts(said)
    yield await _door(settings, said)
    if settings.telegram_token:
        async for finding in _telegram(settings, said):
            yield finding


def _folder(settings: Settings, said: Texts) -> Finding:
    nearest = _nearest(settings.data_dir)
    well = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    return _finding(said, "folder", "writable" if well else "not_writable", well, path=settings.data_dir.absolute())


def _disk(settings: Settings, said: Texts) -> Finding:
    free = shutil.disk_usage(_nearest(settings.data_dir)).free
    well = free >= _ROOM
    return _finding(said, "disk", "room" if well else "no_room", well, free=f"{free / _ROOM:.1f}")


def _nearest(folder: Path) -> Path:
    """The folder, or the first above it that is there."""
    folder = folder.absolute()
    return next(path for path in (folder, *folder.parents) if path.exists())


async def _database(settings: Settings, said: Texts) -> AsyncIterator[Finding]:
    from sqlalchemy import make_url, select

    from bot.clock import SystemClock
    from storage.backup import Place
    from storage.database import Database
    from storage.migrating import current, head
    from storage.resealing import proven
    from storage.tables import events

    path = Place(make_url(settings.database), settings.data_dir).sqlite
    if path is not None and not path.exists():
        yield _finding(said, "database", "database_fresh", well=True)
        return
    # A look must not make the key that it looks for.
    keys = settings.data_keys() if settings.data_key or settings.data_key_path.is_file() else ()
    database = Database(settings.database, keys)
    try:
        async with asyncio.timeout(_PATIENCE):
            found = await current(database)
            if found is None or found == head():
                yield _finding(said, "database", "database_ready", well=True)
            elif found > head():
                yield _finding(said, "database", "database_newer", well=False)
            else:
                yield _finding(said, "database", "database_older", well=True)
            if found != head():
                return
            async with database.reading() as connection:
                newest = await connection.scalar(select(events.c.at).order_by(events.c.at.desc()).limit(1))
            late = newest is not None and newest > SystemClock()() + _CLOCK_PATIENCE
            yield _finding(said, "clock", "clock_behind" if late else "clock_right", not late)
            fits = await proven(database)
            yield _finding(said, "data_key", "data_key_fits" if fits else "data_key_wrong", fits)
    except Exception as error:  # noqa: BLE001 - whatever the driver says, the operator is told that it does not answer
        yield _finding(said, "database", "database_away", well=False, words=type(error).__name__)
    finally:
        await database.close()


def _secrets(settings: Settings, said: Texts) -> Finding:
    kept = (settings.data_dir / "secret", settings.data_key_path, Path(".env"))
    seen = [str(path) for path in kept if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o077]
    return _finding(said, "secrets", "secrets_open" if seen else "secrets_shut", not seen, paths=" ".join(seen))


def _fonts(said: Texts) -> Finding:
    from bot.fonts import cjk_font

    try:
        well = cjk_font().is_file()
    except OSError:
        well = False
    return _finding(said, "fonts", "fonts_there" if well else "fonts_missing", well)


async def _door(settings: Settings, said: Texts) -> Finding:
    """Whether the port is free, or ours already; and whether strangers would come over plain http."""
    with socket.socket(socket.AF_INET6 if ":" in settings.web_host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.web_host, settings.web_port))
            free = True
        except OSError:
            free = False
    if not free and not await _ours(settings):
        return _finding(said, "door", "port_taken", well=False, port=settings.web_port)
    address = urlsplit(settings.public_url)
    if address.scheme != "https" and address.hostname not in _LOCAL:
        return _finding(said, "door", "not_https", well=False)
    return _finding(said, "door", "door_free" if free else "door_open", well=True, url=settings.public_url)


async def _ours(settings: Settings) -> bool:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_PATIENCE)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(f"http://{settings.web_host}:{settings.web_port}/healthz") as answer,
        ):
            return (await answer.text()).startswith("ok")
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False


async def _telegram(settings: Settings, said: Texts) -> AsyncIterator[Finding]:
    from telegram.error import InvalidToken, TelegramError

    from handlers.telegram import connecting

    if not _TOKEN.fullmatch(settings.telegram_token):
        yield _finding(said, "token", "token_malformed", well=False)
        return
    url = settings.telegram_webhook_url
    if url and (urlsplit(url).scheme != "https" or not settings.telegram_webhook_secret):
        yield _finding(said, "webhook", "webhook_unsafe", well=False)
    try:
        account = connecting.build(settings.telegram_token, settings.telegram_api_url)
        async with asyncio.timeout(_PATIENCE):
            try:
                await account.initialize()
                told = await account.get_webhook_info()
            finally:
                await account.shutdown()
    except InvalidToken:
        yield _finding(said, "token", "token_wrong", well=False)
    except (BadSettings, TelegramError, TimeoutError):
        yield _finding(said, "token", "telegram_away", well=False, url=settings.telegram_api_url)
    else:
        yield _finding(said, "token", "token_right", well=True, name=account.username)
        if url and told.url and told.url != url:
            yield _finding(said, "webhook", "webhook_elsewhere", well=False)
        elif told.last_error_message and told.pending_update_count:
            yield _finding(said, "webhook", "webhook_fails", well=False, words=told.last_error_message)
        elif url:
            yield _finding(said, "webhook", "webhook_right", well=True)


def _finding(said: Texts, what: str, text: str, /, well: bool, **values: object) -> Finding:
    return Finding(said(f"doctor.name_{what}"), well, said(f"doctor.{text}", **values))


def _doctor(_args: argparse.Namespace) -> None:
    said = texts(config.locale())
    try:
        settings = config.read()
    except BadSettings as bad:
        for line in bad.say(said).splitlines():
            print(said("doctor.line", sign="✗", name=said("doctor.name_settings"), words=line))
        print(said("doctor.settings_bad"))
        raise SystemExit(1) from None
    print(said("doctor.line", sign="✓", name=said("doctor.name_settings"), words=said("doctor.settings_right")))
    raise SystemExit(asyncio.run(_print(settings, said)))


async def _print(settings: Settings, said: Texts) -> int:
    ill = 0
    async for finding in look(settings, said):
        ill += not finding.well
        sign = "✓" if finding.well else "✗"
        print(said("doctor.line", sign=sign, name=finding.name, words=finding.words), flush=True)
    print(said("doctor.all_well") if not ill else said("doctor.some_ill", count=ill))
    return 1 if ill else 0


COMMANDS = (Command("doctor", "look at everything the service stands on, and say what to mend", _doctor),)
