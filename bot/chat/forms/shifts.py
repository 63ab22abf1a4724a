"""我的班次 and 单位班次: a worker sees when they are on duty, a head or desk when a unit is, and changes it.

A tap or a line of words does it. The shifts of a unit are for everybody there who has none of their own.
"""

import re
from dataclasses import replace
from datetime import date

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.forms.staff import DAY, a_day
from bot.chat.menus import ROSTERING
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import SaveShifts, Wish
from bot.grid.directory import Unit
from bot.grid.numerals import number
from bot.grid.offices import staffed
from bot.grid.rosters import read_clock, read_days, said
from bot.grid.shifts import DAY as MIDNIGHT
from bot.grid.shifts import Shift
from bot.grid.turns import shifts_of

_READY = {"office": (range(5), 8 * 60, 18 * 60), "daily": (range(7), 8 * 60, 20 * 60)}
_SHOWN = 8  # units with a button; the others are named
_PARTS = re.compile(r"[\n,，;；。]")
_TIME = r"(?:上午|早上|中午|下午|晚上|夜里)?\s*\d{1,2}(?:\s*[:：点时]\s*(?:半|\d{1,2})?分?)?"
_LINE = re.compile(rf"(.+?)\s*({_TIME})\s*(?:-|~|～|–|到|至)\s*(?:次日|第二天)?\s*({_TIME})")
_HAN_HOUR = re.compile("[一二两三四五六七八九十]+(?=[点时])")
_HALF_DAY = re.compile(r"(早|晚)(?=\s*\d)")  # 早8点 is 早上8点
_OFF = re.compile(r"(.+?)\s*(?:休息?|不上班|off)")


def read(text: str, today: date) -> list[Shift] | None:
    """The shifts that lines like 周一到周五8点到18点 or 12月3日休息 mean; None where one of them cannot be understood."""
    found: list[Shift] = []
    text = _HALF_DAY.sub(r"\1上", _HAN_HOUR.sub(lambda hour: number(hour[0]), text))
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


def _led(scene: Scene) -> list[Unit]:
    """The units whose shifts this person sets: where they are head or desk, and the staffed ones below."""
    tops = [post.unit_id for post in scene.town.posts(scene.person.id, scene.today) if post.role in ROSTERING]
    return staffed(scene.town.directory, tops)


def _unit_ask(draft: Draft, scene: Scene) -> Outgoing:
    units = _led(scene)
    options = [(unit.name, draft.choice("unit", unit.id)) for unit in units[:_SHOWN]]
    key = "shifts.may_not" if not units else "shifts.which_unit" if len(units) <= _SHOWN else "shifts.which_of_many"
    return Outgoing(scene.texts(key), (*numbered(*options), back(draft, scene)))


def _unit_hear(draft: Draft, heard: Incoming, scene: Scene) -> Draft | None:
    value, named = heard.choice.removeprefix("unit:"), heard.text.strip()
    units, full = _led(scene), scene.town.directory.full_name
    if heard.choice:
        found = [unit for unit in units if value == str(unit.id)]
    else:
        found = [unit for unit in units if named and named in (unit.name, unit.code, full(unit.id))]
        found = found or [unit for unit in units if named and named in full(unit.id)]
    return draft.having(unit=found[0].id) if len(found) == 1 else None


def _before(draft: Draft, scene: Scene) -> tuple[Shift, ...]:
    """What stands now: the unit's where the form is about one, else one's own or one's unit's."""
    unit = scene.town.unit(draft.get("unit"))
    return shifts_of(scene.town.directory, scene.person.id) if unit is None else unit.shifts


def _ask(draft: Draft, scene: Scene) -> Outgoing:
    t, lines = scene.texts, "\n".join(said(scene.texts, _before(draft, scene), scene.today))
    unit, staff = scene.town.unit(draft.get("unit")), scene.town.directory.staff.get(scene.person.id)
    if unit is not None:
        shown = t("shifts.theirs" if lines else "shifts.theirs_none", unit=unit.name, lines=lines)
    elif lines:
        shown = t("shifts.mine" if staff is not None and staff.shifts else "shifts.of_unit", lines=lines)
    else:
        shown = t("shifts.none")
    never = "always" if unit is None else "unit_always"
    options = [(t(f"shifts.{name}"), draft.choice("shifts", name)) for name in _READY]
    options.append((t(f"shifts.{never}"), draft.choice("shifts", "always")))
    if unit is None and any(post.role in ROSTERING for post in scene.town.posts(scene.person.id, scene.today)):
        options.append((t("shifts.of_units"), draft.choice("shifts", "units")))
    return Outgoing(f"{shown}\n{t('shifts.ask')}", (*numbered(*options), back(draft, scene)))


def _hear(draft: Draft, heard: Incoming, scene: Scene) -> Draft | None:
    value = heard.choice.removeprefix("shifts:")
    if value == "units":
        return draft.having(of_units=True)  # The other question comes first then.
    if value == "always":
        return draft.having(shifts=[])
    if value in _READY:
        days, begins, ends = _READY[value]
        told: list[Shift] | None = [Shift(weekday, None, begins, ends) for weekday in days]
    else:
        told = read(heard.text, scene.today) if heard.text and not heard.choice else None
    if told is None:
        return None
    after = changed(_before(draft, scene), told, scene.today)
    return draft.having(shifts=[[s.weekday, s.day.isoformat() if s.day else None, s.begins, s.ends] for s in after])


def _finish(draft: Draft, _scene: Scene) -> Wish:
    rows = draft.fields["shifts"]
    shifts = tuple(Shift(week, date.fromisoformat(day) if day else None, *times) for week, day, *times in rows)
    return SaveShifts(shifts, draft.get("unit"))


def _of_units(draft: Draft, _scene: Scene) -> bool:
    return bool(draft.get("of_units")) and draft.get("unit") is None


_UNIT = Question("unit", _unit_ask, _unit_hear, missing("unit"))
_SHIFTS = Question("shifts", _ask, _hear, missing("shifts"))
FORMS = (
    Form("shifts", (replace(_UNIT, wanted=_of_units), _SHIFTS), _finish),
    Form("unit_shifts", (_UNIT, _SHIFTS), _finish),
)
