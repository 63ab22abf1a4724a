"""A bell for each web chat: rung when a line is added, heard by the pages that are open on it in this process."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import chain

from bot.chat.lines import Line

_KEPT = 20  # lines for a page that is slow; it looks for itself after more


class Ear:
    """One open page. `rung` is set when it has something to look for; `heard` is the last line it was told of."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.heard = 0
        self._lines: deque[Line] = deque(maxlen=_KEPT)

    def bring(self, line: Line) -> None:
        """Ring, with the line itself."""
        self._lines.append(line)
        self.rung.set()

    def brought(self, after: int) -> list[Line]:
        """The lines that came with the ringing, once, if they follow on the number `after` without a gap."""
        lines = list(self._lines)
        self._lines.clear()
        return lines if [line.seq for line in lines] == list(range(after + 1, after + 1 + len(lines))) else []


class Bells:
    """Wakes the open pages of a chat. A chat that nobody listens to costs nothing."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self.closed = False

    def ring(self, chat: str, line: Line) -> None:
        """Tell of a line that was added or changed."""
        for ear in self._ears.get(chat, ()):
            ear.bring(line)

    def ring_if_newer(self, newest: Mapping[str, int]) -> None:
        """These chats have lines up to these numbers; wake the pages that have not heard of them."""
        for chat, seq in newest.items():
            for ear in self._ears.get(chat, ()):
                if ear.heard < seq:
                    ear.heard = seq
                    ear.rung.set()

    def close(self) -> None:
        """Let every open page go, so that the server can stop at once; each will come back to whoever is up."""
        self.closed = True
        for ear in chain.from_iterable(self._ears.values()):
            ear.rung.set()

    def chats(self) -> list[str]:
        """The chats that somebody looks at here."""
        return list(self._ears)

    def listeners(self, chat: str) -> int:
        """How many pages are open on this chat."""
        return len(self._ears.get(chat, ()))

    @contextmanager
    def listening(self, chat: str) -> Iterator[Ear]:
        """An open page, for as long as the block runs. It begins rung: there may be something already."""
        ear = Ear()
        ear.rung.set()
        self._ears[chat].add(ear)
        try:
            yield ear
        finally:
            self._ears[chat].discard(ear)
            if not self._ears[chat]:
                del self._ears[chat]
