"""What is counted of errands, visits, lunches and calls for help: numbers alone, nobody's name and nothing of health."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from bot.digests.measures import ALL_KINDS, Belonging, Key
from bot.digests.rates import Totals
from bot.town import Town

SOON = timedelta(minutes=5)  # a call for help is answered soon where somebody goes within this time


class HelpMeasure(StrEnum):
    """The measures of a day. An errand is due on the day its slot ends, a visit on the day it was planned for."""

    ASKED = "help.asked"  # errands that came in
    DUE = "help.due"  # … whose slot ended; those withdrawn, voided, refused or merged are left out
    TAKEN = "help.taken"  # … of these somebody had taken
    BY_HELPER = "help.by_helper"  # … were handed over that day by a helper, not a worker
    DONE = "help.done"  # … were handed over before their slot ended; all others are late
    VISITS = "help.visits"
    VISITED = "help.visited"
    MISSED = "help.missed"
    MEALS = "help.meals"  # portions that the kitchens were told
    CALLS = "help.calls"  # calls for help that were not taken back before somebody went
    ANSWERED_SOON = "help.answered_soon"


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the table: `above` of `below`; a plain count has no `below`."""

    name: str
    above: int
    below: int | None = None


def count_help(town: Town, found: Iterable[tuple[int | None, str, int]]) -> Counter[Key]:
    """The counts of each unit from (place, measure, count): they are its own and those of all above it."""
    belonging, counts = Belonging(town), Counter[Key]()
    for unit_id, measure, count in found:
        for above in belonging.owned(None, unit_id):
            counts[above, ALL_KINDS, measure] += count
    return counts


def shares(totals: Totals) -> tuple[Share, ...]:
    """All that there was, numerator and denominator; what did not occur is left out."""
    n: Mapping[str, int] = {measure: totals.get(measure, 0) for measure in HelpMeasure}
    due, visits, calls = n[HelpMeasure.DUE], n[HelpMeasure.VISITS], n[HelpMeasure.CALLS]
    found = [
        (n[HelpMeasure.ASKED], Share("asked", n[HelpMeasure.ASKED])),
        (due, Share("taken", n[HelpMeasure.TAKEN], due)),
        (due, Share("by_helper", n[HelpMeasure.BY_HELPER], due)),
        (due, Share("done", n[HelpMeasure.DONE], due)),
        (due, Share("late", due - n[HelpMeasure.DONE], due)),
        (visits, Share("visited", n[HelpMeasure.VISITED], visits)),
        (visits, Share("missed", n[HelpMeasure.MISSED], visits)),
        (n[HelpMeasure.MEALS], Share("meals", n[HelpMeasure.MEALS])),
        (calls, Share("answered_soon", n[HelpMeasure.ANSWERED_SOON], calls)),
    ]
    return tuple(share for there, share in found if there)


def said(town: Town, totals: Totals) -> list[str]:
    """One or two lines of a digest; none where there is nothing to tell."""
    say, n = town.texts, {measure.removeprefix("help."): totals.get(measure, 0) for measure in HelpMeasure}
    pairs = (("errands", "due", "meals", "meals"), ("visits", "visits", "calls", "calls"))
    lines = []
    for first, counted, second, beside in pairs:
        parts = [say(f"digest.help_{key}", **n) for key, there in ((first, counted), (second, beside)) if n[there]]
        if parts:
            lines.append(say("digest.help_join").join(parts) + say("digest.help_end"))
    return lines
