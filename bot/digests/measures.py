"""What is counted of a day, from the events of its cases alone: pure, so that any past day can be counted again.

A handling act counts for the unit that answers for the case in that moment and for all above it; one of a department or a
property firm, which stand outside the tree, counts where it happened too. What comes in also counts where it happened,
but for a hidden kind (举报), which counts for its owners alone.
docs/figures.md defines each figure and names its sources.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from bot.cases.holdings import Holding, holdings
from bot.cases.levels import level
from bot.cases.lifecycle import CRY, HANDED, WORST_GRADES, Act, Event, Rating, State
from bot.cases.limits import limits
from bot.grid.directory import OUTSIDE, UnitKind
from bot.town import Town
from bot.triage.kinds import Service, Urgency

SATISFIED = 4  # 满意 and 非常满意
COUNTED = frozenset(UnitKind) - {UnitKind.BUILDING, UnitKind.DOOR}  # Units that have figures of their own.
# Units whose every measure is also kept by kind; of the smaller ones only what came in is, or a day would be too large.
BY_KIND = (UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY, *OUTSIDE)
ALL_KINDS = ""
LEFT = "left."  # "left.finish_due": how many were left out of what "finish_due" counts
HOURS = "hours."  # "hours.grid.1.5": stretches at this level that lasted about 1.5 hours

_CONTACT = frozenset({Act.RELAY, Act.ASK, Act.LOOK})
_AT_WORK = frozenset({State.OPEN, State.ACCEPTED})
_NOT_RATED = {
    State.WITHDRAWN: "withdrawn",
    State.VOIDED: "voided",
    State.REFUSED: "refused",
    State.MERGED: "merged",
}
REASONS = ("excluded", *_NOT_RATED.values())

Key = tuple[int, str, str]  # unit, kind, measure


class Measure(StrEnum):
    """The measures of a day. All but those in NEVER_LEFT_OUT are counted without the cases that are left out."""

    FILED = "filed"  # came in
    REPEAT = "repeat"  # … from somebody who had filed the same matter lately
    HANDED = "handed"  # was given to an owner to accept
    RETURNED = "returned"  # … who gave it back
    ACCEPTED = "accepted"
    ACCEPTED_IN_TIME = "accepted_in_time"
    CONTACT_DUE = "contact_due"  # the resident was written to or called, or it was finished without
    CONTACTED_IN_TIME = "contacted_in_time"
    FINISHED = "finished"
    FINISH_DUE = "finish_due"  # finished in time, or fell overdue
    FINISHED_IN_TIME = "finished_in_time"
    FELL_OVERDUE = "fell_overdue"
    REOPENED = "reopened"
    RATED = "rated"
    SATISFIED = "satisfied"
    UNHAPPY = "unhappy"
    ANSWERED = "answered"  # said whether it is solved
    SOLVED = "solved"
    PARTLY = "partly"
    UNRATED = "unrated"  # was asked and never answered


NEVER_LEFT_OUT = frozenset({Measure.FILED, Measure.REPEAT})


@dataclass(frozen=True, slots=True)
class History:
    """All that happened to one case, without anybody's words. `repeat`: its reporter had filed the same matter lately.

    `excluded_at` is when it was taken out of the rates (剔除), None where it was not.
    """

    case_id: int
    kind: str
    urgency: Urgency
    unit_id: int | None
    owner_role: str
    repeat: bool
    excluded_at: datetime | None
    events: tuple[Event, ...]
    ratings: tuple[Rating, ...] = ()


class Belonging:
    """Which units a case counts for, remembered: a day asks it again and again."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._upward: dict[int | None, frozenset[int]] = {}
        self._places: dict[int | None, frozenset[int]] = {}

    def owned(self, owner_id: int | None, unit_id: int | None) -> frozenset[int]:
        """The units that answer for a case of this owner at this place. Units gone from the directory have none."""
        owner = self._town.unit(owner_id)
        above = self._above(owner_id)
        return above | self._above(unit_id) if owner is None or owner.kind in OUTSIDE else above

    def came(self, owner_id: int | None, unit_id: int | None) -> frozenset[int]:
        """The units a case came in to: those of its first owner and those of its place."""
        return self.owned(owner_id, unit_id) | self._place(unit_id)

    def _above(self, unit_id: int | None) -> frozenset[int]:
        if unit_id not in self._upward:
            known = unit_id is not None and self._town.unit(unit_id) is not None
            above = self._town.directory.upward(unit_id) if known else ()
            self._upward[unit_id] = frozenset(unit.id for unit in above if unit.kind in COUNTED)
        return self._upward[unit_id]

    def _place(self, unit_id: int | None) -> frozenset[int]:
        if unit_id not in self._places:
            known = unit_id is not None and self._town.unit(unit_id) is not None
            compound = self._town.directory.compound_of(unit_id) if known and unit_id is not None else None
            self._places[unit_id] = self._above(unit_id) | ({compound.id} if compound is not None else frozenset())
        return self._places[unit_id]


