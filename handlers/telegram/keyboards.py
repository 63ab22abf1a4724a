"""What can be pressed below a message (inline) and below the text field (reply keyboards)."""

from collections.abc import Iterable, Sequence
from itertools import islice

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.chat.messages import Button, MenuEntry, Outgoing
from bot.texts import Texts


def inline(buttons: Iterable[Button]) -> InlineKeyboardMarkup | None:
    """One button a row, as wide as the message: easy to hit with an old thumb."""
    rows = [
        (InlineKeyboardButton(b.label, url=b.url) if b.url else InlineKeyboardButton(b.label, callback_data=b.choice),)
        for b in buttons
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def reply(message: Outgoing, menu: Sequence[MenuEntry], texts: Texts) -> ReplyKeyboardMarkup | None:
    """Our own button for sending a place or a phone number, and the menu of main actions, two in a row."""
    rows: list[tuple[KeyboardButton, ...]] = []
    if message.asks_pin:
        rows.append((KeyboardButton(texts("telegram.send_place"), request_location=True),))
    if message.asks_phone:
        rows.append((KeyboardButton(texts("telegram.send_phone"), request_contact=True),))
    asked = bool(rows)
    if message.menu:
        labels = iter(KeyboardButton(entry.label) for entry in menu)
        while row := tuple(islice(labels, 2)):
            rows.append(row)
    if not rows:
        return None
    # A question's keyboard folds away once it is answered; the menu stays in reach.
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, is_persistent=not asked, one_time_keyboard=asked)
