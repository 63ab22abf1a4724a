"""What can be pressed below a message (inline) and below the text field (reply keyboards), as JSON of the Bot API."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from bot.chat.messages import Button, MenuEntry, Outgoing
from bot.texts import Texts

Markup = Mapping[str, Any] | None


def inline(buttons: Iterable[Button]) -> Markup:
    """One button a row, as wide as the message: easy to hit with an old thumb."""
    rows = [
        [{"text": b.label, "url": b.url} if b.url else {"text": b.label, "callback_data": b.choice}] for b in buttons
    ]
    return {"inline_keyboard": rows} if rows else None


def reply(message: Outgoing, menu: Sequence[MenuEntry], texts: Texts) -> Markup:
    """Our own button for sending a place or a phone number, and the menu of main actions, two in a row."""
    rows: list[Sequence[Mapping[str, Any]]] = []
    if message.asks_pin:
        rows.append([{"text": texts("telegram.send_place"), "request_location": True}])
    if message.asks_phone:
        rows.append([{"text": texts("telegram.send_phone"), "request_contact": True}])
    asked = bool(rows)
    if message.menu:
        labels = iter([{"text": entry.label} for entry in menu])
        while row := list(islice(labels, 2)):
            rows.append(row)
    if not rows:
        return None
    # A question's keyboard folds away once it is answered; the menu stays in reach.
    return {"keyboard": rows, "resize_keyboard": True, "is_persistent": not asked, "one_time_keyboard": asked}
