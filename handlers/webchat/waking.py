"""A bell for each web chat: rung when a line is added, heard by the pages that are open on it in this process."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager


class Ear:
    """One open page. `rung` is set when it has something to look for; `heard` is the last line it was told of."""

    def __init__(self) -> None:
        self.rung = asyncio.Event()
        self.heard = 0


class Bells:
    """Wakes the open pages of a chat. A chat that nobody listens to costs nothing."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, set[Ear]] = defaultdict(set)
        self.closed = False

    def ring(self, chat: str) -> None:
        """A line was added or changed."""
        for ear in self._ears.get(chat, ()):
            ear.rung.set()

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
        for chat in self._ears:
            self.ring(chat)

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
