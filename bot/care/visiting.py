"""一巡一护: weekly visits and monthly nursing rounds as dated tasks, closed with three taps; nobody is forgotten."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.care import letters
from bot.care.elder import Elder, Need, Visit
from bot.care.step import Step, where
from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.cases.opening import open_case
from bot.chat.messages import Outgoing
from bot.chat.wishes import FileCase
from bot.errors import NotAllowed
from bot.grid.directory import Role, UnitKind
from bot.grid.shifts import Shift, starts
from bot.grid.turns import shifts_at, shifts_of
from bot.homes import visits as homecalls
from bot.homes.home import Household
from bot.records import Records
from bot.town import ANSWERING, Town

DAY, PASS_ON, CLOSE = "care_day", "care_pass", "care_close"
STARTS, PASSES, CLOSES = time(7, 40), time(15), time(18)
_FIRST = time(9)  # nobody is visited before; who comes off a night shift at eight goes to nobody
WEEKLY, NURSING = "weekly", "nursing"
KIND = "elder_care"
UNSEEN = "unseen"
MOODS, EATS, MEDICINE = (
    ("good", "fair", "bad", UNSEEN),
    ("normal", "little", "nothing"),
    ("taken", "forgotten", "none"),
)
_WORKDAYS, _NURSED = 5, 20
_WEEK, _MONTH = timedelta(days=7), timedelta(days=28)
_CHUNK = 200  # visits a ring: a district takes some seconds, and no chat waits long for the database
_LADDER = (Role.GRID_WORKER, Role.BUILDING_HEAD, Role.GRID_HEAD, Role.COMMUNITY_DESK)
_NEVER = 500  # days ago: how long it is counted since a visit that never was
_LOOKED_THROUGH = 500  # of one person's open visits, for their list


def needs(elder: Elder | Need, last: Visit | None, today: date) -> tuple[int, int]:
    """How much an elder needs a visit, for sorting: the neediest has the greatest value.

    First how they live and how the last visit was, then how many days ago that was; nobody visited ever comes first
    among equals.
    """
    weight = 2 * elder.alone + {"well": 0, "slow": 1, "bound": 2}[elder.mobility]
    if last is not None and (last.mood in {"bad", "unseen"} or last.missed_at is not None):
        weight += 2
    return weight, (today - last.day).days if last is not None else _NEVER


def due_on(elder: Elder | Need, kind: str, last: Visit | None, day: date) -> bool:
    """Whether a visit of this kind is to be made that day.

    First visits are spread by the elder's number over the weekdays (nursing: over twenty days); then one is due a week
    (four weeks) after the last that was made, and a missed one on the next day.
    """
    if kind == NURSING and elder.doctor_id is None:
        return False
    if last is None:
        return (
            day.toordinal() % _NURSED == elder.id % _NURSED
            if kind == NURSING
            else day.weekday() == elder.id % _WORKDAYS
        )
    if last.done_at is None:
        return day > last.day
    return day - last.day >= (_MONTH if kind == NURSING else _WEEK)


async def start(records: Records, town: Town, now: datetime) -> None:
    """Set the next day's timer; once set, each ring sets the one after."""
    today = town.clocks.today(now)
    await _set(records, town, today + timedelta(days=now >= town.clocks.at(today, STARTS)))


async def _set(records: Records, town: Town, day: date) -> None:
    await records.timers.set(DAY, 0, day.isoformat(), town.clocks.at(day, STARTS))


async def ring_day(records: Records, town: Town, community: int, slot: str, now: datetime) -> None:
    """Make the day's visits: the first ring calls each community, and each community makes its own."""
    today = town.clocks.today(now)
    if community != 0:
        await _make(records, town, community, now)
        return
    await _set(records, town, today + timedelta(days=1))
    if slot != today.isoformat() or not town.clocks.works(now):
        return
    for unit in town.directory.units.values():
        if unit.kind is UnitKind.COMMUNITY:
            await records.timers.set(DAY, unit.id, slot, now)
    await records.timers.set(PASS_ON, 0, slot, town.clocks.at(today, PASSES))
    await records.timers.set(CLOSE, 0, slot, town.clocks.at(today, CLOSES))


