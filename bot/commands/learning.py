"""Learning from a city's past tickets, and telling how well that goes."""

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.errors import YingshaoError
from bot.texts import texts


def _learn(args: argparse.Namespace) -> None:
    from bot.commands import lessons
    from bot.triage import tickets
    from bot.triage.lessons import TooLittle, learn

    settings = config.read()
    said = texts(settings.locale)
    if args.undo:
        print(asyncio.run(lessons.undo(settings, said)))
        return
    if args.file is None or not args.text or not args.label:
        raise YingshaoError(said("learning.no_file"))
    found = tickets.read(args.file, args.text, args.label, said)
    print(said("learning.read", count=len(found.rows), passed=found.passed_over))
    catalogue, before, departments = asyncio.run(lessons.known(settings, said))
    owners = lessons.owners(departments, {label for _, label in found.rows}) if args.as_ == "departments" else None
    try:
        with tqdm(total=1, disable=None, bar_format="{l_bar}{bar}|", leave=False) as bar:
            lesson = learn(
                found.rows,
                catalogue,
                before,
                now=datetime.now(UTC),
                source=args.file.name,
                owners=owners,
                progress=bar.update,
            )
    except TooLittle as error:
        raise YingshaoError(said(f"learning.{error.text}", **error.values)) from error
    for line in lessons.lines(lesson, departments, said):
        print(line)
    if args.dry_run:
        print(said("settings.dry_run"))
    elif lesson.better or args.force:
        print(said("learning.in_use", version=asyncio.run(lessons.keep(settings, lesson.taught))))
    else:
        print(said("learning.kept_out"))


def _evaluate(args: argparse.Namespace) -> None:
    import orjson

    from bot.commands import lessons
    from bot.commands.opening import opened
    from bot.town import Town
    from bot.triage import tickets
    from bot.triage.lessons import check

    settings = config.read()
    said = texts(settings.locale)
    found = tickets.read(args.file, args.text, args.label, said)

    async def read() -> Town:
        async with opened(settings) as (_, house):
            return house.town

    town = asyncio.run(read())
    with tqdm(total=len(found.rows), disable=None, leave=False) as bar:
        answers, strange = check(town.triage, town.kinds, found.rows, bar.update)
    if args.jsonl:
        for (text, label), (truth, guess) in zip(found.rows, answers.pairs, strict=True):
            told = {"text": text, "label": label, "kind_name": guess, "right": truth == guess}
            print(orjson.dumps(told).decode())
        return
    print(said("learning.read", count=len(found.rows), passed=found.passed_over))
    if strange:
        print(said("learning.strange", labels=said.listed(strange)))
    for line in (
        *lessons.table([(said("learning.line_in_use"), answers.score, len(found.rows))], said),
        *lessons.confusions(answers.score, {}, said),
    ):
        print(line)


def _columns(parser: argparse.ArgumentParser, *, needed: bool) -> None:
    parser.add_argument(
        "--text",
        nargs="+",
        metavar="COLUMN",
        required=needed,
        help="the column or columns with the words, a headline first",
    )
    parser.add_argument("--label", metavar="COLUMN", required=needed, help="the column with the kind or the department")


def _learn_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, nargs="?", help="a CSV or XLSX of past tickets, one a row")
    _columns(parser, needed=False)
    parser.add_argument(
        "--as",
        dest="as_",
        choices=("kinds", "departments"),
        default="kinds",
        help="what the labels name (default: kinds)",
    )
    parser.add_argument("--dry-run", action="store_true", help="only tell how well it would do")
    parser.add_argument("--force", action="store_true", help="use it even if it is not better")
    parser.add_argument("--undo", action="store_true", help="go back to what was in use before")


def _evaluate_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="a CSV or XLSX of tickets that the model has not seen")
    _columns(parser, needed=True)
    parser.add_argument("--jsonl", action="store_true", help="one JSON object a ticket instead of the figures")


COMMANDS = (
    Command("learn", "learn kinds or departments from past tickets", _learn, _learn_arguments),
    Command("evaluate", "score what is in use on labelled tickets", _evaluate, _evaluate_arguments),
)