def count_day(
    town: Town, histories: Iterable[History], since: datetime, until: datetime, as_of: datetime
) -> Counter[Key]:
    """Count what happened from `since` to `until` (not included), as it was known at `as_of`: what came later is unknown.

    Every count stands under its unit, ALL_KINDS and its measure, and where it is kept by kind under that too.
    """
    counts: Counter[Key] = Counter()
    belonging = Belonging(town)
    by_kind = frozenset(unit.id for unit in town.directory.units.values() if unit.kind in BY_KIND)
    for history in histories:
        known = _known(history, as_of)
        if not known.events:
            continue
        reason = left_out(known)
        for moment, units, measure in _facts(town, belonging, known, until):
            if not since <= moment < until:
                continue
            left = bool(reason) and measure not in NEVER_LEFT_OUT and not measure.startswith(HOURS)
            for unit_id in units:
                counts[unit_id, ALL_KINDS, f"{LEFT}{measure}" if left else measure] += 1
                if measure == Measure.FILED or (not left and unit_id in by_kind and not measure.startswith(HOURS)):
                    counts[unit_id, known.kind, measure] += 1
                if reason and measure == Measure.FILED:
                    counts[unit_id, ALL_KINDS, LEFT + reason] += 1
    return counts


def left_out(history: History) -> str:
    """Why a case is left out of the rates, "" where it is not: one of REASONS."""
    if history.excluded_at is not None:
        return "excluded"
    return _NOT_RATED.get(State(history.events[-1].to_state), "")


def _known(history: History, as_of: datetime) -> History:
    """What was known of a case in a moment."""
    excluded = history.excluded_at
    return replace(
        history,
        excluded_at=excluded if excluded is not None and excluded < as_of else None,
        events=tuple(event for event in history.events if event.at < as_of),
        ratings=tuple(r for r in history.ratings if r.graded_at is not None and r.graded_at < as_of),
    )


def _facts(
    town: Town, belonging: Belonging, history: History, until: datetime
) -> Iterator[tuple[datetime, frozenset[int], str]]:
    """(when, for which units, measure) of everything that happened to a case."""
    first = history.events[0]
    # A number beside a place tells who sits there that somebody told of them.
    place = None if town.kind(history.kind).hidden else history.unit_id
    units = belonging.came(first.to_owner_id, place)
    yield first.at, units, Measure.FILED
    if history.repeat:
        yield first.at, units, Measure.REPEAT
    for moment, owner_id, measure in _measures(town, history):
        yield moment, belonging.owned(owner_id, place), measure
    for held in holdings(history.events, until):
        if held.state in _AT_WORK:
            name = f"{HOURS}{level(town, held.owner_id, held.role)}.{_about(held)}"
            yield held.until, belonging.owned(held.owner_id, place), name


_Fact = tuple[datetime, int | None, str]  # when, whose, measure