async def _make(records: Records, town: Town, community: int, now: datetime) -> None:
    """Make one community's visits of today, and write to each who has some."""
    today = town.clocks.today(now)
    elders, doctors = await records.elders.around((community,)), await records.visits.doctors(community)
    busy: set[int] = set()
    for kind in (WEEKLY, NURSING):
        last = await records.visits.last([elder.id for elder in elders], kind)
        for elder in elders:
            if not due_on(elder, kind, last.get(elder.id), today):
                continue
            person_id = _next(town, elder, now, ()) if kind == WEEKLY else _nurse(town, elder, now, doctors, ())
            if person_id is not None and await records.visits.add(Visit(elder.id, kind, today, person_id)) is not None:
                busy.add(person_id)
    for person_id in sorted(busy):
        await tell(records, person_id, await listed(records, town, person_id, now), now)


def _nurse(
    town: Town, elder: Elder | Need, now: datetime, doctors: Sequence[int], passed: Collection[int]
) -> int | None:
    """Who makes a doctor's round: the elder's doctor, then the next of the community's doctors, then its desk."""
    own = elder.doctor_id or 0
    # In a ring from the elder's own, so that one doctor's sick days do not all fall to the same colleague.
    ring = (own, *(each for each in doctors if each > own), *(each for each in doctors if each < own))
    day = town.clocks.today(now)
    found = [town.directory.staff[number] for number in ring if number in town.directory.staff and number not in passed]
    there = [doctor.id for doctor in found if not doctor.away(day)]
    today = (number for number in there if _works(town, shifts_of(town.directory, number), now))
    return next(today, None) or next(iter(there), None) or _next(town, elder, now, passed, (Role.COMMUNITY_DESK,))


def _next(
    town: Town, elder: Elder | Need, now: datetime, passed: Collection[int], ladder: Sequence[Role] = _LADDER
) -> int | None:
    """Who visits: the grid worker of the home, then the building's head, the grid's head, the desk; None after them.

    Whoever has a shift in what is left of the day goes before all who have none.
    """
    others = None
    for role in ladder:
        for unit in town.directory.upward(where(town, elder)):
            for post in town.directory.posts_at(unit.id, role):
                person = town.directory.on_duty(post, town.clocks.today(now))
                if person is None or person.id in passed:
                    continue
                if _works(town, shifts_at(town.directory, person.id, unit.id), now):
                    return person.id
                others = others or person.id
    return others


def _works(town: Town, shifts: Sequence[Shift], now: datetime) -> bool:
    """Whether somebody with these shifts is still to be on duty today in the hours in which people are visited."""
    day = town.clocks.today(now)
    since = max(town.clocks.local(now), datetime.combine(day, _FIRST))
    return starts(shifts, since) < datetime.combine(day, CLOSES)


async def ring_pass(records: Records, town: Town, after: int, slot: str, now: datetime) -> None:
    """At three what was not visited yet goes on to the next person, who can still go today."""
    today = town.clocks.today(now)
    if slot != today.isoformat():
        return
    found = await records.visits.open_on(today, after, _CHUNK)
    takers: set[int] = set()
    missed: dict[int, list[str]] = defaultdict(list)
    for each in found:
        visit, elder = await _open(records, each), await records.elders.get(each.elder_id)
        if visit is None or elder is None:
            continue
        passed = (visit.person_id,)
        if visit.kind == NURSING:
            doctors = await records.visits.doctors(elder.community_id)
            person_id = _nurse(town, elder, now, doctors, passed)
        else:
            person_id = _next(town, elder, now, passed)
        if person_id is None:
            continue
        await records.visits.save(replace(visit, person_id=person_id, passed=visit.passed + 1))
        takers.add(person_id)
        missed[visit.person_id].append(elder.name)
    for person_id, names in missed.items():
        text = town.texts("elders.passed_on", names=town.texts.listed(names[: letters.LISTED]), count=len(names))
        await tell(records, person_id, Outgoing(text), now)
    for person_id in sorted(takers):
        await tell(records, person_id, await listed(records, town, person_id, now), now)
    if len(found) == _CHUNK:
        await records.timers.set(PASS_ON, found[-1].id, slot, now)


async def ring_close(records: Records, town: Town, after: int, slot: str, now: datetime) -> None:
    """In the evening what nobody did is noted as missed, and the desk reads whom nobody saw; they are due tomorrow."""
    found = await records.visits.open_on(date.fromisoformat(slot), after, _CHUNK)
    names: dict[int, list[str]] = defaultdict(list)
    for each in found:
        visit, elder = await _open(records, each), await records.elders.get(each.elder_id)
        if visit is None:
            continue
        await records.visits.save(replace(visit, missed_at=now))
        if elder is not None:
            for person_id in town.routing.superior_desk(where(town, elder), town.clocks.today(now)).people:
                names[person_id].append(elder.name)
    for person_id, unseen in names.items():
        text = town.texts("elders.missed", count=len(unseen), names=town.texts.listed(unseen[: letters.LISTED]))
        await tell(records, person_id, Outgoing(text), now)
    if len(found) == _CHUNK:
        await records.timers.set(CLOSE, found[-1].id, slot, now)


