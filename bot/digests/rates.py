"""Rates as people compare them: always with numerator, denominator and how many were left out. docs/figures.md says why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from bot.digests.measures import HOURS, LEFT, REASONS, Measure

Totals = Mapping[str, int]  # measure → count


@dataclass(frozen=True, slots=True)
class Rate:
    """`name` is one of RATES. `left_out` cases would have stood in the denominator but are not counted (剔除)."""

    name: str
    numerator: int
    denominator: int
    left_out: int = 0

    @property
    def percent(self) -> int | None:
        """Rounded down, because 199 of 200 is not all of them; None where there is nothing to divide by."""
        return 100 * self.numerator // self.denominator if self.denominator else None


# name: numerator, denominator. The first three are the 三率.
RATES: dict[str, tuple[Measure, Measure]] = {
    "response": (Measure.CONTACTED_IN_TIME, Measure.CONTACT_DUE),
    "solved": (Measure.SOLVED, Measure.ANSWERED),
    "satisfied": (Measure.SATISFIED, Measure.RATED),
    "on_time": (Measure.FINISHED_IN_TIME, Measure.FINISH_DUE),
    "accepted": (Measure.ACCEPTED_IN_TIME, Measure.ACCEPTED),
    "returned": (Measure.RETURNED, Measure.HANDED),
    "repeat": (Measure.REPEAT, Measure.FILED),
}
THREE = ("response", "solved", "satisfied")


def rates(totals: Totals) -> tuple[Rate, ...]:
    """All rates of a stretch of time in one part of the district."""
    return tuple(
        Rate(name, totals.get(above, 0), totals.get(below, 0), totals.get(LEFT + below, 0))
        for name, (above, below) in RATES.items()
    )


def reasons(totals: Totals) -> dict[str, int]:
    """How many of those that came in are left out of the rates, by reason; only what there was."""
    return {reason: count for reason in REASONS if (count := totals.get(LEFT + reason, 0))}


@dataclass(frozen=True, slots=True)
class Hours:
    """How long cases stayed at one level: `count` stretches, half of them no longer than `median` hours."""

    level: str
    count: int
    median: float

    @classmethod
    def of(cls, level: str, spans: Mapping[float, int]) -> Self:
        """From how often each length was; there is at least one."""
        total, passed = sum(spans.values()), 0
        for length in sorted(spans):
            passed += spans[length]
            if 2 * passed >= total:
                return cls(level, total, length)
        raise ValueError("no stretch at all")


def hours(totals: Totals) -> tuple[Hours, ...]:
    """The median of each level that held anything, in the order of their names."""
    spans: dict[str, dict[float, int]] = {}
    for measure, count in totals.items():
        if measure.startswith(HOURS) and count:
            level, _, length = measure.removeprefix(HOURS).partition(".")
            spans.setdefault(level, {})[float(length)] = count
    return tuple(Hours.of(level, spans[level]) for level in sorted(spans))
