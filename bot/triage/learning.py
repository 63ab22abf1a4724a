"""Learning labels from a city's own past tickets, in numpy alone.

A text becomes the characters and pairs of characters in it, those of a headline twice, each weighted by its count and
its idf to the power of 1.5. Beside them the catalogue's words are counted by kind and group, and the words of
`fields.toml` by field of public work. One squared-hinge machine a label (against the rest, rare labels weighing more) is
found by dual coordinate descent. Rows beyond a few thousand gain little from more passes, so
the passes shrink as they grow: a year of tickets is learnt in a minute.
"""

import base64
import math
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.triage.catalogue import shipped
from bot.triage.kinds import Kinds
from bot.triage.wording import normalise

_LONGEST = 1500  # characters read; the rest of a long letter changes nothing in what it is about
_MOST_GRAMS = 40_000
_RARE = 1.5  # the power of idf
_TOPIC_SHARE = 0.3  # how long the part of a text is that a lexicon gives, the grams' part being 1
_C = 0.5  # how much a ticket on the wrong side weighs against large weights
_SHARPNESS = 4.0  # turns margins into shares that mean what they say, tried on held-out tickets
_BELOW_TWO = 2
_NOT_WORDS = re.compile(r"[^a-z\u3400-\u9fff]+")

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]
Progress = Callable[[Iterable[int]], Iterable[int]]


