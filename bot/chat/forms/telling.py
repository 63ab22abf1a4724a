"""The words of a matter as they come in: what of a message is one of them, and how more join the first."""

from bot.chat.conversation import Draft, Scene
from bot.chat.messages import Incoming, Medium
from bot.triage.manners import polite
from bot.triage.wording import normalise

MAX_WORDS = 2000
_SHORT = 4  # digits; longer ones are a phone or an account
_BUTTONS = ("submit", "edit", "add_photo", "back")  # of the check screen, typed before it is there


def spoken_words(said: Incoming, scene: Scene) -> str:
    """The words of a message; a recording without words says that it is one."""
    if said.text or not said.attachments:
        return said.text[:MAX_WORDS]
    medium = said.attachments[0].medium
    return "" if medium is Medium.PHOTO else scene.texts(f"report.said_by_{medium}")


def with_words(draft: Draft, words: str) -> Draft:
    """The draft with more words behind those that were said before."""
    return draft.having(words=f"{draft.get('words', '')}\n{words}".strip()[:MAX_WORDS]) if words else draft


def tells_nothing(text: str, scene: Scene) -> bool:
    """Whether words are none of the matter: thanks, a yes, a number that answers nothing, a button's that is not there."""
    bare = text.strip(" 。.!！?？,，")
    return (
        (bare.isdigit() and len(bare) <= _SHORT)
        or polite(normalise(text))
        or bare in {scene.texts(f"report.{name}") for name in _BUTTONS}
    )
