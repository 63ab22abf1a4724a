"""When an errand is to be done: half days that are offered, and days and hours as people say them. Never in the past."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.cases.clocks import Clocks
from bot.grid.numerals import plain
from bot.texts import Texts
from bot.town import say_time

_PARTS = {
    "am": (time(8), time(12)),
    "noon": (time(11), time(14)),
    "pm": (time(14), time(18)),
    "evening": (time(18), time(20, 30)),
    "day": (time(8), time(18)),
}
_AHEAD = timedelta(days=30)
_SOON = timedelta(hours=4)
_LEFT = timedelta(hours=1)  # so much of a half day must be left for it to be offered
_WORDS = {
    "am": "上午|早上|早晨|清早|一早|morning",
    "noon": "中午|noon",
    "pm": "下午|afternoon",
    "evening": "晚上|晚间|傍晚|夜里|今晚|明晚|evening|tonight",
}
_DAYS = {"今": 0, "明": 1, "后": 2, "大后": 3, "today": 0, "tonight": 0, "tomorrow": 1}
_WEEK = "一二三四五六日天"
_DAY = re.compile("(大后|今|明|后)(?:天|日|早|晚)|(tomorrow|today|tonight)", re.IGNORECASE)
_WEEKDAY = re.compile(rf"(每|每个|下下|下|这|本)?(?:周|星期|礼拜)([{_WEEK}末])")
_DATE = re.compile(r"(?<![路街巷道弄苑区院里村园\d])(?:(\d{1,2})月)?(\d{1,2})[号日](?![楼院柜店线门单厅桌车口公灯])")
_CLOCK = re.compile(r"(\d{1,2}|[一二两三四五六七八九十]{1,2})(?:点(?!东西|儿)(半|\d{2})?|[:：](\d{2}))")
_NOON, _MORNING = 12, 7


@dataclass(frozen=True, slots=True)
class Slot:
    """From when until when; `weekly` where it was said for every week."""

    start: datetime
    end: datetime
    weekly: bool = False


def offered(now: datetime, clocks: Clocks) -> dict[str, Slot]:
    """What can be tapped, by name: soon, and the half days of today and tomorrow that are still to come."""
    found = {"soon": soon(now, clocks)}
    for day, name in ((0, "today"), (1, "tomorrow")):
        for part in ("am", "pm", "evening"):
            if day == 1 and part == "evening":
                continue
            slot = _on(clocks.today(now) + timedelta(days=day), part, clocks)
            if slot.end - now >= _LEFT:
                found[f"{name}_{part}"] = Slot(max(slot.start, now), slot.end)
    return found


def soon(now: datetime, clocks: Clocks) -> Slot:
    """尽快: four hours, of daytime where it is evening by then."""
    evening = clocks.at(clocks.today(now), time(20))
    if now + _SOON <= evening and now.astimezone(clocks.zone).time() >= time(7):
        return Slot(now, now + _SOON)
    day = clocks.today(now) + timedelta(days=int(now > evening - _SOON))
    return Slot(now, clocks.at(day, time(12)))


def spoken(text: str, now: datetime, clocks: Clocks) -> Slot | None:
    """The slot that words name (周二上午, 明天下午3点, 每周二, 28号), None where they name none or one that is over."""
    today = clocks.today(now)
    days, weekly = _days(text, today)
    part = next((name for name, words in _WORDS.items() if re.search(words, text, re.IGNORECASE)), "")
    hour = _hour(text, part)
    if not days and not part and hour is None:
        return None
    for day in days or [today, today + timedelta(days=1)]:
        slot = _at(day, hour, clocks) if hour is not None else _on(day, part or "day", clocks)
        if slot.end > now and day - today <= _AHEAD:
            return Slot(max(slot.start, now), slot.end, weekly)
    return None


def label(slot: Slot, now: datetime, clocks: Clocks, texts: Texts, *, dated: bool = False) -> str:
    """The slot in words: 今天上午, 11月24日(周二)上午; `dated` never says 今天, for words that are read on other days too."""
    start, end = slot.start.astimezone(clocks.zone), slot.end.astimezone(clocks.zone)
    day = texts("errand.day", month=start.month, day=start.day, weekday=texts(f"times.weekday_{start.weekday()}"))
    if start.date() == clocks.today(now) and not dated:
        day = texts("times.day_0")
    if start.date() != end.date():
        return texts("errand.until_noon", day=day)
    part = next((name for name, (_, closes) in _PARTS.items() if closes == end.time() and name != "day"), "")
    if part == "pm" and start.time() <= _PARTS["day"][0]:
        part = "day"
    if part and (start.time() == _PARTS[part][0] or slot.start <= now):
        return day + texts(f"errand.part_{part}")
    if slot.start <= now:
        return texts("errand.until", end=f"{day} {end:%H:%M}" if dated else say_time(texts, clocks, slot.end, now))
    return texts("errand.between", day=day, start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def weekday_words(weekday: int, texts: Texts) -> str:
    """每周二."""
    return texts("errand.every", weekday=texts(f"times.weekday_{weekday}"))


def suits(hours: str, slot: Slot, clocks: Clocks) -> bool:
    """Whether a helper's hours (any, day, evening, weekend) touch the slot. Rest days of the calendar are weekends."""
    start, end = slot.start.astimezone(clocks.zone), slot.end.astimezone(clocks.zone)
    rests = not all(clocks.holidays.works(day) for day in {start.date(), end.date()})
    late = end.time() > _PARTS["day"][1] or start.date() != end.date()
    early = start.time() < _PARTS["day"][1]
    match hours:
        case "day":
            return early and not rests
        case "evening":
            return late or rests
        case "weekend":
            return rests
        case _:
            return True


