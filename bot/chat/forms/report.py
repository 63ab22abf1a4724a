"""What a resident reports (反映问题): kind, place and words, then the check screen. What is ordered builds on it (`errand`)."""

import re
from dataclasses import replace

from bot.cases.lifecycle import Act
from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms import checking, place
from bot.chat.forms.revising import revisable, set_aside, taken_back
from bot.chat.forms.telling import spoken_words, tells_nothing, with_words
from bot.chat.messages import Attachment, Button, Incoming, Medium, Outgoing
from bot.chat.wishes import DoAct, FileCase, Join, Wish
from bot.people.people import find_phone, own_phone
from bot.triage.kinds import Service, Urgency

MAX_PHOTOS = 9
MAX_PARTS = 4


def _take_files(draft: Draft, said: Incoming) -> Draft:
    files = [*draft.get("files", []), *(a.id for a in said.attachments)][:MAX_PHOTOS]
    return draft.having(files=files) if said.attachments else draft


def _absorb(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    """Take everything a first message gives: words, kind, urgency, place, pictures."""
    draft = _take_files(draft, said)
    if said.album:
        draft = draft.having(album=said.album)
    words = spoken_words(said, scene)
    if words:
        draft = draft.having(words=words)
    if said.text:
        draft = _with_phone(draft, said.text)
        draft = place.locate(_triaged(draft, said.text, scene), said.text, scene)
    if said.pin is not None:
        draft = place.pinned(draft, said, scene)
    here = scene.town.unit(draft.get("here"))
    if here is not None and not {"place", "candidates", "near"} & draft.fields.keys():
        # They scanned the code on this staircase and named no other place: it is shown on the check screen.
        draft = place.settle(draft, here, "", scene)
    return draft


def _with_phone(draft: Draft, text: str) -> Draft:
    """The draft with the phone that somebody says is theirs, if they do."""
    phone = own_phone(text)
    return draft.having(phone=phone) if phone else draft


def _triaged(draft: Draft, text: str, scene: Scene) -> Draft:
    reading = scene.town.triage.read(text)
    service = Service.ERRAND if draft.form == "errand" else Service.APPEAL
    guesses = [kind.code for kind, _score in reading.guesses if kind.service is service]
    draft = draft.having(urgency=reading.urgency.value, guesses=guesses)
    if reading.tip:
        draft = draft.having(anonymous=True)
    if reading.sure and guesses:
        draft = draft.having(kind=guesses[0])
    if reading.problems and reading.danger is None and "problems" not in draft.fields:
        draft = draft.having(problems=[*reading.problems[:MAX_PARTS]])
    return draft


# ---------------------------------------------------------------- words


def _ask_words(draft: Draft, scene: Scene) -> Outgoing:
    key = "errand_what" if draft.form == "errand" else "what"
    if draft.get("files"):
        key = "what_of_photo"
    return Outgoing(scene.texts(f"report.{key}"), (Button(scene.texts("report.cancel"), draft.choice("_", "cancel")),))


def _hear_words(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    if not (said.text or said.attachments or said.pin):
        return None
    return _absorb(draft, said, scene)


# ---------------------------------------------------------------- several matters in one message


def _ask_apart(draft: Draft, scene: Scene) -> Outgoing:
    t, parts = scene.texts, draft.get("problems", [])
    told = "\n".join((t("report.several", count=len(parts)), *(f"· {part}" for part in parts)))
    options = ((t(f"report.{name}"), draft.choice("problems", name)) for name in ("apart", "together"))
    return Outgoing(told, numbered(*options))


def _hear_apart(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    first, *rest = draft.get("problems") or [""]
    if said.choice == "problems:apart":
        rest = [*rest, *(draft.get("rest") or [])]
        if draft.get("checked"):  # The first is known by now.
            return draft.lacking("checked").having(words=first, rest=rest, problems=[])
        return _triaged(draft.lacking("kind", "guesses").having(words=first, rest=rest, problems=[]), first, scene)
    if said.choice == "problems:together":
        return draft.having(problems=[])
    more = _adding(draft, said, scene)
    return None if more is None else more.having(problems=[])


_CORRECTS = re.compile(r"\W*(?:不对|不是|错了|说错|应该是|我是说|改成)")
_SAYS_WHO = re.compile("我叫|我姓|我的名字|本人姓")
_SHARED = ("unit", "room", "place", "lat", "lon", "phone", "anonymous")


def _next(draft: Draft, scene: Scene) -> Draft | None:
    """The next of several matters, at the same place; None when all are told."""
    rest = draft.get("rest") or []
    if not rest:
        return None
    kept = {name: draft.fields[name] for name in _SHARED if name in draft.fields}
    return _triaged(replace(draft, fields={**kept, "words": rest[0], "rest": rest[1:], "problems": []}), rest[0], scene)


# ---------------------------------------------------------------- kind


def _ask_kind(draft: Draft, scene: Scene) -> Outgoing:
    t, kinds = scene.texts, scene.town.kinds
    if draft.get("standing"):
        options = [(told, draft.choice("kind", f"c{at}")) for at, (_, _, told) in enumerate(draft.fields["standing"])]
        which = "report.which_of_theirs" if scene.is_staff else "report.which_of_yours"
        return Outgoing(t(which), numbered(*options, (t("report.another_matter"), draft.choice("kind", "+new"))))
    if vague(draft) and len(draft.fields["words"]) <= _BRIEF:
        placed = {"place", "near", "candidates"} & draft.fields.keys()
        options = [(t("report.pick_kind"), draft.choice("kind", "+all"))]
        options += [(t(f"menu.{name}"), f"m:{name}") for name in ("errand", "mine", "worker")]
        return Outgoing(t("report.what" if placed else "report.where_and_what"), numbered(*options))
    service = Service.ERRAND if draft.form == "errand" else Service.APPEAL
    guesses = [kinds.by_code[code] for code in draft.get("guesses", []) if code in kinds.by_code]
    group = draft.get("group", None if guesses else "all")
    if group is not None:
        groups = kinds.groups(service)
        if group == "all" and len(groups) > 1:
            return Outgoing(
                t("report.which_group"),
                numbered(*((name, draft.choice("kind", f"g{index}")) for index, name in enumerate(groups))),
            )
        name = groups[0] if group == "all" else groups[int(group)]
        leaves = [kind for kind in kinds.of_service(service) if kind.group == name]
        return Outgoing(
            t("report.which_kind"), numbered(*((f"{k.icon}{k.name}", draft.choice("kind", k.code)) for k in leaves))
        )
    options = [(f"{kind.icon}{kind.name}", draft.choice("kind", kind.code)) for kind in guesses]
    return Outgoing(t("report.is_it"), numbered(*options, (t("report.other_kind"), draft.choice("kind", "+all"))))


def _hear_kind(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("kind:") if said.choice.startswith("kind:") else ""
    if value == "+new":
        return draft.lacking("standing").having(group="all")
    if value == "+all":
        return draft.having(group="all")
    standing = draft.get("standing", [])
    if value[:1] == "c" and value[1:].isdigit() and int(value[1:]) < len(standing):
        return draft.having(meant=standing[int(value[1:])], done=True)
    if value[:1] == "g" and value[1:].isdigit():
        return draft.having(group=value[1:])
    if value in scene.town.kinds.by_code:
        return draft.lacking("group").having(kind=value)
    for at, (_, _, told) in enumerate(standing):
        if said.text.strip().removesuffix("号").isdigit() and f"{said.text.strip().removesuffix('号')}号" in told:
            return draft.having(meant=standing[at], done=True)
    # More words instead of a choice: they may settle it, and are kept in any case.
    more = _adding(draft, said, scene)
    return _triaged(more, more.get("words", ""), scene) if more is not None and said.text else more


def vague(draft: Draft) -> bool:
    """Whether words were said that do not tell what it is about, and nothing was picked."""
    said = draft.form == "report" and bool(draft.get("words"))
    return said and not _TELLING & draft.fields.keys() and not draft.get("guesses")


def unclear(draft: Draft) -> bool:
    """Whether words alone were said that tell neither what nor where: they may belong to a matter that stands already."""
    return vague(draft) and not _PLACING & draft.fields.keys()


def untold(draft: Draft) -> bool:
    """Whether pictures or words were sent that tell no matter: whoever was asked something answers so."""
    return vague(draft) or (draft.form == "report" and bool(draft.get("files")) and not draft.get("words"))


_BRIEF = 20  # characters; who wrote more and is not understood is shown a list
_TELLING = frozenset({"kind", "problems", "standing", "group"})
_PLACING = frozenset({"place", "candidates", "near"})


# ---------------------------------------------------------------- the phone, asked only where the resident wants to leave it


def _ask_phone(draft: Draft, scene: Scene) -> Outgoing:
    keep = Button(scene.texts("report.no_phone"), draft.choice("phone", "none"))
    return Outgoing(scene.texts("report.ask_phone"), (keep,), asks_phone=True)


def _hear_phone(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.choice == "phone:none":
        return draft.lacking("wants_phone")
    phone = said.phone or find_phone(said.text)
    return draft.lacking("wants_phone").having(phone=phone) if phone else None


# ---------------------------------------------------------------- the check screen


def _check(draft: Draft, scene: Scene) -> Outgoing:
    t, words, anonymous = scene.texts, draft.get("words", ""), bool(draft.get("anonymous"))
    below = [t("report.line_anonymous")] if anonymous else []
    if (scene.town.kind(draft.fields["kind"]).hidden or anonymous) and _names_themselves(words):
        below.append(t("report.line_named"))
    naming = ("report.named" if anonymous else "report.anonymous", "anon")
    return checking.screen(
        draft, scene, (t("report.line_words", words=words),), below, offers=(naming,), phone=not anonymous
    )


def _names_themselves(words: str) -> bool:
    """Whether words that go to whoever works on the case may tell who wrote them."""
    return bool(find_phone(words) or _SAYS_WHO.search(words))


def _hear_check(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    value = said.choice.removeprefix("_:") if said.choice.startswith("_:") else ""
    action, _, field = value.partition(".")
    draft = draft.lacking("repeat")  # Looked for anew when it is sent.
    if action == "ok" or (not said.choice and said.text.strip("。.!！~ ") in scene.texts("report.words_right").split()):
        # Pressed on a screen from before something was missing again: the question comes back instead.
        complete = all(name in draft.fields for name in ("kind", "place"))
        return draft.having(done=True) if complete else draft
    if action == "edit" and field:
        draft = set_aside(draft.lacking("editing"), field)
        if field == "kind":
            return draft.having(group="all")
        return draft.having(here=None) if field == "place" else draft
    if action == "edit":
        return draft.lacking("aside").having(editing=True)
    if action == "phone":
        return draft.lacking("editing").having(wants_phone=True)
    if action == "back":
        return taken_back(draft.lacking("editing"))
    if action == "anon":
        return draft.lacking("editing").having(anonymous=not draft.get("anonymous", False))
    if action == "photo":
        return draft.having(wants_photo=True)
    return _hear_more(draft, said, scene)


def _hear_more(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    """What is said at the check screen instead of a press belongs to it, unless it is another matter: then they are asked."""
    more = _adding(draft, said, scene)
    if more is not None and _CORRECTS.match(said.text):
        anew = _triaged(more.lacking("kind"), said.text, scene)  # 不是电梯,是门禁坏了
        return anew if anew.get("guesses") else more
    if more is None or not said.text or not _another(draft, said.text, scene):
        return more
    return more.having(problems=[draft.get("words", ""), said.text], checked=True)


def _another(draft: Draft, text: str, scene: Scene) -> bool:
    """Whether words at the check screen plainly tell of something else than what is to be sent."""
    reading, kinds = scene.town.triage.read(text), scene.town.kinds.by_code
    service = scene.town.kind(draft.get("kind", "")).service
    told = [kind.code for kind, _ in reading.guesses if kind.service is service and not kind.code.endswith("other")]
    plain = bool(told) and (reading.sure or len(told) == 1)
    known = draft.get("words") and draft.get("kind") in kinds
    return bool(known and plain and draft.get("kind") not in told and not reading.danger)


def add(draft: Draft, said: Incoming, scene: Scene) -> Draft:
    """Words and pictures said after the first ones are added to them; the place that they name is the place."""
    draft = _take_files(draft, said)
    if said.text and scene.town.triage.read(said.text).tip:
        draft = draft.having(anonymous=True)
    draft = with_words(place.heed(draft, said.text, scene) if said.text else draft, spoken_words(said, scene))
    draft = _with_phone(draft, said.text)
    if said.pin is not None and draft.get("lat") is None:
        draft = draft.having(lat=said.pin.lat, lon=said.pin.lon)
    return draft


def _adding(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    """What was said where a choice was asked for, added; None where it is neither place nor words of the matter."""
    if not (said.text or said.attachments or said.pin):
        return None
    bare = not said.attachments and said.pin is None and tells_nothing(said.text, scene)
    return None if bare and place.heed(draft, said.text, scene) == draft else add(draft, said, scene)


# ---------------------------------------------------------------- a photo asked for at the check screen


def _ask_photo(draft: Draft, scene: Scene) -> Outgoing:
    return Outgoing(
        scene.texts("report.ask_photo"), (Button(scene.texts("report.done_photo"), draft.choice("photo", "done")),)
    )


def _hear_photo(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    if said.choice == "photo:done":
        return draft.lacking("wants_photo")
    if said.attachments or said.text:
        return add(draft, said, scene).lacking("wants_photo")
    return None


# ---------------------------------------------------------------- is it this one? (what `repeating` found, before filing)


def _ask_repeat(draft: Draft, scene: Scene) -> Outgoing:
    t, found = scene.texts, draft.fields["repeat"]
    how = found["how"]
    options = ((t(f"repeats.{how}_{answer}"), draft.choice("repeat", answer)) for answer in ("yes", "no"))
    photos = tuple(Attachment(**photo | {"medium": Medium(photo["medium"])}) for photo in found["photos"])
    return Outgoing(found["text"], numbered(*options), photos)


def _hear_repeat(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    if draft.get("repeat") is None:
        return draft  # A button of a question that was answered or dropped: what is asked now comes again.
    bare = said.text.strip("。.!！?？,， ").lower()
    typed = next((a for a in ("yes", "no") if bare and bare in scene.texts(f"repeats.words_{a}").split()), "")
    answer = said.choice.removeprefix("repeat:") if said.choice else typed
    if answer == "yes":
        return draft.having(done=True)
    if answer == "no":
        return draft.lacking("repeat").having(distinct=True, done=True)
    return add(draft, said, scene) if said.text or said.attachments else None


def _finish(draft: Draft, scene: Scene) -> Wish:
    """File the report, or make it part of the case that it repeats or was meant for."""
    if draft.get("meant"):
        case_id, act, _ = draft.fields["meant"]
        return DoAct(case_id, Act(act), draft.get("words", ""), tuple(draft.get("files", ())))
    report, found = _report(draft, scene), draft.get("repeat")
    return report if found is None else Join(found["case"], found["how"], report)


def _report(draft: Draft, scene: Scene) -> FileCase:
    kind = scene.town.kind(draft.fields["kind"])
    said = Urgency(draft.get("urgency", Urgency.NORMAL))
    if scene.town.triage.read(draft.get("words", "")).danger is not None:  # told after the first words, perhaps
        said = Urgency.EMERGENCY
    order = list(Urgency)
    return FileCase(
        kind=kind.code,
        words=draft.get("words", ""),
        unit_id=draft.get("unit"),
        room=draft.get("room", ""),
        place=draft.fields["place"],
        lat=draft.get("lat"),
        lon=draft.get("lon"),
        urgency=min(said, kind.urgency, key=order.index),
        anonymous=bool(draft.get("anonymous")),
        attachments=tuple(draft.get("files", ())),
        phone=draft.get("phone", ""),
        distinct=bool(draft.get("distinct")),
    )


_WORDS = revisable(Question("words", _ask_words, _hear_words, missing("words")))
_APART = Question("problems", _ask_apart, _hear_apart, lambda draft, _scene: bool(draft.get("problems")))
_KIND = revisable(Question("kind", _ask_kind, _hear_kind, missing("kind")))
_PHONE = Question("phone", _ask_phone, _hear_phone, lambda draft, _scene: bool(draft.get("wants_phone")))
_PHOTO = Question("photo", _ask_photo, _hear_photo, lambda draft, _scene: bool(draft.get("wants_photo")))
_REPEAT = Question("repeat", _ask_repeat, _hear_repeat, lambda draft, _scene: bool(draft.get("repeat")))
REPORT = Form(
    "report",
    (_WORDS, _APART, _KIND, revisable(place.question()), _PHONE, _PHOTO, _REPEAT),
    _finish,
    _check,
    _hear_check,
    _absorb,
    _next,
    add,
)
