"""助餐: a canteen's menu, booking until the cut-off, the kitchen's sheet at the cut-off, and meals counted."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from bot.care import kitchen_sheet
from bot.care.canteen import MOST, Canteen, Kitchen, Meal, Menu
from bot.care.daycare import DayCare
from bot.care.step import Step, press
from bot.cases.doing import Replies
from bot.cases.notices import tell
from bot.chat.conversation import Scene, numbered
from bot.chat.files import Kept
from bot.chat.media import XLSX
from bot.chat.messages import Attachment, Button, Medium, Outgoing
from bot.chat.wishes import BookMeal
from bot.errors import NotAllowed
from bot.grid.directory import UnitKind
from bot.people.people import mask_name
from bot.records import Records
from bot.town import Town, say_time

Keep = Callable[[bytes, str], Awaitable[Kept]]
Near = TypeVar("Near", Canteen, DayCare)
TIMER = "meal_kitchen"
AHEAD = 7  # days that can be booked
_EVERY = "all"
WAYS = ("dine", "deliver")
_CENTS = 100
_LINES = 40  # lines of a message to the kitchen; a long day takes several


@dataclass(frozen=True, slots=True)
class Served:
    """A canteen's next lunch: that day's menu, and how many seats are left."""

    canteen: Canteen
    menu: Menu
    seats: int


async def menus(step: Step) -> Replies:
    """食堂: the next lunch of the canteens near by, with the ways to book it, and what is booked already."""
    found = [
        served
        for canteen in near(step.scene, await step.records.meals.canteens())
        if (served := await _next(step, canteen))
    ]
    # One canteen is enough to read at a time: where they ate last, else the first.
    last, more = await step.records.meals.last(step.person.id), step.wish.value != _EVERY and len(found) > 1
    found.sort(key=lambda served: served.canteen.id != last)
    found = found[:1] if more else found
    t, lines = step.texts, []
    buttons: list[tuple[str, str]] = []
    for served in found:
        canteen, menu = served.canteen, served.menu
        lines.append(_told(step.town, served, step.now))
        ways = [way for way in WAYS if (way == "dine" and served.seats > 0) or (way == "deliver" and canteen.delivers)]
        buttons += [
            (t(f"meals.{way}", name=canteen.name), press(canteen.id, "book", f"{menu.day.isoformat()}.{way}"))
            for way in ways
        ]
    mine = await step.records.meals.mine(step.person.id, step.today)
    names = {canteen.id: canteen.name for canteen in await step.records.meals.canteens()}
    for meal in mine:
        day = said_day(step.town, meal.day, step.now)
        lines.append(t("meals.mine", day=day, name=names.get(meal.canteen_id, ""), count=meal.count))
        buttons.append((t("meals.cancel", day=day), press(meal.canteen_id, "unbook", meal.day.isoformat())))
    if more:
        buttons.append((t("meals.others"), press(0, "meals", _EVERY)))
    if not lines:
        return (Outgoing(t("meals.none"), menu=True),)
    return (Outgoing("\n".join(lines), numbered(*buttons)),)


def _told(town: Town, served: Served, now: datetime) -> str:
    canteen, menu = served.canteen, served.menu
    until = say_time(town.texts, town.clocks, canteen.cut_off(menu.day, town.clocks), now)
    return town.texts(
        "meals.menu", name=canteen.name, day=said_day(town, menu.day, now), dishes=menu.dishes, price=yuan(menu.price),
        hours=canteen.hours, place=canteen.place, until=until, seats=served.seats,
    )  # fmt: skip


def near(scene: Scene, everywhere: Sequence[Near]) -> list[Near]:
    """Those of one's own community, else all."""
    home = scene.person.home_unit_id
    community = scene.town.directory.above(home, UnitKind.COMMUNITY) if scene.town.unit(home) and home else None
    here = [each for each in everywhere if community is not None and each.community_id == community.id]
    return here or list(everywhere)


