"""Phones of residents who do not exist, for replaying: one that opens the web chat, one that Telegram would serve."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx
import orjson
from aiohttp import web

from bot.replaying import Shown

_WAIT = 10.0
_QUIET = 0.4
_LONG_POLL = 50.0
_BATCH = 100


class WebPhone:
    """A browser on the web chat."""

    def __init__(self, client: httpx.AsyncClient, row: int) -> None:
        self._client = client
        self._row = row
        self._turn = 0
        self._seq = 0

    @classmethod
    async def open(cls, base: str, row: int) -> "WebPhone":
        """Open the page at `base` as somebody new."""
        client = httpx.AsyncClient(base_url=base, timeout=_WAIT, headers={"Origin": base})
        await client.get("/")
        return cls(client, row)

    async def say(self, text: str) -> None:
        """Type and send."""
        self._turn += 1
        await self._client.post("/say", json={"id": f"replay-{self._row:05d}-{self._turn:02d}", "text": text})

    async def choose(self, position: int) -> None:
        """Type the button's number."""
        await self.say(str(position + 1))

    async def hear(self) -> Sequence[Shown]:
        """What the page would show next: lines that are not the person's own, until buttons came or it is quiet."""
        heard: list[dict[str, Any]] = []
        last = {"Last-Event-ID": str(self._seq)}
        try:
            async with asyncio.timeout(3), self._client.stream("GET", "/live", headers=last) as stream:
                async for raw in stream.aiter_lines():
                    if raw.startswith("id:"):
                        self._seq = int(raw[3:])
                    elif raw.startswith("data:") and raw[5:].strip():
                        lines = [line for line in orjson.loads(raw[5:]).get("lines", ()) if not line["mine"]]
                        heard += lines
                        if any(line.get("buttons") for line in lines):
                            break
        except TimeoutError:
            pass
        return [Shown(line["text"], tuple(b["label"] for b in line.get("buttons", ()))) for line in heard]

    async def close(self) -> None:
        """Leave the page."""
        await self._client.aclose()


class BotApi:
    """A small Bot API server, enough for the service to meet residents on: it takes any token.

    `asked` is set when the service has asked for updates.
    """

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self._updates: list[dict[str, Any]] = []
        self._arrived = asyncio.Event()
        self._last = 0
        self._inboxes: dict[int, asyncio.Queue[dict[str, Any]]] = {}

    @asynccontextmanager
    async def serving(self, host: str, port: int) -> AsyncIterator["BotApi"]:
        """Listen. Raises OSError where the port is taken."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
            yield self
        finally:
            await runner.cleanup()

    async def phone(self, row: int) -> "TelegramPhone":
        """A resident's phone; `row` is who they are."""
        inbox = self._inboxes[row] = asyncio.Queue()
        return TelegramPhone(self, row, inbox)

    def happen(self, **update: Any) -> None:
        """A person did something."""
        self._last += 1
        self._updates.append({"update_id": self._last, **update})
        self._arrived.set()

    def number(self) -> int:
        """The next number of a message."""
        self._last += 1
        return self._last

    async def _call(self, request: web.Request) -> web.Response:
        asked = dict(request.query)
        if request.content_type == "application/json":
            asked |= await request.json()
        elif request.content_type == "multipart/form-data":
            asked |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        method = request.match_info["method"]
        result: Any = True
        if method == "getMe":
            result = {"id": 1, "is_bot": True, "first_name": "应哨", "username": "yingshao_bot"}
        elif method == "getUpdates":
            result = await self._new(int(asked.get("offset", 0)), float(asked.get("timeout", 0)))
        elif method.startswith("send") or method == "editMessageText":
            result = self._shown(asked)
        return web.json_response({"ok": True, "result": [result] if method == "sendMediaGroup" else result})

    async def _new(self, offset: int, timeout: float) -> list[dict[str, Any]]:  # noqa: ASYNC109 - it is asked of us
        self.asked.set()
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        self._arrived.clear()
        if not self._updates:
            try:
                async with asyncio.timeout(min(timeout, _LONG_POLL)):
                    await self._arrived.wait()
            except TimeoutError:
                return []
        return self._updates[:_BATCH]

    def _shown(self, asked: dict[str, Any]) -> dict[str, Any]:
        chat, markup = int(asked["chat_id"]), asked.get("reply_markup") or {}
        markup = orjson.loads(markup) if isinstance(markup, str) else markup
        buttons = [button for row in markup.get("inline_keyboard", ()) for button in row]
        text = str(asked.get("text") or asked.get("caption") or "")
        number = int(asked.get("message_id") or self.number())
        if chat in self._inboxes:
            self._inboxes[chat].put_nowait({"text": text, "buttons": buttons, "message_id": number})
        return {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}


class TelegramPhone:
    """A resident of that server."""

    def __init__(self, server: BotApi, who: int, inbox: "asyncio.Queue[dict[str, Any]]") -> None:
        self._server = server
        self._who = who
        self._inbox = inbox
        self._buttons: list[dict[str, Any]] = []
        self._message = 0
        self._person = {"id": who, "is_bot": False, "first_name": f"居民{who}"}
        self._chat = {"id": who, "type": "private", "first_name": f"居民{who}"}

    async def say(self, text: str) -> None:
        """Type and send."""
        number = self._server.number()
        message = {"message_id": number, "from": self._person, "chat": self._chat, "date": 1, "text": text}
        self._server.happen(message=message)

    async def choose(self, position: int) -> None:
        """Press the button."""
        number = self._server.number()
        message = {"message_id": self._message, "date": 1, "chat": self._chat, "text": "…"}
        self._server.happen(
            callback_query={
                "id": str(number),
                "from": self._person,
                "message": message,
                "chat_instance": "1",
                "data": self._buttons[position].get("callback_data", ""),
            }
        )

    async def hear(self) -> Sequence[Shown]:
        """What appeared or changed since, until it is quiet for a moment."""
        heard: list[Shown] = []
        wait = _WAIT
        while True:
            try:
                shown = await asyncio.wait_for(self._inbox.get(), wait)
            except TimeoutError:
                return heard
            wait = _QUIET
            if shown["buttons"]:
                self._buttons, self._message = shown["buttons"], shown["message_id"]
            heard.append(Shown(shown["text"], tuple(button["text"] for button in shown["buttons"])))

    async def close(self) -> None:
        """Nothing to give back."""
