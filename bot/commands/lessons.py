"""What `learn` and `evaluate` ask of the database, and tell of a lesson.

Heavy as a whole: each command imports it where it does its work.
"""

from collections.abc import Iterable, Iterator, Mapping

from rapidfuzz import fuzz, process

from bot.commands.opening import opened
from bot.config import Settings
from bot.errors import YingshaoError
from bot.grid.directory import UnitKind
from bot.texts import Texts
from bot.triage.kinds import Kinds
from bot.triage.learning import Score
from bot.triage.lessons import Lesson
from bot.triage.records import Taught
from storage.districts import Districts
from storage.records import DatabaseStorage


async def known(settings: Settings, said: Texts) -> tuple[Kinds, Taught | None, dict[str, str]]:
    """The catalogue before any lesson, the model in use, and the names of departments with their codes."""
    async with opened(settings) as (database, house):
        catalogue = await Districts(database).catalogue()
        async with DatabaseStorage(database).writing() as records:
            try:
                before = await records.lessons.in_use()
            except ValueError as error:
                raise YingshaoError(said("learning.damaged")) from error
        units = [unit for unit in house.town.directory.units.values() if unit.kind is UnitKind.DEPARTMENT]
        return catalogue, before, {name: unit.code for unit in units for name in (unit.name, *unit.aliases)}


def owners(departments: Mapping[str, str], labels: Iterable[str]) -> dict[str, str]:
    """The code of the department that each label names, exactly or nearly."""
    found = {}
    for label in labels:
        near = process.extractOne(label, [*departments], scorer=fuzz.ratio, score_cutoff=75)
        if near is not None:
            found[label] = departments[near[0]]
    return found


async def keep(settings: Settings, taught: Taught) -> int:
    """Put a model in use; the number of its version."""
    async with opened(settings) as (database, _), DatabaseStorage(database).writing() as records:
        return await records.lessons.keep(taught)


async def undo(settings: Settings, said: Texts) -> str:
    """Put the model before in use again, and say so."""
    async with opened(settings) as (database, _), DatabaseStorage(database).writing() as records:
        undone = await records.lessons.undo()
    if undone is None:
        return said("learning.nothing_to_undo")
    dropped, version = undone
    return said("learning.undone" if version else "learning.undone_all", dropped=dropped, version=version)


def lines(lesson: Lesson, departments: Mapping[str, str], said: Texts) -> Iterator[str]:
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
    yield from table([(said(f"learning.{name}"), score, count) for name, score, count in rows], said)
    yield from confusions(lesson.score, {code: kind.name for code, kind in kinds.items()}, said)
    if not lesson.unseen:
        yield said("learning.seen", recorded=f"{lesson.recorded or 0:.3f}")
    yield said("learning.better" if lesson.better else "learning.not_better")


def table(rows: Iterable[tuple[str, Score, int]], said: Texts) -> Iterator[str]:
    """The figures of each (name, score, how many tickets), a head above them."""
    yield "\t".join(said(f"learning.head_{name}") for name in ("accuracy", "f1", "tried", "what"))
    for name, score, count in rows:
        yield f"{score.accuracy:.3f}\t{score.macro_f1:.3f}\t{count}\t{name}"


def confusions(score: Score, names: Mapping[str, str], said: Texts) -> Iterator[str]:
    """What was taken for what; a code without a name among `names` stands for itself."""
    if score.confusions:
        yield said("learning.confusions")
    for truth, guess, count in score.confusions:
        shown = names.get(guess, guess) or said("learning.nothing")
        yield said("learning.confusion", truth=names.get(truth, truth), guess=shown, count=count)
