"""Which kinds a message speaks for, by the catalogue's words: longer words say more, and denied ones say nothing."""

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise

from bot.triage.kinds import Kind, Kinds

_REACH = 14  # characters between the two parts of a word like 灯+坏
_DENIED = re.compile(
    r"(?:没有?|无|未|不是|并非|并没有?|不会|会不会|别|不要|防止|避免|预防|不关)[^,管救理接来知停修]{0,3}$"
)
_NOT_THIS = re.compile(r"(?:不是|并非|不关)[^,]{0,3}$")
# "没有路灯" complains that there is none; "没有漏水" says that nothing is wrong. Only events can be denied.
_EVENT = re.compile(
    r"[漏堵坏停断爆渗吵噪臭味火裂塌淹跳困摔伤偷骗欠脱溢脏乱违占扰掉响]|积水|倒|触电|走失|走丢|打架|晕|中毒|掉|故障"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the catalogue, taken apart once."""

    kind: Kind
    parts: tuple[str, ...]
    weight: float
    event: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """How strongly each kind is spoken for, and the words that do it, as they stand in the message."""

    weights: dict[Kind, float]
    words: dict[Kind, tuple[str, ...]]


class Lexicon:
    """The words of all kinds."""

    def __init__(self, kinds: Kinds) -> None:
        # Words that hide the reporter weigh double: who tells of wrongdoing must not be named by a mistake of ours.
        self._words = tuple(
            Word(kind, parts, len("".join(parts)) ** 1.5 * (2 if kind.hidden else 1), bool(_EVENT.search(text)))
            for kind in kinds.all
            for text in kind.words
            if (parts := tuple(part for part in text.lower().split("+") if part))
        )
        # By how a word begins: of a thousand words only those few are looked for whose first two characters are there.
        self._begin: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._words):
            self._begin[word.parts[0][:2]].append(place)

    def weigh(self, normal: str) -> Evidence:
        """What a normalised text speaks for."""
        beginnings = {*normal, *map("".join, pairwise(normal))} & self._begin.keys()
        places = sorted(place for beginning in beginnings for place in self._begin[beginning])
        hits = [(self._words[place], spans) for place in places if (spans := _spans(self._words[place], normal))]
        whole = {spans[0] for word, spans in hits if len(spans) == 1}
        weights: dict[Kind, float] = defaultdict(float)
        words: dict[Kind, tuple[str, ...]] = defaultdict(tuple)
        for word, spans in hits:
            covered = len(spans) == 1 and any(_inside(spans[0], longer) for longer in whole)
            weights[word.kind] += word.weight * (0.3 if covered else 1)
            words[word.kind] += tuple(part for part in word.parts if part not in words[word.kind])
        return Evidence(dict(weights), dict(words))


def _inside(span: tuple[int, int], longer: tuple[int, int]) -> bool:
    return span != longer and longer[0] <= span[0] and span[1] <= longer[1]


def _spans(word: Word, normal: str) -> tuple[tuple[int, int], ...]:
    """Where the word's parts stand, near each other and not denied; empty where they do not."""
    first = word.parts[0]
    if first.isascii() and not re.search(rf"\b{re.escape(first)}", normal, re.ASCII):
        return ()  # a tree is not in every street
    at = normal.find(first)
    while at >= 0:
        span = (at, at + len(first))
        spans = (span, *(_near(part, span, normal) for part in word.parts[1:]))
        start = min(span[0] for span in spans)
        if start >= 0 and not _denied(word, normal[max(0, start - 8) : start]):
            return spans
        at = normal.find(first, at + 1)
    return ()


def _near(part: str, span: tuple[int, int], normal: str) -> tuple[int, int]:
    """The part's place within reach of a span, preferably after it; (-1, -1) when it is not there."""
    at = normal.find(part, span[1], span[1] + _REACH + len(part))
    if at < 0:
        at = normal.find(part, max(0, span[0] - _REACH - len(part)), span[0])
    return (at, at + len(part)) if at >= 0 else (-1, -1)


def _denied(word: Word, before: str) -> bool:
    clause = before.replace("。", ",").replace("!", ",").replace("?", ",").rpartition(",")[2]
    return bool((_DENIED if word.event else _NOT_THIS).search(clause))
