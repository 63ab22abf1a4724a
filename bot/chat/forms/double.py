"""Forms of 双报到: reporting in, and calling a gathering."""

from datetime import datetime

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import ReportIn, Summon, Wish
from bot.double.gatherings import communities
from bot.errands import slots
from bot.grid.directory import Unit, UnitKind

_LONGEST = 60
_DESKS = frozenset({"double_summon", "claim_add"})
_SHOWN = 8


def _said(field: str) -> Question:
    """A question that is answered in one's own words."""

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        return Outgoing(scene.texts(f"double.ask_{field}"), (back(draft, scene),))

    def hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
        text = said.text.strip()[:_LONGEST]
        return draft.having(**{field: text}) if text and not said.choice else None

    return Question(field, ask, hear, missing(field))


def _communities(draft: Draft, scene: Scene) -> list[Unit]:
    """The communities to choose from: one's own for what only a desk does, else home's first and then all."""
    units = scene.town.directory.units
    if draft.form in _DESKS:
        return [units[unit_id] for unit_id in communities(scene)]
    home = scene.town.unit(scene.person.home_unit_id)
    mine = scene.town.directory.above(home.id, UnitKind.COMMUNITY) if home is not None else None
    every = [unit for unit in units.values() if unit.kind is UnitKind.COMMUNITY and unit != mine]
    return ([mine] if mine is not None else []) + every


def _ask_community(draft: Draft, scene: Scene) -> Outgoing:
    found = _communities(draft, scene)[:_SHOWN]
    options = ((unit.name, draft.choice("community", unit.id)) for unit in found)
    key = "double.ask_community" if found else "double.may_not_call"
    return Outgoing(scene.texts(key), (*numbered(*options), back(draft, scene)))


def _hear_community(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value, text = said.choice.removeprefix("community:"), said.text.strip()
    for unit in _communities(draft, scene):
        if value == str(unit.id) or (not said.choice and text and text in unit.name):
            return draft.having(community=unit.id)
    return None


def _ask_when(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("double.ask_when"), (back(draft, scene),))


def _hear_when(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    slot = slots.spoken(said.text, scene.now, scene.town.clocks) if said.text and not said.choice else None
    return None if slot is None else draft.having(when=slot.start.isoformat())


def _name_wanted(draft: Draft, scene: Scene) -> bool:
    return not scene.person.name and "name" not in draft.fields


def _report_in(draft: Draft, scene: Scene) -> Wish:
    f = draft.fields
    return ReportIn(f["community"], f["unit"], f["can"], draft.get("name") or scene.person.name)


def _summon(draft: Draft, _scene: Scene) -> Wish:
    f = draft.fields
    return Summon(f["community"], f["what"], f["place"], datetime.fromisoformat(f["when"]))


_NAME = _said("name")
COMMUNITY = Question("community", _ask_community, _hear_community, missing("community"))
FORMS = (
    Form(
        "double_report",
        (COMMUNITY, _said("unit"), _said("can"), Question("name", _NAME.ask, _NAME.hear, _name_wanted)),
        _report_in,
    ),
    Form(
        "double_summon",
        (COMMUNITY, _said("what"), _said("place"), Question("when", _ask_when, _hear_when, missing("when"))),
        _summon,
    ),
)
