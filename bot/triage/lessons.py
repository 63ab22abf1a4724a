"""One lesson from a city's past tickets: learnt, tried on tickets kept back, and compared with what is in use."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.triage.catalogue import adopt
from bot.triage.kinds import Kind, Kinds
from bot.triage.learning import Model, Score, score, train
from bot.triage.reading import Triage
from bot.triage.records import Correction, Taught

FEWEST_OF_A_LABEL, FEWEST, ENOUGH_UNSEEN = 5, 20, 20  # tickets
_FOLDS, _MOST_FOR_FOLDS = 5, 3000  # beyond that many tickets one fifth of them tells as much as all five
_MOST_KEPT = 20_000  # examples stored with a model
_SLACK = 0.01  # of accuracy that a nightly lesson may lose by chance
_MOST_LABELS = 200

Coded = Sequence[tuple[str, str]]
Progress = Callable[[float], object]
"""Told from time to time what share of the work is done since the last time."""


class TooLittle(ValueError):
    """Nothing can be learnt from these rows. `text` is a key of the catalogue `learning`, `values` its placeholders."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text)
        self.text = text
        self.values = values

    def __reduce__(self) -> tuple[Callable[..., "TooLittle"], tuple[str, dict[str, object]]]:
        """How it comes back from another process."""
        return _too_little, (self.text, self.values)


