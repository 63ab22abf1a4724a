"""One lesson from a city's past tickets: learnt, tried on tickets kept back, and compared with what is in use."""

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.triage.catalogue import adopt
from bot.triage.kinds import Kinds
from bot.triage.learning import Model, Score, evaluate, train

_KEPT_BACK = 5  # one ticket in five is kept back to try the rest on


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of it.

    `model` has learnt every row and says codes of `kinds`, the catalogue with the city's own labels added. `score` is of
    a model that had not seen the tickets it was tried on; `in_use` is of what is in use, on the same tickets.
    """

    model: Model
    kinds: Kinds
    score: Score
    in_use: Score | None

    @property
    def better(self) -> bool:
        """Whether it beats what is in use, by macro-F1: rare kinds count as much as frequent ones."""
        return self.in_use is None or self.score.macro_f1 > self.in_use.macro_f1


def learn(
    rows: Sequence[tuple[str, str]],
    kinds: Kinds,
    in_use: Model | None = None,
    *,
    progress: Callable[[Iterable[int]], Iterable[int]] = iter,
) -> Lesson:
    """Learn (text, label) rows. Same rows, same lesson. Rows without text or label are passed over.

    Raises ValueError when fewer than two labels, or too few rows to keep some back, are left.
    """
    told = [(text, label.strip()) for text, label in rows if text.strip() and label.strip()]
    grown, codes = adopt(kinds, (label for _, label in told))
    coded = [(text, codes[label]) for text, label in told]
    random.Random(7).shuffle(coded)  # noqa: S311 - a fair cut, not a secret
    kept_back = coded[: len(coded) // _KEPT_BACK]
    if not kept_back:
        raise ValueError("too few tickets to keep some back for trying")
    tried = train(coded[len(kept_back) :], kinds=kinds, progress=progress)
    return Lesson(
        model=train(coded, kinds=kinds, progress=progress),
        kinds=grown,
        score=evaluate(tried, kept_back),
        in_use=evaluate(in_use, kept_back) if in_use else None,
    )
