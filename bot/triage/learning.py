"""Learning labels from a city's own past tickets, in numpy alone.

A text becomes the characters and pairs of characters in it, each weighted by its count and the square of its idf, with
the catalogue's words counted by kind and group beside them. One squared-hinge machine a label (against the rest, rare
labels weighing more) is found by dual coordinate descent. Rows beyond a few thousand gain little from more passes, so
the passes shrink as they grow: a year of tickets is learnt in a minute.
"""

import base64
import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.triage.catalogue import shipped
from bot.triage.kinds import Kinds
from bot.triage.wording import normalise

_MOST_GRAMS = 40_000
_TOPIC_SHARE = 0.3  # how long the topics' part of a text is, the grams' part being 1
_C = 0.5  # how much a ticket on the wrong side weighs against large weights
_SHARPNESS = 4.0  # turns margins into shares that mean what they say, tried on held-out tickets
_BELOW_TWO = 2
_NOT_WORDS = re.compile(r"[^a-z\u3400-\u9fff]+")

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Progress = Callable[[Iterable[int]], Iterable[int]]


def _grams(text: str) -> Counter[str]:
    plain = _NOT_WORDS.sub(" ", normalise(text))
    return Counter(plain) + Counter(map("".join, pairwise(plain)))


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt. A plain value: `to_json` gives it to a file or a row, `from_json` takes it back.

    `weights` has a row for each gram, then for each topic, then one of biases, and a column a label. `lexicon` names
    the topics (as rows of `weights`) that a word of the catalogue speaks for.
    """

    labels: tuple[str, ...]
    grams: Mapping[str, int]
    idf: Floats
    lexicon: Mapping[str, tuple[int, ...]]
    weights: Floats

    def predict(self, text: str) -> list[tuple[str, float]]:
        """Every label with its share of belief, best first; the shares add up to 1."""
        rows, values = _features(text, self.grams, self.idf, self.lexicon)
        margins = self.weights[-1] + values @ self.weights[rows]
        belief = np.exp(_SHARPNESS * (margins - margins.max()))
        belief /= belief.sum()
        return sorted(zip(self.labels, belief.tolist(), strict=True), key=lambda pair: -pair[1])

    def renamed(self, names: Mapping[str, str]) -> Self:
        """The same model with other names for its labels; a label that is not in `names` keeps its own."""
        return replace(self, labels=tuple(names.get(label, label) for label in self.labels))

    def to_json(self) -> dict[str, Any]:
        """The model as JSON, its numbers as base64 of half floats."""
        return {
            "labels": [*self.labels],
            "grams": [*self.grams],
            "lexicon": {word: [*rows] for word, rows in self.lexicon.items()},
            "idf": base64.b64encode(self.idf.astype("<f2").tobytes()).decode(),
            "weights": base64.b64encode(self.weights.astype("<f2").tobytes()).decode(),
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Self:
        """Read back what `to_json` wrote."""
        idf, weights = (
            np.frombuffer(base64.b64decode(body[name]), dtype="<f2").astype(np.float32) for name in ("idf", "weights")
        )
        return cls(
            labels=tuple(body["labels"]),
            grams={gram: row for row, gram in enumerate(body["grams"])},
            idf=idf,
            lexicon={word: tuple(rows) for word, rows in body["lexicon"].items()},
            weights=weights.reshape(-1, len(body["labels"])),
        )


@dataclass(frozen=True, slots=True)
class Score:
    """How well a model does on tickets it has not seen. `confusions`: (truth, taken for, how often), worst first."""

    accuracy: float
    macro_f1: float
    confusions: tuple[tuple[str, str, int], ...]


def train(rows: Sequence[tuple[str, str]], *, kinds: Kinds | None = None, progress: Progress = iter) -> Model:
    """Learn from (text, label) pairs with the words of a catalogue (the shipped one unless given).

    `progress` wraps the passes, as tqdm does. Raises ValueError when there are fewer than two labels.
    """
    labels = tuple(sorted({label for _, label in rows}))
    if len(labels) < _BELOW_TWO:
        raise ValueError("learning needs at least two labels")
    spread = Counter(gram for text, _ in rows for gram in _grams(text))
    kept = sorted(gram for gram, seen in spread.most_common(_MOST_GRAMS) if seen > 1)
    grams = {gram: row for row, gram in enumerate(kept)}
    idf = np.array([(math.log((1 + len(rows)) / (1 + spread[gram])) + 1) ** 2 for gram in kept], dtype=np.float32)
    lexicon, height = _lexicon(kinds or shipped(), len(grams))
    examples = []
    for text, _ in rows:
        where, values = _features(text, grams, idf, lexicon)
        examples.append((np.append(where, height), np.append(values, np.float32(1))))
    signs = np.array([[1 if label == own else -1 for label in labels] for _, own in rows], dtype=np.float32)
    return Model(labels, grams, idf, lexicon, _separate(examples, signs, height + 1, progress))


def _lexicon(kinds: Kinds, first: int) -> tuple[dict[str, tuple[int, ...]], int]:
    """The catalogue's words with the rows of what they speak for, the first row being `first`; and the row after all."""
    names = [kind.code for kind in kinds.all] + [*dict.fromkeys(f"/{kind.group}" for kind in kinds.all)]
    rows = {name: first + i for i, name in enumerate(names)}
    found: dict[str, set[int]] = {}
    for kind in kinds.all:
        for word in kind.words:
            if "+" not in word:
                found.setdefault(word, set()).update((rows[kind.code], rows[f"/{kind.group}"]))
    return {word: tuple(sorted(topics)) for word, topics in found.items()}, first + len(names)


