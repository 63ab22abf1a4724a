"""Learning from a city's past tickets, and telling how well that goes."""

import argparse
import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tqdm import tqdm

from bot import config
from bot.commands.command import Command
from bot.errors import YingshaoError
from bot.texts import Texts, texts


def _learn(args: argparse.Namespace) -> None:
    settings = config.read()
    said = texts(settings.locale)
    if args.undo:
        print(asyncio.run(_undo(settings, said)))
        return
    if args.file is None or not args.text or not args.label:
        raise YingshaoError(said("learning.no_file"))
    from bot.triage import tickets
    from bot.triage.lessons import TooLittle, learn

    found = tickets.read(args.file, args.text, args.label, said)
    print(said("learning.read", count=len(found.rows), passed=found.passed_over))
    catalogue, before, departments = asyncio.run(_known(settings, said))
    owners = _owners(departments, {label for _, label in found.rows}) if args.as_ == "departments" else None
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
    for line in _lines(lesson, departments, said):
        print(line)
    if args.dry_run:
        print(said("settings.dry_run"))
    elif lesson.better or args.force:
        print(said("learning.in_use", version=asyncio.run(_keep(settings, lesson.taught))))
    else:
        print(said("learning.kept_out"))


async def _known(settings: config.Settings, said: Texts) -> tuple[Any, Any, dict[str, str]]:
    """The catalogue before any lesson, the model in use, and the names of departments with their codes."""
    from bot.commands.opening import opened
    from bot.grid.directory import UnitKind
    from storage.districts import Districts
    from storage.records import DatabaseStorage

    async with opened(settings) as (database, house):
        catalogue = await Districts(database).catalogue()
        async with DatabaseStorage(database).writing() as records:
            try:
                before = await records.lessons.in_use()
            except ValueError as error:
                raise YingshaoError(said("learning.damaged")) from error
        units = [unit for unit in house.town.directory.units.values() if unit.kind is UnitKind.DEPARTMENT]
        return catalogue, before, {name: unit.code for unit in units for name in (unit.name, *unit.aliases)}


def _owners(departments: Mapping[str, str], labels: Iterable[str]) -> dict[str, str]:
    """The code of the department that each label names, exactly or nearly."""
    from rapidfuzz import fuzz, process

    found = {}
    for label in labels:
        near = process.extractOne(label, [*departments], scorer=fuzz.ratio, score_cutoff=75)
        if near is not None:
            found[label] = departments[near[0]]
    return found


async def _keep(settings: config.Settings, taught: Any) -> int:
    from bot.commands.opening import opened
    from storage.records import DatabaseStorage

    async with opened(settings) as (database, _), DatabaseStorage(database).writing() as records:
        return int(await records.lessons.keep(taught))


async def _undo(settings: config.Settings, said: Texts) -> str:
    from bot.commands.opening import opened
    from storage.records import DatabaseStorage

    async with opened(settings) as (database, _), DatabaseStorage(database).writing() as records:
        undone = await records.lessons.undo()
    if undone is None:
        return said("learning.nothing_to_undo")
    dropped, version = undone
    return said("learning.undone" if version else "learning.undone_all", dropped=dropped, version=version)


def _lines(lesson: Any, departments: Mapping[str, str], said: Texts) -> Iterator[str]:
    """What the operator reads of a lesson: the mapping of labels, the figures, the worst confusions, the verdict."""
    taught, kinds = lesson.taught, lesson.kinds.by_code
    names = {code: name for name, code in departments.items()} | {"community": said("learning.owner_community")}
    own = {kind.code for kind in taught.added}
    for label, count in lesson.rare.items():
        yield said("learning.rare", label=label, count=count)
    for label, code in lesson.codes.items():
        kind = kinds[code]
        if code in own:
            yield said("learning.added", label=label, owner=names.get(kind.owner, kind.owner))
        elif label != kind.name:
            yield said("learning.mapped", label=label, kind=kind.name)
    if own:
        yield said("learning.alone" if taught.alone else "learning.joined")
    rows = [("line_new", lesson.score, taught.figures["tried"])]
    if 0 < lesson.unseen < taught.figures["tried"]:
        rows.append(("line_fresh", lesson.fresh, lesson.unseen))
    if lesson.unseen:
        rows.append(("line_in_use", lesson.in_use, lesson.unseen))
    yield from _table([(said(f"learning.{name}"), score, count) for name, score, count in rows], said)
    yield from _confusions(lesson.score, {code: kind.name for code, kind in kinds.items()}, said)
    if not lesson.unseen:
        yield said("learning.seen", recorded=f"{lesson.recorded or 0:.3f}")
    yield said("learning.better" if lesson.better else "learning.not_better")


def _table(rows: Iterable[tuple[str, Any, int]], said: Texts) -> Iterator[str]:
    yield "\t".join(said(f"learning.head_{name}") for name in ("accuracy", "f1", "tried", "what"))
    for name, score, count in rows:
        yield f"{score.accuracy:.3f}\t{score.macro_f1:.3f}\t{count}\t{name}"


def _confusions(score: Any, names: Mapping[str, str], said: Texts) -> Iterator[str]:
    if score.confusions:
        yield said("learning.confusions")
    for truth, guess, count in score.confusions:
        shown = names.get(guess, guess) or said("learning.nothing")
        yield said("learning.confusion", truth=names.get(truth, truth), guess=shown, count=count)


def _evaluate(args: argparse.Namespace) -> None:
    import orjson

    from bot.commands.opening import opened
    from bot.triage import tickets
    from bot.triage.lessons import check

    settings = config.read()
    said = texts(settings.locale)
    found = tickets.read(args.file, args.text, args.label, said)

    async def read() -> Any:
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
        *_table([(said("learning.line_in_use"), answers.score, len(found.rows))], said),
        *_confusions(answers.score, {}, said),
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
