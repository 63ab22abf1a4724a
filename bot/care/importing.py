"""Registers of elder care from a file's rows: elders, canteens, menus, and places of day care."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from bot.care.canteen import Canteen, Menu
from bot.care.daycare import DayCare
from bot.care.elder import MOBILITY, Elder
from bot.grid import parsing
from bot.registers.rows import Faults, Row, Sheet, first_spelling
from bot.texts import Texts

_TIME = re.compile(r"([01]?\d|2[0-3])[:：点时](\d{2})?(?:分)?(?::00)?")
_CENTS = 100

SHEETS = {
    "elders": Sheet(
        (
            "code", "name", "place", "room", "phone", "born", "alone", "mobility", "contacts", "allergies", "notes",
            "doctor", "agreed_on",
        ),
        frozenset({"code", "name", "place", "agreed_on"}),
    ),
    "canteens": Sheet(
        ("code", "name", "community", "place", "hours", "until", "seats", "delivers", "liaison"),
        frozenset({"code", "name", "community", "until", "seats"}),
    ),
    "daycares": Sheet(
        ("code", "name", "community", "place", "opens", "seats", "offers", "liaison"),
        frozenset({"code", "name", "community", "seats", "offers"}),
    ),
    "menus": Sheet(("canteen", "day", "dishes", "price"), frozenset({"canteen", "day", "dishes", "price"})),
}  # fmt: skip


@dataclass
class Registers:
    """What a file holds. Menus name their canteen by code, for it may be new."""

    elders: list[Elder] = field(default_factory=list)
    canteens: list[Canteen] = field(default_factory=list)
    menus: list[tuple[str, Menu]] = field(default_factory=list)
    daycares: list[DayCare] = field(default_factory=list)


class Reader:
    """Reads rows into values; what is wrong goes to `faults`. `known` are the codes of canteens that stand."""

    def __init__(self, faults: Faults, known: Mapping[str, Canteen]) -> None:
        self._faults = faults
        self._known = set(known)
        self._codes: set[str] = set()
        self.found = Registers()

    def readers(self) -> dict[str, Callable[[Row], None]]:
        """What reads a row of each sheet."""
        return {
            "elders": self._elder, "canteens": self._canteen, "daycares": self._daycare, "menus": self._menu,
        }  # fmt: skip

    def _elder(self, row: Row) -> None:
        faults = self._faults
        home, agreed = faults.building(row), parsing.day(row["agreed_on"])
        if agreed is None:
            faults.note(row, "agreed_on", "consent")
        phone, born = faults.phone(row), faults.born(row)
        alone, mobility = faults.word(row, "alone", ("yes", "no")), faults.word(row, "mobility", MOBILITY)
        doctor = faults.person(row, "doctor")
        if row["code"] in self._codes:
            faults.note(row, "code", "twice")
        self._codes.add(row["code"])
        if home is None or agreed is None:
            return
        unit, community = home
        self.found.elders.append(
            Elder(
                row["code"], row["name"], unit.id, community.id, row["room"], phone, born, alone == "yes",
                mobility or "well", row["allergies"], row["notes"], row["contacts"], doctor, agreed,
            )
        )  # fmt: skip

    def _canteen(self, row: Row) -> None:
        faults, community = self._faults, self._faults.community(row)
        until = _TIME.fullmatch(row["until"])
        if until is None:
            faults.note(row, "until", "time")
        seats = faults.number(row, "seats")
        delivers, liaison = faults.word(row, "delivers", ("yes", "no")), faults.person(row, "liaison")
        self._known.add(row["code"])
        if until is None or seats is None or community is None:
            return
        time = f"{int(until[1]):02d}:{until[2] or '00'}"
        self.found.canteens.append(
            Canteen(
                row["code"], row["name"], community.id, row["place"] or row["name"], row["hours"], time, seats,
                delivers == "yes", liaison,
            )
        )  # fmt: skip

    def _daycare(self, row: Row) -> None:
        community, seats = self._faults.community(row), self._faults.number(row, "seats")
        liaison = self._faults.person(row, "liaison")
        if community is None or seats is None:
            return
        self.found.daycares.append(
            DayCare(
                row["code"], row["name"], community.id, row["place"] or row["name"], row["opens"], seats,
                row["offers"], liaison,
            )
        )  # fmt: skip

    def _menu(self, row: Row) -> None:
        faults = self._faults
        day, price = parsing.day(row["day"]), re.fullmatch(r"(\d{1,4})(?:\.(\d{1,2}))?元?", row["price"])
        if row["canteen"] not in self._known:
            faults.note(row, "canteen", "canteen")
        if day is None:
            faults.note(row, "day", "day")
        if price is None:
            faults.note(row, "price", "number")
        if day is not None and price is not None:
            cents = int(price[1]) * _CENTS + int((price[2] or "0").ljust(2, "0"))
            self.found.menus.append((row["canteen"], Menu(0, day, row["dishes"], cents)))


def named(said: Texts, fields: tuple[str, ...]) -> list[str]:
    """What fields of an elder are called: their headers."""
    columns = {"unit_id": "place", "doctor_id": "doctor"}
    return [first_spelling(said, columns.get(name, name)) for name in fields]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import of elders changes: new ones, what is different by code, and how many had left and stay out."""

    new: tuple[str, ...]
    changed: Mapping[str, tuple[str, ...]]
    left: tuple[str, ...]
    kept: tuple[Elder, ...]  # as they are to be saved


_FIELDS = (
    "name", "unit_id", "room", "phone", "born", "alone", "mobility", "allergies", "notes", "contacts", "doctor_id",
)  # fmt: skip


def compare(elders: list[Elder], known: Mapping[str, Elder]) -> Changes:
    """What would change. Who took their consent back stays out until they agree anew, on a later day."""
    new, changed, left, kept = [], {}, [], []
    for elder in elders:
        before = known.get(elder.code)
        if before is None:
            new.append(elder.code)
            kept.append(elder)
            continue
        if before.agreed_on is None and not _newly(before.left_on, elder.agreed_on):
            left.append(elder.code)
            continue
        merged = replace(elder, person_id=before.person_id, id=before.id)
        different = tuple(name for name in _FIELDS if getattr(merged, name) != getattr(before, name))
        if before.agreed_on is None:
            new.append(elder.code)
        elif different:
            changed[elder.code] = different
        if merged != before:
            kept.append(merged)
    return Changes(tuple(new), changed, tuple(left), tuple(kept))


def _newly(left_on: date | None, agreed_on: date | None) -> bool:
    return agreed_on is not None and (left_on is None or agreed_on > left_on)
