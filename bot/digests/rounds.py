"""Digests going out: each morning to whoever manages a unit or sits at a desk, and to them at any time by hand.

On Mondays the week's comes as well, on the first the month's. Words go first; the picture follows when it is drawn.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from bot.board.records import Filter
from bot.board.scope import scope, units_of
from bot.cases.lifecycle import FIRST_NUMBER, Act
from bot.chat.messages import Button, Outgoing
from bot.chat.records import Timer
from bot.digests.counting import ensure
from bot.digests.figures import Span, of_units, report
from bot.digests.measures import Belonging
from bot.digests.records import Standing
from bot.digests.wording import Today, digest
from bot.grid.directory import Role
from bot.records import Records
from bot.town import DESKS, Town

TIMER, ONE_TIMER, PICTURE_TIMER = "digest", "digest_for", "picture"
AT = time(8, 30)
MORNING = (Role.MANAGER, *DESKS)
READERS = (*MORNING, Role.ADMINISTRATOR)  # An administrator may ask, but is not written to each morning.
_APART = timedelta(seconds=0.2)  # Digests go out one by one, so that no chat waits for all of them.
_STILL_TRUE = timedelta(minutes=1)
_STUCK = 3  # cases offered to open


class Digests:
    """Writes digests from what storage tells. A digest is of the local day, week or month before."""

    def __init__(self) -> None:
        self._standing: tuple[datetime, int, Sequence[Standing]] | None = None

    async def for_person(self, records: Records, town: Town, person_id: int, now: datetime) -> Outgoing:
        """Today so far and yesterday, for a person's units and all below; a kind word to who manages none."""
        today = town.clocks.today(now)
        units = units_of(town, person_id, today, READERS)
        if not units:
            return Outgoing(town.texts("digest.none"), menu=True)
        await ensure(records.digests, town, today - timedelta(days=1), now)
        counts = dict.fromkeys((Act.FILE, Act.FINISH), 0)
        belonging, wanted = Belonging(town), frozenset(units)
        for act, owner_id, place, count in await records.digests.flow(town.clocks.at(today, time()), town.kinds.hidden):
            where = belonging.came(owner_id, place) if act == Act.FILE else belonging.owned(owner_id, place)
            if act in counts and where & wanted:
                counts[Act(act)] += count
        so_far = Today(counts[Act.FILE], counts[Act.FINISH])
        return await self._write(
            records, town, person_id, units, Span.of("day", today - timedelta(days=1)), now, so_far
        )

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the next morning's timer; once set, each ring sets the one after."""
        today = town.clocks.today(now)
        passed = now >= town.clocks.at(today, AT)
        await self._set(records, town, today + timedelta(days=passed))

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Plan the morning's digests, or send one. True when done, False when put off to a civil hour.

        After some days of standstill only today's digests go out, and only once: their slots are rows like any other.
        """
        civil = town.clocks.civil(now)
        today = town.clocks.today(now)
        if timer.kind == ONE_TIMER:
            name, _, day = timer.slot.partition(".")
            if day == today.isoformat():
                await self._send(records, town, timer.subject, Span.of(name, today).before, now)
                await records.timers.set(PICTURE_TIMER, timer.subject, timer.slot, now)
            return True
        if timer.slot != today.isoformat():
            await self._set(records, town, today)
            return True
        if civil > now:
            await records.timers.postpone(timer.id, civil)
            return False
        await self._set(records, town, today + timedelta(days=1))
        await ensure(records.digests, town, today - timedelta(days=1), now)
        readers = await records.people.reach(_readers(town, today))
        names = ("day", *["week"] * (today.weekday() == 0), *["month"] * (today.day == 1))
        for n, person_id in enumerate(sorted(readers)):
            for name in names:
                await records.timers.set(ONE_TIMER, person_id, f"{name}.{today.isoformat()}", now + n * _APART)
        return True

    async def _send(self, records: Records, town: Town, person_id: int, span: Span, now: datetime) -> None:
        units = units_of(town, person_id, town.clocks.today(now), READERS)
        if not units:
            return
        message = await self._write(records, town, person_id, units, span, now)
        for address in (await records.people.addresses(person_id))[:1]:
            await records.outbox.post(address, message, now)

    async def _write(
        self,
        records: Records,
        town: Town,
        person_id: int,
        units: tuple[int, ...],
        span: Span,
        now: datetime,
        today: Today | None = None,
    ) -> Outgoing:
        standing = await self._open(records, town, now)
        mine = of_units(town, standing, units)
        found = await report(records.digests, town, units, span, mine, now, tables=False)
        reminders = await records.reminders.counts(span.last) if span.name == "day" else {}
        told = (count for other_id, count in reminders.items() if _under(town, other_id, units, span.last))
        within = scope(town, units, person_id, town.clocks.today(now))
        stuck = await records.board.queue(within, Filter(late=True), now, _STUCK, 0) if found.late else ()
        buttons = tuple(
            Button(town.texts("digest.open_case", number=FIRST_NUMBER + case.id), f"c:{case.id}:show") for case in stuck
        )
        buttons += (Button(town.texts("digest.open_board"), "m:board"),)
        return Outgoing(digest(town, found, today, reminded=max(told, default=0)), buttons, menu=True)

    async def _open(self, records: Records, town: Town, now: datetime) -> Sequence[Standing]:
        """The open cases of the whole district, read once for all digests of a minute."""
        known = self._standing
        if known is None or known[1] != town.directory.revision or not known[0] <= now < known[0] + _STILL_TRUE:
            known = (now, town.directory.revision, await records.digests.standing(now, town.kinds.hidden))
            self._standing = known
        return known[2]

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day, AT))


def _under(town: Town, person_id: int, units: tuple[int, ...], day: date) -> bool:
    """Whether a person works in one of these units or below."""
    return any(town.directory.covers(unit_id, post.unit_id) for post in town.posts(person_id, day) for unit_id in units)


def _readers(town: Town, day: date) -> tuple[int, ...]:
    """Who gets a digest that morning: of each post the one on duty, so that nobody on leave is written to."""
    posts = (post for post in town.directory.posts.values() if post.role in MORNING)
    on_duty = (town.directory.on_duty(post, day) for post in posts)
    return tuple(dict.fromkeys(staff.id for staff in on_duty if staff is not None))
