"""Short forms: the words (and perhaps a photo) that an act on a case wants."""

from bot.cases.lifecycle import Act
from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.wishes import DoAct, Wish
from bot.texts import Texts

MAX_WORDS = 1000
# Answers that are ready to tap, by the names of their words in the catalogue.
_REVIEW = "review"  # what is asked instead where nobody did anything badly, because it was refused
_QUICK: dict[str, tuple[str, ...]] = {
    Act.LOOK: ("before_visit", "ask_more", "tell_result"),
    Act.RETURN: ("not_mine", "not_here", "department"),
    Act.RAISE: ("no_means", "several_units", "too_big"),
    Act.DISPUTE: ("not_done", "half_done", "attitude"),
    _REVIEW: ("ours", "sent_round", "unclear"),
    Act.PROGRESS: ("on_way", "parts"),
    Act.ASK: ("where", "when_home"),
    Act.FINISH: ("done",),
    Act.ASSIST: ("done",),
    Act.EXTEND: ("parts", "weather", "more_work"),
    Act.SHELVE: ("works", "money", "season"),
    Act.VOID: ("empty", "test"),
    Act.REFUSE: ("not_ours",),
    Act.EXCLUDE: ("unreasonable", "not_true", "court"),
    Act.SUPERVISE: ("late", "repeated", "important"),
    Act.WITHDRAW: ("solved", "mistake"),
    Act.CALL_BACK: ("nothing_more",),
}


def ready_words(act: Act, texts: Texts) -> tuple[str, ...]:
    """Answers to an act's question that are ready to tap."""
    return tuple(texts(f"acts.{act}_{name}") for name in _QUICK.get(act, ()))


def words(act: Act) -> Question:
    """What is there to say? Some answers are ready to tap."""

    def asked(draft: Draft) -> str:
        return _REVIEW if draft.get("refused") else act

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        t, what = scene.texts, asked(draft)
        options = [(t(f"acts.{what}_{name}"), draft.choice("words", name)) for name in _QUICK.get(what, ())]
        return Outgoing(t(f"acts.ask_{what}"), (*numbered(*options), back(draft, scene)))

    def hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
        value, what = said.choice.removeprefix("words:"), asked(draft)
        if value in _QUICK.get(what, ()):
            return draft.having(words=scene.texts(f"acts.{what}_{value}"))
        files = [*draft.get("files", []), *(a.id for a in said.attachments)]
        if said.choice or not (said.text or said.attachments):
            return None
        return draft.having(words=said.text[:MAX_WORDS], files=files)

    return Question("words", ask, hear, missing("words"))


def back(draft: Draft, scene: Scene) -> Button:
    """The way out of a form."""
    return Button(scene.texts("acts.back"), draft.choice("_", "cancel"))


def _photo_ask(draft: Draft, scene: Scene) -> Outgoing:
    t = scene.texts
    skip = Button(t("acts.no_photo"), draft.choice("photo", "none"))
    return Outgoing(t("acts.ask_photo"), (skip, back(draft, scene)))


def _photo_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.choice == "photo:none":
        return draft.lacking("photo")
    if said.attachments:
        return draft.lacking("photo").having(files=[*draft.get("files", []), *(a.id for a in said.attachments)])
    return None


_PHOTO = Question(
    "photo", _photo_ask, _photo_hear, lambda draft, _scene: bool(draft.get("photo")) and not draft.get("files")
)


def form(act: Act, *before: Question) -> Form:
    """A form that asks these questions, then for words, and does the act."""

    def finish(draft: Draft, _scene: Scene) -> Wish:
        files = tuple(draft.get("files", ()))
        return DoAct(draft.subject, act, draft.get("words", ""), files, str(draft.get("value", "")))

    return Form(act.value, (*before, words(act), _PHOTO), finish)


_ACTS = (
    Act.LOOK, Act.RELAY, Act.ASK, Act.PROGRESS, Act.FINISH, Act.RAISE, Act.UPHOLD, Act.ADD, Act.DISPUTE, Act.WITHDRAW,
    Act.ASSIST, Act.VOID, Act.EXCLUDE, Act.SUPERVISE, Act.ANSWER, Act.DENY, Act.CALL_BACK,
)  # fmt: skip
FORMS = tuple(form(act) for act in _ACTS)
