"""Looking at how messages are understood, one by one or by the hundred."""

import argparse
import asyncio
import sys
from pathlib import Path

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.errors import YingshaoError
from bot.replaying import Played, replay, rows
from bot.texts import Texts, texts


def _explain(args: argparse.Namespace) -> None:
    import orjson

    from bot.clock import SystemClock
    from bot.commands.opening import opened
    from bot.explaining import explain, spoken
    from bot.town import Town

    async def read() -> Town:
        async with opened(config.read()) as (_, house):
            return house.town

    town = asyncio.run(read())
    today = town.clocks.today(SystemClock()())
    for number, line in enumerate([args.text] if args.text is not None else sys.stdin, 1):
        try:
            words, pin = spoken(line) if args.jsonl and args.text is None else (line.strip(), None)
        except ValueError as error:
            raise YingshaoError(texts(config.read().locale)("settings.bad_line", number=number)) from error
        found = explain(town, words, today, pin)
        print(orjson.dumps(found, option=0 if args.jsonl else orjson.OPT_INDENT_2).decode())


def _replay(args: argparse.Namespace) -> None:
    settings = config.read()
    said = texts(settings.locale)
    reports = rows(args.file, args.column, said)[: args.limit]
    if args.transcripts is not None:
        args.transcripts.mkdir(parents=True, exist_ok=True)
    played = asyncio.run(_play(args, args.url or settings.public_url, reports, said))
    filed = [each for each in played if each.number is not None]
    turns = sum(each.turns for each in filed) / max(len(filed), 1)
    print(said("settings.replayed", filed=len(filed), count=len(played), turns=f"{turns:.1f}"))


async def _play(args: argparse.Namespace, base: str, reports: list[str], said: Texts) -> list[Played]:
    from functools import partial

    import httpx

    from bot.phones import BotApi, WebPhone

    if args.via == "web":
        try:
            with tqdm(total=len(reports), disable=None) as bar:
                return await replay(partial(WebPhone.open, base), reports, said, bar.update, args.transcripts)
        except (httpx.TransportError, httpx.InvalidURL) as error:
            raise YingshaoError(said("settings.no_service", url=base)) from error
    try:
        async with BotApi().serving("127.0.0.1", args.port) as server:
            print(said("settings.replay_waits", url=f"http://127.0.0.1:{args.port}"), flush=True)
            await server.asked.wait()
            with tqdm(total=len(reports), disable=None) as bar:
                return await replay(server.phone, reports, said, bar.update, args.transcripts)
    except OSError as error:
        raise YingshaoError(said("settings.port_taken", port=args.port)) from error


def _explain_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "text",
        nargs="?",
        help='the message; without it, one message a line from standard input (with --jsonl: {"text": …}, and where known "lat", "lon" in WGS-84)',
    )
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a line")


def _replay_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a CSV with one report a row")
    parser.add_argument("--column", default="text", help="the column that holds the words (default: text)")
    parser.add_argument("--via", choices=("web", "telegram"), default="web", help="the network (default: the web chat)")
    parser.add_argument("--port", type=int, default=8081, help="where --via telegram plays Telegram (default: 8081)")
    parser.add_argument("--url", help="the web chat's address (default: the one in the settings)")
    parser.add_argument("--limit", type=int, default=100, help="how many rows (default: 100)")
    parser.add_argument("--transcripts", type=Path, metavar="DIR", help="write each talk to a file in this folder")


COMMANDS = (
    Command("explain", "tell how a message would be understood", _explain, _explain_arguments),
    Command("replay", "play past reports against the running service, one resident each", _replay, _replay_arguments),
)
