"""What a desk or a handler chooses before an act: whose it is, who helps, how long, until when, which door, which kind."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.cases.clocks import HOURS_A_DAY
from bot.cases.lifecycle import FIRST_NUMBER, Act
from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back, form
from bot.chat.forms.staff import DAY, a_day
from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.wishes import DoAct, Wish
from bot.grid.directory import Unit
from bot.grid.offices import OFFICES, departments, near
from bot.triage.kinds import Service

_PAGE = 8
DAYS = (1, 3, 5, 10)  # an extension
SHELF_DAYS = {"month": 30, "quarter": 91, "half": 182}
DOORS = ("police", "court", "petition", "labour", "firm")


# ---------------------------------------------------------------- units: 派单, 吹哨


def _shown(draft: Draft, scene: Scene) -> list[Unit]:
    if draft.get("found"):
        units = scene.town.directory.units
        return [units[unit_id] for unit_id in draft.get("found") if unit_id in units]
    if draft.get("page") is not None:
        first = int(draft.get("page")) * _PAGE
        return departments(scene.town.directory)[first : first + _PAGE]
    return near(scene.town.directory, draft.get("at"), draft.get("owner"))[:_PAGE]


def _unit_buttons(draft: Draft, scene: Scene, picked: Sequence[int] = ()) -> tuple[Button, ...]:
    t = scene.texts
    mark = t("acts.picked")
    options = [
        ((mark if unit.id in picked else "") + unit.name, draft.choice("value", f"u{unit.id}"))
        for unit in _shown(draft, scene)
    ]
    if draft.get("page") is None or (int(draft.get("page")) + 1) * _PAGE < len(departments(scene.town.directory)):
        options.append((t("acts.departments"), draft.choice("value", "page")))
    if picked:
        options.append((t("acts.enough"), draft.choice("value", "done")))
    return (*numbered(*options), back(draft, scene))


def _found(text: str, scene: Scene) -> list[Unit]:
    """Units whose name holds the words, those that are named so exactly alone."""
    words = text.strip()
    directory = scene.town.directory
    named = [unit for unit in directory.units.values() if unit.kind in OFFICES and directory.posts_at(unit.id)]
    exact = [unit for unit in named if words in (unit.name, *unit.aliases)]
    return exact or [unit for unit in named if words and words in unit.name][:_PAGE]


def _look_for(draft: Draft, said: Incoming, scene: Scene) -> Draft | int | None:
    """The unit that was named (its id), or the draft with others to choose from."""
    value = said.choice.removeprefix("value:")
    if value == "page":
        return draft.lacking("found").having(page=0 if draft.get("page") is None else int(draft.get("page")) + 1)
    if value[:1] == "u" and value[1:].isdigit():
        return int(value[1:])
    if said.choice or not said.text:
        return None
    found = _found(said.text, scene)
    if len(found) == 1:
        return found[0].id
    return draft.having(found=[unit.id for unit in found]) if found else None


def _unit_ask(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("acts.ask_owner"), _unit_buttons(draft, scene))


def _unit_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    heard = _look_for(draft, said, scene)
    return draft.lacking("found", "page").having(value=str(heard)) if isinstance(heard, int) else heard


def _whose_ask(draft: Draft, scene: Scene) -> Outgoing:
    *options, way_out = _unit_buttons(draft, scene)
    unknown = Button(f"{len(options) + 1} {scene.texts('acts.whose_unknown')}", draft.choice("value", "none"))
    return Outgoing(scene.texts("acts.ask_whose"), (*options, unknown, way_out))


def _whose_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    if said.choice == "value:none":
        return draft.lacking("found", "page").having(value="")
    return _unit_hear(draft, said, scene)


def _units_ask(draft: Draft, scene: Scene) -> Outgoing:
    picked = draft.get("picked", [])
    names = scene.texts.listed(scene.town.directory.units[unit_id].name for unit_id in picked)
    text = scene.texts("acts.ask_helpers") + (scene.texts("acts.picked_so_far", names=names) if picked else "")
    return Outgoing(text, _unit_buttons(draft, scene, picked))


def _units_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    picked = list(draft.get("picked", []))
    if said.choice == "value:done" and picked:
        return draft.lacking("found", "page").having(value=",".join(map(str, picked)))
    heard = _look_for(draft, said, scene)
    if not isinstance(heard, int):
        return heard
    picked = [unit_id for unit_id in picked if unit_id != heard] if heard in picked else [*picked, heard]
    return draft.having(picked=picked)


# ---------------------------------------------------------------- 延期, 挂账, 不受理


def _options(draft: Draft, scene: Scene, key: str, names: Sequence[object]) -> Outgoing:
    options = [(scene.texts(f"acts.{key}_{name}"), draft.choice("value", name)) for name in names]
    return Outgoing(scene.texts(f"acts.ask_{key}"), (*numbered(*options), back(draft, scene)))


def _hours_ask(draft: Draft, scene: Scene) -> Outgoing:
    return _options(draft, scene, "days", DAYS)


def _hours_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    typed = re.search(r"\d{1,2}", said.choice.removeprefix("value:") or said.text)
    return draft.having(value=str(int(typed[0]) * HOURS_A_DAY)) if typed and int(typed[0]) else None


def _shelf_ask(draft: Draft, scene: Scene) -> Outgoing:
    return _options(draft, scene, "shelf", tuple(SHELF_DAYS))


def _shelf_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    days = SHELF_DAYS.get(said.choice.removeprefix("value:"))
    if days is not None:
        return draft.having(value=(scene.today + timedelta(days=days)).isoformat())
    match = DAY.search(said.text)
    day = a_day(match, scene.today) if match else None
    return draft.having(value=day.isoformat()) if day is not None and day > scene.today else None


def _door_ask(draft: Draft, scene: Scene) -> Outgoing:
    return _options(draft, scene, "door", DOORS)


def _door_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("value:")
    if value in DOORS:
        return draft.having(value=scene.texts(f"acts.door_{value}"))
    return draft.having(value=said.text[:60]) if said.text and not said.choice else None


# ---------------------------------------------------------------- 改类别, 并案


def _kind_ask(draft: Draft, scene: Scene) -> Outgoing:
    t, kinds = scene.texts, scene.town.kinds
    service = scene.town.kind(draft.get("kind", "")).service
    groups = kinds.groups(Service(service))
    if draft.get("group") is None and len(groups) > 1:
        options = [(name, draft.choice("value", f"g{index}")) for index, name in enumerate(groups)]
        return Outgoing(t("report.which_group"), (*numbered(*options), back(draft, scene)))
    name = groups[int(draft.get("group", 0))]
    leaves = [kind for kind in kinds.of_service(Service(service)) if kind.group == name]
    options = [(f"{kind.icon}{kind.name}", draft.choice("value", kind.code)) for kind in leaves]
    return Outgoing(t("report.which_kind"), (*numbered(*options), back(draft, scene)))


def _kind_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("value:")
    if value[:1] == "g" and value[1:].isdigit():
        return draft.having(group=int(value[1:]))
    if value in scene.town.kinds.by_code:
        return draft.having(value=value)
    named = [kind for kind in scene.town.kinds.all if said.text and kind.name == said.text.strip()]
    return draft.having(value=named[0].code) if named else None


def _lead_ask(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("acts.ask_lead"), (back(draft, scene),))


def _lead_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    lead = lead_in(said.text)
    return draft.having(value=lead) if lead and not said.choice else None


def lead_in(text: str) -> str:
    """The id of the case whose number stands in a text, "" where none does."""
    number = re.search(r"(?<!\d)\d{4,12}(?!\d)", text)
    return str(int(number[0]) - FIRST_NUMBER) if number else ""


def _plain(act: Act, question: Question) -> Form:
    """A form of one question, without words."""

    def finish(draft: Draft, _scene: Scene) -> Wish:
        return DoAct(draft.subject, act, value=str(draft.get("value", "")))

    return Form(act.value, (question,), finish)


_OWNER = Question("value", _unit_ask, _unit_hear, missing("value"))
_HELPERS = Question("value", _units_ask, _units_hear, missing("value"))
FORMS = (
    form(Act.DISPATCH, _OWNER),
    form(Act.RETURN, Question("value", _whose_ask, _whose_hear, missing("value"))),
    form(Act.WHISTLE, _HELPERS),
    form(Act.EXTEND, Question("value", _hours_ask, _hours_hear, missing("value"))),
    form(Act.SHELVE, Question("value", _shelf_ask, _shelf_hear, missing("value"))),
    form(Act.REFUSE, Question("value", _door_ask, _door_hear, missing("value"))),
    _plain(Act.RETYPE, Question("value", _kind_ask, _kind_hear, missing("value"))),
    _plain(Act.MERGE, Question("value", _lead_ask, _lead_hear, missing("value"))),
)
