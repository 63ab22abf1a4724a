"""Errands that come again every week: filed a day ahead by a timer, ended by a word. Nothing secret is kept for them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from bot.chat.wishes import FileCase
from bot.errands.errand import Order, Weekly
from bot.errands.slots import Slot, label
from bot.records import Records
from bot.town import Town

_ASKS_AT = time(9)  # on the day before
_DAYS = 7


async def keep(records: Records, town: Town, person_id: int, wish: FileCase, order: Order) -> int:
    """Keep a new weekly errand and set the timer of its next time; its id."""
    body = asdict(replace(wish, attachments=(), order=None))
    start, end = order.slot_from.astimezone(town.clocks.zone), order.slot_until.astimezone(town.clocks.zone)
    body["order"] = {
        "answers": order.answers,
        "for_whom": order.for_whom,
        "for_phone": order.for_phone,
        "proof": order.proof,
        "start": f"{start:%H:%M}",
        "end": f"{end:%H:%M}",
    }
    weekday = order.weekly if order.weekly is not None else start.weekday()
    weekly_id = await records.weeklies.add(Weekly(person_id, weekday, json.dumps(body, ensure_ascii=False)))
    await _next(records, town, weekly_id, start.date() + timedelta(days=_DAYS))
    return weekly_id


async def _next(records: Records, town: Town, weekly_id: int, day: date) -> None:
    moment = town.clocks.at(day - timedelta(days=1), _ASKS_AT)
    await records.timers.set("errand_week", weekly_id, day.isoformat(), moment)


async def due(records: Records, town: Town, weekly: Weekly, day: date, now: datetime) -> FileCase | None:
    """The errand of that day, and the timer of the week after; None where the day is over already."""
    await _next(records, town, weekly.id, day + timedelta(days=_DAYS))
    body: Mapping[str, Any] = json.loads(weekly.body)
    said = body["order"]
    slot = Slot(
        town.clocks.at(day, time.fromisoformat(said["start"])), town.clocks.at(day, time.fromisoformat(said["end"]))
    )
    if slot.end <= now:
        return None
    order = Order(
        answers=said["answers"],
        secrets="",
        slot_from=slot.start,
        slot_until=slot.end,
        for_whom=said["for_whom"],
        for_phone=said["for_phone"],
        proof=said["proof"],
        weekly_id=weekly.id,
    )
    slot_words = label(slot, now, town.clocks, town.texts, dated=True)
    return FileCase(**{**body, "attachments": (), "order": order, "slot": slot_words})
