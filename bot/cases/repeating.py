"""Before a report is filed it is asked whether the same stands already, as this person's own case or a neighbour's.

Of a neighbour's case a resident sees the kind, the building, the day, how many have the trouble, and a picture taken
outside a home: never a name, a room or words. Only what all can see is offered (things one can photograph, supplies
that fail), never what was told anonymously or of a hidden kind. An emergency is filed at once; the desk hears then that
it may be one with another.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.cases.levels import seat
from bot.cases.lifecycle import LIVE, REOPEN_WINDOW, Act, Case, State
from bot.cases.notices import tell
from bot.cases.repeated import Around, Own, Told
from bot.chat.conversation import numbered
from bot.chat.messages import Attachment, Medium, Outgoing, Pin
from bot.chat.wishes import FileCase
from bot.grid.directory import UnitKind
from bot.people.people import Person
from bot.records import Records
from bot.town import Town
from bot.triage.kinds import Kind, Service, Urgency
from bot.triage.repeats import likely_same, similarity

LOOK_BACK = timedelta(days=30)
_HOME = frozenset({UnitKind.DOOR, UnitKind.BUILDING})
_SMALL = _HOME | {UnitKind.COMPOUND, UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.DEDICATED_GRID}
_MOST_UNITS = 2000
_HERE, _NEAR = 60, 150  # metres between two pins: the same spot, nearby
_DEGREE = 111_320  # metres of latitude


@dataclass(frozen=True, slots=True)
class Repeat:
    """A case that tells of the same matter. `how`: own (the person's, in work), again (theirs, done), near (another's)."""

    case: Told
    how: str


async def find(records: Records, town: Town, person: Person, wish: FileCase, now: datetime) -> Repeat | None:
    """The case that this report most likely repeats, the person's own before others'; None where there is none."""
    if town.kind(wish.kind).service is not Service.APPEAL or not wish.words.strip():
        return None
    around = _around(town, wish, now) if _seen_by_all(town.kind(wish.kind)) else None
    told = await records.repeats.told(Own(person.id, _line(town, wish)), around)
    own = [
        (alike, Repeat(case, how))
        for case in told
        if case.reporter_id == person.id
        and (how := await _own(records, case, now))
        and (alike := _alike(town, wish, case, _since(case, now)))
    ]
    others = (case for case in told if case.reporter_id != person.id and not case.anonymous)
    return _most_alike(own or _near(town, wish, others, now))


async def offer(records: Records, town: Town, person: Person, wish: FileCase, now: datetime) -> dict[str, Any] | None:
    """What the form must know to ask whether it is that one: case, how, text, photos; None where there is none."""
    found = await find(records, town, person, wish, now)
    if found is None:
        return None
    case, how, count, photos = found.case, found.how, 1, []
    kind = town.kind(case.kind)
    if how == "near":
        followers = await records.followers.of_case(case.id) if case.followed else ()
        count += len(followers)
        photos = [asdict(photo) for photo in await _photos(records, case)]
        if person.id in followers:
            how = "followed"
    text = town.texts(
        f"repeats.{how}",
        number=case.number,
        kind=f"{kind.icon}{kind.name}",
        place=case.place if how in {"own", "again"} else public_place(town, case) or town.texts("repeats.here"),
        day=_day(town, case.created_at, now),
        count=count,
    )
    return {"case": case.id, "how": how, "text": text, "photos": photos}


async def link(records: Records, town: Town, new: Case, wish: FileCase, now: datetime) -> None:
    """Tell the desk that an emergency just filed may be one with an earlier case, with a button to merge them."""
    told = await records.repeats.told(None, _around(town, wish, now))
    found = _most_alike(_near(town, wish, (case for case in told if case.id < new.id), now))
    if found is None:
        return
    lead = found.case
    line = Outgoing(
        town.texts("repeats.perhaps", number=new.number, lead=lead.number),
        numbered((town.texts("repeats.merge"), f"c:{new.id}:{Act.MERGE}:{lead.id}")),
    )
    for person_id in town.routing.superior_desk(seat(town, new), town.clocks.today(now)).people:
        await tell(records, person_id, line, now, new.id)


def public_place(town: Town, case: Case | Told) -> str:
    """Where a case is, as anybody may know it: down to the building; "" for a place that only its words tell."""
    unit = town.unit(case.unit_id)
    if unit is not None and unit.kind is UnitKind.DOOR and unit.parent_id is not None:
        unit = town.unit(unit.parent_id)
    return town.directory.full_name(unit.id) if unit is not None else ""


def followable(town: Town, case: Case) -> bool:
    """Whether another resident may still say 我也遇到."""
    return case.state in LIVE and not case.anonymous and _seen_by_all(town.kind(case.kind))


async def _own(records: Records, case: Told, now: datetime) -> str:
    """How a person's own case may be repeated: own, again, or "" for one that is over."""
    if case.state in LIVE:
        return "own"
    if case.state is State.MERGED and case.lead_id is not None:
        lead = await records.cases.get(case.lead_id)
        return "own" if lead is not None and lead.state in LIVE else ""
    if case.state is State.FINISHED:
        return "again"
    lately = case.closed_at is not None and now - case.closed_at <= REOPEN_WINDOW
    return "again" if case.state is State.CLOSED and lately else ""


