"""Whether two messages tell of the same matter. Precision first: a wrong merge loses a report, a missed one costs a look.

Place and kind are compared by those who know them; here are the words. They are the pairs of characters that two
messages share, those of courtesy left out, and the numbers of floors, doors and stairs, which must not contradict.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

from bot.grid.numerals import plain
from bot.triage.wording import normalise

_COURTESY = re.compile(
    r"尊敬的|领导|书记|市长|您好|你好|请问|请|谢谢|感谢|希望|麻烦|有关部门|相关部门|部门|尽快|赶紧|赶快|解决|处理|一下|问题|我们|大家|居民|小区|业主|现在|已经|一直|这个|那个|什么|怎么|没有|可以|能不能|不能|为什么|反映|投诉|关于|帮忙|帮|我家|我|的|了|是|在|有|和|就|也|都|还|很|啊|吧|呢|吗|给"
)
_NUMBERED = re.compile(r"(\d+|[一二三四五六七八九十]+)(号楼|栋|幢|座|单元|楼|层|室|户|号|路)")
_LASTING = re.compile(
    r"(?:\d+|[一二两三四五六七八九十几半好多]+)(?:个|多)?(?:天|小时|钟头|周|星期|礼拜|月|年|次|遍|点)"
)
_SPACES = re.compile(r"[^\w]+")
_SHORTEST = 3  # pairs of characters; fewer say too little to be likened to a long text
_SAME_PLACE_AND_KIND = 0.36  # tests/bench/repeats.py: the lowest with a precision of 0.97
_SAME_KIND = 0.72
_WORDS_ALONE = 0.85
_DAYS = 30  # after that, the same words tell of a new fault


def similarity(a: str, b: str) -> float:
    """How much two messages say the same, 0 (nothing shared) to 1 (the shorter is in the longer). Symmetric."""
    first, second = _pairs(a), _pairs(b)
    if not first or not second:
        return 1.0 if normalise(a).split() == normalise(b).split() else 0.0
    shared = len(first & second)
    contained = shared / max(_SHORTEST, min(len(first), len(second)))
    together = shared / len(first | second)
    return 0.75 * contained + 0.25 * together


def likely_same(words: str, other_words: str, *, same_kind: bool, same_place: bool, days_apart: float) -> bool:
    """Whether the second message tells of the matter of the first. `same_place`: the same staircase or nearer.

    The less place and kind agree, the more the words must; numbers that contradict (3楼漏水, 5楼漏水) are never the same.
    """
    if abs(days_apart) > _DAYS or _contradict(words, other_words):
        return False
    alike = similarity(words, other_words)
    if same_kind and same_place:
        return alike >= _SAME_PLACE_AND_KIND
    return alike >= (_SAME_KIND if same_kind else _WORDS_ALONE)


@lru_cache(maxsize=2048)  # The cases of a building are compared with every new report from it.
def _pairs(text: str) -> frozenset[str]:
    plain = _SPACES.sub("", _COURTESY.sub(" ", _LASTING.sub(" ", _NUMBERED.sub(" ", normalise(text)))))
    return frozenset(map("".join, pairwise(plain)))


def _contradict(words: str, other_words: str) -> bool:
    first, second = _numbers(words), _numbers(other_words)
    return any(first[unit].isdisjoint(second[unit]) for unit in first.keys() & second.keys())


@lru_cache(maxsize=2048)
def _numbers(text: str) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for number, unit in _NUMBERED.findall(normalise(text)):
        found["号楼" if unit in {"栋", "幢", "座"} else "楼" if unit == "层" else unit].add(plain(number))
    return found