async def _open(records: Records, visit: Visit) -> Visit | None:
    """The visit, held, if nobody made it in the meantime."""
    held = await records.visits.get(visit.id)
    return held if held is not None and held.done_at is None and held.missed_at is None else None


async def listed(records: Records, town: Town, person_id: int, now: datetime) -> Outgoing:
    """Somebody's visit list: what is due, the neediest first, then those whom nobody saw for longest."""
    today = town.clocks.today(now)
    visits = (await records.visits.open_of(person_id))[:_LOOKED_THROUGH]
    theirs = {need.id: need for need in await records.visits.needs({visit.elder_id for visit in visits})}
    around = await _around(records, town, person_id, today)
    seen = await records.visits.made([*{need.id for need in around} | theirs.keys()], WEEKLY)
    due = [visit for visit in visits if visit.elder_id in theirs]
    due.sort(key=lambda visit: needs(theirs[visit.elder_id], seen.get(visit.elder_id), today), reverse=True)
    shown = due[: letters.LISTED]
    # Only who is shown is opened: names are sealed, and a community has thousands.
    found = [(visit, elder) for visit in shown if (elder := await records.elders.get(visit.elder_id)) is not None]
    tops, communities = _answered_for(town, person_id, today)
    homes = [
        home
        for home in (await records.homes.households(communities) if communities else ())
        if home.unit_id in town.directory.units and any(town.directory.covers(top, home.unit_id) for top in tops)
    ]
    # The sort keeps the order of equals: elders, then homes in the order of their numbers.
    others: list[tuple[tuple[int, int], Need | Household]] = [
        *((needs(need, seen.get(need.id), today), need) for need in around if need.id not in theirs),
        *((homecalls.needs(home, today), home) for home in homes),
    ]
    others.sort(key=lambda pair: pair[0], reverse=True)
    wanted = max(letters.LISTED - len(shown), letters.OTHERS)
    more = await _others(records, town, [other for _, other in others], around, wanted)
    return letters.todo(town, len(due), found, more, today, registers=bool(homes))


async def _others(
    records: Records, town: Town, others: Sequence[Need | Household], around: Sequence[Need], wanted: int
) -> list[tuple[str, str]]:
    """The buttons of the first who are not due: elders, and homes in which none of the elders lives."""
    living: dict[int, list[int]] = defaultdict(list)
    for need in around:
        living[need.unit_id].append(need.id)
    buttons: list[tuple[str, str]] = []
    for other in others:
        if len(buttons) == wanted:
            break
        if isinstance(other, Need):
            elder = await records.elders.get(other.id)
            buttons += [] if elder is None else [letters.other(town, elder)]
            continue
        # Rooms of elders are sealed, so those of the same staircase are opened to see whose home it is.
        there = [await records.elders.get(elder_id) for elder_id in living[other.unit_id]]
        if all(elder is None or elder.room != other.room for elder in there):
            buttons.append(letters.other_home(town, other))
    return buttons


def _answered_for(town: Town, person_id: int, day: date) -> tuple[list[int], set[int]]:
    """The units where this person's posts look after people, and the communities of those."""
    tops = [post.unit_id for post in town.posts(person_id, day) if post.role in ANSWERING]
    return tops, {unit.id for top in tops if (unit := town.directory.above(top, UnitKind.COMMUNITY)) is not None}


async def _around(records: Records, town: Town, person_id: int, day: date) -> list[Need]:
    """The elders whom this person's posts look after."""
    tops, communities = _answered_for(town, person_id, day)
    elders = await records.elders.around(communities) if communities else ()
    return [
        elder
        for elder in elders
        if (home := where(town, elder)) is not None and any(town.directory.covers(top, home) for top in tops)
    ]