def _days(text: str, today: date) -> tuple[list[date], bool]:
    """The days that words may mean, the likeliest first, and whether every week is meant."""
    if found := _WEEKDAY.search(text):
        weekday = 5 if found[2] == "末" else min(_WEEK.index(found[2]), 6)
        monday = today - timedelta(days=today.weekday())
        first = monday + timedelta(days=weekday)
        weeks = {"下": 1, "下下": 2}.get(found[1] or "")
        if weeks is not None:
            return [first + timedelta(weeks=weeks)], False
        return [first, first + timedelta(weeks=1)], (found[1] or "").startswith("每")
    if found := _DAY.search(text):
        return [today + timedelta(days=_DAYS[(found[1] or found[2]).lower()])], False
    if found := _DATE.search(text):
        return list(_dates(int(found[1] or 0), int(found[2]), today)), False
    return [], False


def _dates(month: int, day: int, today: date) -> list[date]:
    """The next days of this number, in this month or the next where no month was said."""
    tries = [(today.year, month), (today.year + 1, month)]
    if not month:
        tries = [(today.year, today.month), (today.year + today.month // 12, today.month % 12 + 1)]
    found = []
    for year, each in tries:
        try:
            found.append(date(year, each, day))
        except ValueError:
            continue
    return found


def _hour(text: str, part: str) -> time | None:
    found = _CLOCK.search(text)
    if found is None:
        return None
    said = plain(found[1])
    hour = int(said) if said.isdecimal() else -1
    if not 0 <= hour < 24:  # noqa: PLR2004 - a day has so many
        return None
    afternoon = part in {"pm", "evening"} or (part == "noon" and hour <= 2) or (not part and hour < _MORNING)  # noqa: PLR2004 - 中午1点
    minute = 30 if found[2] == "半" else int(found[2] or found[3] or 0)
    if not 0 <= minute < 60:  # noqa: PLR2004 - an hour has so many
        return None
    return time(hour + 12 if afternoon and hour < _NOON else hour, minute)


def _on(day: date, part: str, clocks: Clocks) -> Slot:
    opens, closes = _PARTS[part]
    return Slot(clocks.at(day, opens), clocks.at(day, closes))


def _at(day: date, hour: time, clocks: Clocks) -> Slot:
    start = clocks.at(day, hour)
    return Slot(start, start + timedelta(hours=1))