def _too_little(text: str, values: dict[str, object]) -> TooLittle:
    return TooLittle(text, **values)


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of it.

    `taught` has learnt every row, and says codes of `kinds`, the catalogue with the city's own labels. `codes` tells
    which code each label goes by; `rare` are labels left out because they had too few rows. `score` is what residents
    would have met on tickets the model had not seen. `unseen` tickets are new to the model in use as well: on these
    `fresh` (ours) and `in_use` are fair to both.
    """

    taught: Taught
    kinds: Kinds
    codes: Mapping[str, str]
    rare: Mapping[str, int]
    score: Score
    unseen: int
    fresh: Score
    in_use: Score
    recorded: float | None

    @property
    def better(self) -> bool:
        """Whether it beats what is in use, by macro-F1: rare kinds count as much as frequent ones.

        Where what is in use has seen nearly all of these tickets, its own held-out figure of that time is compared.
        """
        if self.unseen < ENOUGH_UNSEEN and self.recorded is not None:
            return self.score.macro_f1 > self.recorded
        return self.fresh.macro_f1 > self.in_use.macro_f1


def learn(
    rows: Sequence[tuple[str, str]],
    catalogue: Kinds,
    before: Taught | None,
    *,
    now: datetime,
    source: str = "",
    owners: Mapping[str, str] | None = None,
    progress: Progress = lambda _share: None,
) -> Lesson:
    """Learn (text, label) rows. Same rows, same lesson. Rows without text or label are passed over.

    With `owners` labels are departments' names, and each goes to its code. Raises TooLittle.
    """
    told = [(text.strip(), label.strip()) for text, label in rows if text.strip() and label.strip()]
    told, rare = _frequent(told)
    added, codes = adopt(catalogue, (label for _, label in told), owners)
    own = {kind.code for kind in added}
    coded = [(text, codes[label]) for text, label in told]
    # A taxonomy of the city's own takes the catalogue's place; a few labels more only join it.
    alone = owners is not None or 2 * sum(code in own for _, code in coded) > len(coded)
    return _Study(catalogue, before, added, progress, alone=alone).lesson(coded, codes, rare, now, source)


def relearn(
    catalogue: Kinds, before: Taught | None, history: Coded, corrections: Sequence[Correction], now: datetime
) -> Lesson | None:
    """Learn what was known before and what desks have corrected since; None unless that is no worse than what is in use.

    Without a model before, `history` (finished tickets and their kinds) stands for what was known. Raises TooLittle.
    """
    known = dict(before.examples if before is not None else history)
    known |= {correction.text: correction.kind_after for correction in corrections}
    added = before.added if before is not None else ()
    offered = catalogue.taught(added, before.model.labels if before else (), alone=before is not None and before.alone)
    coded, rare = _frequent(
        [(text, code) for text, code in known.items() if code in offered.by_code and code not in offered.resting]
    )
    codes = {code: code for _, code in coded}
    study = _Study(catalogue, before, added, lambda _share: None, alone=before is not None and before.alone)
    lesson = study.lesson(coded, codes, rare, now, "")
    worse_now = lesson.unseen > 0 and lesson.fresh.macro_f1 < lesson.in_use.macro_f1
    worse_than_then = before is not None and lesson.score.accuracy < before.figures.get("accuracy", 0) - _SLACK
    return None if worse_now or worse_than_then else lesson


def _frequent(rows: Sequence[tuple[str, str]]) -> tuple[list[tuple[str, str]], dict[str, int]]:
    counts = Counter(label for _, label in rows)
    rare = {label: count for label, count in counts.items() if count < FEWEST_OF_A_LABEL}
    kept = [(text, label) for text, label in rows if label not in rare]
    labels = len(counts) - len(rare)
    if not rows:
        raise TooLittle("no_rows")
    if len(counts) == 1:
        raise TooLittle("one_label", label=rows[0][1])
    if labels < 2:  # noqa: PLR2004 - one label is no choice
        raise TooLittle("rare_labels", fewest=FEWEST_OF_A_LABEL)
    if len(kept) < FEWEST:
        raise TooLittle("few_rows", count=len(kept), fewest=FEWEST)
    if labels > _MOST_LABELS:
        raise TooLittle("many_labels", count=labels, most=_MOST_LABELS)
    return kept, rare


class _Study:
    """The work of one lesson over rows that carry codes."""

    def __init__(
        self, catalogue: Kinds, before: Taught | None, added: tuple[Kind, ...], progress: Progress, *, alone: bool
    ) -> None:
        self._catalogue = catalogue
        self._before = before
        self._added = added
        self._progress = progress
        self._alone = alone

    def lesson(
        self, coded: Coded, codes: Mapping[str, str], rare: Mapping[str, int], now: datetime, source: str
    ) -> Lesson:
        labels = {code for _, code in coded}
        kinds = self._catalogue.taught(self._added, labels, alone=self._alone)
        folds = _folds(coded)
        share = 1 / (len(folds) + 1)
        answers = [answer for fold in folds for answer in self._tried(coded, fold, kinds, share)]
        places = [place for fold in folds for place in fold]
        seen = {text for text, _ in self._before.examples} if self._before is not None else set[str]()
        new = [n for n, place in enumerate(places) if coded[place][0] not in seen]
        known = self._in_use()
        theirs = [(coded[places[n]][1], _guess(known, coded[places[n]][0])) for n in new]
        whole, recorded = score(answers), None
        if self._before is not None:
            recorded = self._before.figures.get("macro_f1")
        figures = {"accuracy": whole.accuracy, "macro_f1": whole.macro_f1, "tried": len(answers), "rows": len(coded)}
        taught = Taught(
            model=self._train(coded, share),
            added=self._added,
            alone=self._alone,
            trained_at=now,
            source=source,
            figures=figures,
            examples=tuple(coded[:: max(1, -(-len(coded) // _MOST_KEPT))]),
        )
        return Lesson(
            taught=taught,
            kinds=kinds,
            codes=codes,
            rare=rare,
            score=whole,
            unseen=len(new),
            fresh=score([answers[n] for n in new]),
            in_use=score(theirs),
            recorded=recorded,
        )

    def _in_use(self) -> Triage:
        before = self._before
        if before is None:
            return Triage(self._catalogue)
        kinds = self._catalogue.taught(before.added, before.model.labels, alone=before.alone)
        return Triage(kinds, before.model)

    def _tried(self, coded: Coded, fold: Sequence[int], kinds: Kinds, share: float) -> list[tuple[str, str]]:
        kept_back = set(fold)
        model = self._train([row for place, row in enumerate(coded) if place not in kept_back], share)
        triage = Triage(kinds, model)
        return [(coded[place][1], _guess(triage, coded[place][0])) for place in fold]

    def _train(self, coded: Coded, share: float) -> Model:
        def told(passes: Iterable[int]) -> Iterable[int]:
            every = [*passes]
            for each in every:
                yield each
                self._progress(share / len(every))

        return train(coded, kinds=self._catalogue, progress=told)


def _guess(triage: Triage, text: str) -> str:
    kind = triage.read(text).kind
    return kind.code if kind is not None else ""


def _folds(coded: Coded) -> list[list[int]]:
    """Places of tickets kept back, a fifth of every label in each fold; always the same for the same rows."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for place, (_, code) in enumerate(coded):
        by_label[code].append(place)
    chance = random.Random(7)  # noqa: S311 - a fair cut, not a secret
    folds: list[list[int]] = [[] for _ in range(_FOLDS)]
    for code in sorted(by_label):
        chance.shuffle(by_label[code])
        for n, place in enumerate(by_label[code]):
            folds[n % _FOLDS].append(place)
    return folds if len(coded) <= _MOST_FOR_FOLDS else folds[:1]


@dataclass(frozen=True, slots=True)
class Answers:
    """What was said of labelled tickets, as (truth, guess) by the names people see, "" for no guess; and its score."""

    pairs: tuple[tuple[str, str], ...]
    score: Score


def check(
    triage: Triage, kinds: Kinds, rows: Sequence[tuple[str, str]], progress: Callable[[], object] = lambda: None
) -> tuple[Answers, tuple[str, ...]]:
    """How what is in use does on (text, label) rows, and the labels it has no kind for, which count as misses."""
    names = {kind.code: kind.name for kind in kinds.all if kind.code not in kinds.resting}
    offered = Kinds.of(kind for kind in kinds.all if kind.code in names)
    strange, codes = adopt(offered, (label for _, label in rows))
    unknown = {kind.code for kind in strange}
    pairs = []
    for text, label in rows:
        guess = _guess(triage, text)
        truth = label if codes[label] in unknown else names[codes[label]]
        pairs.append((truth, names.get(guess, guess)))
        progress()
    lacking = tuple(sorted(label for label, code in codes.items() if code in unknown))
    return Answers(tuple(pairs), score(pairs)), lacking