async def counts(step: Step) -> Replies:
    """老人统计: for each grid how many elders, how many alone, in bed, and seen within a week. Numbers, no names."""
    town = step.town
    if not step.scene.is_staff:
        raise NotAllowed("people.staff_only")
    around = await _around(step.records, town, step.person.id, step.today)
    last = await step.records.visits.made([elder.id for elder in around], WEEKLY)
    grids: dict[str, list[Need]] = defaultdict(list)
    for elder in around:
        home = where(town, elder)
        grid = town.directory.above(home, UnitKind.GRID) if home is not None else None
        grids[grid.name if grid is not None else step.texts("elders.no_grid")].append(elder)
    lines = [
        step.texts(
            "elders.counted", grid=grid, count=len(elders), alone=sum(elder.alone for elder in elders),
            bound=sum(elder.mobility == "bound" for elder in elders),
            seen=sum(_seen(last.get(elder.id), step.today) for elder in elders),
        )
        for grid, elders in sorted(grids.items(), key=lambda each: (len(each[0]), each[0]))  # 第2 before 第10
    ]  # fmt: skip
    return (Outgoing("\n".join(lines) or step.texts("elders.none_here"), menu=True),)


def _seen(last: Visit | None, today: date) -> bool:
    return last is not None and last.done_at is not None and today - last.day < _WEEK


async def todo(step: Step) -> Replies:
    """我的探访: the visit list of a worker, doctor or head."""
    if not step.scene.is_staff:
        raise NotAllowed("people.staff_only")
    return (await listed(step.records, step.town, step.person.id, step.now),)


async def visit(step: Step) -> Replies:
    """A visit is made: mood, meals, medicine and words. The family hears; a worrying answer opens an urgent case."""
    elder = await step.elder()
    mood, _, rest = step.wish.value.partition(".")
    eats, _, medicine = rest.partition(".")
    met = mood != UNSEEN
    answered = (eats in EATS and medicine in MEDICINE) if met else not (eats or medicine)
    if mood not in MOODS or not answered or step.person.id == elder.person_id:
        raise NotAllowed("menu.not_understood")
    kind = NURSING if step.person.id == elder.doctor_id else WEEKLY
    mine = (v for v in await step.records.visits.open_of(step.person.id) if v.elder_id == elder.id)
    # What is theirs to do, else the weekly visit, which counts whoever of the colleagues made it.
    planned = next(mine, None) or (await step.records.visits.last((elder.id,), kind)).get(elder.id)
    # Held from here on: of two who note it at once the second finds it done.
    planned = await step.records.visits.get(planned.id) if planned is not None else None
    if planned is None or planned.done_at is not None or planned.missed_at is not None:
        planned = await step.records.visits.add(Visit(elder.id, kind, step.today, step.person.id))
    if planned is None:
        raise NotAllowed("elders.visited_today", name=elder.name)
    made = replace(
        planned, person_id=step.person.id, done_at=step.now, mood=mood, eats=eats, medicine=medicine,
        words=step.wish.words,
    )  # fmt: skip
    if worrying(step.town, made):
        made = replace(made, case_id=await _urgent(step, elder, made))
    await step.records.visits.save(made)
    values = told(step.town, made)
    for kin in await step.records.kin.of_elder(elder.id):
        await tell(step.records, kin.person_id, letters.news(step.town, elder, made, values), step.now)
    key = "visit_noted" if made.case_id is None else "visit_urgent"
    return (Outgoing(step.texts(f"elders.{key}", name=elder.name), menu=True),)


def worrying(town: Town, made: Visit) -> bool:
    """Whether somebody must look after this elder now: bad or not seen, nothing eaten, or words that tell of danger."""
    danger = town.triage.read(made.words).danger if made.words else None
    return made.mood in {"bad", "unseen"} or made.eats == "nothing" or danger is not None


def told(town: Town, made: Visit) -> dict[str, str]:
    """The three answers in words; who was not met has none but that."""
    t = town.texts
    if made.mood == UNSEEN:
        return {}
    return {
        "mood": t(f"elders.mood_{made.mood}"),
        "eats": t(f"elders.eats_{made.eats}"),
        "medicine": t(f"elders.medicine_{made.medicine}"),
    }


async def _urgent(step: Step, elder: Elder, made: Visit) -> int:
    """File what the visit found as an urgent case of the place, in the visitor's name."""
    values = told(step.town, made)
    key = "urgent_words" if values else "urgent_unseen"
    words = step.texts(f"elders.{key}", name=elder.name, words=made.words, **values).strip()
    unit_id = where(step.town, elder)
    place = step.town.directory.full_name(unit_id) if unit_id is not None else ""
    wish = FileCase(
        KIND, words, unit_id, elder.room, place, None, None, "urgent", anonymous=False, attachments=(),
        distinct=True,
    )  # fmt: skip
    return (await open_case(step.records, step.town, step.person, wish, step.now)).id
