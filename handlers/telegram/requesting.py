"""The wire to the Bot API below python-telegram-bot, in place of its own httpx.

Plain questions go by `lines.py`; files, and all that has to pass a proxy, by aiohttp. Every address holds the bot's token,
so no error leaves here as it is: it is named, and its text and cause stay behind.
"""

from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any

import aiohttp
import orjson
from telegram.error import BadRequest, NetworkError, TelegramError, TimedOut
from telegram.request import BaseRequest, RequestData

from handlers.telegram.lines import Lines

MAX_FILE_BYTES = 20 * 1024 * 1024  # what Telegram lets a bot download


class Flooded(TelegramError):
    """Telegram asks for `seconds` of silence.

    It stands in for the library's RetryAfter, whose figure is an int or a timedelta by an environment variable.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"Telegram asks us to wait {seconds:g} seconds")
        self.seconds = seconds


class Requests(BaseRequest):
    """A keep-alive pool of connections. Timeouts are seconds; `write_timeout` is added where files are uploaded."""

    def __init__(
        self,
        *,
        proxy: str | None = None,
        connections: int = 128,
        connect_timeout: float = 5,
        read_timeout: float = 10,
        write_timeout: float = 20,
    ) -> None:
        self._proxy = proxy
        self._connections = connections
        self._connect_timeout = connect_timeout
        self._read_timeout = read_timeout
        self._write_timeout = write_timeout
        self._session: aiohttp.ClientSession | None = None
        self._lines = Lines(connections, connect_timeout, self.USER_AGENT)

    @property
    def read_timeout(self) -> float:
        """Seconds of silence after which an answer is given up."""
        return self._read_timeout

    async def initialize(self) -> None:
        """Open the pool. A second call changes nothing: one pool serves both sides of a `telegram.Bot`."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections, ttl_dns_cache=300),
                headers={"User-Agent": self.USER_AGENT},
                cookie_jar=aiohttp.DummyCookieJar(),
            )

    async def shutdown(self) -> None:
        """Close every connection."""
        if self._session is not None:
            session, self._session = self._session, None
            self._lines.close()
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Ask once; the status and body of the answer. Raises TimedOut, NetworkError, BadRequest or Flooded."""
        if self._session is None:
            raise NetworkError("the connection to Telegram is not open yet")
        read = _seconds(read_timeout, self._read_timeout)
        files = request_data is not None and request_data.contains_files
        try:
            if request_data is not None and not files and self._proxy is None and read is not None:
                status, content = await self._lines.ask(url, orjson.dumps(request_data.parameters), read)
            else:
                connect = _seconds(connect_timeout, self._connect_timeout)
                # aiohttp has no limit for writing, and counts silence from the moment it begins to write.
                more = (_seconds(write_timeout, self._write_timeout) or 0) if files else 0
                timeout = aiohttp.ClientTimeout(
                    total=None,
                    connect=_seconds(pool_timeout, connect),
                    sock_connect=connect,
                    sock_read=None if read is None else read + more,
                )
                status, content = await self._ask_at_length(self._session, method, url, timeout, request_data)
        except TimeoutError:
            raise TimedOut from None
        except (aiohttp.ClientError, OSError, ValueError, RuntimeError) as error:
            raise NetworkError(f"no answer from Telegram: {type(error).__name__}") from None
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            raise BadRequest("file is too big")
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(_wait_asked(content))
        return status, content

    async def _ask_at_length(
        self,
        session: aiohttp.ClientSession,
        method: str,
        url: str,
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's own, of four parts
        data: RequestData | None,
    ) -> tuple[int, bytes]:
        """With files to or from Telegram, or past a proxy."""
        async with session.request(
            method, url, timeout=timeout, proxy=self._proxy, allow_redirects=False, **_body(data)
        ) as answer:
            if (answer.content_length or 0) > MAX_FILE_BYTES:
                raise BadRequest("file is too big")
            return answer.status, await answer.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> Any:
        """Read an answer. Raises TelegramError when it is not JSON, such as a proxy's error page."""
        try:
            answer = orjson.loads(payload)
        except orjson.JSONDecodeError:
            raise TelegramError("the answer is not Telegram's") from None
        if not isinstance(answer, dict):
            raise TelegramError("the answer is not Telegram's")
        return answer


def _seconds(given: Any, default: float | None) -> float | None:
    return default if given is BaseRequest.DEFAULT_NONE else given


def _body(data: RequestData | None) -> Mapping[str, Any]:
    if data is None:
        return {}
    if not data.contains_files:
        return {"data": orjson.dumps(data.parameters), "headers": {"Content-Type": "application/json"}}
    form = aiohttp.FormData(quote_fields=False)  # a file keeps its Chinese name
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, mime) in data.multipart_data.items():
        file = BytesIO(content) if isinstance(content, bytes) else content
        form.add_field(name, file, filename=filename, content_type=mime)
    return {"data": form}


def _wait_asked(content: bytes) -> float:
    try:
        return float(orjson.loads(content)["parameters"]["retry_after"])
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return 1.0
