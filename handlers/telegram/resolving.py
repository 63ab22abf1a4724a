"""Where a name leads: asked once at a time, in a thread of its own, and remembered for some minutes.

A resolver that does not answer keeps its thread for as long as half a minute, whatever becomes of who asked. In the threads
that all share, a few such questions would stop everything that is done in threads: reading files, putting photos away.
"""

import asyncio
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from aiohappyeyeballs import AddrInfoType

_REMEMBERED = 300.0  # seconds


class Names:
    """The addresses of the places that are asked."""

    def __init__(self) -> None:
        self._asking: dict[tuple[str, int], asyncio.Future[Sequence[AddrInfoType]]] = {}
        self._known: dict[tuple[str, int], tuple[Sequence[AddrInfoType], float]] = {}
        self._threads = ThreadPoolExecutor(2, "names")

    async def addresses(self, host: str, port: int) -> Sequence[AddrInfoType]:
        """Where to connect to. Whoever asks for the same waits for the same answer. Raises OSError."""
        loop, place = asyncio.get_running_loop(), (host, port)
        found, until = self._known.get(place, ((), 0.0))
        if found and loop.time() < until:
            return found
        asking = self._asking.get(place)
        if asking is None:
            asking = self._asking[place] = loop.run_in_executor(self._threads, _look_up, host, port)
            asking.add_done_callback(lambda answer: self._note(place, answer, loop.time()))
        return await asyncio.shield(asking)  # Who no longer waits must not take the answer away from the others.

    def forget(self, host: str, port: int) -> None:
        """Nobody was there: ask again the next time."""
        self._known.pop((host, port), None)

    def _note(self, place: tuple[str, int], answer: asyncio.Future[Sequence[AddrInfoType]], now: float) -> None:
        del self._asking[place]
        if not answer.cancelled() and answer.exception() is None:
            self._known[place] = answer.result(), now + _REMEMBERED


def _look_up(host: str, port: int) -> Sequence[AddrInfoType]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
