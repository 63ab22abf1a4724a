"""What a cell's text means: several names, the doors of a building, a phone, a day."""

import re
from datetime import date

from bot.grid import sheets

MAX_DOORS = 60
_PARTED = re.compile("[、,;\uff0c\uff1b]")
_DAY = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[ T][\d:.]+)?")
_DOOR = "单元"
_SPAN = re.compile(rf"(\d{{1,2}})(?:{_DOOR})?[-~\uff5e至到](\d{{1,2}})(?:{_DOOR})?")
_NOT_PHONE = re.compile(r"[\s()+\-\uff08\uff09\u2014\u2013]")
_ABROAD = re.compile(r"(?:00)?86(?=1\d{10}$)")
_CUT_DIGITS = re.compile(r"\d(?:\.\d+)?[Ee]\+\d+")
_FORMULA_ERRORS = (
    "#NULL!",
    "#DIV/0!",
    "#VALUE!",
    "#REF!",
    "#NAME?",
    "#NUM!",
    "#N/A",
    "#GETTING_DATA",
    "#SPILL!",
    "#CALC!",
)


def broken_cell(text: str) -> str:
    """The fault of a cell that a spreadsheet has spoilt, "" for a sound one."""
    if text.startswith("#") and text.upper() in _FORMULA_ERRORS:
        return "fault_formula"
    return "fault_digits" if _CUT_DIGITS.fullmatch(text) else ""


def several(text: str) -> tuple[str, ...]:
    """Names parted by 、 or commas, each once."""
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in _PARTED.split(text)))))


def phone(text: str) -> str:
    """The digits of a phone number without +86. Anything else stays as it is, for `check` to find."""
    return _ABROAD.sub("", _NOT_PHONE.sub("", text))


def person(text: str) -> str:
    """A person's code, or `VACANT` for the words that say so."""
    return sheets.vacant_words().get(text.casefold(), text)


def day(text: str) -> date | None:
    """A day however it is written, None where it is no day."""
    found = _DAY.fullmatch(text)
    if not found:
        return None
    year, *rest = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, *rest)
    except ValueError:
        return None


def doors(text: str, building: str) -> tuple[tuple[str, str], ...] | None:
    """The doors of a building as (name, code): of "3", of "1-3", of "东单元、西单元", of "东单元=JK3-E".

    A door's code is the building's with the door's own name behind it, so it stays when a door is added. None where the
    text cannot be understood.
    """
    span = _SPAN.fullmatch(text)
    if text.isdecimal() or span:
        first, last = (int(span[1]), int(span[2])) if span else (1, int(text))
        if last - first >= MAX_DOORS or (span and last < first):
            return None
        return tuple((f"{n}{_DOOR}", f"{building}-{n}") for n in range(first, last + 1))
    found = []
    for part in several(text):
        name, _, code = (piece.strip() for piece in part.partition("="))
        name = f"{name}{_DOOR}" if name.isdecimal() else name
        if not name or day(name):  # A spreadsheet makes a day of 1-3.
            return None
        found.append((name, code or door_code(building, name)))
    return tuple(found) if len(found) <= MAX_DOORS else None


def door_code(building: str, name: str) -> str:
    """The code that a door has unless its own is given."""
    return f"{building}-{name.removesuffix(_DOOR) or name}"


def doors_text(building: str, listed: list[tuple[str, str]]) -> str:
    """The shortest text that `doors` reads back as these (name, code) pairs."""
    count = str(len(listed))
    if listed and doors(count, building) == tuple(listed):
        return count
    return "、".join(name if code == door_code(building, name) else f"{name}={code}" for name, code in listed)
