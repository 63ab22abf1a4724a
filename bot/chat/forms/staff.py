"""Staff's own affairs: leave days, and asking a colleague in."""

import re
from datetime import date, timedelta

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.menus import INVITING
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import Invite, TakeLeave, Wish
from bot.grid.directory import Role, Unit

# ---------------------------------------------------------------- leave

DAY = re.compile(r"(?:(\d{4})[年/-])?(\d{1,2})[月/.-](\d{1,2})")
_NEAR = {"今天": 0, "今日": 0, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
_SAID_DAY = re.compile("(大后天|[今明][天日]|后天)|" + DAY.pattern)


def _leave_ask(draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    options = [(t(f"acts.leave_{name}"), draft.choice("leave", name)) for name in ("today", "tomorrow", "week", "back")]
    return Outgoing(t("acts.ask_leave"), (*numbered(*options), back(draft, scene)))


def _leave_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    today = scene.today
    value = said.choice.removeprefix("leave:")
    spans = {
        "today": (today, today),
        "tomorrow": (today + timedelta(days=1),) * 2,
        "week": (today, today + timedelta(days=6)),
    }
    if value == "back":
        return draft.having(leave=["", ""])
    if value in spans:
        return draft.having(leave=[day.isoformat() for day in spans[value]])
    days = [day for match in _SAID_DAY.finditer(said.text) if (day := _leave_day(match[0], today)) is not None]
    if not days or days[0] > days[-1]:
        return None
    return draft.having(leave=[days[0].isoformat(), days[-1].isoformat()])


def _leave_day(said: str, today: date) -> date | None:
    """明天 or 12月1日."""
    if said in _NEAR:
        return today + timedelta(days=_NEAR[said])
    match = DAY.fullmatch(said)
    return a_day(match, today) if match is not None else None


def a_day(match: re.Match[str], today: date) -> date | None:
    """The day that a match of `DAY` means, the next one of that date where no year is said; None for 2月30日."""
    try:
        day = date(int(match[1] or today.year), int(match[2]), int(match[3]))
        return day if match[1] or day >= today else day.replace(year=today.year + 1)
    except ValueError:
        return None


def _leave_wish(draft: Draft, _scene: Scene) -> Wish:
    first, last = (date.fromisoformat(day) if day else None for day in draft.fields["leave"])
    return TakeLeave(first, last)


# ---------------------------------------------------------------- asking a colleague in

_ROLES = (Role.GRID_WORKER, Role.GRID_HEAD, Role.COMMUNITY_DESK, Role.LIAISON, Role.MANAGER)


def _mine(scene: Scene) -> list[Unit]:
    """The units this person may invite for: those they manage, and everything below."""
    directory = scene.town.directory
    tops = [post.unit_id for post in scene.town.posts(scene.person.id, scene.today) if post.role in INVITING]
    found: list[Unit] = []
    while tops:
        unit = directory.units[tops.pop(0)]
        found.append(unit)
        tops += [
            child.id
            for child in directory.children(unit.id)
            if child.kind.value not in {"building", "door", "micro_grid"}
        ]
    return found


def _unit_ask(draft: Draft, scene: Scene) -> Outgoing:
    options = [(unit.name, draft.choice("unit", unit.id)) for unit in _mine(scene)[:8]]
    key = "acts.ask_unit" if options else "acts.may_not_invite"
    return Outgoing(scene.texts(key), (*numbered(*options), back(draft, scene)))


def _unit_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("unit:")
    for unit in _mine(scene):
        if value == str(unit.id) or (said.text and said.text.strip() in (unit.name, unit.code)):
            return draft.having(unit=unit.id)
    return None


def _role_ask(draft: Draft, scene: Scene) -> Outgoing:
    options = ((scene.town.role_name(role), draft.choice("role", role.value)) for role in _ROLES)
    return Outgoing(scene.texts("acts.ask_role"), numbered(*options))


def _role_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("role:")
    return draft.having(role=value) if value in {role.value for role in _ROLES} else None


def _name_ask(_draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("acts.ask_name"))


def _name_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    return draft.having(name=said.text.strip()[:20]) if said.text.strip() and not said.choice else None


def _invite_wish(draft: Draft, _scene: Scene) -> Wish:
    return Invite(draft.fields["unit"], draft.fields["role"], draft.fields["name"])


FORMS = (
    Form("leave", (Question("leave", _leave_ask, _leave_hear, missing("leave")),), _leave_wish),
    Form(
        "invite",
        (
            Question("unit", _unit_ask, _unit_hear, missing("unit")),
            Question("role", _role_ask, _role_hear, missing("role")),
            Question("name", _name_ask, _name_hear, missing("name")),
        ),
        _invite_wish,
    ),
)
