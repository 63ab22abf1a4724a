"""A year's holidays as an office writes them: a sheet or CSV with a column of days and a column 上班/休息."""

from datetime import date
from pathlib import Path

from bot.cases.holidays import SATURDAY
from bot.errors import BadDistrict
from bot.grid import cells, parsing
from bot.grid.cells import Line, Unreadable
from bot.texts import FIRST, Texts, texts


def read(path: Path, said: Texts) -> dict[date, bool]:
    """The days in an XLSX or CSV file, and whether people work on them. Raises BadDistrict with every fault, by row."""
    try:
        loaded = cells.load(path)
    except Unreadable as error:
        raise BadDistrict((said(f"district.{error.text}", name=error.name),)) from error
    for _, lines in loaded:
        place = _columns(lines)
        if place is not None:
            return _days(lines[place[0] + 1 :], place[1], place[2], path.name, said)
    raise BadDistrict((said("calendar.no_header", file=path.name),))


def sums(days: dict[date, bool], said: Texts) -> tuple[str, ...]:
    """What a table says of each year, in words."""
    lines = []
    for year in sorted({day.year for day in days}):
        of_year = [(day.weekday() >= SATURDAY, works) for day, works in days.items() if day.year == year]
        rest, work = of_year.count((False, False)), of_year.count((True, True))
        lines.append(said("calendar.taken", year=year, rest=rest, work=work))
    return tuple(lines)


def _columns(lines: list[Line]) -> tuple[int, int, int] | None:
    """Which line is the header, and where its two columns are; the words of every language are understood."""
    named = {key: _words(f"calendar.{key}") for key in ("day", "works")}
    for place, line in enumerate(lines[:10]):
        heads = [cell.replace(" ", "").casefold() for cell in line.cells]
        found = {key: next((n for n, head in enumerate(heads) if head in words), None) for key, words in named.items()}
        if found["day"] is not None and found["works"] is not None:
            return place, found["day"], found["works"]
    return None


def _days(lines: list[Line], day_at: int, works_at: int, file: str, said: Texts) -> dict[date, bool]:
    meant = dict.fromkeys(_words("calendar.work_words"), True) | dict.fromkeys(_words("calendar.rest_words"), False)
    days: dict[date, bool] = {}
    rows: dict[date, int] = {}
    faults = []
    for line in lines:
        padded = (*line.cells, *[""] * (max(day_at, works_at) + 1))
        day, works = parsing.day(padded[day_at]), meant.get(padded[works_at].casefold())
        if day is None:
            faults.append(said("calendar.fault_day", row=line.number, said=padded[day_at]))
        if works is None:
            faults.append(said("calendar.fault_word", row=line.number, said=padded[works_at]))
        if day is None or works is None:
            continue
        if days.setdefault(day, works) is not works:
            faults.append(said("calendar.fault_twice", row=line.number, day=day.isoformat(), other=rows[day]))
        rows.setdefault(day, line.number)
    if faults:
        raise BadDistrict(tuple(faults))
    if not days:
        raise BadDistrict((said("calendar.no_rows", file=file),))
    return days


def _words(key: str) -> tuple[str, ...]:
    """The words for something in every language of ours."""
    return tuple(word.strip().casefold() for locale in (FIRST, "en") for word in texts(locale)(key).split())
