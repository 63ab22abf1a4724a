"""Short questions and answers over kept-open connections: HTTP/1.1 as the Bot API speaks it, read by httptools.

A turn asks Telegram twice, and a client that can do all that HTTP can took a seventh of the whole turn for it; this takes a
hundredth part of a millisecond a question. Files, proxies and whatever else is rare go by aiohttp (`requesting.py`).
"""

import asyncio
import ssl
from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple, cast
from urllib.parse import urlsplit

import aiohappyeyeballs
from httptools import HttpParserError, HttpResponseParser

from handlers.telegram.resolving import Names

_REST = 15.0  # seconds after which an unused line is not used again: the other side may be hanging up just now
_EYEBALLS = 0.25  # seconds before the next of several addresses is tried beside the first, by RFC 8305
_LONGEST = 20 * 1024 * 1024  # bytes of an answer


class _Place(NamedTuple):
    host: str
    port: int
    secure: bool


class Lines:
    """At most `most` connections, to whatever addresses are asked. `agent` is what we call ourselves."""

    def __init__(self, most: int, connect_timeout: float, agent: str) -> None:
        self._room = asyncio.Semaphore(most)
        self._connect_timeout = connect_timeout
        self._agent = agent
        self._names = Names()
        self._free: defaultdict[_Place, list[_Line]] = defaultdict(list)

    async def ask(self, url: str, body: bytes, seconds: float) -> tuple[int, bytes]:
        """POST a JSON body; the status and body of the answer, which must come within `seconds`.

        Raises TimeoutError, OSError where the line fails, and ValueError for what is no address or no answer.
        """
        place, head = _addressed(url, self._agent)
        async with self._room:
            line = self._taken(place) or await self._opened(place)
            try:
                answer = await line.ask(head, body, seconds)
            except BaseException:
                line.close()
                raise
            if line.open:
                self._free[place].append(line)
            return answer

    def close(self) -> None:
        """Hang up all that rest."""
        for lines in self._free.values():
            for line in lines:
                line.close()
        self._free.clear()

    def _taken(self, place: _Place) -> "_Line | None":
        """The line that was used last, as it is the surest to be open still."""
        free, now = self._free[place], asyncio.get_running_loop().time()
        while free:
            line = free.pop()
            if line.open and now - line.used_at < _REST:
                return line
            line.close()
        return None

    async def _opened(self, place: _Place) -> "_Line":
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(self._connect_timeout):
            found = await self._names.addresses(place.host, place.port)
            try:
                plug = await aiohappyeyeballs.start_connection(found, happy_eyeballs_delay=_EYEBALLS)
            except BaseException:
                self._names.forget(place.host, place.port)
                raise
            secure = _trusted() if place.secure else None
            name = place.host if place.secure else None
            _, line = await loop.create_connection(lambda: _Line(loop), sock=plug, ssl=secure, server_hostname=name)
        return line


class _Line(asyncio.Protocol):
    """One connection, with one question on its way at most."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._parser = HttpResponseParser(self)
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None
        self._parts: list[bytes] = []
        self._size = 0
        self.used_at = loop.time()

    @property
    def open(self) -> bool:
        """Whether it may be asked."""
        return not self._transport.is_closing()

    async def ask(self, head: bytes, body: bytes, seconds: float) -> tuple[int, bytes]:
        """Send, and wait for the whole answer."""
        answer: asyncio.Future[tuple[int, bytes]] = self._loop.create_future()
        self._answer = answer
        late = self._loop.call_later(seconds, self._fail, TimeoutError())
        self._transport.write(b"%b%d\r\n\r\n%b" % (head, len(body), body))
        try:
            return await answer
        finally:
            late.cancel()

    def close(self) -> None:
        """Hang up."""
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It stands."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """A part of an answer, or what nobody asked for."""
        try:
            self._parser.feed_data(data)
        except HttpParserError:
            self._fail(ValueError("no HTTP"))

    def connection_lost(self, _error: Exception | None) -> None:
        """The other side hung up."""
        self._fail(ConnectionResetError("hung up"))

    def on_body(self, part: bytes) -> None:
        """What httptools found of the body."""
        self._size += len(part)
        self._parts.append(part)
        if self._size > _LONGEST:
            self._fail(ValueError("too long an answer"))

    def on_message_complete(self) -> None:
        """The answer is whole."""
        answer, self._answer = self._answer, None
        body, self._parts, self._size = b"".join(self._parts), [], 0
        self.used_at = self._loop.time()
        if answer is None or not self._parser.should_keep_alive():
            self._transport.close()
        if answer is not None and not answer.done():
            answer.set_result((self._parser.get_status_code(), body))

    def _fail(self, error: Exception) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(error)


@lru_cache(maxsize=64)  # One for each method that we call.
def _addressed(url: str, agent: str) -> tuple[_Place, bytes]:
    """Where a question goes, and all of its head but the figure at its end."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("no address")
    secure = parts.scheme == "https"
    head = f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: {agent}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: "
    return _Place(parts.hostname, parts.port or (443 if secure else 80), secure), head.encode("ascii")


@lru_cache(maxsize=1)
def _trusted() -> ssl.SSLContext:
    return ssl.create_default_context()
