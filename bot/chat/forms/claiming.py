"""Forms of 认领: adding an item to the service list, telling that it is done, telling what lacks."""

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import MAX_WORDS, back
from bot.chat.forms.double import COMMUNITY
from bot.chat.messages import Button, Incoming, Outgoing
from bot.chat.wishes import AddService, ClaimStep, Wish
from bot.double.claim import MOST
from bot.double.gatherings import communities
from bot.grid.numerals import first

_LONGEST = 30  # characters of an item: it stands on a button
_TAKES = (1, 2, 3)


def _words(field: str, longest: int) -> Question:
    def ask(draft: Draft, scene: Scene) -> Outgoing:
        return Outgoing(scene.texts(f"claims.ask_{field}"), (back(draft, scene),))

    def hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
        text = " ".join(said.text.split())[:longest]
        files = [*draft.get("files", []), *(attachment.id for attachment in said.attachments)]
        return draft.having(**{field: text}, files=files) if text and not said.choice else None

    return Question(field, ask, hear, missing(field))


def _ask_takes(draft: Draft, scene: Scene) -> Outgoing:
    options = ((scene.texts("claims.takes", count=count), draft.choice("takes", count)) for count in _TAKES)
    return Outgoing(scene.texts("claims.ask_takes"), (*numbered(*options), back(draft, scene)))


def _hear_takes(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    count = first(said.choice.removeprefix("takes:") or said.text)
    return draft.having(takes=count) if count is not None and 1 <= count <= MOST else None


def _ask_photo(draft: Draft, scene: Scene) -> Outgoing:
    none = Button(scene.texts("claims.no_photo"), draft.choice("photo", "none"))
    return Outgoing(scene.texts("claims.ask_photo"), (none, back(draft, scene)))


def _hear_photo(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    if said.attachments:
        return draft.having(photo=True, files=[attachment.id for attachment in said.attachments])
    return draft.having(photo=False) if said.choice == "photo:none" else None


def _photo_wanted(draft: Draft, _scene: Scene) -> bool:
    return "photo" not in draft.fields and not draft.get("files")


def _community_wanted(draft: Draft, scene: Scene) -> bool:
    return "community" not in draft.fields and len(communities(scene)) != 1


def _add(draft: Draft, scene: Scene) -> Wish:
    community_id = draft.get("community") or communities(scene)[0]
    return AddService(community_id, draft.fields["what"], draft.fields["takes"])


def _report(draft: Draft, _scene: Scene) -> Wish:
    return ClaimStep(draft.subject, "report", draft.fields["words"], tuple(draft.get("files", ())))


def _back(draft: Draft, _scene: Scene) -> Wish:
    return ClaimStep(draft.subject, "back", draft.fields["lacks"])


FORMS = (
    Form(
        "claim_add",
        (
            Question("community", COMMUNITY.ask, COMMUNITY.hear, _community_wanted),
            _words("what", _LONGEST),
            Question("takes", _ask_takes, _hear_takes, missing("takes")),
        ),
        _add,
    ),
    Form(
        "claim_report",
        (_words("words", MAX_WORDS), Question("photo", _ask_photo, _hear_photo, _photo_wanted)),
        _report,
    ),
    Form("claim_back", (_words("lacks", MAX_WORDS),), _back),
)
