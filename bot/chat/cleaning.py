"""What people say, without the signs that nobody sees: they turn lines around, hide words, and stuff a screen."""

import re
import unicodedata
from dataclasses import replace

from bot.chat.messages import Incoming

#: Longer than any network lets a person write; what a program sends beyond it is cut.
MAX_WORDS = 8192
MAX_NAME = 64
_JOINER = "\u200d"  # it holds a family emoji together
_STACKED = re.compile(
    r"([\u0300-\u036f\u0483-\u0489\u0e31-\u0e4e\u1ab0-\u1aff\u20d0-\u20ff]{3})[\u0300-\u036f\u0483-\u0489\u0e31-\u0e4e\u1ab0-\u1aff\u20d0-\u20ff]+"
)


def visible(text: str, limit: int = MAX_WORDS) -> str:
    """The text as it is seen: no direction marks, no zero-width signs, no control signs but line ends and tabs."""
    text = text[:limit]
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(
        sign
        for sign in text.replace("\r\n", "\n")
        if sign in "\n\t" or sign == _JOINER or unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return _STACKED.sub(r"\1", kept)


def cleaned(said: Incoming) -> Incoming:
    """The same message, its words and its sender's name as they are seen."""
    text, name = visible(said.text), visible(said.name, MAX_NAME).replace("\n", " ")
    return said if (text, name) == (said.text, said.name) else replace(said, text=text, name=name)
