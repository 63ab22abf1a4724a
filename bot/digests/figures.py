"""What a digest says of one part of the district in a stretch of days, read from the counts of its days."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.cases.lifecycle import CRY
from bot.digests.measures import Belonging, Measure
from bot.digests.rates import Totals
from bot.digests.records import AGES, FigureReads, Spread, Standing
from bot.grid.directory import UnitKind
from bot.town import Town
from bot.triage.kinds import Service

_TREND = {"day": 14, "week": 42, "month": 92}  # days that the trend looks back
_AGAIN = {"day": 2, "week": 3, "month": 5}  # so often in one place is no accident
_HEAT_UNITS, _HEAT_KINDS = 8, 8
_HEAT_LEVELS = (UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.GRID, UnitKind.MICRO_GRID)
_LOOKED_AT = 30  # the most frequent pairs of place and kind
_FEWEST = 2  # units that are worth comparing
_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of local days, both included: a `day`, a `week` from Monday, or a `month`."""

    name: str
    first: date
    last: date

    @classmethod
    def of(cls, name: str, day: date) -> "Span":
        """The day, week or month that `day` lies in."""
        if name == "week":
            monday = day - timedelta(days=day.weekday())
            return cls(name, monday, monday + timedelta(days=6))
        if name == "month":
            first = day.replace(day=1)
            after = date(first.year + first.month // _DECEMBER, first.month % _DECEMBER + 1, 1)
            return cls(name, first, after - timedelta(days=1))
        return cls("day", day, day)

    @property
    def before(self) -> "Span":
        """The one before, to compare with."""
        return Span.of(self.name, self.first - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Late:
    """How many cases one owner is late with, and how late the oldest is."""

    unit_id: int
    role: str
    count: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Report:
    """One part of the district in one stretch.

    `totals` and `before` are the measures of the stretch and of the one before it (None where the service did not yet run
    all through that one: a beginning is nothing to compare with), `days` those of each day of the
    trend. `late` has the longest waiting first. `ages` are the open cases by age, each (all, late of them). `again` is
    what came up most in one place, None where nothing did; `heat` what came in by unit and kind, `kinds` the measures of
    each kind.
    """

    units: tuple[int, ...]
    span: Span
    totals: Totals
    before: Totals | None
    days: tuple[tuple[date, Totals], ...] = ()
    late: tuple[Late, ...] = ()
    ages: tuple[tuple[int, int], ...] = ()
    again: Spread | None = None
    heat: tuple[Spread, ...] = ()
    kinds: Mapping[str, Totals] = field(default_factory=dict)

    @property
    def overdue(self) -> int:
        """How many cases are late now."""
        return sum(late.count for late in self.late)


async def report(
    reads: FigureReads,
    town: Town,
    units: tuple[int, ...],
    span: Span,
    standing: Sequence[Standing],
    now: datetime,
    *,
    tables: bool = True,
) -> Report:
    """Read the report of some units; `standing` are the open cases of the whole district at its end.

    Its words alone do without `tables`, the heat and the kinds: of a month of a district those are most of what is read.
    """
    earliest = min(span.before.first, span.last - timedelta(days=_TREND[span.name] - 1))
    days = await reads.totals(units, earliest, span.last)
    mine = of_units(town, standing, units)
    places = compared(town, units)
    begun = await reads.first_event()
    known = begun is not None and town.clocks.today(begun) <= span.before.first
    return Report(
        units,
        span,
        await reads.summed(units, span.first, span.last),
        added(totals for day, totals in days.items() if span.before.first <= day <= span.before.last)
        if known
        else None,
        tuple(
            (day, days.get(day, {}))
            for day in (span.last - timedelta(days=n) for n in range(_TREND[span.name] - 1, -1, -1))
        ),
        late(mine, now),
        ages(mine),
        await _again(reads, town, units, span),
        await reads.spread(places, Measure.FILED, span.first, span.last) if places and tables else (),
        await reads.by_kind(units, span.first, span.last) if tables else {},
    )


def added(days: Iterable[Totals]) -> Totals:
    """The sum of several days."""
    total: Counter[str] = Counter()
    for day in days:
        total.update(day)
    return dict(total)


def of_units(town: Town, standing: Iterable[Standing], units: Iterable[int]) -> tuple[Standing, ...]:
    """The open cases that some units or those below them answer for."""
    belonging, wanted = Belonging(town), frozenset(units)
    return tuple(each for each in standing if belonging.owned(each.owner_id, each.unit_id) & wanted)


def late(standing: Iterable[Standing], now: datetime) -> tuple[Late, ...]:
    """Each owner that is late once, the longest waiting first."""
    found: dict[tuple[int, str], Late] = {}
    for each in standing:
        if not each.late:
            continue
        key = (each.owner_id, each.owner_role)
        known = found.get(key, Late(*key, 0, timedelta()))
        waits = max(known.longest, now - (each.due or now))
        found[key] = replace(known, count=known.count + each.count, longest=waits)
    return tuple(sorted(found.values(), key=lambda each: (-each.longest, each.unit_id, each.role)))


def ages(standing: Iterable[Standing]) -> tuple[tuple[int, int], ...]:
    """(all, late of them) for each age."""
    found = [[0, 0] for _ in range(len(AGES) + 1)]
    for each in standing:
        found[each.age][0] += each.count
        found[each.age][1] += each.count * each.late
    return tuple((all_, late_) for all_, late_ in found)


def compared(town: Town, units: tuple[int, ...]) -> tuple[int, ...]:
    """The units below that a table can set side by side: of the highest level that has several."""
    below = [each for unit_id in units for each in town.directory.children(unit_id)]
    while below:
        for kind in _HEAT_LEVELS:
            same = tuple(dict.fromkeys(each.id for each in below if each.kind is kind))
            if len(same) >= _FEWEST:
                return same
        below = [child for each in below if each.kind in _HEAT_LEVELS for child in town.directory.children(each.id)]
    return ()


def table(heat: Iterable[Spread]) -> tuple[tuple[int, ...], tuple[str, ...], dict[tuple[int, str], int]]:
    """The busiest units and the most frequent kinds as (units, kinds, how many of each), the largest first."""
    by_unit: Counter[int] = Counter()
    by_kind: Counter[str] = Counter()
    cells: dict[tuple[int, str], int] = {}
    for each in heat:
        by_unit[each.unit_id] += each.count
        by_kind[each.kind] += each.count
        cells[each.unit_id, each.kind] = each.count
    units = tuple(unit for unit, _ in by_unit.most_common(_HEAT_UNITS))
    return units, tuple(kind for kind, _ in by_kind.most_common(_HEAT_KINDS)), cells


async def _again(reads: FigureReads, town: Town, units: tuple[int, ...], span: Span) -> Spread | None:
    """What came up most in one compound or dedicated grid, or, where there are none, at all."""
    inside = _homes(town, units)
    found = await reads.spread(inside or units, Measure.FILED, span.first, span.last, _LOOKED_AT)
    # Errands and calls for help come again by their nature: there is nothing to mend beforehand.
    meant = (each for each in found if town.kind(each.kind).service == Service.APPEAL and each.kind != CRY)
    most = next(meant, None)
    return most if most is not None and most.count >= _AGAIN[span.name] else None


def _homes(town: Town, units: Iterable[int]) -> tuple[int, ...]:
    """The compounds and dedicated grids in some units; one of them is its own."""
    found: dict[int, None] = {}
    below = [town.directory.units[unit_id] for unit_id in units if unit_id in town.directory.units]
    while below:
        unit = below.pop()
        if unit.kind in (UnitKind.COMPOUND, UnitKind.DEDICATED_GRID):
            found[unit.id] = None
        elif unit.kind in (UnitKind.DISTRICT, *_HEAT_LEVELS):  # Nothing smaller has any below it.
            below += town.directory.children(unit.id)
    return tuple(found)
