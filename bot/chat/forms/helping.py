"""Forms of the 红色帮帮团: who wants to help says what, where and when; who has an errand tells what was paid, and hands over."""

import re

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.messages import Incoming, Outgoing
from bot.chat.wishes import ErrandStep, OfferHelp, Wish
from bot.grid.directory import UnitKind
from bot.triage.kinds import Service

_HOURS = ("any", "day", "evening", "weekend")
_GROUPS = {
    "all": (),
    "errands": ("errand_parcel", "errand_shopping", "errand_delivery", "errand_meal", "care_meal"),
    "company": ("errand_doctor", "errand_delivery", "care_medical", "care_walking"),
    "repairs": ("errand_appliance", "errand_plumbing", "errand_cleaning", "care_cleaning"),
}
_AMOUNT = re.compile(r"(\d{1,5})(?:\.(\d{1,2}))?")
_CENTS = 100


def _choice(field: str, said: Incoming) -> str:
    return said.choice.removeprefix(f"{field}:") if said.choice.startswith(f"{field}:") else ""


def _options(field: str, names: tuple[str, ...], draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    options = ((t(f"errand.{field}_{name}"), draft.choice(field, name)) for name in names)
    return Outgoing(t(f"errand.ask_{field}"), (*numbered(*options), back(draft, scene)))


# ---------------------------------------------------------------- I want to help


def _ask_name(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("errand.ask_helper_name"), (back(draft, scene),))


def _hear_name(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    return draft.having(name=said.text.strip()[:20]) if said.text and not said.choice else None


def _ask_kinds(draft: Draft, scene: Scene) -> Outgoing:
    return _options("helps", tuple(_GROUPS), draft, scene)


def _hear_kinds(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    name = _choice("helps", said)
    if name in _GROUPS:
        return draft.having(helps=list(_GROUPS[name]))
    if not said.text or said.choice:
        return None
    errands = scene.town.kinds.of_service(Service.ERRAND)
    named = [k.code for k in errands if k.name in said.text or any(word in said.text for word in k.words)]
    return draft.having(helps=named) if named else None


def _ask_where(draft: Draft, scene: Scene) -> Outgoing:
    t, home = scene.texts, scene.town.unit(scene.person.home_unit_id)
    options = (
        []
        if home is None
        else [(t("report.at_home", place=scene.town.directory.full_name(home.id)), draft.choice("where", "home"))]
    )
    compounds = [unit for unit in scene.town.directory.units.values() if unit.kind is UnitKind.COMPOUND][:8]
    options += [(unit.name, draft.choice("where", unit.id)) for unit in compounds]
    key = "errand.where_unknown" if draft.get("tried") else "errand.ask_where"
    return Outgoing(t(key), (*numbered(*options), back(draft, scene)))


def _hear_where(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = _choice("where", said)
    unit = scene.town.unit(scene.person.home_unit_id if value == "home" else int(value) if value.isdigit() else None)
    if unit is None and said.text and not value:
        sighting = scene.town.gazetteer.find(said.text)
        unit = sighting.unit
        if unit is None or scene.town.directory.above(unit.id, UnitKind.COMMUNITY) is None:
            return draft.having(tried=True)
    return None if unit is None else draft.having(where=unit.id)


def _ask_hours(draft: Draft, scene: Scene) -> Outgoing:
    return _options("hours", _HOURS, draft, scene)


def _hear_hours(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    name = _choice("hours", said)
    if name not in _HOURS and said.text and not said.choice:
        name = next(
            (each for each in _HOURS if any(w in said.text for w in scene.texts(f"errand.says_{each}").split())), ""
        )
    return draft.having(hours=name) if name in _HOURS else None


def _offer(draft: Draft, scene: Scene) -> Wish:
    name = draft.get("name") or scene.person.name
    return OfferHelp(draft.fields["where"], tuple(draft.get("helps", ())), draft.fields["hours"], name)


HELPER = Form(
    "helper",
    (
        Question("helps", _ask_kinds, _hear_kinds, missing("helps")),
        Question("where", _ask_where, _hear_where, missing("where")),
        Question("hours", _ask_hours, _hear_hours, missing("hours")),
        Question(
            "name", _ask_name, _hear_name, lambda draft, scene: not scene.person.name and "name" not in draft.fields
        ),
    ),
    _offer,
)


# ---------------------------------------------------------------- handing over, and what was paid


def _ask_proof(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("errand.ask_proof"), (back(draft, scene),))


def _hear_proof(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.choice or not (said.text or said.attachments):
        return None
    return draft.having(proof=said.text[:20], files=[a.id for a in said.attachments])


def _hand(draft: Draft, _scene: Scene) -> Wish:
    return ErrandStep(draft.subject, "hand", words=draft.get("proof", ""), attachments=tuple(draft.get("files", ())))


def _ask_amount(draft: Draft, scene: Scene) -> Outgoing:
    nothing = (scene.texts("errand.paid_nothing"), draft.choice("amount", "0"))
    return Outgoing(scene.texts("errand.ask_amount"), (*numbered(nothing), back(draft, scene)))


def _hear_amount(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.choice == "amount:0":
        return draft.having(amount=0, files=[])
    found = _AMOUNT.search(said.text.replace("块", ".")) if not said.choice else None
    if found is None:
        return None
    files = [a.id for a in said.attachments]
    cents = int(found[1]) * _CENTS + int((found[2] or "0").ljust(2, "0"))
    return draft.having(amount=cents, **({"files": files} if files or not cents else {}))


def _ask_receipt(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(scene.texts("errand.ask_receipt"), (back(draft, scene),))


def _hear_receipt(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    return draft.having(files=[a.id for a in said.attachments]) if said.attachments else None


def _pay(draft: Draft, _scene: Scene) -> Wish:
    return ErrandStep(
        draft.subject, "paid", value=str(draft.fields["amount"]), attachments=tuple(draft.get("files", ()))
    )


HAND = Form("errand_hand", (Question("proof", _ask_proof, _hear_proof, missing("proof")),), _hand)
PAID = Form(
    "errand_paid",
    (
        Question("amount", _ask_amount, _hear_amount, missing("amount")),
        Question("files", _ask_receipt, _hear_receipt, missing("files")),
    ),
    _pay,
)
FORMS = (HELPER, HAND, PAID)
