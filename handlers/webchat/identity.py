"""Who is on the other side: a signed cookie names the chat, and signed links open its files.

A chat is 128 random bits; there is no account. Whoever holds the cookie is that person, so it is not readable by scripts,
not sent along from other sites, and only over https where the page is served so.
"""

import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

YEAR = 365 * 24 * 3600
WEEK = 7 * 24 * 3600
_CHAT = re.compile(r"[A-Za-z0-9_-]{22}")


class Identity:
    """Issues and reads the cookie and the file links. `secret` is the same on every replica."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._cookies = URLSafeTimedSerializer(secret, salt="web chat cookie")
        self._files = URLSafeTimedSerializer(secret, salt="web chat file")
        self._secure = public_url.startswith("https:")
        self._host = urlsplit(public_url).netloc

    def chat(self, cookies: Mapping[str, str], phone: str) -> str:
        """The chat that the cookie names, or "" when there is none that we signed."""
        try:
            chat = _signed(self._cookies, cookies.get(_cookie(phone), ""), YEAR)
        except BadData:
            return ""
        return chat if isinstance(chat, str) and _CHAT.fullmatch(chat) else ""

    def new_chat(self) -> str:
        """A chat that nobody has or can guess."""
        return secrets.token_urlsafe(16)

    def remember(self, response: Response, chat: str, phone: str) -> None:
        """Give the browser its cookie for another year."""
        response.set_cookie(
            _cookie(phone),
            str(self._cookies.dumps(chat)),
            max_age=YEAR,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite="lax",
        )

    def link_to(self, chat: str, sha256: str, mime: str) -> str:
        """A name for a file that opens it for this chat alone, for a week."""
        return str(self._files.dumps([chat, sha256, mime]))

    def file(self, token: str, chat: str) -> tuple[str, str] | None:
        """The (sha256, mime) behind a link of this chat; None when it is not theirs, forged or too old."""
        try:
            owner, sha256, mime = _signed(self._files, token, WEEK)
        except (BadData, ValueError, TypeError):
            return None
        return (str(sha256), str(mime)) if chat and owner == chat else None

    def from_elsewhere(self, request: Request) -> bool:
        """Whether another site's page made this browser post."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site not in {"same-origin", "none"}
        origin = request.headers.get("origin")
        if origin is None:
            return False
        return urlsplit(origin).netloc not in {request.headers.get("host"), self._host}


def _signed(signer: URLSafeTimedSerializer, token: str, lasts: int) -> Any:
    """What we signed within these seconds. Raises BadData.

    What was signed in the future counts: by another machine whose clock is a second ahead, or by ours before it was put
    right. The library's own check would make strangers of these people.
    """
    found, signed_at = _opened(signer, token)
    if datetime.now(UTC) - signed_at > timedelta(seconds=lasts):
        raise SignatureExpired("too old")
    return found


@lru_cache(maxsize=4096)  # Each word that is said brings the same cookie, and to read it anew took a twelfth of a turn.
def _opened(signer: URLSafeTimedSerializer, token: str) -> tuple[Any, datetime]:
    found, signed_at = signer.loads(token, return_timestamp=True)
    return found, signed_at


def _cookie(phone: str) -> str:
    return f"yingshao_{phone}" if phone else "yingshao"
