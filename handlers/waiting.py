"""What everybody hears while the service waits for its database.

GET  /healthz   200: starting it again would not bring the database
GET  /readyz    503 with the words
*    /…         503 with one honest line; a chat network then comes again by itself
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from bot.texts import Texts

_METHODS = ["GET", "HEAD", "POST"]
_HEADERS = {"cache-control": "no-store", "retry-after": "5"}


def waiting_room(said: Texts) -> list[BaseRoute]:
    """What to mount."""

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("ok", headers=_HEADERS)

    async def unready(_request: Request) -> Response:
        return PlainTextResponse(said("watch.no_database"), 503, _HEADERS)

    async def anything(request: Request) -> Response:
        words = said("web.try_again")
        if request.method == "POST":
            return JSONResponse({"text": words}, 503, _HEADERS)
        return PlainTextResponse(words, 503, _HEADERS)

    return [
        Route("/healthz", alive),
        Route("/readyz", unready),
        Route("/{path:path}", anything, methods=_METHODS),
    ]
