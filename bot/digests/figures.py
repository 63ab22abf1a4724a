"""What happened in a stretch of time in a part of the district, counted for those who answer for it.

A matter belongs to the unit that owns it and to all above. One owned by a department or a property firm, which stand
outside the tree, belongs to where it happened. Ratios are kept as two counts, so that both can be shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from bot.cases.lifecycle import WORST_GRADES
from bot.grid.directory import Directory, UnitKind

SATISFIED = 4  # 满意 and 非常满意
_OUTSIDE = (UnitKind.DEPARTMENT, UnitKind.FIRM)


@dataclass(frozen=True, slots=True)
class Matter:
    """A case as a digest sees it. `due` is the deadline that counts now: to accept while nobody has, else to finish."""

    case_id: int
    kind: str
    unit_id: int | None
    owner_id: int
    owner_role: str
    due: datetime
    finished_at: datetime | None = None
    grade: int | None = None
    solved: str = ""


class DigestRecords(Protocol):
    """What digests ask of storage. Each reads one range of an index, `until` not included."""

    async def filed(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases that came in."""

    async def finished(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases finished then and not reopened since."""

    async def rated(self, since: datetime, until: datetime) -> tuple[Matter, ...]:
        """Cases that got a grade then, one for each round."""

    async def overdue(self, now: datetime) -> tuple[Matter, ...]:
        """Cases that wait for a worker beyond their deadline."""


@dataclass(frozen=True, slots=True)
class Period:
    """All that storage tells of one stretch of time."""

    filed: tuple[Matter, ...] = ()
    finished: tuple[Matter, ...] = ()
    rated: tuple[Matter, ...] = ()


@dataclass(frozen=True, slots=True)
class Late:
    """How many matters one owner is late with, and how late the oldest is."""

    unit_id: int
    role: str
    count: int
    longest: timedelta


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of one part of the district. `late` has the longest waiting first.

    `most_kind` came most often, `most_count` times, `most_there` of them at `most_place`; empty where nothing came twice.
    """

    filed: int = 0
    finished: int = 0
    on_time: int = 0
    rated: int = 0
    satisfied: int = 0
    unhappy: int = 0
    late: tuple[Late, ...] = ()
    most_kind: str = ""
    most_count: int = 0
    most_place: int | None = None
    most_there: int = 0

    @property
    def overdue(self) -> int:
        """How many matters are late."""
        return sum(late.count for late in self.late)


async def read(records: DigestRecords, since: datetime, until: datetime) -> Period:
    """Ask storage for a stretch of time, `until` not included."""
    return Period(
        await records.filed(since, until), await records.finished(since, until), await records.rated(since, until)
    )


@dataclass(frozen=True)
class Sorted:
    """Matters laid out by every unit they belong to, so that each of many digests is a lookup."""

    by_unit: dict[int, list[Matter]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, directory: Directory, matters: Iterable[Matter]) -> "Sorted":
        """Lay them out."""
        laid = cls()
        for matter in matters:
            for unit_id in belongs_to(directory, matter):
                laid.by_unit[unit_id].append(matter)
        return laid

    def of_units(self, units: Iterable[int]) -> list[Matter]:
        """The matters of some units and all below, each once."""
        # The same object hangs at every unit it belongs to; a case rated in two rounds is two.
        found = {id(m): m for unit_id in units for m in self.by_unit.get(unit_id, ())}
        return list(found.values())


def belongs_to(directory: Directory, matter: Matter) -> frozenset[int]:
    """The units in whose digest a matter is counted. A unit that is gone from the directory has none."""
    owner = directory.units.get(matter.owner_id)
    starts = [matter.owner_id]
    if owner is None or owner.kind in _OUTSIDE:
        starts += [matter.unit_id] if matter.unit_id is not None else []
    return frozenset(unit.id for start in starts if start in directory.units for unit in directory.upward(start))


def count(
    directory: Directory,
    filed: Iterable[Matter],
    finished: Iterable[Matter],
    rated: Iterable[Matter],
    overdue: Iterable[Matter],
    now: datetime,
) -> Figures:
    """Count what one digest shows. A matter finished at its very deadline is on time."""
    filed, finished, rated = tuple(filed), tuple(finished), tuple(rated)
    kind, often, place, there = _most(directory, filed)
    return Figures(
        filed=len(filed),
        finished=len(finished),
        on_time=sum(m.finished_at is not None and m.finished_at <= m.due for m in finished),
        rated=len(rated),
        satisfied=sum((m.grade or 0) >= SATISFIED and m.solved != "unsolved" for m in rated),
        unhappy=sum((m.grade is not None and m.grade <= WORST_GRADES) or m.solved == "unsolved" for m in rated),
        late=_late(overdue, now),
        most_kind=kind,
        most_count=often,
        most_place=place,
        most_there=there,
    )


def _late(overdue: Iterable[Matter], now: datetime) -> tuple[Late, ...]:
    spans: dict[tuple[int, str], list[timedelta]] = defaultdict(list)
    for matter in overdue:
        spans[matter.owner_id, matter.owner_role].append(now - matter.due)
    late = [Late(unit_id, role, len(found), max(found)) for (unit_id, role), found in spans.items()]
    return tuple(sorted(late, key=lambda each: (-each.longest, each.unit_id, each.role)))


def _most(directory: Directory, filed: tuple[Matter, ...]) -> tuple[str, int, int | None, int]:
    kinds = Counter(matter.kind for matter in filed)
    kind, often = min(kinds.items(), key=lambda item: (-item[1], item[0]), default=("", 0))
    if often <= 1:
        return "", 0, None, 0
    places = Counter(_neighbourhood(directory, matter.unit_id) for matter in filed if matter.kind == kind)
    del places[None]
    place, there = min(places.items(), key=lambda item: (-item[1], item[0] or 0), default=(None, 0))
    return kind, often, place, there


def _neighbourhood(directory: Directory, unit_id: int | None) -> int | None:
    """The compound, or where there is none the unit itself: 金康苑 rather than one of its staircases."""
    if unit_id is None or unit_id not in directory.units:
        return None
    compound = directory.compound_of(unit_id)
    return compound.id if compound is not None else unit_id