def _around(town: Town, wish: FileCase, now: datetime) -> Around:
    pin = Pin(wish.lat, wish.lon) if wish.lat is not None and wish.lon is not None else None
    return Around(wish.kind, tuple(_units(town, wish.unit_id))[:_MOST_UNITS], pin, now - LOOK_BACK)


def _near(town: Town, wish: FileCase, others: Iterable[Told], now: datetime) -> list[tuple[float, Repeat]]:
    """Those of these cases that live near and say the same, with how much they do."""
    living = (case for case in others if _lives_near(wish, case))
    rated = ((_alike(town, wish, case, _age(case, now)), Repeat(case, "near")) for case in living)
    return [(alike, repeat) for alike, repeat in rated if alike]


def _most_alike(found: Sequence[tuple[float, Repeat]]) -> Repeat | None:
    """The one that says most of the same; of two the newer."""
    return max(found, key=lambda each: (each[0], each[1].case.id))[1] if found else None


def _lives_near(wish: FileCase, case: Told) -> bool:
    return case.state in LIVE and (_metres(wish, case) or 0) <= _NEAR


def _line(town: Town, wish: FileCase) -> tuple[int, ...] | None:
    """The units that hold a place or lie in it: who names another house does not mean the same lamp.

    None where the place is a pin, is wide or is not known: it may be any.
    """
    unit = town.unit(wish.unit_id)
    if unit is None or wish.lat is not None or unit.kind not in _SMALL:
        return None
    above = (*town.directory.upward(unit.id), *filter(None, (town.directory.compound_of(unit.id),)))
    return (*(each.id for each in above), *_below(town, unit.id))


def _units(town: Town, unit_id: int | None) -> Iterator[int]:
    """The units that are near a place: its compound with all buildings and staircases, or its micro-grid with them."""
    unit = town.unit(unit_id)
    if unit is None:
        return
    top = town.directory.compound_of(unit.id) or unit
    yield top.id
    if top.kind in _SMALL:
        yield from _below(town, top.id)


def _below(town: Town, unit_id: int) -> Iterator[int]:
    for child in town.directory.children(unit_id):
        yield child.id
        yield from (below.id for below in town.directory.children(child.id))


def _seen_by_all(kind: Kind) -> bool:
    supply = kind.around_the_clock and kind.urgency is not Urgency.EMERGENCY
    return kind.service is Service.APPEAL and not kind.hidden and (kind.photo or supply)


def _alike(town: Town, wish: FileCase, case: Told, age: timedelta) -> float:
    """How much a report says the same as a case, 0 where it tells of another matter."""
    same = likely_same(
        wish.words,
        case.words,
        same_kind=wish.kind == case.kind,
        same_place=_same_place(town, wish, case),
        days_apart=age / timedelta(days=1),
    )
    return similarity(wish.words, case.words) if same else 0


def _same_place(town: Town, wish: FileCase, case: Told) -> bool:
    """The same staircase or nearer; rooms that differ are different places."""
    if wish.room and case.room and wish.room != case.room:
        return False
    metres = _metres(wish, case)
    if metres is not None:
        return metres <= _HERE
    one, other = town.unit(wish.unit_id), town.unit(case.unit_id)
    if one is None or other is None:
        return wish.unit_id is None and case.unit_id is None and wish.place == case.place
    if one.id == other.id:
        return one.kind in _SMALL
    covers = town.directory.covers
    return {one.kind, other.kind} <= _HOME and (covers(one.id, other.id) or covers(other.id, one.id))


def _metres(wish: FileCase, case: Told) -> float | None:
    if wish.lat is None or wish.lon is None or case.lat is None or case.lon is None:
        return None
    north = (wish.lat - case.lat) * _DEGREE
    return math.hypot(north, (wish.lon - case.lon) * _DEGREE * math.cos(math.radians(wish.lat)))


def _since(case: Told, now: datetime) -> timedelta:
    """How old a person's own matter is: one in work is as of today, one that is done as old as its end."""
    done = case.closed_at or case.finished_at
    return now - done if done is not None and case.state in {State.FINISHED, State.CLOSED} else timedelta()


def _age(case: Told, now: datetime) -> timedelta:
    return now - case.created_at


async def _photos(records: Records, case: Told) -> tuple[Attachment, ...]:
    """The first picture its reporter sent, where none can show the inside of a home."""
    if case.room:
        return ()
    kept = await records.attachments.of_case(case.id)
    shown = (k.attachment for k in kept if k.person_id == case.reporter_id and k.attachment.medium is Medium.PHOTO)
    return tuple(shown)[:1]


def _day(town: Town, moment: datetime, now: datetime) -> str:
    """今天, 昨天, or the date."""
    local, today = moment.astimezone(town.clocks.zone), town.clocks.today(now)
    days = (today - local.date()).days
    if days in {0, 1}:
        return town.texts("times.day_0" if days == 0 else "times.day_minus_1")
    return town.texts("times.date", month=local.month, day=local.day)
