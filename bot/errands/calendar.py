"""A helper's calendar: what they have in hand, as iCalendar text for the phone's own calendar (RFC 5545)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from icalendar import Calendar, Event

from bot.cases.lifecycle import Case
from bot.errands.errand import Errand, HelperState
from bot.errands.slots import Slot
from bot.records import Records, Storage
from bot.town import Town

_REFRESH = timedelta(minutes=30)


def written(town: Town, found: Sequence[tuple[Case, Errand]], now: datetime) -> bytes:
    """The calendar file. It names kind, number and place: neither room, name, phone nor words, for it leaves the service."""
    t = town.texts
    calendar = Calendar()
    calendar.add("prodid", "-//Yingshao//Errands//")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", t("errand.calendar_name"))
    calendar.add("refresh-interval", _REFRESH)
    for case, errand in found:
        slot, kind = Slot(errand.slot_from, errand.slot_until), town.kind(case.kind)
        event = Event()
        event.add("uid", f"errand-{case.id}-{case.round}@yingshao")
        event.add("dtstamp", now)
        event.add("dtstart", slot.start)
        event.add("dtend", slot.end)
        event.add("summary", t("errand.event", icon=kind.icon, kind=kind.name, number=case.number))
        event.add("location", case.place)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


async def in_hand(records: Records, person_id: int) -> list[tuple[Case, Errand]]:
    """What somebody has in hand, the earliest slot first."""
    found = []
    for errand in await records.errands.in_hand(person_id):
        case = await records.cases.get(errand.case_id)
        if case is not None:
            found.append((case, errand))
    return found


class HelperCalendar:
    """Writes the calendar of one helper. `town` gives today's."""

    def __init__(self, storage: Storage, town: Callable[[], Town], clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._town = town
        self._clock = clock

    async def of(self, person_id: int) -> bytes | None:
        """The file; None for somebody who is no helper now."""
        async with self._storage.writing() as records:
            helper = await records.helpers.get(person_id)
            if helper is None or helper.state is not HelperState.ADMITTED:
                return None
            return written(self._town(), await in_hand(records, person_id), self._clock())