async def _next(step: Step, canteen: Canteen) -> Served | None:
    """The first day that has a menu and whose cut-off is still to come."""
    for ahead in range(AHEAD + 1):
        day = step.today + timedelta(days=ahead)
        menu = await step.records.meals.menu(canteen.id, day)
        if menu is not None and step.now < canteen.cut_off(day, step.town.clocks):
            return Served(canteen, menu, await _seats(step.records, canteen, day))
    return None


async def _seats(records: Records, canteen: Canteen, day: date, without: int | None = None) -> int:
    """Seats that are left that day, but for one person's own booking."""
    booked = await records.meals.booked(canteen.id, day)
    return canteen.seats - sum(meal.count for meal in booked if meal.way == "dine" and meal.person_id != without)


async def book(records: Records, scene: Scene, wish: BookMeal) -> Replies:
    """Book it, if it is not too late and there is a seat. A second booking for the day takes the place of the first."""
    canteen = await records.meals.canteen(wish.canteen_id)
    menu = await records.meals.menu(wish.canteen_id, wish.day)
    if canteen is None or menu is None or wish.way not in WAYS or not 1 <= wish.count <= MOST:
        raise NotAllowed("meals.gone")
    cut_off = canteen.cut_off(wish.day, scene.town.clocks)
    if scene.now >= cut_off:
        raise NotAllowed("meals.too_late")
    if wish.way == "deliver" and (not canteen.delivers or wish.unit_id is None):
        raise NotAllowed("meals.no_delivery")
    if wish.way == "dine" and await _seats(records, canteen, wish.day, scene.person.id) < wish.count:
        raise NotAllowed("meals.full" if canteen.delivers else "meals.full_alone")
    elder = await records.elders.get(scene.person.elder_id) if scene.person.elder_id is not None else None
    name = elder.name if elder is not None else wish.name or scene.person.name
    meal = Meal(canteen.id, wish.day, scene.person.id, wish.way, wish.count, wish.unit_id, wish.room, name, scene.now)
    await records.meals.book(meal)
    await records.timers.set(TIMER, canteen.id, wish.day.isoformat(), cut_off)
    t = scene.texts
    key = "meals.booked_dine" if wish.way == "dine" else "meals.booked_deliver"
    text = t(
        key, name=canteen.name, day=said_day(scene.town, wish.day, scene.now), count=wish.count, hours=canteen.hours,
        price=yuan(menu.price * wish.count), place=canteen.place if wish.way == "dine" else scene.town.address(meal.unit_id, meal.room),
    )  # fmt: skip
    cancel = Button(t("meals.cancel_one"), press(canteen.id, "unbook", wish.day.isoformat()))
    return (Outgoing(text, (cancel,), menu=True),)


async def unbook(step: Step) -> Replies:
    """Not that day: until the cut-off."""
    canteen, day = await step.records.meals.canteen(step.wish.subject), _date(step.wish.value)
    meals = await step.records.meals.mine(step.person.id, step.today)
    mine = next((m for m in meals if canteen is not None and m.canteen_id == canteen.id and m.day == day), None)
    if canteen is None or mine is None:
        raise NotAllowed("meals.not_booked")
    if step.now >= canteen.cut_off(mine.day, step.town.clocks):
        raise NotAllowed("meals.too_late_to_cancel")
    await step.records.meals.book(replace(mine, cancelled_at=step.now))
    return (Outgoing(step.texts("meals.cancelled"), menu=True),)


