"""禁言 by button: for how long a desk does not hear who reported a case, and why they will read that it is so."""

from bot.chat.conversation import Draft, Form, Question, Scene, missing, numbered
from bot.chat.forms.acts import back
from bot.chat.messages import Incoming, Outgoing
from bot.chat.muting import LONGEST_WHY, MOST_DAYS
from bot.chat.wishes import Mute, Wish

_DAYS = (1, 7, MOST_DAYS)
_WHYS = ("insults", "floods", "false")


def _days_ask(draft: Draft, scene: Scene) -> Outgoing:
    options = numbered(*((scene.texts("limits.days", count=days), draft.choice("days", days)) for days in _DAYS))
    return Outgoing(scene.texts("limits.ask_days", most=MOST_DAYS), (*options, back(draft, scene)))


def _days_hear(draft: Draft, said: Incoming, _scene: Scene) -> Draft | None:
    typed = (said.choice.removeprefix("days:") or said.text).strip().removesuffix("天").strip()
    fits = typed.isascii() and typed.isdigit() and len(typed) <= len(str(MOST_DAYS)) and 0 < int(typed) <= MOST_DAYS
    return draft.having(days=int(typed)) if fits else None


def _why_ask(draft: Draft, scene: Scene) -> Outgoing:
    options = numbered(*((scene.texts(f"limits.why_{why}"), draft.choice("why", why)) for why in _WHYS))
    return Outgoing(scene.texts("limits.ask_why"), (*options, back(draft, scene)))


def _why_hear(draft: Draft, said: Incoming, scene: Scene) -> Draft | None:
    picked = said.choice.removeprefix("why:")
    words = scene.texts(f"limits.why_{picked}") if picked in _WHYS else "" if said.choice else said.text.strip()
    return draft.having(why=words[:LONGEST_WHY]) if len(words) > 1 else None


def _wish(draft: Draft, _scene: Scene) -> Wish:
    return Mute(draft.subject, draft.fields["days"], draft.fields["why"])


HUSH = Form(
    "hush",
    (Question("days", _days_ask, _days_hear, missing("days")), Question("why", _why_ask, _why_hear, missing("why"))),
    _wish,
)
