"""修改: what the check screen lets people tell anew stays known until something new has come in its place."""

from dataclasses import replace

from bot.chat.conversation import Draft, Question, Scene
from bot.chat.messages import Button, Outgoing

_WITH: dict[str, tuple[str, ...]] = {"place": ("unit", "room", "lat", "lon")}
_SEARCHING = ("candidates", "near", "listing", "page", "tried", "group")


def set_aside(draft: Draft, field: str, *with_it: str) -> Draft:
    """Ask for a field again; what it was, and what goes with it, is kept for who thinks better of it."""
    names = (field, *_WITH.get(field, ()), *with_it)
    kept = {name: draft.fields[name] for name in names if name in draft.fields}
    return draft.lacking(*names, *_SEARCHING).having(aside={"of": field, "kept": kept})


def taken_back(draft: Draft) -> Draft:
    """The draft with what was set aside, where nothing has come in its place."""
    aside = draft.get("aside")
    if aside is None or aside["of"] in draft.fields:
        return draft.lacking("aside")
    return draft.lacking("aside", *_SEARCHING).having(**aside["kept"])


def revisable(question: Question) -> Question:
    """The question, with a way back to what stood before where it is asked again."""

    def ask(draft: Draft, scene: Scene) -> Outgoing:
        shown, aside = question.ask(draft, scene), draft.get("aside")
        if aside is None or aside["of"] != question.field or question.field in draft.fields:
            return shown
        back = Button(scene.texts("report.back"), draft.choice("_", "back"))
        return replace(shown, buttons=(*shown.buttons, back))

    return replace(question, ask=ask)
