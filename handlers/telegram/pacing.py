"""Telegram's limits, kept before it has to remind us.

30 messages a second to all, 1 a second to a chat, 20 a minute to a group. Each replica keeps its own count; what slips
through between them comes back as "try later".
"""

from collections import deque
from collections.abc import Callable

_FORGET_AT = 4096


class Window:
    """At most `limit` messages in any `seconds`."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._seconds = seconds
        self._sent: deque[float] = deque(maxlen=limit)

    def wait(self, now: float, count: int) -> float:
        """Seconds until `count` more may go. More than the limit can never go at once: then, until the window is empty."""
        limit = self._sent.maxlen or 1
        surplus = len(self._sent) + min(count, limit) - limit
        # Rounded to a millionth, so that whoever waits as told is not told to wait for the rest of a division.
        return 0.0 if surplus <= 0 else max(0.0, round(self._sent[surplus - 1] + self._seconds - now, 6))

    def note(self, now: float, count: int) -> None:
        """Remember that `count` went just now."""
        self._sent.extend([now] * min(count, self._sent.maxlen or 1))

    def idle(self, now: float) -> bool:
        """Whether nothing in it counts any more."""
        return not self._sent or self._sent[-1] + self._seconds <= now


class Pacing:
    """Says how long a message must wait. `monotonic` gives seconds.

    With `limits` off, for a Bot API server of one's own, nothing ever waits.
    """

    def __init__(self, monotonic: Callable[[], float], *, limits: bool = True) -> None:
        self._monotonic = monotonic
        self._limits = limits
        self._all = Window(30, 1.0)
        self._chats: dict[str, Window] = {}

    def wait(self, chat: str, count: int = 1) -> float:
        """Seconds until `count` messages may go to this chat. 0.0 means now, and they are counted as sent."""
        if not self._limits:
            return 0.0
        now = self._monotonic()
        window = self._window(chat, now)
        wait = max(self._all.wait(now, count), window.wait(now, count))
        if wait == 0.0:
            self._all.note(now, count)
            window.note(now, count)
        return wait

    def _window(self, chat: str, now: float) -> Window:
        window = self._chats.get(chat)
        if window is None:
            if len(self._chats) >= _FORGET_AT:
                self._chats = {name: kept for name, kept in self._chats.items() if not kept.idle(now)}
            # A person may get three in a row, as a photo, its words and the menu; then one a second.
            window = self._chats[chat] = Window(20, 60.0) if chat.startswith("-") else Window(3, 3.0)
        return window
