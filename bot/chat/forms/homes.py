"""Forms of 入户: which home, who is new there, another phone, how somebody lives there."""

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms import place
from bot.chat.forms.acts import back
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import HomeStep
from bot.homes.home import RELATIONS
from bot.people.people import find_phone

_LONGEST = 30


def _said(field: str, ready: str = "") -> Question:
    """A question that is answered in one's own words, or by a tap that says nothing."""

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        options = [(scene.texts(f"homes.{ready}"), draft.choice(field, "none"))] if ready else []
        return Outgoing(scene.texts(f"homes.ask_{field}"), (*numbered(*options), back(draft, scene)))

    def hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
        if ready and said.choice == f"{field}:none":
            return draft.having(**{field: ""})
        text = said.text.strip()[:_LONGEST]
        return draft.having(**{field: text}) if text and not said.choice else None

    return Question(field, ask, hear, missing(field))


def _phone(ready: str = "") -> Question:
    question = _said("phone", ready)

    def hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
        phone = find_phone(said.text) if said.text and not said.choice else ""
        return draft.having(phone=phone) if phone else (question.hear(draft, said, scene) if said.choice else None)

    return Question("phone", question.ask, hear, missing("phone"))


def _ask_relation(draft: Draft, scene: Scene) -> Outgoing:
    options = ((scene.texts(f"homes.relation_{each}"), draft.choice("relation", each)) for each in RELATIONS)
    return Outgoing(scene.texts("homes.ask_relation"), (*numbered(*options), back(draft, scene)))


def _hear_relation(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("relation:")
    if said.text and not said.choice:
        value = next((each for each in RELATIONS if scene.texts(f"homes.relation_{each}") in said.text), "")
    return draft.having(relation=value) if value in RELATIONS else None


def _unit_wanted(draft: Draft, _scene: Scene) -> bool:
    return draft.get("unit") is None


def _room_wanted(draft: Draft, _scene: Scene) -> bool:
    return not draft.get("room") and "number" not in draft.fields


def _find(draft: Draft, _scene: Scene) -> HomeStep:
    return HomeStep(0, "open", str(draft.fields["unit"]), draft.get("room") or draft.get("number", ""))


_WHERE, _ROOM = place.question(), _said("number", "no_room")
_RELATION = Question("relation", _ask_relation, _hear_relation, missing("relation"))
FORMS = (
    Form(
        "home_find",
        (
            Question("place", _WHERE.ask, _WHERE.hear, _unit_wanted),
            Question("number", _ROOM.ask, _ROOM.hear, _room_wanted),
        ),
        _find,
    ),
    Form(
        "home_add",
        (_said("name"), _RELATION, _phone("no_phone_button")),
        lambda draft, _scene: HomeStep(
            draft.subject, "added", draft.fields["relation"], draft.fields["name"], draft.fields["phone"]
        ),
    ),
    Form(
        "home_tel",
        (_phone(),),
        lambda draft, _scene: HomeStep(draft.subject, "tel_is", phone=draft.fields["phone"]),
    ),
    Form(
        "home_shop_tel",
        (_phone(),),
        lambda draft, _scene: HomeStep(draft.subject, "business_tel_is", phone=draft.fields["phone"]),
    ),
    Form(
        "home_relation",
        (_RELATION,),
        lambda draft, _scene: HomeStep(draft.subject, "relation_is", draft.fields["relation"]),
    ),
)