def _features(
    text: str, grams: Mapping[str, int], idf: Floats, lexicon: Mapping[str, tuple[int, ...]]
) -> tuple[Rows, Floats]:
    """Rows of `weights` and values that stand for a text: its grams, of length 1, and its topics, shorter than that."""
    found = [(grams[gram], count) for gram, count in _grams(text).items() if gram in grams]
    rows = np.array([row for row, _ in found], dtype=np.int64)
    values = np.array([count for _, count in found], dtype=np.float32) * idf[rows]
    values /= np.float32(math.sqrt(float(values @ values)) or 1)
    topics: Counter[int] = Counter()
    plain = normalise(text)
    for word, spoken_for in lexicon.items():
        if word in plain:
            topics.update(dict.fromkeys(spoken_for, plain.count(word)))
    if not topics:
        return rows, values
    shares = np.sqrt(np.array([*topics.values()], dtype=np.float32))
    shares *= np.float32(_TOPIC_SHARE / (math.sqrt(float(shares @ shares)) + 1))
    return np.append(rows, [*topics]), np.append(values, shares)


def _separate(examples: Sequence[tuple[Rows, Floats]], signs: Floats, height: int, progress: Progress) -> Floats:
    """The weights of all machines at once, by dual coordinate descent; one row an example, one column a label."""
    weights = np.zeros((height, signs.shape[1]), dtype=np.float32)
    alphas = np.zeros_like(signs)
    positive = (signs > 0).sum(axis=0)
    cost = np.where(signs > 0, len(signs) / (2 * positive), len(signs) / (2 * np.maximum(1, len(signs) - positive)))
    slack = (1 / (2 * _C * cost)).astype(np.float32)
    chance = np.random.default_rng(7)
    for _ in progress(range(max(5, min(40, 100_000 // len(examples))))):
        for i in chance.permutation(len(examples)):
            rows, values = examples[i]
            here = weights[rows]
            gradient = signs[i] * (values @ here) - 1 + slack[i] * alphas[i]
            moved = np.maximum(alphas[i] - gradient / (values @ values + slack[i]), 0)
            weights[rows] = here + np.outer(values, (moved - alphas[i]) * signs[i])
            alphas[i] = moved
    return weights


def evaluate(model: Model, rows: Sequence[tuple[str, str]]) -> Score:
    """Try a model on (text, label) pairs it has not seen. Labels it does not know count as misses."""
    pairs = Counter((label, model.predict(text)[0][0]) for text, label in rows)
    asked, said = Counter[str](), Counter[str]()
    for (truth, guess), times in pairs.items():
        asked[truth] += times
        said[guess] += times
    scores = [2 * pairs[label, label] / (asked[label] + said[label]) for label in asked]
    right = sum(pairs[label, label] for label in asked)
    wrong = [(truth, guess, times) for (truth, guess), times in pairs.items() if truth != guess]
    wrong.sort(key=lambda confusion: (-confusion[2], confusion))
    return Score(right / max(1, len(rows)), sum(scores) / max(1, len(scores)), tuple(wrong[:10]))
