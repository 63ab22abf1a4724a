"""What a resident orders (请人代办): what a kind asks, when, for whom, how it is handed over, then the check screen.

Whatever the first words say is not asked again. Codes and numbers that others must not read leave the words at once: they
are kept under `found` in the draft, and later shown only to who took the errand.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.chat.conversation import Draft, Form, Hear, Question, Scene, numbered
from bot.chat.forms import checking, place, report
from bot.chat.forms.revising import revisable, set_aside
from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.wishes import FileCase, Wish
from bot.errands import asking, letters, slots
from bot.errands.asking import Ask
from bot.errands.errand import Order
from bot.people.people import find_phone
from bot.triage.kinds import Kind, Service

_HAND_OVERS = ("hand", "door", "property")
_HAND_OVER = "hand_over"  # a question of some kinds like any other in their data, with answers to tap
_BY_PHOTO = frozenset({"door", "property"})
_TAPPED = 6  # kinds to tap before a word is said
_SOON = ("尽快", "马上", "现在", "这会儿", "赶紧")
_SETTLED = frozenset({"place", "candidates", "near", "tried"})
_REUSED = {question.field: question for question in report.REPORT.questions}


def _kind(draft: Draft, scene: Scene) -> Kind | None:
    return scene.town.kinds.by_code.get(draft.get("kind", ""))


def _asks(draft: Draft, scene: Scene) -> tuple[Ask, ...]:
    """The kind's own questions, without the hand-over, which has answers to tap."""
    kind = _kind(draft, scene)
    found = asking.asks(kind, scene.texts) if kind is not None else ()
    return tuple(ask for ask in found if ask.name != _HAND_OVER)


def _sifted(draft: Draft, scene: Scene) -> Draft:
    """Take what the words answer already, and take out of them what is nobody's to read."""
    words = draft.get("words", "")
    draft = _finding(draft, words)
    whom = draft.get("whom") or asking.for_whom(words)
    draft = draft.having(words=asking.masked(words), whom=whom)
    if "slot_at" not in draft.fields and "昨" not in words and not draft.get("asked_slot"):
        slot = slots.spoken(words, scene.now, scene.town.clocks)
        if slot is None and any(word in words for word in _SOON):
            slot = slots.soon(scene.now, scene.town.clocks)
        draft = _at(draft, slot, scene) if slot is not None else draft
    plain = [code for code in draft.get("guesses", []) if not code.endswith("other")]
    if "kind" not in draft.fields and len(plain) == 1:  # 帮我买鸡蛋 is no question between 代买 and 其他代办.
        draft = draft.having(kind=plain[0])
    unit_id, room = scene.person.home_of(whom[:8])
    home = scene.town.unit(unit_id)
    if (
        home is not None
        and (words or "kind" in draft.fields)
        and not _SETTLED & draft.fields.keys()
        and not draft.get("moved")
    ):
        draft = place.settle(draft, home, room, scene)
    return draft


_EVERY = tuple(Ask(name, "", "", secret=False) for name in asking.FINDABLE)


def _finding(draft: Draft, words: str) -> Draft:
    """The draft with the answers that stand in these words."""
    found: dict[str, str] = draft.get("found", {})
    heard = {name: value for name, value in asking.heard(_EVERY, words, found).items() if value}
    return draft.having(found={**heard, **found})


def _hushed(said: Incoming) -> Incoming:
    """The same without codes: 8-2-1033 is no address."""
    return replace(said, text=asking.masked(said.text))


