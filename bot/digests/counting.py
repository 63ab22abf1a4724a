"""Counts each night what the day brought, and anew the earlier days that it changed. Any day can be counted again."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from bot.backlog import Backlog
from bot.chat.records import Timer
from bot.digests.helping import count_help
from bot.digests.measures import ALL_KINDS, HOURS, Key, count_day
from bot.digests.records import DigestRecords, Looking, Spread, Standing
from bot.house import House
from bot.records import Records, Storage
from bot.town import Town

TIMER = "figures"
AT = time(0, 20)
LOOK_BACK = timedelta(days=400)
_PATIENCE = timedelta(minutes=10)


def bounds(town: Town, day: date) -> tuple[datetime, datetime]:
    """From midnight to midnight."""
    return town.clocks.at(day, time()), town.clocks.at(day + timedelta(days=1), time())


def days(first: date, last: date) -> Iterator[date]:
    """One day after another, both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


async def counted(reads: DigestRecords, town: Town, day: date, as_of: datetime) -> Mapping[Key, int]:
    """The counts of a day as it was known at `as_of`."""
    since, until = bounds(town, day)
    histories = await reads.histories(since, until)
    counts = await asyncio.to_thread(count_day, town, histories, since, until, as_of)
    return counts + count_help(town, await reads.helped(day, since, until, as_of))


async def ensure(records: DigestRecords, town: Town, day: date, now: datetime) -> None:
    """Count a day on the spot where the night did not: who reads its figures must not read nothing."""
    if day not in await records.kept(day, day):
        await records.keep_day(day, await counted(records, town, day, now))


class Counting:
    """Rings for "figures" timers, whose slot is the day. The counting is done outside any transaction."""

    def __init__(self, storage: Storage, looking: Looking, house: House, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._looking = looking
        self._house = house
        self._clock = clock
        self._days = Backlog(self._count, _PATIENCE)

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set tonight's timer, and one for every day that was never counted."""
        today = town.clocks.today(now)
        await self._set(records, town, today)
        first = await records.digests.first_event()
        if first is None:
            return
        day = max(town.clocks.today(first), today - LOOK_BACK)
        kept = await records.digests.kept(day, today)
        for each in days(day, today - timedelta(days=1)):
            if each not in kept:
                await self._set(records, town, each)

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:  # noqa: ARG002 - a Ringer
        """Hand it to the loop."""
        return await self._days.take(records, timer, now)

    async def run(self) -> None:
        """Count one day after another until cancelled. What fails rings again by itself."""
        await self._days.run()

    async def _count(self, timer: Timer) -> None:
        await self.count(date.fromisoformat(timer.slot), timer)

    async def count(self, day: date, timer: Timer | None = None) -> None:
        """Count a day and the earlier ones whose rates it changed, and keep them; set the next night's timer."""
        town, now = self._house.town, self._clock()
        since, until = bounds(town, day)
        async with self._looking.reading() as reads:
            changed = {town.clocks.today(moment) for moment in await reads.settled(since, until)}
        for each in sorted({day, *(other for other in changed if other >= day - LOOK_BACK)}):
            # One look and one short transaction a day: a long look would keep the database from tidying its journal.
            async with self._looking.reading() as reads:
                counts = await counted(reads, town, each, now)
            async with self._storage.writing() as records:
                await records.digests.keep_day(each, counts)
        async with self._storage.writing() as records:
            if timer is not None:
                await records.timers.done(timer.id, now)
            await self._set(records, town, town.clocks.today(now))

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day + timedelta(days=1), AT))


class Recounted:
    """`FigureReads` made on the spot from the events, as everything was known at one moment; for past days by command."""

    def __init__(self, reads: DigestRecords, town: Town, as_of: datetime) -> None:
        self._reads = reads
        self._town = town
        self._as_of = as_of
        self._days: dict[date, Mapping[Key, int]] = {}

    async def totals(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[date, Mapping[str, int]]:
        """Measure → count of all kinds together, for each day. The hours are only in `summed`."""
        found: dict[date, Counter[str]] = {}
        for day in days(first, last):
            found[day] = Counter()
            for (unit_id, kind, measure), count in (await self._day(day)).items():
                if unit_id in unit_ids and kind == ALL_KINDS and not measure.startswith(HOURS):
                    found[day][measure] += count
        return found

    async def summed(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, int]:
        """Measure → count of all kinds and days together."""
        found: Counter[str] = Counter()
        for day in days(first, last):
            for (unit_id, kind, measure), count in (await self._day(day)).items():
                if unit_id in unit_ids and kind == ALL_KINDS:
                    found[measure] += count
        return found

    async def spread(
        self, unit_ids: Sequence[int], measure: str, first: date, last: date, limit: int = 10_000
    ) -> tuple[Spread, ...]:
        """One measure by unit and kind, the most frequent first."""
        found: Counter[tuple[int, str]] = Counter()
        for day in days(first, last):
            for (unit_id, kind, what), count in (await self._day(day)).items():
                if unit_id in unit_ids and kind != ALL_KINDS and what == measure:
                    found[unit_id, kind] += count
        ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Spread(unit_id, kind, count) for (unit_id, kind), count in ordered[:limit])

    async def by_kind(self, unit_ids: Sequence[int], first: date, last: date) -> Mapping[str, Mapping[str, int]]:
        """Measure → count of each kind."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for day in days(first, last):
            for (unit_id, kind, measure), count in (await self._day(day)).items():
                if unit_id in unit_ids and kind != ALL_KINDS:
                    found[kind][measure] += count
        return found

    async def first_event(self) -> datetime | None:
        """When the first thing happened at all."""
        return await self._reads.first_event()

    async def standing(self, now: datetime, hidden: Collection[str] = ()) -> tuple[Standing, ...]:
        """All open cases as they stood at `now`."""
        return await self._reads.stood(now, hidden)

    async def flow(
        self, since: datetime, hidden: Collection[str] = ()
    ) -> tuple[tuple[str, int | None, int | None, int], ...]:
        """What flows today is asked of the database itself."""
        return await self._reads.flow(since, hidden)

    async def _day(self, day: date) -> Mapping[Key, int]:
        if day not in self._days:
            self._days[day] = await counted(self._reads, self._town, day, self._as_of)
        return self._days[day]
