"""The webhook: Telegram posts each update to us and repeats it until we answer 200, which we do after the commit."""

import hmac
import logging
from http import HTTPStatus

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import BadSettings
from handlers.telegram.arriving import Arriving

MAX_BODY_BYTES = 1024 * 1024
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
log = logging.getLogger(__name__)


def routes(path: str, secret: str, arriving: Arriving) -> list[Route]:
    """The one door Telegram knocks at. `secret` is what it must show; raises BadSettings when there is none.

    Answers 403 without the secret, 413 to a body over 1 MB, 400 to what is no update, 503 when nothing could be
    stored: then Telegram comes again.
    """
    if not secret:
        raise BadSettings("settings.webhook_without_secret")

    async def knock(request: Request) -> Response:
        shown = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            return Response(status_code=HTTPStatus.FORBIDDEN)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        if body is None:
            return Response(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            raw = orjson.loads(body)
        except orjson.JSONDecodeError:
            raw = None
        if not isinstance(raw, dict):
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        try:
            await arriving.take([raw])
        except Exception:
            log.exception("what a person said could not be taken in; Telegram will repeat it")
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        return Response()

    return [Route(path, knock, methods=["POST"])]


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)
