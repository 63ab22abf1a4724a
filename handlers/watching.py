"""What machines ask of the service.

GET  /healthz          200 while the process lives; 503 with the words of what is wrong: start it again
GET  /readyz           200 when it can be given work; 503 with the words: give it none for now
GET  /metrics          figures for Prometheus, for this machine itself or with the token
"""

import hmac
import ipaddress
from collections.abc import Callable, Sequence

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.watching.health import Health
from bot.watching.meters import Meters

_FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip")
_REFUSED = range(400, 500)
_DOORS = frozenset({"say", "live", "earlier", "file", "board", "calendar", "telegram", "metrics", "practice"})


class Watching:
    """The three routes. Without a `token` nobody but this machine sees the figures."""

    def __init__(self, health: Health, meters: Meters, token: str) -> None:
        self._health = health
        self._meters = meters
        self._token = token

    def routes(self) -> list[BaseRoute]:
        """What to mount."""
        return [
            Route("/healthz", self._healthz),
            Route("/readyz", self._readyz),
            Route("/metrics", self._metrics),
        ]

    async def _healthz(self, _request: Request) -> Response:
        return _said(self._health.ill())

    async def _readyz(self, _request: Request) -> Response:
        return _said(await self._health.unready())

    async def _metrics(self, request: Request) -> Response:
        if not (_from_here(request) or self._shows_token(request)):
            return PlainTextResponse("", 404)  # Who may not look need not know that there is something to see.
        return Response(await self._meters.page(), media_type="text/plain; version=0.0.4; charset=utf-8")

    def _shows_token(self, request: Request) -> bool:
        shown = request.headers.get("authorization", "").removeprefix("Bearer ")
        return bool(self._token) and hmac.compare_digest(shown.encode(), self._token.encode())


class Refusals:
    """Stands before all routes and counts what they refuse, by the first part of the path; unknown paths are "other"."""

    def __init__(self, app: ASGIApp, counted: Callable[[str, int], None]) -> None:
        self._app = app
        self._counted = counted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in _REFUSED:
                door = str(scope["path"]).split("/")[1]
                self._counted(door if door in _DOORS else "other", int(message["status"]))
            await send(message)

        await self._app(scope, receive, sending)


def _said(faults: Sequence[str]) -> Response:
    return PlainTextResponse("\n".join(faults) or "ok", 503 if faults else 200, {"cache-control": "no-store"})


def _from_here(request: Request) -> bool:
    """Whether a program on this machine asks for itself. A proxy on this machine speaks for somebody else."""
    if request.client is None or any(header in request.headers for header in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
