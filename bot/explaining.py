"""How a message would be understood, as one JSON object: for those who tune the catalogue and the names of places."""

import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson

from bot.chat.messages import Pin
from bot.grid.directory import Unit, UnitKind
from bot.grid.gazetteer import Sighting
from bot.texts import Texts
from bot.town import Town

_POLE = 90.0
_ABOVE = ("street", "community", "grid", "building")


def explain(town: Town, text: str, day: date, pin: Pin | None = None) -> dict[str, Any]:
    """Kind, urgency, place and owner of a message, and why; `ms` is how long it took.

    A `pin` that came with it says the place where the words do not, and which of several is meant.
    """
    began = time.perf_counter()
    reading = town.triage.read(text)
    around = tuple(town.directory.units[unit_id] for unit_id in (town.pins.around(pin) if pin is not None else ()))
    seen = town.gazetteer.find(text, near=around[0] if around else None)
    unit = seen.unit if pin is None else _pinned(town, seen, pin, around)
    unit_id = unit.id if unit is not None else None
    place: dict[str, Any] = dict.fromkeys(_ABOVE, "")
    for above in town.directory.upward(unit_id):
        place[above.kind.value] = above.name
    compound = town.directory.compound_of(unit_id) if unit_id is not None else None
    door = town.directory.above(unit_id, UnitKind.DOOR) if unit_id is not None else None
    kind = reading.kind
    owner = town.routing.owner(unit_id, kind, day) if kind is not None else None
    return {
        "kind": kind.code if kind else "",
        "kind_name": kind.name if kind else "",
        "service": reading.service,
        "urgency": reading.urgency.value,
        "place": {name: place[name] for name in _ABOVE}
        | {
            "building": place["building"] or _written(town.texts, seen.parts.building, "building", "block"),
            "compound": compound.name if compound else "",
            "unit": door.name if door else _written(town.texts, seen.parts.unit, "door", "door"),
            "room": seen.parts.room,
            "matched": seen.matched,
            "candidates": [town.directory.full_name(each.id) for each in seen.candidates] if unit is None else [],
        },
        "owner": {
            "unit": answers.name if owner and (answers := town.unit(owner.unit_id)) else "",
            "post": owner.role.value if owner else "",
            "person": town.texts.listed(town.staff_name(person) for person in owner.people) if owner else "",
        },
        "guesses": [[guess.code, share] for guess, share in reading.guesses],
        "why": [*reading.why, *(owner.why if owner else ())],
        "ms": round((time.perf_counter() - began) * 1000, 2),
    }


def _written(texts: Texts, part: str, of_number: str, of_letter: str) -> str:
    """A part of an address as people write it, where the directory has no name for it: 3号楼, B座, 北楼."""
    if not part.isascii() or not part.replace("-", "").isalnum():
        return part
    letter = len(part) == 1 and "A" <= part <= "Z"
    return texts(f"report.{of_letter if letter else of_number}", name=part)


def spoken(line: str) -> tuple[str, Pin | None]:
    """The words of one JSON object `{"text": …, "lat": …, "lon": …}` and its pin, if it has one (WGS-84 degrees).

    Raises ValueError for anything else.
    """
    match orjson.loads(line):
        case {"text": str(text), "lat": int() | float() as lat, "lon": int() | float() as lon}:
            if abs(lat) <= _POLE and abs(lon) <= 2 * _POLE:
                return text, Pin(lat, lon)
        case {"text": str(text), **more} if more.get("lat") is None or more.get("lon") is None:
            return text, None
    raise ValueError(line)


def _pinned(town: Town, seen: Sighting, pin: Pin, around: Sequence[Unit]) -> Unit | None:
    """The place of words and a pin together: the words first, the pin where they say less than it."""
    directory = town.directory
    inside = town.unit(town.pins.find(pin))
    if seen.unit is not None:
        deeper = inside is not None and directory.covers(seen.unit.id, inside.id)
        return inside if deeper else seen.unit
    if not seen.candidates:
        return inside or (around[0] if around else None)
    held = [unit for unit in seen.candidates if inside is not None and directory.covers(inside.id, unit.id)]
    near = [unit for place in around for unit in seen.candidates if directory.compound_of(unit.id) == place]
    return next(iter((*held, *near)), None)
