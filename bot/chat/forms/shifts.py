"""我的班次: a worker sees when they are on duty, and changes it with a tap or a line of words."""

import re
from datetime import date

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.forms.staff import DAY, a_day
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import SaveShifts, Wish
from bot.grid.rosters import read_clock, read_days, said
from bot.grid.shifts import DAY as MIDNIGHT
from bot.grid.shifts import Shift
from bot.grid.turns import shifts_of

_READY = {"office": (range(5), 8 * 60, 18 * 60), "daily": (range(7), 8 * 60, 20 * 60)}
_PARTS = re.compile(r"[\n,，;；。]")
_TIME = r"(?:上午|早上|中午|下午|晚上|夜里)?\s*\d{1,2}(?:\s*[:：点时]\s*(?:半|\d{1,2})?分?)?"
_LINE = re.compile(rf"(.+?)\s*({_TIME})\s*(?:-|~|～|–|到|至)\s*(?:次日|第二天)?\s*({_TIME})")
_OFF = re.compile(r"(.+?)\s*(?:休息?|不上班|off)")


def read(text: str, today: date) -> list[Shift] | None:
    """The shifts that lines like 周一到周五8点到18点 or 12月3日休息 mean; None where one of them cannot be understood."""
    found: list[Shift] = []
    for part in filter(None, (part.strip() for part in _PARTS.split(text))):
        line, off = _LINE.fullmatch(part), _OFF.fullmatch(part)
        times = (read_clock(line[2]), read_clock(line[3])) if line else (0, 0)
        said_days = line or off
        days = _days(said_days[1], today) if said_days else None
        begins, ends = times
        if days is None or begins is None or ends is None or begins >= MIDNIGHT or (line and begins == ends):
            return None
        if off and not line and not isinstance(days, date):
            return None  # A weekday is free where no shift names it.
        each = [(None, days)] if isinstance(days, date) else [(weekday, None) for weekday in days]
        found += [Shift(weekday, day, begins, ends) for weekday, day in each]
    return found or None


def changed(before: tuple[Shift, ...], told: list[Shift], today: date) -> tuple[Shift, ...]:
    """What was told put in the place of what stood: weekly shifts replace all weekly ones, a day's own those of that day.

    Days that are over are dropped.
    """
    weekly = any(shift.day is None for shift in told)
    days = {shift.day for shift in told}
    kept = [s for s in before if (not weekly if s.day is None else s.day >= today and s.day not in days)]
    return tuple(dict.fromkeys((*kept, *told)))


def _days(text: str, today: date) -> tuple[int, ...] | date | None:
    named = DAY.match(text.strip())
    if named is not None and text.strip()[named.end() :].strip() in {"", "日", "号"}:
        return a_day(named, today)
    return read_days(text)


def _ask(draft: Draft, scene: Scene) -> Outgoing:
    t, lines = scene.texts, said(scene.texts, shifts_of(scene.town.directory, scene.person.id), scene.today)
    staff = scene.town.directory.staff.get(scene.person.id)
    whose = "mine" if staff is not None and staff.shifts else "of_unit"
    shown = t(f"shifts.{whose}", lines="\n".join(lines)) if lines else t("shifts.none")
    options = [(t(f"shifts.{name}"), draft.choice("shifts", name)) for name in (*_READY, "always")]
    return Outgoing(f"{shown}\n{t('shifts.ask')}", (*numbered(*options), back(draft, scene)))


def _hear(draft: Draft, heard: Incoming, scene: Scene) -> Draft | None:
    value = heard.choice.removeprefix("shifts:")
    if value == "always":
        return draft.having(shifts=[])
    if value in _READY:
        days, begins, ends = _READY[value]
        told: list[Shift] | None = [Shift(weekday, None, begins, ends) for weekday in days]
    else:
        told = read(heard.text, scene.today) if heard.text and not heard.choice else None
    if told is None:
        return None
    after = changed(shifts_of(scene.town.directory, scene.person.id), told, scene.today)
    return draft.having(shifts=[[s.weekday, s.day.isoformat() if s.day else None, s.begins, s.ends] for s in after])


def _finish(draft: Draft, _scene: Scene) -> Wish:
    rows = draft.fields["shifts"]
    return SaveShifts(
        tuple(Shift(week, date.fromisoformat(day) if day else None, *times) for week, day, *times in rows)
    )


SHIFTS = Form("shifts", (Question("shifts", _ask, _hear, missing("shifts")),), _finish)