def _grams(normal: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    headline, _, body = normal.partition("\n")
    for part in (headline, normal) if body else (normal,):
        plain = _NOT_WORDS.sub(" ", part)
        counts.update(plain)
        counts.update(map("".join, pairwise(plain)))
    return counts


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words, and the topics (rows of a model's weights) that each speaks for."""

    words: Mapping[str, tuple[int, ...]]

    @cached_property
    def _by_beginning(self) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = {}
        for word in self.words:
            found.setdefault(word[:2], []).append(word)
        return found

    def topics(self, normal: str) -> Counter[int]:
        """How often each topic is spoken for. Of all words only those are sought whose first two characters are there."""
        found: Counter[int] = Counter()
        beginnings = {*normal, *map("".join, pairwise(normal))} & self._by_beginning.keys()
        for beginning in sorted(beginnings):
            for word in self._by_beginning[beginning]:
                if times := normal.count(word):
                    for topic in self.words[word]:
                        found[topic] += times
        return found


@dataclass(frozen=True, eq=False)
class Model:
    """What was learnt. A plain value: `to_json` gives it to a file or a row, `from_json` takes it back.

    `weights` has a row for each gram, then for each topic, then one of biases, and a column a label. Each of `lexica`
    (the catalogue's words, and those of the fields of public work) names the topics, as rows of `weights`, that a word
    speaks for.
    """

    labels: tuple[str, ...]
    grams: Mapping[str, int]
    idf: Floats
    lexica: tuple[Lexicon, ...]
    weights: Floats

    def predict(self, text: str) -> list[tuple[str, float]]:
        """Every label with its share of belief, best first; the shares add up to 1."""
        rows, values = _features(text, self.grams, self.idf, self.lexica)
        margins = self.weights[-1] + values @ self.weights[rows]
        belief = np.exp(_SHARPNESS * (margins - margins.max()))
        belief /= belief.sum()
        return sorted(zip(self.labels, belief.tolist(), strict=True), key=lambda pair: -pair[1])

    def familiarity(self, text: str) -> float:
        """What share (0..1) of the pairs of characters in a text was met in learning; 1 for a text without any."""
        pairs = [gram for gram in _grams(normalise(text)) if len(gram) > 1]
        return sum(pair in self.grams for pair in pairs) / len(pairs) if pairs else 1.0

    def to_json(self) -> dict[str, Any]:
        """The model as JSON, its numbers as base64 of half floats."""
        return {
            "labels": [*self.labels],
            "grams": [*self.grams],
            "lexica": [{word: [*rows] for word, rows in lexicon.words.items()} for lexicon in self.lexica],
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
            lexica=tuple(Lexicon({word: tuple(rows) for word, rows in words.items()}) for words in body["lexica"]),
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
    spread = Counter(gram for text, _ in rows for gram in _grams(normalise(text)[:_LONGEST]))
    kept = sorted(gram for gram, seen in spread.most_common(_MOST_GRAMS) if seen > 1)
    grams = {gram: row for row, gram in enumerate(kept)}
    idf = np.array([(math.log((1 + len(rows)) / (1 + spread[gram])) + 1) ** _RARE for gram in kept], dtype=np.float32)
    catalogue, height = _catalogue(kinds or shipped(), len(grams))
    fields, height = _topics(_fields(), height)
    lexica = (catalogue, fields)
    examples = []
    for text, _ in rows:
        where, values = _features(text, grams, idf, lexica)
        examples.append((np.append(where, height), np.append(values, np.float32(1))))
    signs = np.array([[1 if label == own else -1 for label in labels] for _, own in rows], dtype=np.float32)
    return Model(labels, grams, idf, lexica, _separate(examples, signs, height + 1, progress))


def _catalogue(kinds: Kinds, first: int) -> tuple[Lexicon, int]:
    topics = [kind.code for kind in kinds.all] + [f"/{kind.group}" for kind in kinds.all]
    words: dict[str, list[str]] = {topic: [] for topic in topics}
    for kind in kinds.all:
        plain = [word for word in kind.words if "+" not in word]
        words[kind.code] += plain
        words[f"/{kind.group}"] += plain
    return _topics(words, first)


@cache
def _fields() -> Mapping[str, Sequence[str]]:
    file = tomllib.loads((Path(__file__).parent / "fields.toml").read_text(encoding="utf-8"))
    return {field: words.lower().split() for field, words in file["words"].items()}


def _topics(words: Mapping[str, Iterable[str]], first: int) -> tuple[Lexicon, int]:
    """Each word with the rows of the topics that it speaks for, the first row being `first`; and the row after all."""
    found: dict[str, set[int]] = {}
    for row, spoken_by in enumerate(words.values(), first):
        for word in spoken_by:
            found.setdefault(word, set()).add(row)
    return Lexicon({word: tuple(sorted(rows)) for word, rows in found.items()}), first + len(words)


def _features(text: str, grams: Mapping[str, int], idf: Floats, lexica: Sequence[Lexicon]) -> tuple[Rows, Floats]:
    """Rows of `weights` and values that stand for a text: its grams, of length 1, and its topics, shorter than that."""
    normal = normalise(text)[:_LONGEST]
    found = [(grams[gram], count) for gram, count in _grams(normal).items() if gram in grams]
    rows = np.array([row for row, _ in found], dtype=np.int64)
    values = np.array([count for _, count in found], dtype=np.float32) * idf[rows]
    values /= np.float32(math.sqrt(float(values @ values)) or 1)
    for lexicon in lexica:
        if topics := lexicon.topics(normal):
            shares = np.sqrt(np.array([*topics.values()], dtype=np.float32))
            shares *= np.float32(_TOPIC_SHARE / (math.sqrt(float(shares @ shares)) + 1))
            rows, values = np.append(rows, [*topics]), np.append(values, shares)
    return rows, values


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
    return score([(label, model.predict(text)[0][0]) for text, label in rows])


def score(answers: Sequence[tuple[str, str]]) -> Score:
    """Accuracy, macro-F1 over the labels that are true of something, and the ten worst confusions of (truth, guess)."""
    pairs = Counter(answers)
    asked, said = Counter[str](), Counter[str]()
    for (truth, guess), times in pairs.items():
        asked[truth] += times
        said[guess] += times
    each = [2 * pairs[label, label] / (asked[label] + said[label]) for label in asked]
    right = sum(pairs[label, label] for label in asked)
    wrong = [(truth, guess, times) for (truth, guess), times in pairs.items() if truth != guess]
    wrong.sort(key=lambda confusion: (-confusion[2], confusion))
    return Score(right / max(1, len(answers)), sum(each) / max(1, len(each)), tuple(wrong[:10]))
