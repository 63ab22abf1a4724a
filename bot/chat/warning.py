"""Who tells of danger to life, or picks it from a list, hears first of all whom to call."""

from dataclasses import replace

from bot.chat.conversation import Draft, Scene, Turn
from bot.chat.messages import Incoming, Outgoing
from bot.texts import Texts
from bot.triage.kinds import Urgency


def told_danger(said: Incoming, scene: Scene) -> str:
    """The code of the danger that the words tell of, or ""."""
    danger = scene.town.triage.read(said.text).danger if said.text else None
    return "" if danger is None else danger.what


def picked_danger(before: Draft, after: Draft, scene: Scene) -> str:
    """The code of the emergency that was just picked as what it is about, or ""."""
    kind = scene.town.kinds.by_code.get(after.get("kind", ""))
    fresh = kind is not None and kind.urgency is Urgency.EMERGENCY and before.get("kind", "") != kind.code
    return kind.code if kind is not None and fresh else ""


def warned(turn: Turn, danger: str, scene: Scene) -> Turn:
    """The number to call comes first, alone, whatever else there is to ask."""
    if not danger:
        return turn
    return replace(turn, replies=(Outgoing(advice(scene.texts, danger)), *turn.replies))


def advice(texts: Texts, danger: str) -> str:
    """Whom to call and what to do in this danger."""
    key = f"danger.{danger}"
    return texts(key if key in texts else "danger.other")  # a kind of the city's own
