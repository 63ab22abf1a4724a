"""What happens when a person edits a message they sent before: the words are replaced while the draft is still open.

A draft remembers the last words told to it under `told`, as [message id, text]; everything else that was edited is
asked for again, so that nobody believes a correction arrived that nobody will read.
"""

from bot.chat.conversation import Draft, Form, Scene
from bot.chat.messages import Incoming

_KEPT = 5
_READ_FROM_WORDS = (
    "words",
    "kind",
    "guesses",
    "urgency",
    "unit",
    "place",
    "room",
    "candidates",
    "near",
    "page",
    "tried",
)
_PLACE = ("unit", "place", "room", "candidates", "near", "page", "tried")


def told(draft: Draft, said: Incoming) -> Draft:
    """The draft, knowing which message brought these words."""
    return draft.having(told=[*draft.get("told", ()), [said.message_id, said.text]][-_KEPT:])


def corrected(draft: Draft, form: Form, said: Incoming, scene: Scene) -> Draft | None:
    """The draft with the edited message's words in place of the old ones; None where they are not part of its words.

    Where the message was all that was said, kind and place are read anew; what was picked by a button stays unless the
    new words name it.
    """
    old = next((text for message_id, text in draft.get("told", ()) if message_id == said.edits), "")
    words = draft.get("words", "")
    if not old or old not in words:
        return None
    draft = draft.having(told=[[m, said.text if m == said.edits else text] for m, text in draft.get("told", ())])
    if words != old or form.absorb is None:
        return draft.having(words=words.replace(old, said.text, 1))
    heard = form.absorb(draft.lacking(*_READ_FROM_WORDS), said, scene)
    if "kind" in draft.fields and "kind" not in heard.fields:
        heard = heard.having(kind=draft.fields["kind"])
    if "place" in draft.fields and not {"place", "candidates", "near"} & heard.fields.keys():
        heard = heard.having(**{name: draft.fields[name] for name in _PLACE if name in draft.fields})
    return heard
