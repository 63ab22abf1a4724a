"""What managers read, by command."""

import argparse
import asyncio

from bot import config
from bot.commands.command import Command
from bot.commands.opening import opened
from bot.errors import YingshaoError
from bot.texts import texts


def _digest(args: argparse.Namespace) -> None:
    from bot.clock import SystemClock
    from bot.digests.rounds import Digests
    from storage.records import DatabaseStorage

    settings = config.read()
    said = texts(settings.locale)

    async def read() -> str:
        async with opened(settings) as (database, house), DatabaseStorage(database).writing() as records:
            person = await records.people.by_code(args.person_code)
            if person is None:
                raise YingshaoError(said("settings.no_person", code=args.person_code))
            return (await Digests().for_person(records, house.town, person.id, SystemClock()())).text

    print(asyncio.run(read()))


def _digest_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("person_code", metavar="PERSON_CODE")


COMMANDS = (Command("digest", "the figures a staff member reads each morning, as of now", _digest, _digest_arguments),)
