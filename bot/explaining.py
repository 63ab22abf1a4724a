"""How a message would be understood, as one JSON object: for those who tune the catalogue and the names of places."""

import time
from datetime import date
from typing import Any

from bot.grid.directory import UnitKind
from bot.town import Town

_ABOVE = ("street", "community", "grid", "building")


def explain(town: Town, text: str, day: date) -> dict[str, Any]:
    """Kind, urgency, place and owner of a message, and why; `ms` is how long it took."""
    began = time.perf_counter()
    reading, seen = town.triage.read(text), town.gazetteer.find(text)
    unit_id = seen.unit.id if seen.unit is not None else None
    place: dict[str, Any] = dict.fromkeys(_ABOVE, "")
    for unit in town.directory.upward(unit_id):
        place[unit.kind.value] = unit.name
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
            "compound": compound.name if compound else "",
            "unit": door.name if door else "",
            "room": seen.parts.room,
            "matched": seen.matched,
            "candidates": [town.directory.full_name(unit.id) for unit in seen.candidates],
        },
        "owner": {
            "unit": answers.name if owner and (answers := town.unit(owner.unit_id)) else "",
            "post": owner.role.value if owner else "",
            "person": "、".join(town.staff_name(person) for person in owner.people) if owner else "",
        },
        "guesses": [[guess.code, share] for guess, share in reading.guesses],
        "why": [*reading.why, *(owner.why if owner else ())],
        "ms": round((time.perf_counter() - began) * 1000, 2),
    }
