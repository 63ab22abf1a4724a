"""The board over HTTP, for staff who came in by a link from the chat.

GET  /board/in            one button; POST uses the link up and lets this browser in
GET  /board               the overview
GET  /board/queue         open cases, filtered
GET  /board/case/NUMBER   one case's history, and what can be done to it
POST /board/case/NUMBER   do it, and show what came of it
GET  /board/sheet         the figures of a day, week or month as a workbook
POST /board/out           leave
With the header `x-part` a page comes without its frame: that is how an open page keeps up.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.board import sessions
from bot.board.acting import Acting, Answer, Press
from bot.board.board import Board, Chosen
from bot.chat.files import Files
from bot.chat.media import XLSX
from bot.errors import NotAllowed
from bot.records import Storage
from handlers.board import forms
from handlers.board.pages import HEADERS, Pages, static
from handlers.posting import Refused, attachments, put_away, room
from handlers.webchat.identity import Identity

COOKIE = "yingshao_board"
_BODY = 4096  # bytes of a form here; no word of ours is longer
_ACT_BODY = 16_384  # … with a thousand characters of somebody's own
_SPANS = ("day", "week", "month")
_FARTHEST = 400  # pages

Sheet = Callable[[tuple[int, ...], str], Awaitable[bytes]]


class BoardServing:
    """Answers the board's pages. `link(payload)` has the way into each chat; `sheet(units, span)` makes a workbook."""

    def __init__(
        self,
        board: Board,
        acting: Acting,
        storage: Storage,
        files: Files,
        identity: Identity,
        clock: Callable[[], datetime],
        link: Callable[[str], Mapping[str, str]],
        sheet: Sheet,
        *,
        secure: bool,
    ) -> None:
        self._board = board
        self._acting = acting
        self._storage = storage
        self._files = files
        self._room = room()
        self._identity = identity
        self._clock = clock
        self._link = link
        self._sheet = sheet
        self._secure = secure
        self._pages = Pages()

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [
            Route("/board", self._guarded(self._overview, keeps=True)),
            Route("/board/in", self._enter, methods=["GET"]),
            Route("/board/in", self._come_in, methods=["POST"]),
            Route("/board/out", self._leave, methods=["POST"]),
            Route("/board/queue", self._guarded(self._queue)),
            Route("/board/case/{number:int}", self._guarded(self._case), methods=["GET"]),
            Route("/board/case/{number:int}", self._guarded(self._act), methods=["POST"]),
            Route("/board/sheet", self._guarded(self._workbook)),
            Mount("/board/static", static()),
        ]

    def _guarded(
        self, page: Callable[[Request, int], Awaitable[Response]], *, keeps: bool = False
    ) -> Callable[[Request], Awaitable[Response]]:
        """A page for who is let in. Its own asking for news keeps nobody in, except where `keeps`: a wall of figures."""

        async def answer(request: Request) -> Response:
            used = keeps or "x-part" not in request.headers
            # Only a use is written down: an open page's own asking waits for no writer.
            async with self._storage.writing() if used else self._storage.reading() as records:
                secret = request.cookies.get(COOKIE, "")
                person_id = await sessions.whose(records, secret, self._clock(), used=used)
            if person_id is None:
                return self._pages.outside(self._board.town)
            try:
                return await page(request, person_id)
            except NotAllowed as refused:
                words = refused.say(self._board.town.texts)
                return self._pages.refused(self._board.town, words, 404 if refused.text == "board.no_case" else 403)

        return answer

    async def _enter(self, request: Request) -> Response:
        return self._pages.enter(self._board.town, request.query_params.get("w", "")[:64])

    async def _come_in(self, request: Request) -> Response:
        if self._identity.from_elsewhere(request):
            return self._pages.outside(self._board.town, 403)
        form = await forms.read(request, _BODY)
        async with self._storage.writing() as records:
            secret = await sessions.redeem(records, form.first("w"), self._clock())
        if secret is None:
            return self._pages.outside(self._board.town)
        response = RedirectResponse("/board", 303, HEADERS)
        lasts = int(sessions.LONGEST.total_seconds())
        response.set_cookie(
            COOKIE, secret, max_age=lasts, path="/board", secure=self._secure, httponly=True, samesite="lax"
        )
        return response

    async def _leave(self, request: Request) -> Response:
        if self._identity.from_elsewhere(request):
            return self._pages.outside(self._board.town, 403)
        async with self._storage.writing() as records:
            await sessions.leave(records, request.cookies.get(COOKIE, ""), self._clock())
        response = self._pages.outside(self._board.town, 200)
        response.delete_cookie(COOKIE, path="/board")
        return response

    async def _overview(self, request: Request, person_id: int) -> Response:
        found = await self._board.overview(person_id)
        return self._pages.overview(self._board.town, found, part="x-part" in request.headers)

    async def _queue(self, request: Request, person_id: int) -> Response:
        chosen = _chosen(request.query_params)
        found = await self._board.queue(person_id, chosen)
        units = self._board.units(person_id)
        part = "x-part" in request.headers
        return self._pages.queue(self._board.town, units, chosen, found, _token(request), part=part)

    async def _case(self, request: Request, person_id: int) -> Response:
        return await self._shown(request, person_id, None)

    async def _act(self, request: Request, person_id: int) -> Response:
        town = self._board.town
        try:
            form = await forms.read(request, _ACT_BODY)
            token = form.first("token").encode()
            if self._identity.from_elsewhere(request) or not hmac.compare_digest(token, _token(request).encode()):
                return self._pages.refused(town, town.texts("board.old_page"), 403)
            press = Press(
                request.path_params["number"],
                form.first("act"),
                ",".join(form.fields.get("value", [])),
                form.first("words"),
                form.first("once")[:64],
                form.first("mark"),
                attachments(await put_away(self._files, form.uploads, self._room)),
            )
        except Refused as refused:
            return await self._shown(request, person_id, Answer(town.texts(refused.text), done=False))
        finally:
            await request.close()  # lets the uploaded files go
        return await self._shown(request, person_id, await self._acting.press(person_id, press))

    async def _shown(self, request: Request, person_id: int, answer: Answer | None) -> Response:
        """A case's page, with what came of an act. A case that went out of sight by it leaves the answer alone."""
        town, number = self._board.town, request.path_params["number"]
        try:
            found = await self._board.trail(person_id, number)
        except NotAllowed:
            if answer is None:
                raise
            return self._pages.refused(town, answer.text, 200)
        offered = await self._acting.offered(person_id, number)
        links = dict(self._link(f"c_{found.case.id}"))
        return self._pages.trail(town, found, links, offered, answer, _token(request))

    async def _workbook(self, request: Request, person_id: int) -> Response:
        span = request.query_params.get("span", "")
        span = span if span in _SPANS else "day"
        content = await self._sheet(self._board.units(person_id), span)
        name = f"yingshao-{span}.xlsx"
        headers = {**HEADERS, "content-disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type=XLSX)


def _token(request: Request) -> str:
    """What a form of this browser carries: another site can neither read the cookie nor guess what is made of it."""
    return hmac.digest(request.cookies.get(COOKIE, "").encode(), b"a form of the board", "sha256").hex()


def _chosen(query: Mapping[str, str]) -> Chosen:
    """What was chosen; what nobody can have chosen is as if nothing was."""
    unit, page = query.get("unit", ""), query.get("page", "")
    return Chosen(
        level=query.get("level", "")[:16],
        kind=query.get("kind", "")[:64],
        state=query.get("state", "")[:16],
        late=query.get("late", "") == "1",
        unit_id=int(unit) if unit.isdecimal() and len(unit) < 16 else None,  # noqa: PLR2004 - more digits than any id has
        page=min(int(page), _FARTHEST) if page.isdecimal() and len(page) < 6 else 0,  # noqa: PLR2004 - as above
    )
