"""Forms of elder care: a visit in three taps and words, a correction, six digits, how it ended, a lunch."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.care.canteen import MOST
from bot.care.elder import EDITABLE, MOBILITY
from bot.care.visiting import EATS, MEDICINE, MOODS, UNSEEN
from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms import place
from bot.chat.forms.acts import MAX_WORDS, back
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import BookMeal, CareStep, Wish
from bot.grid.numerals import first

_CODE = re.compile(r"(?<!\d)(\d{3})[ -]?(\d{3})(?!\d)")
_ENDINGS = ("fine", "hospital", "family")
_LONGEST = 200


def _tap(field: str, values: Sequence[str], prefix: str = "elders") -> Question:
    """A question that is answered by one of some buttons, or by the words on them."""

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        t = scene.texts
        options = ((t(f"{prefix}.{field}_{value}"), draft.choice(field, value)) for value in values)
        return Outgoing(t(f"{prefix}.ask_{field}"), (*numbered(*options), back(draft, scene)))

    def hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
        value = said.choice.removeprefix(f"{field}:")
        if said.text and not said.choice:
            value = next((v for v in values if scene.texts(f"{prefix}.{field}_{v}") in said.text), "")
        return draft.having(**{field: value}) if value in values else None

    return Question(field, ask, hear, missing(field))


def _once_met(field: str, values: Sequence[str]) -> Question:
    """The same, asked only of an elder who was met."""
    tap = _tap(field, values)
    return replace(tap, wanted=lambda draft, scene: draft.get("mood") != UNSEEN and tap.wanted(draft, scene))


def _words(field: str, key: str, ready: Sequence[str]) -> Question:
    """A question that is answered in one's own words, or by a tap where they are ready."""

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        t = scene.texts
        options = ((t(f"elders.{key}_{value}"), draft.choice(field, value)) for value in ready)
        return Outgoing(t(f"elders.ask_{key}"), (*numbered(*options), back(draft, scene)))

    def hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
        value = said.choice.removeprefix(f"{field}:")
        if value in ready:
            return draft.having(**{field: "" if value == "nothing" else scene.texts(f"elders.{key}_{value}")})
        return draft.having(**{field: said.text[:MAX_WORDS]}) if said.text and not said.choice else None

    return Question(field, ask, hear, missing(field))


def _code() -> Question:
    def ask(draft: Draft, scene: Scene) -> Outgoing:
        return Outgoing(scene.texts("elders.ask_code"), (back(draft, scene),))

    def hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
        found = _CODE.search(said.text) if not said.choice else None
        return draft.having(code=found[1] + found[2]) if found is not None else None

    return Question("code", ask, hear, missing("code"))


# ---------------------------------------------------------------- a correction


def _ask_value(draft: Draft, scene: Scene) -> Outgoing:
    t, field = scene.texts, draft.fields["field"]
    ready: tuple[str, ...] = {"mobility": MOBILITY, "alone": ("yes", "no")}.get(field, ())
    options = ((t(f"elders.{field}_{value}"), draft.choice("new", value)) for value in ready)
    text = t("elders.ask_new", field=t(f"elders.field_{field}"))
    return Outgoing(text, (*numbered(*options), back(draft, scene)))


def _hear_value(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    field, value = draft.fields["field"], said.choice.removeprefix("new:")
    if field in {"mobility", "alone"}:
        return draft.having(new=value) if value in {*MOBILITY, "yes", "no"} else None
    return draft.having(new=said.text[:_LONGEST]) if said.text and not said.choice else None


# ---------------------------------------------------------------- a lunch


def _hear_count(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("count:")
    count = (int(value) if value.isdecimal() else None) if said.choice else first(said.text)
    return draft.having(count=count) if count is not None and 1 <= count <= MOST else None


def _ask_count(draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    options = ((t("meals.portions", count=n), draft.choice("count", n)) for n in (1, 2, 3))
    return Outgoing(t("meals.ask_count"), (*numbered(*options), back(draft, scene)))


def _where_wanted(draft: Draft, scene: Scene) -> bool:
    deliver = str(draft.get("value", "")).endswith(".deliver")
    return deliver and draft.get("unit") is None and scene.town.unit(scene.person.home_unit_id) is None


def _ask_name(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("meals.ask_name"), (back(draft, scene),))


def _ask_guest(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("daycare.ask_name"), (back(draft, scene),))


def _hear_name(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    return draft.having(name=said.text.strip()[:20]) if said.text.strip() and not said.choice else None


def _name_wanted(draft: Draft, scene: Scene) -> bool:
    return not scene.person.name and scene.person.elder_id is None and "name" not in draft.fields


def _lunch(draft: Draft, scene: Scene) -> Wish:
    day, _, way = str(draft.get("value", "")).partition(".")
    home = scene.town.unit(scene.person.home_unit_id)
    unit_id, room = (home.id, scene.person.home_room) if home is not None else (None, "")
    if draft.get("unit") is not None:
        unit_id, room = draft.fields["unit"], draft.get("room", "")
    try:
        when = date.fromisoformat(day)
    except ValueError:
        when = date.min  # no menu stands for it, so the answer is that it is gone
    return BookMeal(draft.subject, when, way, draft.fields["count"], unit_id, room, draft.get("name", ""))


# ---------------------------------------------------------------- meals that went out


def _ask_served(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("meals.ask_served"), (back(draft, scene),))


def _hear_served(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    count = first(said.text) if not said.choice else None
    return draft.having(served=str(count)) if count is not None else None


def _visit(draft: Draft, _scene: Scene) -> Wish:
    three = f"{draft.fields['mood']}.{draft.get('eats', '')}.{draft.get('medicine', '')}"
    return CareStep(draft.subject, "visit", three, draft.fields["words"])


FORMS = (
    Form(
        "care_visit",
        (
            _tap("mood", MOODS),
            _once_met("eats", EATS),
            _once_met("medicine", MEDICINE),
            _words("words", "more", ("nothing",)),
        ),
        _visit,
    ),
    Form(
        "care_correct",
        (_tap("field", EDITABLE), Question("new", _ask_value, _hear_value, missing("new"))),
        lambda draft, _scene: CareStep(draft.subject, "correct", draft.fields["field"], draft.fields["new"]),
    ),
    Form("care_bind", (_code(),), lambda draft, _scene: CareStep(0, "bind", draft.fields["code"])),
    Form(
        "care_follow",
        (_code(), _words("called", "called", ())),
        lambda draft, _scene: CareStep(0, "follow", draft.fields["code"], draft.fields["called"]),
    ),
    Form(
        "care_safe",
        (_words("words", "ending", _ENDINGS),),
        lambda draft, _scene: CareStep(draft.subject, "safe", words=draft.fields["words"]),
    ),
    Form(
        "care_book",
        (
            Question("count", _ask_count, _hear_count, missing("count")),
            Question("place", place.question().ask, place.question().hear, _where_wanted),
            Question("name", _ask_name, _hear_name, _name_wanted),
        ),
        _lunch,
    ),
    Form(
        "care_daycare_seat",
        (Question("name", _ask_guest, _hear_name, _name_wanted),),
        lambda draft, _scene: CareStep(draft.subject, "daycare_book", draft.get("value", ""), draft.get("name", "")),
    ),
    Form(
        "care_some",
        (Question("served", _ask_served, _hear_served, missing("served")),),
        lambda draft, _scene: CareStep(draft.subject, "served", f".{draft.fields['served']}"),
    ),
)