def _measures(town: Town, history: History) -> Iterator[_Fact]:
    yield from _hand_overs(town, history)
    for number, round_ in groupby(history.events, lambda event: event.round):
        events = tuple(round_)
        if number > 1:
            yield events[0].at, events[0].to_owner_id, Measure.REOPENED
        yield from _contact(town, history, events)
        yield from _finishing(history, events)
    yield from _ratings(history)


def _hand_overs(town: Town, history: History) -> Iterator[_Fact]:
    """签收 and 退单: every hand-over, and what became of it."""
    handed = history.events[0].at
    for event in history.events:
        if event.act in HANDED:
            handed = event.at
            yield event.at, event.to_owner_id, Measure.HANDED
        if event.act is Act.RETURN:
            yield event.at, event.from_owner_id, Measure.RETURNED
        if event.act is Act.ACCEPT:
            # For whom it was handed to, though a desk may have taken it for its own: one hand-over, one acceptance.
            yield event.at, event.from_owner_id, Measure.ACCEPTED
            found = limits(town.kind(history.kind), history.urgency, level(town, event.from_owner_id or 0, ""))
            if event.at <= town.clocks.due(handed, found.accept, wall=found.wall):
                yield event.at, event.from_owner_id, Measure.ACCEPTED_IN_TIME


def _contact(town: Town, history: History, events: tuple[Event, ...]) -> Iterator[_Fact]:
    """响应: the first word to the resident in a round, or that it was finished without one."""
    # Who takes an errand or goes to an elder is told to them by name: that is the first word.
    taking = town.kind(history.kind).service == Service.ERRAND or history.kind == CRY
    contact = _CONTACT | {Act.ACCEPT} if taking else _CONTACT
    event = next((e for e in events if e.act in contact or e.act is Act.FINISH), None)
    if event is None:
        return
    yield event.at, event.to_owner_id, Measure.CONTACT_DUE
    found = limits(town.kind(history.kind), history.urgency, level(town, event.to_owner_id or 0, ""))
    if event.act is not Act.FINISH and event.at <= town.clocks.due(events[0].at, found.contact, wall=found.wall):
        yield event.at, event.to_owner_id, Measure.CONTACTED_IN_TIME


def _finishing(history: History, events: tuple[Event, ...]) -> Iterator[_Fact]:
    """办结: each round is due once, when it is finished in time or when it falls overdue."""
    late = False
    for event in events:
        if event.act is Act.OVERDUE and not late:
            late = True
            yield event.at, event.to_owner_id, Measure.FELL_OVERDUE
            yield event.at, event.to_owner_id, Measure.FINISH_DUE
        if event.act is Act.FINISH:
            yield event.at, event.to_owner_id, Measure.FINISHED
            if not late:
                yield event.at, event.to_owner_id, Measure.FINISH_DUE
                yield event.at, event.to_owner_id, Measure.FINISHED_IN_TIME
        if event.act is Act.LAPSE and all(rating.round != event.round for rating in history.ratings):
            yield event.at, event.to_owner_id, Measure.UNRATED


def _ratings(history: History) -> Iterator[_Fact]:
    """满意 and 解决: a grade counts for who had finished the round."""
    for rating in history.ratings:
        finished = [e for e in history.events if e.act is Act.FINISH and e.round == rating.round]
        moment, owner = rating.graded_at or history.events[-1].at, (finished or history.events)[-1].to_owner_id
        if rating.grade is not None:
            yield moment, owner, Measure.RATED
            if rating.grade >= SATISFIED and rating.solved != "unsolved":
                yield moment, owner, Measure.SATISFIED
            if rating.grade <= WORST_GRADES or rating.solved == "unsolved":
                yield moment, owner, Measure.UNHAPPY
        if rating.solved:
            yield moment, owner, Measure.ANSWERED
            if rating.solved in {"solved", "partly"}:
                yield moment, owner, Measure.SOLVED if rating.solved == "solved" else Measure.PARTLY


def _about(held: Holding) -> str:
    """Hours to two figures: a median of these is within a twentieth of the true one, and a month needs few rows."""
    return f"{float(f'{held.span.total_seconds() / 3600:.2g}'):g}"
