"""The web chat over HTTP: the page, what it says (`say`), and what it hears (`live`).

GET  /                 the page; ?b=CODE, ?i=CODE or ?p=PAYLOAD says hello with it
POST /say              one thing said; 200 only when it is committed
GET  /live             server-sent events from a line on, for as long as the page is open
GET  /earlier          lines of longer ago
GET  /file/TOKEN       a photo or recording of this chat
GET  /practice         the phones of the sample district side by side, where there is one
"""

import asyncio
import logging
import mimetypes
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route

from bot.chat.files import Files
from bot.chat.lines import Line, Lines
from bot.chat.messages import Receiver
from handlers.posting import Refused, put_away, room
from handlers.webchat.identity import Identity
from handlers.webchat.pages import Pages, Phone, Static
from handlers.webchat.rendering import moment, rendered
from handlers.webchat.translating import incomings, payload_of, read_said
from handlers.webchat.waking import Bells

PAGE_OF_LINES = 40
OPEN_PAGES = 8  # of one chat at once; more is not a person
_SHOWN = frozenset({"image", "audio", "video", "text"})
_PHONE_NAME = re.compile(r"[a-z]{1,16}")
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_log = logging.getLogger(__name__)


class Serving:
    """Answers the page. `routes()` may stand beside any others in one Starlette application.

    `practice` gives the phones of the sample district, None where people are real. `poll_seconds` is how soon a line
    that another replica wrote is heard here; `beat_seconds` how often a quiet stream shows that it is alive.
    """

    def __init__(
        self,
        receiver: Receiver,
        lines: Lines,
        files: Files,
        bells: Bells,
        identity: Identity,
        pages: Pages,
        now: Callable[[], datetime],
        practice: Callable[[], Awaitable[Sequence[Phone]]] | None = None,
        poll_seconds: float = 5,
        beat_seconds: float = 20,
    ) -> None:
        self._receiver = receiver
        self._lines = lines
        self._files = files
        self._bells = bells
        self._identity = identity
        self._pages = pages
        self._now = now
        self._practice = practice
        self._poll_seconds = poll_seconds
        self._beat_seconds = beat_seconds
        self._next_look = 0.0
        self._room = room()

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        routes: list[BaseRoute] = [
            Route("/", self._page),
            Route("/say", self._say, methods=["POST"]),
            Route("/live", self._live),
            Route("/earlier", self._earlier),
            Route("/file/{token}", self._file),
            Mount("/static", Static()),
        ]
        if self._practice is not None:
            routes.append(Route("/practice", self._practice_page))
        return routes

    async def _page(self, request: Request) -> Response:
        phone = self._phone(request)
        known = self._identity.chat(request.cookies, phone)
        chat = known or self._identity.new_chat()
        begun = bool(known) and bool(await self._lines.before(chat, None, 1))
        payload = payload_of(request.query_params)
        # A phone of the practice page keeps its link in its address, so there the link counts only the first time.
        hello = not begun or (bool(payload) and not phone)
        response = self._pages.chat(phone=phone, payload=payload, hello=hello, framed=self._practice is not None)
        self._identity.remember(response, chat, phone)
        return response

    async def _practice_page(self, _request: Request) -> Response:
        return self._pages.practice(await self._practice() if self._practice else ())

    async def _say(self, request: Request) -> Response:
        try:
            return _json(await self._taken(request))
        except Refused as refused:
            return _json({"text": self._pages.texts(refused.text)}, refused.status)
        except ClientDisconnect:
            return Response(status_code=400)
        finally:
            await request.close()  # lets the uploaded files go

    async def _taken(self, request: Request) -> dict[str, Any]:
        if self._identity.from_elsewhere(request):
            raise Refused(403, "web.not_understood")
        chat = self._identity.chat(request.cookies, self._phone(request))
        if not chat:
            raise Refused(401, "web.no_cookie")
        said = await read_said(request)
        at = self._now()
        try:
            kept = await put_away(self._files, said.uploads, self._room)
            await self._receiver.receive(incomings(said, chat, at, kept))
        except Refused:
            raise
        except Exception as error:
            _log.exception("a post could not be stored; the page will try again")
            raise Refused(503, "web.try_again") from error
        return {"key": said.key, "at": moment(at)}

    async def _live(self, request: Request) -> Response:
        phone = self._phone(request)
        chat = self._chat(request, phone)
        if self._bells.listeners(chat) >= OPEN_PAGES:
            raise HTTPException(429)
        after = _number(request.headers.get("last-event-id") or request.query_params.get("after"))
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(chat, phone, after), media_type="text/event-stream", headers=headers)

    async def _stream(self, chat: str, phone: str, after: int | None) -> AsyncIterator[bytes]:
        """First the history unless the page has it, then each new or changed line, with a beat in the silence."""
        clock = asyncio.get_running_loop().time
        with self._bells.listening(chat) as ear:
            # A page that has heard more than this chat ever said shows another chat: it begins anew.
            if after is None or after > (await self._lines.newest([chat])).get(chat, 0):
                recent = await self._lines.before(chat, None, PAGE_OF_LINES)
                after = recent[-1].seq if recent else 0
                yield _event("history", after, self._shown(recent, chat, phone))
            beat_at = clock() + self._beat_seconds
            while not self._bells.closed:
                if ear.rung.is_set():
                    ear.rung.clear()  # before the look, so that a ring during it is not lost
                    brought = ear.brought(after)
                    if brought:
                        after = brought[-1].seq
                        yield _event("lines", after, self._shown(brought, chat, phone))
                    more = not brought or ear.heard > after
                    while more:
                        # A page that is closed in the midst of a look must not tear the database's connection.
                        news = await asyncio.shield(self._lines.after(chat, after, PAGE_OF_LINES))
                        more = len(news) == PAGE_OF_LINES
                        if news:
                            after = news[-1].seq
                            ear.heard = max(ear.heard, after)
                            yield _event("lines", after, self._shown(news, chat, phone))
                if clock() >= beat_at:
                    beat_at = clock() + self._beat_seconds
                    yield _event("beat", after, {})
                try:
                    await asyncio.wait_for(ear.rung.wait(), self._poll_seconds)
                except TimeoutError:
                    await self._look_elsewhere(clock())

    async def _look_elsewhere(self, at: float) -> None:
        """Ring for lines that other processes wrote: one look for all open pages, by the first whose patience ends."""
        if at >= self._next_look:
            self._next_look = at + self._poll_seconds
            self._bells.ring_if_newer(await asyncio.shield(self._lines.newest(self._bells.chats())))

    async def _earlier(self, request: Request) -> Response:
        phone = self._phone(request)
        chat = self._chat(request, phone)
        before = _number(request.query_params.get("before"))
        return _json(self._shown(await self._lines.before(chat, before, PAGE_OF_LINES), chat, phone))

    async def _file(self, request: Request) -> Response:
        chat = self._chat(request, self._phone(request))
        found = self._identity.file(request.path_params["token"], chat)
        if found is None:
            raise HTTPException(404)
        sha256, mime = found
        try:
            content = await self._files.read(sha256)
        except FileNotFoundError as error:
            raise HTTPException(404) from error
        headers = {
            "accept-ranges": "bytes",
            "cache-control": "private, max-age=86400",
            "content-disposition": _disposition(mime),
            "content-security-policy": "default-src 'none'; sandbox",
            "x-content-type-options": "nosniff",
        }
        return _part(content, mime, headers, request.headers.get("range", ""))

    def _phone(self, request: Request) -> str:
        name = request.query_params.get("phone", "")
        return name if self._practice is not None and _PHONE_NAME.fullmatch(name) else ""

    def _chat(self, request: Request, phone: str) -> str:
        chat = self._identity.chat(request.cookies, phone)
        if not chat:
            raise HTTPException(401)
        return chat

    def _shown(self, lines: Iterable[Line], chat: str, phone: str) -> dict[str, Any]:
        query = f"?phone={phone}" if phone else ""

        def link_to(sha256: str, mime: str) -> str:
            return f"file/{self._identity.link_to(chat, sha256, mime)}{query}"

        shown = [rendered(line, link_to) for line in lines]
        return {"lines": shown, "more": len(shown) == PAGE_OF_LINES}


def _event(kind: str, seq: int, body: dict[str, Any]) -> bytes:
    return b"id: %d\nevent: %b\ndata: %b\n\n" % (seq, kind.encode(), orjson.dumps(body))


def _json(body: dict[str, Any], status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, {"cache-control": "no-store"}, "application/json")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004  int4


def _disposition(mime: str) -> str:
    """Pictures, sound, films and plain text open in the page; papers and sheets are saved, under a name that opens."""
    if mime.split("/", maxsplit=1)[0] in _SHOWN:
        return "inline"
    return f'attachment; filename="file{mimetypes.guess_extension(mime) or ""}"'


def _part(content: bytes, mime: str, headers: dict[str, str], wanted: str) -> Response:
    """The file or the piece of it that was asked for: Safari plays no sound from a server that cannot give pieces."""
    asked = _RANGE.fullmatch(wanted)
    if asked is None:
        return Response(content, 200, headers, mime)
    first = int(asked[1])
    last = min(int(asked[2] or len(content)), len(content) - 1)
    if first > last:
        return Response(b"", 416, {"content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {first}-{last}/{len(content)}"
    return Response(content[first : last + 1], 206, headers, mime)
