"""The words with which a desk orders that somebody is not heard: 禁言 1001 7天 反复辱骂, and 解除禁言 1001."""

import re

from bot.cases.lifecycle import FIRST_NUMBER
from bot.chat.wishes import Mute

MOST_DAYS = 30
LONGEST_WHY = 60
_ORDER = re.compile(r"(解除)?禁言\s*(\d{4,9})号?(?:[\s,,]*(\d{1,2})\s*天[\s,,]*(.{2,60}))?")


def ordered_mute(text: str) -> Mute | None:
    """What was ordered; None for words that are no order. Without days and a reason it asks how to write it."""
    found = _ORDER.fullmatch(text.strip())
    if found is None:
        return None
    days = 0 if found[1] else min(int(found[3] or 0), MOST_DAYS)
    return Mute(int(found[2]) - FIRST_NUMBER, days, (found[4] or "").strip(), lift=bool(found[1]))
