"""Lines as the page gets them: JSON without anything it does not show."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.chat.lines import Line
from bot.chat.messages import Outgoing

LinkTo = Callable[[str, str], str]


def moment(at: datetime) -> float:
    """Milliseconds since 1970 with their fractions: an answer may come within one of them, and order hangs on it."""
    return at.timestamp() * 1000


def rendered(line: Line, link_to: LinkTo) -> dict[str, Any]:
    """Shape: key, seq, at (see `moment`), mine, text, and where present buttons, starts, files, pin, asks_pin, asks_phone.

    `link_to(sha256, mime)` gives the address of a file. A file that is not stored yet has an empty `url`.
    """
    said = Outgoing.from_json(line.body)
    shown: dict[str, Any] = {
        "key": line.key,
        "seq": line.seq,
        "at": moment(line.at),
        "mine": line.mine,
        "text": said.text,
    }
    if said.buttons:
        shown["buttons"] = [{"label": b.label, "choice": b.choice, "url": b.url} for b in said.buttons]
    if said.attachments:
        shown["files"] = [
            {"medium": a.medium, "url": link_to(a.sha256, a.mime) if a.sha256 else ""} for a in said.attachments
        ]
    if "pin" in line.body:
        shown["pin"] = True
    if said.starts:
        shown["starts"] = True
    if said.asks_pin:
        shown["asks_pin"] = True
    if said.asks_phone:
        shown["asks_phone"] = True
    return shown
