"""All registers of one file, read together: elder care, homes with their people and businesses, service lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.care import importing as care
from bot.care.canteen import Canteen
from bot.double import importing as double
from bot.errors import BadDistrict
from bot.homes import importing as homes
from bot.homes.importing import Part
from bot.registers.rows import Faults, Sheet, load_rows
from bot.town import Town

# A sheet is the first of these that its headers fit: what needs fewer columns comes later.
SHEETS: dict[str, Sheet] = care.SHEETS | homes.SHEETS | double.SHEETS


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds.

    `parts` are what it says of homes, one for each community; `services` are community, what, and how many units.
    """

    care: care.Registers
    parts: tuple[Part, ...]
    services: tuple[tuple[int, str, int], ...]


def read(path: Path, town: Town, known: Mapping[str, Canteen]) -> Found:
    """The registers of a file; `known` are the canteens that stand, by code. Raises BadDistrict with every fault."""
    faults = Faults(town)
    elders, dwellings, services = care.Reader(faults, known), homes.Reader(faults), double.Reader(faults)
    readers = elders.readers() | dwellings.readers() | services.readers()
    rows = load_rows(path, faults, SHEETS)
    for name, read_row in readers.items():
        for row in rows[name]:
            if faults.sound(row, SHEETS[name]):
                read_row(row)
    if faults.found:
        raise BadDistrict(tuple(faults.found))
    return Found(elders.found, tuple(dwellings.parts.values()), tuple(services.found))
