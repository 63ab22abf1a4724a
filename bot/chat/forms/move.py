"""Where I live, told anew: the home that is offered and used when somebody says 我家."""

from dataclasses import replace

from bot.chat.conversation import Draft, Form, Scene
from bot.chat.forms import place
from bot.chat.wishes import SaveHome, Wish


def _finish(draft: Draft, _scene: Scene) -> Wish:
    return SaveHome(draft.get("unit"), draft.get("room", ""))


MOVE = Form("move", (replace(place.question(), wanted=lambda draft, _scene: draft.get("unit") is None),), _finish)
