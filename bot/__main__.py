"""The command line: `python bot.py --help`."""

import argparse
import sys

from bot import config, logs
from bot.commands import (
    calendar,
    care,
    district,
    doctor,
    figures,
    learning,
    outlines,
    posters,
    registers,
    retention,
    service,
    understanding,
)
from bot.errors import YingshaoError
from bot.texts import texts

COMMANDS = (
    *service.COMMANDS,
    *doctor.COMMANDS,
    *care.COMMANDS,
    *retention.COMMANDS,
    *district.COMMANDS,
    *calendar.COMMANDS,
    *outlines.COMMANDS,
    *posters.COMMANDS,
    *understanding.COMMANDS,
    *learning.COMMANDS,
    *figures.COMMANDS,
    *registers.COMMANDS,
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bot.py", description="应哨 Yingshao: a chatbot for grid-style communities.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        made = commands.add_parser(command.name, help=command.help, description=command.help)
        command.arguments(made)
        made.set_defaults(do=command.do)
    return parser


def main() -> int:
    """Do one command; 0, or 2 with the fault said in words."""
    args = _parser().parse_args()
    logs.configure()
    try:
        args.do(args)
    except YingshaoError as error:
        print(error.say(texts(config.locale())), file=sys.stderr)
        return 2
    except OSError as error:
        if error.filename is None:
            raise
        print(texts()("settings.unreachable", path=error.filename), file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
