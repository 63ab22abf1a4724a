"""日间照料: where it is and what is offered there; a place for a day is booked by chat, up to the seats.

In the morning of the day the place reads who comes; until then a booking can be made and taken back.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.care.daycare import DayCare, DaySeat
from bot.care.eating import near, said_day
from bot.care.step import Step, press
from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import numbered
from bot.chat.messages import Button, Outgoing
from bot.errors import NotAllowed
from bot.people.people import mask_name
from bot.records import Records
from bot.town import Town

TIMER = "daycare_list"
LISTS = time(7, 40)
AHEAD = 7  # days that can be booked
_NOON = time(12)


async def daycares(step: Step) -> Replies:
    """日间照料: the places near by, and what one has booked."""
    t, lines, buttons = step.texts, list[str](), list[tuple[str, str]]()
    every = await step.records.daycares.every()
    for one in near(step.scene, every):
        lines.append(t("daycare.place", name=one.name, place=one.place, hours=one.hours, offers=one.offers))
        buttons.append((t("daycare.book", name=one.name), press(one.id, "daycare_days")))
    names = {one.id: one.name for one in every}
    for seat in await step.records.daycares.mine(step.person.id, step.today):
        day = said_day(step.town, seat.day, step.now)
        lines.append(t("daycare.mine", day=day, name=names.get(seat.daycare_id, "")))
        buttons.append((t("daycare.cancel", day=day), press(seat.daycare_id, "daycare_off", seat.day.isoformat())))
    if not lines:
        return (Outgoing(t("daycare.none"), menu=True),)
    return (Outgoing("\n".join(lines), numbered(*buttons)),)


async def days(step: Step) -> Replies:
    """The days that still have a place."""
    one = await _place(step)
    taken = await _taken(step.records, one, step.today)
    options = [
        (
            step.texts("daycare.day", day=said_day(step.town, day, step.now), left=one.seats - taken[day]),
            press(one.id, "daycare_seat", day.isoformat()),
        )
        for day in (step.today + timedelta(days=ahead) for ahead in range(AHEAD + 1))
        if _open(step.town, day, step.now) and taken[day] < one.seats
    ]
    if not options:
        return (Outgoing(step.texts("daycare.full"), menu=True),)
    return (Outgoing(step.texts("daycare.which_day", name=one.name), numbered(*options)),)


async def book(step: Step) -> Replies:
    """Take a place on a day, if there is one and it is not too late."""
    one, day = await _place(step), _date(step.wish.value)
    if day is None or day > step.today + timedelta(days=AHEAD) or not _open(step.town, day, step.now):
        raise NotAllowed("daycare.too_late")
    mine = {seat.day for seat in await step.records.daycares.mine(step.person.id, day) if seat.daycare_id == one.id}
    if day not in mine and (await _taken(step.records, one, day))[day] >= one.seats:
        raise NotAllowed("daycare.full")
    elder = await step.records.elders.get(step.person.elder_id) if step.person.elder_id is not None else None
    name = elder.name if elder is not None else step.wish.words or step.person.name
    await step.records.daycares.book(DaySeat(one.id, day, step.person.id, name, step.now))
    await step.records.timers.set(TIMER, one.id, day.isoformat(), step.town.clocks.at(day, LISTS))
    text = step.texts(
        "daycare.booked", day=said_day(step.town, day, step.now), name=one.name, place=one.place, hours=one.hours
    )
    cancel = Button(step.texts("daycare.cancel_one"), press(one.id, "daycare_off", day.isoformat()))
    return (Outgoing(text, (cancel,), menu=True),)


async def off(step: Step) -> Replies:
    """Not that day, until the list is written."""
    one, day = await _place(step), _date(step.wish.value)
    seats = await step.records.daycares.mine(step.person.id, step.today)
    mine = next((seat for seat in seats if seat.daycare_id == one.id and seat.day == day), None)
    if mine is None:
        raise NotAllowed("daycare.not_booked")
    if step.now >= step.town.clocks.at(mine.day, LISTS):
        raise NotAllowed("daycare.too_late_to_cancel")
    await step.records.daycares.book(replace(mine, cancelled_at=step.now))
    return (Outgoing(step.texts("daycare.cancelled"), menu=True),)


async def lists(step: Step) -> Replies:
    """日间照料名单: who comes today and in the days ahead, for those who run a place."""
    mine = [one for one in await step.records.daycares.every() if one.liaison_id == step.person.id]
    if not mine:
        raise NotAllowed("daycare.not_yours")
    last = step.today + timedelta(days=AHEAD)
    found: list[str] = []
    for one in mine:
        seats = await step.records.daycares.booked(one.id, step.today, last)
        found += [
            _listed(step.town, one, day, [seat for seat in seats if seat.day == day], step.now)
            for day in dict.fromkeys([step.today, *(seat.day for seat in seats)])
        ]
    return (Outgoing("\n".join(found)),)


async def ring(records: Records, town: Town, daycare_id: int, slot: str, now: datetime) -> None:
    """In the morning the place reads who comes today."""
    one, day = await records.daycares.get(daycare_id), date.fromisoformat(slot)
    if one is None or day != town.clocks.today(now):
        return
    seats = await records.daycares.booked(one.id, day, day)
    await tell(records, one.liaison_id, Outgoing(_listed(town, one, day, list(seats), now)), now)


def _listed(town: Town, one: DayCare, day: date, seats: list[DaySeat], now: datetime) -> str:
    head = town.texts("daycare.list", name=one.name, day=said_day(town, day, now), count=len(seats))
    return "\n".join([head, *(mask_name(seat.name) or town.texts("meals.somebody") for seat in seats)])


async def _place(step: Step) -> DayCare:
    one = await step.records.daycares.get(step.wish.subject)
    if one is None:
        raise NotAllowed("daycare.none")
    return one


async def _taken(records: Records, one: DayCare, first: date) -> Counter[date]:
    seats = await records.daycares.booked(one.id, first, first + timedelta(days=AHEAD))
    return Counter(seat.day for seat in seats)


def _open(town: Town, day: date, now: datetime) -> bool:
    """Whether that day can still be booked: a working day whose list is not written yet."""
    return now < town.clocks.at(day, LISTS) and town.clocks.works(town.clocks.at(day, _NOON))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
