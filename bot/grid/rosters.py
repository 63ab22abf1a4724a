"""How a clerk or a worker writes shifts down, and how they are said. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date

from bot.grid.parsing import day as a_date
from bot.grid.shifts import DAY, Shift
from bot.texts import Texts

_WEEK = 7
_WEEKDAYS = "一二三四五六日"
_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPANS = {"每天": range(7), "天天": range(7), "daily": range(7), "工作日": range(5), "周末": range(5, 7)}
_ONE = rf"(?:周|星期|礼拜)([{_WEEKDAYS}天])|({'|'.join(_ENGLISH)})[a-z]*"
_NAMED = re.compile(_ONE, re.IGNORECASE)
_TO = r"\s*(?:-|~|\uff5e|–|到|至|to)\s*"
_RUN = re.compile(rf"(?:{_ONE}){_TO}(?:{_ONE}|([{_WEEKDAYS}]))", re.IGNORECASE)
_CLOCK = re.compile(
    r"(上午|早上|中午|下午|晚上|夜里)?\s*(\d{1,2})(?:\s*[:\uff1a点时]\s*(半|\d{1,2})?(?:[:分]\d{0,2})?)?"
)
_AFTERNOON = frozenset({"下午", "晚上"})
_HALF_DAY = 12


def read_days(text: str) -> tuple[int, ...] | date | None:
    """The weekdays (周一, 周一到周五, 周六、周日, 工作日, 每天) or the one date that a cell means; None where neither."""
    plain = "".join(text.split()).casefold()
    if plain in _SPANS:
        return tuple(_SPANS[plain])
    run = _RUN.fullmatch(plain)
    if run:
        first, last = _weekday(run[1], run[2]), _weekday(run[3] or run[5], run[4])
        return tuple((first + step) % _WEEK for step in range((last - first) % _WEEK + 1))
    named = _NAMED.findall(plain)
    if named and not _NAMED.sub("", plain).strip("、,\uff0c和"):
        return tuple(dict.fromkeys(_weekday(*each) for each in named))
    return a_date(text)


def read_clock(text: str) -> int | None:
    """Minutes since midnight of 8:00, 8点半, 下午2点, 24:00, or the fraction of a day a spreadsheet keeps; else None."""
    if re.fullmatch(r"0\.\d+", text):
        return round(float(text) * DAY)
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute = int(found[2]), 30 if found[3] == "半" else int(found[3] or 0)
    if found[1] in _AFTERNOON and hour < _HALF_DAY:
        hour += _HALF_DAY
    minutes = hour * 60 + minute
    return minutes if minute < 60 and minutes <= DAY else None  # noqa: PLR2004 - minutes of an hour


def _weekday(chinese: str | None, english: str | None) -> int:
    if english:
        return _ENGLISH.index(english)
    return _WEEKDAYS.index((chinese or "").replace("天", "日"))


# ---------------------------------------------------------------- said


def said(texts: Texts, shifts: Iterable[Shift], today: date) -> list[str]:
    """Lines for people: 周一到周五 8:00到18:00, 12月3日 休息. Days that are over are left out."""
    weekly: dict[tuple[int, int], list[int]] = {}
    shifts = sorted(shifts, key=lambda s: (s.day or date.min, s.weekday or 0, s.begins))
    for shift in shifts:
        if shift.weekday is not None:
            weekly.setdefault((shift.begins, shift.ends), []).append(shift.weekday)
    lines = [
        texts("shifts.line", days=_said_days(texts, sorted(days)), times=_said_times(texts, *times))
        for times, days in weekly.items()
    ]
    for shift in shifts:
        if shift.day is not None and shift.day >= today:
            day = texts("times.date", month=shift.day.month, day=shift.day.day)
            times = texts("shifts.off") if shift.off else _said_times(texts, shift.begins, shift.ends)
            lines.append(texts("shifts.line", days=day, times=times))
    return lines


def clock(minutes: int) -> str:
    """8:00 for 480."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def _said_times(texts: Texts, begins: int, ends: int) -> str:
    return texts("shifts.next_day" if ends <= begins else "shifts.times", begins=clock(begins), ends=clock(ends))


def _said_days(texts: Texts, days: Sequence[int]) -> str:
    if len(days) == _WEEK:
        return texts("shifts.every_day")
    names = [texts(f"times.weekday_{day}") for day in days]
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:  # noqa: PLR2004 - two days are named one by one
        return texts("shifts.run", first=names[0], last=names[-1])
    return texts.listed(names)
