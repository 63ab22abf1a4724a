"""Long texts in pieces that Telegram takes. It counts in UTF-16, where a rare character or an emoji is two."""

import re

MAX_TEXT = 4096
MAX_CAPTION = 1024

# Where a reader would pause, the best place first.
_PAUSES = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[。！？；!?;]|\.\s"), re.compile(r"[，、,\s]"))


def length(text: str) -> int:
    """How long Telegram finds it."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int = MAX_TEXT) -> tuple[str, ...]:
    """Pieces of at most `limit`, cut where a reader would pause. A blank text has no pieces."""
    pieces: list[str] = []
    rest = text.strip()
    while length(rest) > limit:
        head = _head(rest, limit)
        cut = _pause(head)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return tuple(piece for piece in (*pieces, rest) if piece)


def clip(text: str, limit: int = MAX_TEXT) -> str:
    """The text, or as much of it as fits with an ellipsis."""
    text = text.strip()
    return text if length(text) <= limit else _head(text, limit - 1).rstrip() + "…"


def _head(text: str, limit: int) -> str:
    # Cutting bytes may leave half a pair at the end, which is dropped.
    return text.encode("utf-16-le")[: limit * 2].decode("utf-16-le", "ignore")


def _pause(head: str) -> int:
    # A pause in the first half would make many small pieces, so the next kind of pause is looked for instead.
    for pause in _PAUSES:
        found = [match.end() for match in pause.finditer(head) if match.end() > len(head) // 2]
        if found:
            return found[-1]
    return len(head)
