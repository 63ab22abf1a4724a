"""How well two messages are known to tell of one matter. `python -m tests.bench.repeats APPEALS.csv`.

Pairs are built from real appeals (id, subject, text, category). The same matter: an appeal against itself told again
with clauses left out and turned round, against its own subject, and one half of its clauses against the other. Other
matters: every two appeals of one kind, as if all of one kind had been told on one staircase. Appeals that two people
(or one, twice) sent in almost the same words are no pair of either sort.
"""

import csv
import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from bot.triage.catalogue import shipped
from bot.triage.reading import Triage
from bot.triage.repeats import likely_same, similarity

_CLAUSES = re.compile(r"[，。！？；,!?;\n]+")
_TWINS = 0.9
Appeal = dict[str, str]
Pair = tuple[str, str]


def clauses(text: str) -> list[str]:
    return [part.strip() for part in _CLAUSES.split(text) if part.strip()]


def told_again(text: str, chance: random.Random) -> str:
    """About half of the clauses, in another order."""
    parts = clauses(text)
    chance.shuffle(parts)
    return "，".join(parts[: max(1, len(parts) // 2)])


def halves(text: str, chance: random.Random) -> Pair:
    parts = clauses(text)
    chance.shuffle(parts)
    middle = max(1, len(parts) // 2)
    return "，".join(parts[:middle]), "，".join(parts[middle:])


def same(appeals: list[Appeal]) -> Iterator[tuple[str, list[Pair]]]:
    chance = random.Random(7)
    yield "told again, half the clauses", [(a["text"], told_again(a["text"], chance)) for a in appeals]
    yield "subject and text", [(a["subject"], a["text"]) for a in appeals]
    yield "one half and the other", [halves(a["text"], chance) for a in appeals if len(clauses(a["text"])) > 1]


def others(appeals: list[Appeal]) -> Iterator[tuple[str, list[Pair]]]:
    triage = Triage(shipped())
    of_kind: dict[str, list[Appeal]] = defaultdict(list)
    for appeal in appeals:
        guesses = triage.read(appeal["text"]).guesses
        if guesses:
            of_kind[guesses[0][0].code].append(appeal)
    pairs = [
        pair
        for alike in of_kind.values()
        for pair in combinations(alike, 2)
        if max(similarity(pair[0][part], pair[1][part]) for part in ("subject", "text")) < _TWINS
    ]
    yield "text and text", [(a["text"], b["text"]) for a, b in pairs]
    yield "subject and subject", [(a["subject"], b["subject"]) for a, b in pairs]
    yield "subject and text", [(a["subject"], b["text"]) for a, b in pairs]


def found(pairs: list[Pair], *, same_place: bool) -> int:
    return sum(likely_same(*pair, same_kind=True, same_place=same_place, days_apart=1) for pair in pairs)


def main() -> None:
    with Path(sys.argv[1]).open(encoding="utf-8-sig", newline="") as file:
        appeals = list(csv.DictReader(file))
    sames, differents = list(same(appeals)), list(others(appeals))
    for where, same_place in (("on one staircase", True), ("nearby", False)):
        print(where)
        right = wrong = 0
        for what, pairs in sames:
            hits = found(pairs, same_place=same_place)
            right += hits
            print(f"  same matter   {what:<30} found {hits:6} of {len(pairs):6}  recall {hits / len(pairs):6.1%}")
        for what, pairs in differents:
            hits = found(pairs, same_place=same_place)
            wrong += hits
            print(f"  other matter  {what:<30} found {hits:6} of {len(pairs):6}")
        every = sum(len(pairs) for _, pairs in sames)
        print(f"  precision {right / max(1, right + wrong):.3f}, recall {right / every:.3f}")


if __name__ == "__main__":
    main()
