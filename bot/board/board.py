"""The board of a command room or a phone: what stands open, what flows today, the rates, and any case's history.

What the whole district shares is read once in a few seconds, however many screens are open.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from bot.board.records import BoardReads, Boards, Filter, QueueCase, Scope
from bot.board.scope import inside, may_see, scope, units_of
from bot.cases.holdings import Holding, holdings
from bot.cases.levels import Level, level
from bot.cases.lifecycle import FIRST_NUMBER, Act, Case, Event
from bot.cases.rights import STAFF, relations
from bot.digests.figures import ages, of_units
from bot.digests.helping import Share, shares
from bot.digests.measures import Belonging
from bot.digests.rates import THREE, Rate, rates
from bot.digests.records import Standing
from bot.errors import NotAllowed
from bot.grid.directory import OUTSIDE, UnitKind
from bot.house import House
from bot.town import Town

PAGE = 50
RATE_DAYS = 30
_FRESH = timedelta(seconds=10)
_MAPPED = (UnitKind.MICRO_GRID, UnitKind.GRID, UnitKind.DEDICATED_GRID, UnitKind.COMMUNITY)


@dataclass(frozen=True, slots=True)
class Overview:
    """`levels` has (all, late) for each age of each level; `today` how often each act was; rates are of RATE_DAYS."""

    now: datetime
    units: tuple[int, ...]
    levels: Mapping[Level, tuple[tuple[int, int], ...]]
    today: Mapping[str, int]
    rates: tuple[Rate, ...]
    late: int
    open: int
    help: tuple[Share, ...] = ()  # errands and care of RATE_DAYS
    areas: tuple[tuple[int, int, bytes], ...] = ()  # (unit, open cases there, outline as WKB)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of a queue; `more` where others follow.

    `called` are those that wait for this person to accept them, `helping` those to which their unit was whistled.
    """

    now: datetime
    cases: tuple[QueueCase, ...]
    more: bool
    called: frozenset[int] = frozenset()
    helping: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Trail:
    """One case with who held it and everything that happened."""

    now: datetime
    case: Case
    held: tuple[Holding, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose to see in the queue. `unit_id` and `level` narrow it to some owners."""

    level: str = ""
    kind: str = ""
    state: str = ""
    late: bool = False
    unit_id: int | None = None
    page: int = 0


@dataclass(slots=True)
class _District:
    """What all screens share, and when it was read."""

    at: datetime | None = None
    standing: tuple[Standing, ...] = ()
    flow: tuple[tuple[str, int | None, int | None, int], ...] = field(default=())


class Board:
    """Answers for one person at a time; each method raises NotAllowed for who has no post that opens the board."""

    def __init__(
        self,
        boards: Boards,
        house: House,
        clock: Callable[[], datetime],
        outlines: Callable[[], Awaitable[Mapping[int, bytes]]],
    ) -> None:
        self._boards = boards
        self._house = house
        self._clock = clock
        self._outlines = outlines
        self._district = _District()
        self._areas: tuple[int, Mapping[int, bytes]] = (-1, {})

    @property
    def town(self) -> Town:
        """The town as it stands."""
        return self._house.town

    def units(self, person_id: int) -> tuple[int, ...]:
        """What this person's board is of. Raises NotAllowed where that is nothing."""
        units = units_of(self.town, person_id, self.town.clocks.today(self._clock()))
        if not units:
            raise NotAllowed("board.no_post")
        return units

    async def overview(self, person_id: int) -> Overview:
        """Open cases by level and age, today's flow, three rates, and a map where outlines are known."""
        units, now, town = self.units(person_id), self._clock(), self.town
        yesterday = town.clocks.today(now) - timedelta(days=1)
        async with self._boards.reading() as reads:
            district = await self._shared(reads, now)
            totals = await reads.summed(units, yesterday - timedelta(days=RATE_DAYS - 1), yesterday)
            areas = await self._mapped(reads, units)
        mine = of_units(town, district.standing, units)
        by_level: dict[Level, list[Standing]] = {}
        for each in mine:
            by_level.setdefault(level(town, each.owner_id, each.owner_role), []).append(each)
        belonging, wanted = Belonging(town), frozenset(units)
        today: Counter[str] = Counter()
        for act, owner_id, place, count in district.flow:
            # As in the figures: what comes in counts where it happened too.
            where = belonging.came(owner_id, place) if act == Act.FILE else belonging.owned(owner_id, place)
            if where & wanted:
                today[act] += count
        return Overview(
            now,
            units,
            {each: ages(by_level[each]) for each in Level if each in by_level},
            today,
            tuple(rate for rate in rates(totals) if rate.name in THREE),
            sum(each.count for each in mine if each.late),
            sum(each.count for each in mine),
            shares(totals),
            areas,
        )

    async def queue(self, person_id: int, chosen: Chosen) -> Queue:
        """A page of the open cases that this person's units answer for or were whistled to."""
        units, now, town = self.units(person_id), self._clock(), self.town
        within = scope(town, units, person_id, town.clocks.today(now))
        owners = self._owners(within, chosen)
        async with self._boards.reading() as reads:
            wanted = Filter(chosen.kind, chosen.state, chosen.late, owners)
            helping = await reads.helping(self._posts(person_id))
            within = replace(within, cases=helping)
            found = await reads.queue(within, wanted, now, PAGE + 1, chosen.page * PAGE)
            called = await reads.called(person_id, [case.id for case in found])
        return Queue(now, found[:PAGE], len(found) > PAGE, called, frozenset(helping))

    async def trail(self, person_id: int, number: int) -> Trail:
        """A case's whole history. Raises NotAllowed also where there is no such case: a stranger learns nothing."""
        units, now = self.units(person_id), self._clock()
        async with self._boards.reading() as reads:
            case = await reads.case(number - FIRST_NUMBER)
            if case is None:
                raise NotAllowed("board.no_case")
            helps = case.beside and await reads.helpers(case.id) & frozenset(self._posts(person_id))
            if not helps and not await self._sees(reads, person_id, units, case, now):
                raise NotAllowed("board.no_case")
            events = await reads.events(case.id)
        # Even in the chat the room is for who goes there; here nobody does.
        return Trail(now, replace(case, room="", hand_over=""), holdings(events, now), events)

    async def _sees(self, reads: BoardReads, person_id: int, units: tuple[int, ...], case: Case, now: datetime) -> bool:
        """Whether a case is on this person's board. Of a hidden kind who may see it in the chat may see it here."""
        town = self.town
        if not town.kind(case.kind).hidden:
            return may_see(town, units, case)
        standing = relations(town, person_id, case, town.clocks.today(now), await reads.calls(case))
        return bool(standing & STAFF)

    def _posts(self, person_id: int) -> tuple[int, ...]:
        """The units of a person's posts today."""
        posts = self.town.posts(person_id, self.town.clocks.today(self._clock()))
        return tuple(dict.fromkeys(post.unit_id for post in posts))

    def _owners(self, within: Scope, chosen: Chosen) -> tuple[int, ...] | None:
        """The owners that a choice narrows the queue to; None where it does not."""
        town = self.town
        if not chosen.level and chosen.unit_id is None:
            return None
        known = chosen.unit_id is not None and town.unit(chosen.unit_id) is not None
        chosen_units = frozenset(inside(town, [chosen.unit_id])) if known and chosen.unit_id is not None else None
        possible = within.owners if within.owners is not None else tuple(town.directory.units)
        if within.places is not None:
            possible = (*possible, *(u.id for u in town.directory.units.values() if u.kind in OUTSIDE))
        return tuple(
            unit_id
            for unit_id in possible
            if (chosen_units is None or unit_id in chosen_units)
            and (not chosen.level or level(town, unit_id, "") == chosen.level)
            and town.directory.units[unit_id].kind not in (UnitKind.BUILDING, UnitKind.DOOR)
        )

    async def _shared(self, reads: BoardReads, now: datetime) -> _District:
        known = self._district
        if known.at is None or not known.at <= now < known.at + _FRESH:
            hidden = self.town.kinds.hidden
            midnight = self.town.clocks.at(self.town.clocks.today(now), time())
            known = _District(now, await reads.standing(now, hidden), await reads.flow(midnight, hidden))
            self._district = known
        return known

    async def _mapped(self, reads: BoardReads, units: tuple[int, ...]) -> tuple[tuple[int, int, bytes], ...]:
        """The smallest units below that are drawn, with how many open cases lie in each."""
        revision, outlines = self._areas
        if revision != self.town.directory.revision:
            outlines = await self._outlines()
            self._areas = (self.town.directory.revision, outlines)
        if not outlines:
            return ()
        below = tuple(inside(self.town, units))
        drawn: tuple[int, ...] = ()
        for kind in _MAPPED:
            drawn = tuple(u for u in below if u in outlines and self.town.directory.units[u].kind is kind)
            if drawn:
                break
        counts: Counter[int] = Counter()
        wanted = frozenset(drawn)
        for unit_id, count in (await reads.open_at(below, self.town.kinds.hidden)).items():
            for above in self.town.directory.upward(unit_id):
                if above.id in wanted:
                    counts[above.id] += count
        return tuple((unit_id, counts[unit_id], outlines[unit_id]) for unit_id in drawn)