async def ring(records: Records, town: Town, canteen_id: int, slot: str, now: datetime, keep: Keep | None) -> None:
    """At the cut-off the canteen's liaison gets the sheet: portions, and where they go. Once for each day.

    `keep` puts the sheet away as a workbook, which goes along with the message and is deleted after some days.
    """
    canteen, day = await records.meals.canteen(canteen_id), date.fromisoformat(slot)
    if canteen is None:
        return
    meals = await records.meals.booked(canteen_id, day)
    if not await records.meals.close(Kitchen(canteen_id, day, sum(meal.count for meal in meals))):
        return
    head, *more = sheet(town, canteen, day, meals, now)
    if keep is not None and meals and canteen.liaison_id is not None:
        kept = await keep(kitchen_sheet.workbook(town, canteen, day, meals), XLSX)
        await records.privacy.note_export(canteen.liaison_id, kept.sha256, kept.mime, kept.size, now)
        file = Attachment(Medium.DOCUMENT, "", "", kept.sha256, kept.mime, kept.size)
        head = replace(head, attachments=(file,))
    for message in (head, *more):
        await tell(records, canteen.liaison_id, message, now)


def sheet(town: Town, canteen: Canteen, day: date, meals: Sequence[Meal], now: datetime) -> list[Outgoing]:
    """The kitchen's sheet: how many are eaten there and how many go out, then line by line where to."""
    t = town.texts
    count = {way: sum(meal.count for meal in meals if meal.way == way) for way in WAYS}
    head = t("meals.sheet", name=canteen.name, day=said_day(town, day, now), **count)
    out = [meal for meal in meals if meal.way == "deliver"]
    there = [meal for meal in meals if meal.way == "dine"]
    names = [_name(town, meal) + (t("meals.times", count=meal.count) if meal.count > 1 else "") for meal in there]
    lines = [t("meals.line_dine", names=t.listed(names))] if names else []
    lines += [
        t("meals.line_deliver", place=town.address(meal.unit_id, meal.room), name=_name(town, meal), count=meal.count)
        for meal in sorted(out, key=lambda meal: (meal.unit_id or 0, meal.room))
    ]
    parts = ["\n".join(lines[first : first + _LINES]) for first in range(0, len(lines), _LINES)]
    texts = [head if not parts else f"{head}\n{parts[0]}", *parts[1:]]
    buttons = numbered(
        (t("meals.all_served"), press(canteen.id, "served", f"{day.isoformat()}.all")),
        (t("meals.some_served"), press(canteen.id, "some")),
    )
    return [Outgoing(text, buttons if text == texts[-1] and meals else ()) for text in texts]


async def served(step: Step) -> Replies:
    """The canteen tells how many meals went out; `value` is the day and the number, or all."""
    canteen = await step.records.meals.canteen(step.wish.subject)
    if canteen is None or canteen.liaison_id != step.person.id:
        raise NotAllowed("meals.not_yours")
    written, _, number = step.wish.value.rpartition(".")
    day = _date(written) or step.today
    kitchen = next(iter(await step.records.meals.kitchens(canteen.id, day, day)), None)
    if kitchen is None:
        raise NotAllowed("meals.no_sheet")
    count = kitchen.ordered if number == "all" else int(number) if number.isdecimal() else -1
    if not 0 <= count <= kitchen.ordered:
        raise NotAllowed("meals.how_many", ordered=kitchen.ordered)
    await step.records.meals.serve(canteen.id, day, count)
    month = await step.records.meals.kitchens(canteen.id, day.replace(day=1), day)
    total = sum(count if k.day == day else k.served or 0 for k in month)
    return (Outgoing(step.texts("meals.counted", count=count, total=total)),)


def yuan(cents: int) -> str:
    """8.5 for 850 分."""
    return f"{cents / _CENTS:.2f}".rstrip("0").rstrip(".")


def said_day(town: Town, day: date, now: datetime) -> str:
    """今天, 明天, 11月26日."""
    days = (day - town.clocks.today(now)).days
    if days in {0, 1, 2}:
        return town.texts(f"times.day_{days}")
    return town.texts("times.date", month=day.month, day=day.day)


def _name(town: Town, meal: Meal) -> str:
    return mask_name(meal.name) or town.texts("meals.somebody")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
