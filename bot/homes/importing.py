"""Homes, residents and businesses from a file's rows.

A file speaks for the buildings that it names, sheet by sheet: who stands in the register there and not in the file is
gone. Other buildings stay as they are.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.grid.directory import Unit, UnitKind
from bot.homes.home import RELATIONS, USES, Business, Home, Key, Register, Resident
from bot.registers.rows import Faults, Row, Sheet

SHEETS = {
    "homes": Sheet(("place", "room", "use", "notes"), frozenset({"place", "use"})),
    "residents": Sheet(
        ("place", "room", "name", "relation", "phone", "born", "notes"), frozenset({"place", "name", "relation"})
    ),
    "businesses": Sheet(
        ("name", "trade", "place", "contact", "phone", "notes"), frozenset({"name", "trade", "place"})
    ),
}  # fmt: skip


@dataclass
class Part:
    """What a file says of one community; `spoken` are the units it speaks for, by sheet."""

    community_id: int
    register: Register = field(default_factory=Register)
    spoken: dict[str, set[int]] = field(default_factory=dict)


class Reader:
    """Reads rows; what is wrong goes to `faults`. `parts` are by community."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self.parts: dict[int, Part] = {}

    def readers(self) -> dict[str, Callable[[Row], None]]:
        """What reads a row of each sheet."""
        return {"homes": self._home, "residents": self._resident, "businesses": self._business}

    def _home(self, row: Row) -> None:
        use, found = self._faults.word(row, "use", USES), self._faults.building(row)
        if found is None or not use:
            return
        part, key = self._part("homes", *found), (found[0].id, row["room"].removesuffix("室"))
        if key in part.register.homes:
            self._faults.note(row, "room", "room_twice")
        part.register.homes[key] = Home(key[0], part.community_id, key[1], use, row["notes"])

    def _resident(self, row: Row) -> None:
        relation, found = self._faults.word(row, "relation", RELATIONS), self._faults.building(row)
        phone, born = self._faults.phone(row), self._faults.born(row)
        if found is None or not relation:
            return
        part, home = self._part("residents", *found), (found[0].id, row["room"].removesuffix("室"))
        if (home, row["name"]) in part.register.people:
            self._faults.note(row, "name", "name_twice")
        part.register.people[home, row["name"]] = Resident(0, row["name"], relation, phone, born, row["notes"])

    def _business(self, row: Row) -> None:
        unit = self._faults.town.gazetteer.find(row["place"]).unit
        community = self._faults.town.directory.above(unit.id, UnitKind.COMMUNITY) if unit is not None else None
        phone = self._faults.phone(row)
        if unit is None or community is None:
            self._faults.note(row, "place", "place")
            return
        part, key = self._part("businesses", unit, community), (unit.id, row["name"])
        if key in part.register.businesses:
            self._faults.note(row, "name", "name_twice")
        part.register.businesses[key] = Business(
            unit.id, community.id, row["name"], row["trade"], row["place"], row["contact"], phone, row["notes"]
        )

    def _part(self, sheet: str, unit: Unit, community: Unit) -> Part:
        """The community's part, which from now on speaks for the whole building."""
        directory = self._faults.town.directory
        part = self.parts.setdefault(community.id, Part(community.id))
        building = directory.above(unit.id, UnitKind.BUILDING) or unit
        doors = (door.id for door in directory.children(building.id, UnitKind.DOOR))
        part.spoken.setdefault(sheet, set()).update({building.id, *doors})
        return part


def to_json(part: Part) -> dict[str, Any]:
    """Shape for storage."""
    register = part.register
    return {
        "spoken": {sheet: sorted(units) for sheet, units in part.spoken.items()},
        "homes": [[home.unit_id, home.room, home.use, home.notes] for home in register.homes.values()],
        "people": [
            [*home, one.name, one.relation, one.phone, one.born, one.notes]
            for (home, _), one in register.people.items()
        ],
        "businesses": [
            [one.unit_id, one.name, one.trade, one.place, one.contact, one.phone, one.notes]
            for one in register.businesses.values()
        ],
    }  # fmt: skip


def from_json(community_id: int, body: Mapping[str, Any]) -> Part:
    """Read back what `to_json` wrote."""
    part = Part(community_id)
    part.spoken = {sheet: set(units) for sheet, units in body["spoken"].items()}
    for unit_id, room, use, notes in body["homes"]:
        part.register.homes[unit_id, room] = Home(unit_id, community_id, room, use, notes)
    for unit_id, room, name, *rest in body["people"]:
        home: Key = (unit_id, room)
        part.register.people[home, name] = Resident(0, name, *rest)
    for unit_id, name, *rest in body["businesses"]:
        part.register.businesses[unit_id, name] = Business(unit_id, community_id, name, *rest)
    return part