def _sifting(hear: Hear) -> Hear:
    def sifted(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
        heard = hear(_finding(draft, said.text), _hushed(said), scene)
        return None if heard is None else _sifted(heard, scene)

    return sifted


# ---------------------------------------------------------------- what is wanted


def _ask_what(draft: Draft, scene: Scene) -> Outgoing:
    """Words are best; who would rather tap finds what is ordered most, as the catalogue has it first."""
    plain = _REUSED["words"].ask(draft, scene)
    if "kind" in draft.fields or draft.get("files"):
        return plain
    kinds = scene.town.kinds.of_service(Service.ERRAND)[:_TAPPED]
    options = [(f"{kind.icon}{kind.name}", draft.choice("words", kind.code)) for kind in kinds]
    options.append((scene.texts("report.other_kind"), draft.choice("words", "+all")))
    text = f"{plain.text}\n{scene.texts('errand.say_or_tap')}"
    return replace(plain, text=text, buttons=(*numbered(*options), *plain.buttons))


def _hear_what(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("words:")
    if value == "+all":
        return draft.having(words="", group="all")
    if said.choice and value in scene.town.kinds.by_code:
        return _absorb(draft.having(words="", kind=value), replace(said, text="", choice=""), scene)
    return _sifting(_REUSED["words"].hear)(draft, said, scene)


# ---------------------------------------------------------------- what the kind asks


def _unanswered(draft: Draft, scene: Scene) -> Ask | None:
    found: Mapping[str, str] = draft.get("found", {})
    words = draft.get("words", "")
    for ask in _asks(draft, scene):
        # A long address says nothing of what is to be bought.
        told = scene.town.gazetteer.find(words).words_left if ask.name in asking.TOLD else words
        if ask.name not in found and not asking.heard((ask,), told, found):
            return ask
    return None


def _ask_next(draft: Draft, scene: Scene) -> Outgoing:
    t, ask = scene.texts, _unanswered(draft, scene)
    if ask is None:
        return Outgoing(t("menu.again"))
    buttons = [Button(t("errand.later"), draft.choice("ask", "skip"))]
    if ask.name == "name" and scene.person.name:
        buttons.insert(0, Button(t("errand.my_name", name=scene.person.name), draft.choice("ask", "me")))
    words = t("errand.kept_secret", words=ask.words) if ask.secret else ask.words
    return Outgoing(words, tuple(buttons))


def _hear_next(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    ask = _unanswered(draft, scene)
    if ask is None:
        return draft
    found: dict[str, str] = draft.get("found", {})
    if said.choice in {"ask:skip", "ask:me"}:
        value = scene.person.name if said.choice == "ask:me" else ""
        return draft.having(found={**found, ask.name: value})
    if not said.text:
        files = [*draft.get("files", []), *(a.id for a in said.attachments)]
        return draft.having(files=files) if said.attachments else None
    # One message may answer several questions at once; what answers none by its form answers the one that was asked.
    more = {name: value for name, value in asking.heard(_asks(draft, scene), said.text, found).items() if value}
    answer = None if more else asking.answered(ask, said.text)
    if not more and answer is None:
        return _add(draft, said, scene)
    return draft.having(found={**found, **(more or {ask.name: answer})})


# ---------------------------------------------------------------- when


def _at(draft: Draft, slot: slots.Slot, scene: Scene) -> Draft:
    words = slots.label(slot, scene.now, scene.town.clocks, scene.texts)
    start = slot.start.astimezone(scene.town.clocks.zone)
    weekly = start.weekday() if slot.weekly else None
    return draft.lacking("closed").having(
        slot=words, slot_at=[slot.start.isoformat(), slot.end.isoformat()], weekly=weekly
    )


def _open(draft: Draft, slot: slots.Slot, scene: Scene) -> bool:
    """Whether somebody works then: what only workers may do rests on days off."""
    kind, clocks = _kind(draft, scene), scene.town.clocks
    return kind is None or kind.doers != "worker" or clocks.holidays.works(clocks.today(slot.start))


def _slot(draft: Draft) -> slots.Slot | None:
    at = draft.get("slot_at")
    return None if at is None else slots.Slot(datetime.fromisoformat(at[0]), datetime.fromisoformat(at[1]))


def _slot_wanted(draft: Draft, scene: Scene) -> bool:
    slot = _slot(draft)
    return slot is None or slot.end <= scene.now or "slot" not in draft.fields or not _open(draft, slot, scene)


def _ask_slot(draft: Draft, scene: Scene) -> Outgoing:
    t, slot = scene.texts, _slot(draft)
    offered = slots.offered(scene.now, scene.town.clocks)
    options = (
        (t(f"errand.slot_{name}"), draft.choice("slot", name))
        for name, it in offered.items()
        if _open(draft, it, scene)
    )
    closed = slot is not None and not _open(draft, slot, scene)
    return Outgoing(t("errand.day_off" if closed else "errand.ask_slot"), numbered(*options))


def _hear_slot(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("slot:") if said.choice else ""
    slot = slots.offered(scene.now, scene.town.clocks).get(value)
    if slot is None and said.text and not value:
        slot = slots.spoken(said.text, scene.now, scene.town.clocks)
    return None if slot is None else _at(draft, slot, scene).having(asked_slot=True)


# ---------------------------------------------------------------- for whom, and how it is handed over


def _ask_phone(draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    button = Button(t("errand.call_me"), draft.choice("whom_phone", "none"))
    return Outgoing(t("errand.whom_phone", whom=draft.get("whom")), (button,))


def _hear_phone(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.choice == "whom_phone:none":
        return draft.having(whom_phone="")
    phone = find_phone(said.text)
    return draft.having(whom_phone=phone) if phone else None


def _ask_hand_over(draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    options = ((_hand_over(draft, value, scene), draft.choice("hand_over", value)) for value in _HAND_OVERS)
    return Outgoing(t("errand.ask_hand_over"), numbered(*options))


def _hand_over(draft: Draft, value: str, scene: Scene) -> str:
    whom = draft.get("whom") or scene.texts("errand.me")
    return scene.texts(f"errand.hand_over_{value}", whom=whom)


def _hear_hand_over(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("hand_over:")
    if value in _HAND_OVERS:
        return draft.having(hand_over=_hand_over(draft, value, scene), by_photo=value in _BY_PHOTO)
    return draft.having(hand_over=said.text[:60], by_photo=False) if said.text and not said.choice else None


def _hand_over_wanted(draft: Draft, scene: Scene) -> bool:
    kind = _kind(draft, scene)
    asked = kind is not None and any(ask.name == _HAND_OVER for ask in asking.asks(kind, scene.texts))
    return asked and "hand_over" not in draft.fields


# ---------------------------------------------------------------- the check screen


def _check(draft: Draft, scene: Scene) -> Outgoing:
    t, asks = scene.texts, _asks(draft, scene)
    found: Mapping[str, str] = draft.get("found", {})
    told = [
        t("report.line_slot", slot=_when(draft, scene), hand_over=_how(draft, scene)),
        *asking.lines(asks, found, t, secret=False).splitlines(),
        *(t("errand.secret_kept", label=ask.label) for ask in asks if ask.secret and found.get(ask.name)),
    ]
    if draft.get("words"):
        told.append(t("report.line_words", words=draft.fields["words"]))
    below = [letters.price(scene.town, scene.town.kind(draft.fields["kind"]))]
    if draft.get("whom"):
        below.append(t("errand.consent", whom=draft.fields["whom"]))
    edits = [("report.edit_slot", "slot")]
    edits += [("report.edit_hand_over", "hand_over")] if "hand_over" in draft.fields else []
    edits += [("errand.edit_found", "found")] if asks else []
    return checking.screen(draft, scene, told, below, edits=edits)


def _when(draft: Draft, scene: Scene) -> str:
    weekly = draft.get("weekly")
    words = str(draft.get("slot", ""))
    return (
        words
        if weekly is None
        else scene.texts("errand.and_weekly", slot=words, every=slots.weekday_words(weekly, scene.texts))
    )


def _how(draft: Draft, scene: Scene) -> str:
    return str(draft.get("hand_over") or scene.texts("errand.at_place"))


def _hear_check(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    hear = report.REPORT.hear_check
    heard = hear(_finding(draft, said.text), _hushed(said), scene) if hear is not None else None
    if heard is None:
        return None
    match said.choice:
        case "_:edit.place":
            heard = heard.having(moved=True)
        case "_:edit.slot":
            heard = set_aside(draft.lacking("editing"), "slot", "slot_at", "weekly").having(asked_slot=True)
        case "_:edit.found":
            heard = heard.having(found={})
        case "_:edit.words":
            heard = set_aside(draft.lacking("editing"), "words", "found", "whom", "whom_phone")
        case _:
            pass
    heard = _sifted(heard, scene) if said.text else heard
    if heard.get("done") and any(q.wanted(heard, scene) for q in QUESTIONS):
        return heard.lacking("done")  # The slot went by while the screen stood there.
    return heard


def _finish(draft: Draft, scene: Scene) -> Wish:
    wish, slot, kind = report.REPORT.finish(draft, scene), _slot(draft), scene.town.kind(draft.fields["kind"])
    if not isinstance(wish, FileCase) or slot is None:
        return wish
    found: Mapping[str, str] = draft.get("found", {})
    asks = _asks(draft, scene)
    order = Order(
        answers=asking.lines(asks, found, scene.texts, secret=False),
        secrets=asking.lines(asks, found, scene.texts, secret=True),
        slot_from=slot.start,
        slot_until=slot.end,
        for_whom=draft.get("whom", ""),
        for_phone=draft.get("whom_phone", ""),
        weekly=draft.get("weekly"),
        proof="photo" if draft.get("by_photo") else kind.proof,
    )
    when = slots.label(slot, scene.now, scene.town.clocks, scene.texts, dated=True)
    # Whoever tapped said what in answer to the first question: without it nobody could tell whether to take it.
    words = wish.words or next((found.get(ask.name, "") for ask in asks if not ask.secret), "")
    how = _how(draft, scene)
    return replace(wish, words=words, order=order, slot=when, hand_over=how, distinct=True, anonymous=False)


def _absorb(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    absorb, draft = report.REPORT.absorb, _finding(draft, said.text)
    return _sifted(absorb(draft, _hushed(said), scene) if absorb is not None else draft, scene)


def _following(draft: Draft, scene: Scene) -> Draft | None:
    after = report.REPORT.following(draft, scene) if report.REPORT.following is not None else None
    return None if after is None else _sifted(after, scene)


def _reused(field: str) -> Question:
    """One of the report's questions; what is said to it may hold a code, and what it shows may not."""
    question = _REUSED[field]

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        shown = question.ask(draft, scene)
        return replace(shown, text=asking.masked(shown.text))

    return replace(question, ask=ask, hear=_sifting(question.hear))


def _add(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    """What was sent where a question wanted something else; it may hold a code as well."""
    return _sifting(report.add)(draft, said, scene) or draft


QUESTIONS = (
    replace(_reused("words"), ask=_ask_what, hear=_hear_what),
    _reused("problems"),
    _reused("kind"),
    _reused("place"),
    Question("ask", _ask_next, _hear_next, lambda draft, scene: _unanswered(draft, scene) is not None),
    revisable(Question("slot", _ask_slot, _hear_slot, _slot_wanted)),
    Question(
        "whom_phone",
        _ask_phone,
        _hear_phone,
        lambda draft, _scene: bool(draft.get("whom")) and "whom_phone" not in draft.fields,
    ),
    Question("hand_over", _ask_hand_over, _hear_hand_over, _hand_over_wanted),
    _reused("phone"),
    _reused("photo"),
)
ERRAND = Form("errand", QUESTIONS, _finish, _check, _hear_check, _absorb, _following, _add)
