"""The morning list: on working days at eight each worker hears once what is on hand, the most urgent first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.cases.lifecycle import Case, State
from bot.cases.notices import tell
from bot.cases.posted import work_of
from bot.cases.timing import slot
from bot.chat.conversation import numbered
from bot.chat.messages import Outgoing
from bot.chat.records import Timer
from bot.grid.shifts import on_that_day
from bot.grid.turns import shifts_of
from bot.records import Records
from bot.town import Town, say_span, say_time

TIMER = "morning"
AT = time(8)
NOON = time(12)  # after a standstill no morning list goes out in the afternoon
_CHUNK = 25  # people a ring: a city takes some minutes, and no chat waits long for the database
_SHOWN = 8  # cases written out
_READ = 200
_KEPT = timedelta(days=35)


@dataclass(frozen=True, slots=True)
class Pressing:
    """What presses most about a case: `what` accept, contact, finish or decide, until `due`."""

    case: Case
    what: str
    due: datetime


def pressing(case: Case, now: datetime) -> Pressing:
    """The deadline of a case that comes first; one that is late already is no longer asked for a first contact."""
    if case.state is State.DISPUTED:
        return Pressing(case, "decide", case.decide_by or case.finish_by)
    found = [(case.finish_by, "finish")]
    if case.state is State.OPEN:
        found.append((case.accept_by, "accept"))
    elif case.contacted_at is None and case.contact_by is not None and now < case.finish_by:
        found.append((case.contact_by, "contact"))
    due, what = min(found)
    return Pressing(case, what, due)


class Mornings:
    """Writes the morning lists, and sets the next morning's timer."""

    async def start(self, records: Records, town: Town, now: datetime) -> None:
        """Set the next morning's timer; once set, each ring sets the one after."""
        today = town.clocks.today(now)
        await self._set(records, town, today + timedelta(days=now >= town.clocks.at(today, AT)))

    async def ring(self, records: Records, town: Town, timer: Timer, now: datetime) -> bool:
        """Write the lists of the next people after the timer's subject; after the last, nothing is left to do.

        After some days of standstill only today's lists go out.
        """
        today = town.clocks.today(now)
        if timer.subject == 0:
            await self._set(records, town, today + timedelta(days=timer.slot == today.isoformat()))
            await records.reminders.forget(today - _KEPT)
        if timer.slot != today.isoformat() or not town.clocks.works(now) or now >= town.clocks.at(today, NOON):
            return True
        people = await records.reminders.busy(timer.subject, _CHUNK)
        for person_id in dict.fromkeys(there for one in people for there in _there(town, one, today)):
            await self._write(records, town, person_id, today, now)
        if len(people) == _CHUNK:
            await records.timers.set(TIMER, people[-1], timer.slot, now)
        return True

    @staticmethod
    async def _set(records: Records, town: Town, day: date) -> None:
        await records.timers.set(TIMER, 0, day.isoformat(), town.clocks.at(day, AT))

    @staticmethod
    async def _write(records: Records, town: Town, person_id: int, today: date, now: datetime) -> None:
        staff = town.directory.staff.get(person_id)
        if staff is None or staff.away(today) or not on_that_day(shifts_of(town.directory, person_id), today):
            return
        if not await records.people.reach((person_id,)):
            return
        if (await records.reminders.day(person_id, today)).listed_at is not None:
            return  # They stood in for somebody whose turn came before.
        work = await work_of(records, town, person_id, _READ, now)
        if not work:
            return
        silent = await records.reminders.muted_by(person_id)
        message, shown = morning(town, [case for case in work if case.id not in silent], len(work), now)
        await tell(records, person_id, message, now)
        await records.reminders.listed(person_id, today, now, shown)


def _there(town: Town, person_id: int, today: date) -> tuple[int, ...]:
    """Somebody, or who does the work of their posts while they are away."""
    staff = town.directory.staff.get(person_id)
    if staff is None or not staff.away(today):
        return (person_id,)
    on_duty = (town.directory.on_duty(post, today) for post in town.directory.posts_of(person_id))
    return tuple(person.id for person in on_duty if person is not None)


def morning(town: Town, work: list[Case], count: int, now: datetime) -> tuple[Outgoing, Mapping[int, int]]:
    """The list of one person, and the deadlines it names by case. `count` are all on hand, also those not in `work`."""
    t, today = town.texts, town.clocks.today(now)
    pressed = sorted((pressing(case, now) for case in work if not case.resting), key=lambda p: p.due)
    late = [p for p in pressed if p.due <= now]
    due = [p for p in pressed if p not in late and (p.what == "decide" or town.clocks.today(p.due) == today)]
    lines = [t("reminders.morning", count=count)]
    room = _SHOWN
    for head, some in (("late", late), ("today", due)):
        if some:
            lines.append(t(f"reminders.{head}", count=len(some)))
            lines += [_line(town, head, p, now) for p in some[:room]]
            room -= min(room, len(some))
    shown = [*late, *due][:_SHOWN]
    resting = sum(case.resting for case in work)
    left = {
        "more": len(late) + len(due) - len(shown),
        "rest": len(pressed) - len(late) - len(due),
        "resting": resting,
        "silent": count - len(work),
    }
    lines += [t(f"reminders.{key}", count=number) for key, number in left.items() if number]
    options = [
        (t("reminders.one", number=p.case.number, kind=town.kind(p.case.kind).name), f"c:{p.case.id}:show")
        for p in shown
    ]
    message = Outgoing("\n".join(lines), numbered(*options, (t("reminders.all"), "m:work")))
    return message, {p.case.id: int(slot(p.due)) for p in shown}


def _line(town: Town, head: str, pressed: Pressing, now: datetime) -> str:
    return town.texts(
        f"reminders.{head}_{pressed.what}",
        number=pressed.case.number,
        kind=town.kind(pressed.case.kind).name,
        time=say_time(town.texts, town.clocks, pressed.due, now),
        span=say_span(town.texts, now - pressed.due),
    )
