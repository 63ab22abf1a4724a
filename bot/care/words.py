"""Whether an elder's words call for help. Pure."""

import re

from bot.town import Town

LONGEST = 20  # characters: a longer text tells of something, and goes the way of reports
_BARE = re.compile(r"[\W_]+")


def calls_for_help(text: str, town: Town) -> bool:
    """Whether these words, of an elder of the register, are to call people at once: 求助, SOS, 救命我摔倒了."""
    bare = _BARE.sub("", text).casefold()
    if bare in _words(town, "elders.words_sos") or bare in _words(town, "elders.help_words"):
        return True
    short = len(bare) <= LONGEST and any(word in bare for word in _words(town, "elders.help_words"))
    return short and town.triage.read(text).danger is not None


def _words(town: Town, key: str) -> list[str]:
    return town.texts(key).casefold().split()
