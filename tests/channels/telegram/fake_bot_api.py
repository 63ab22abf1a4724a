"""Telegram's servers, as far as we speak to them: the Bot API over HTTP on loopback, with its refusals and its bad days.

Written from the Bot API's documentation. It records every call and keeps the messages it was given.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

TOKEN = "4711:AAF-planted-token-for-tests"
ME = {"id": 4711, "is_bot": True, "first_name": "应哨", "username": "yingshao_bot"}


@dataclass
class Call:
    """One call of ours, as it reached the server."""

    method: str
    params: dict[str, Any]
    files: dict[str, tuple[str, bytes]]


@dataclass
class Fault:
    """A bad day: for the next `times` calls of `method` after `skip` good ones."""

    method: str
    status: int = 502
    description: str = "Bad Gateway"
    parameters: dict[str, Any] = field(default_factory=dict)
    times: int = 1
    skip: int = 0
    delay: float = 0.0
    drop: bool = False
    page: str = ""

    def refuse(self) -> None:
        if self.status >= 400:
            raise Refusal(self.status, self.description, **self.parameters)


class Refusal(Exception):
    """What Telegram answers instead of a result."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


class FakeBotApi:
    """The server. `url` is where it listens."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: list[Call] = []
        self.faults: list[Fault] = []
        self.updates: list[dict[str, Any]] = []
        self.blocked: set[int] = set()
        self.moved: dict[int, int] = {}
        self.files: dict[str, bytes] = {}
        self.webhook: dict[str, Any] = {}
        self.webhook_error: dict[str, Any] = {}
        self.messages: dict[int, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._arrived = asyncio.Event()
        self._pollers = 0
        self._last_update = 100
        self._last_message = 0

    # ------------------------------------------------------------ what a test does

    def say(self, **update: Any) -> int:
        """A person does something; the id of the update."""
        self._last_update += 1
        self.updates.append({"update_id": self._last_update, **update})
        self._arrived.set()
        return self._last_update

    def said(self, *methods: str) -> list[Call]:
        """The calls of these methods, in order."""
        return [call for call in self.calls if call.method in methods]

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["FakeBotApi"]:
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", f"/bot{TOKEN}/{{method}}", self._call)
        app.router.add_get(f"/file/bot{TOKEN}/{{path:.*}}", self._file)
        runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    # ------------------------------------------------------------ the wire

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        params, files = await _read(request)
        self.calls.append(Call(method, params, files))
        fault = self._fault(method)
        try:
            if fault is not None:
                await asyncio.sleep(fault.delay)
                if fault.drop:
                    assert request.transport is not None
                    request.transport.abort()
                    return web.Response()
                if fault.page:
                    return web.Response(text=fault.page, status=fault.status)
                fault.refuse()
            result = await getattr(self, f"_on_{method}", self._on_anything)(params, files)
        except Refusal as refusal:
            answer: dict[str, Any] = {"ok": False, "error_code": refusal.status, "description": refusal.description}
            if refusal.parameters:
                answer["parameters"] = refusal.parameters
            return web.json_response(answer, status=refusal.status)
        return web.json_response({"ok": True, "result": result})

    def _fault(self, method: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fault.times > 0:
                if fault.skip > 0:
                    fault.skip -= 1
                    return None
                fault.times -= 1
                return fault
        return None

    async def _file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["path"].removeprefix("photos/").removesuffix(".jpg"))
        return web.Response(status=404) if content is None else web.Response(body=content)

    # ------------------------------------------------------------ the methods

    async def _on_anything(self, _params: Mapping[str, Any], _files: Mapping[str, Any]) -> bool:
        return True

    async def _on_getMe(self, _params: Mapping[str, Any], _files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802 - Telegram's name
        return ME

    async def _on_setWebhook(self, params: dict[str, Any], _files: Mapping[str, Any]) -> bool:  # noqa: N802
        self.webhook = params
        return True

    async def _on_getWebhookInfo(self, _params: Mapping[str, Any], _files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        told = {"url": self.webhook.get("url", ""), "has_custom_certificate": False}
        return told | {"pending_update_count": len(self.updates)} | self.webhook_error

    async def _on_deleteWebhook(self, _params: Mapping[str, Any], _files: Mapping[str, Any]) -> bool:  # noqa: N802
        self.webhook = {}
        return True

    async def _on_getUpdates(self, params: Mapping[str, Any], _files: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook")
        if self._pollers:
            raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one is running")
        offset = int(params.get("offset", 0))
        self.updates = [update for update in self.updates if update["update_id"] >= offset]
        self._arrived.clear()
        if not self.updates:
            self._pollers += 1
            try:
                async with asyncio.timeout(float(params.get("timeout", 0))):
                    await self._arrived.wait()
            except TimeoutError:
                return []
            finally:
                self._pollers -= 1
        return self.updates[:100]

    async def _on_answerCallbackQuery(self, params: Mapping[str, Any], _files: Mapping[str, Any]) -> bool:  # noqa: N802
        if params["callback_query_id"] == "too-old":
            raise Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        return True

    async def _on_getFile(self, params: Mapping[str, Any], _files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        file_id = params["file_id"]
        if file_id == "too-big":
            raise Refusal(400, "Bad Request: file is too big")
        if file_id not in self.files:
            raise Refusal(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self.files[file_id])
        path = f"photos/{file_id}.jpg"
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, "file_path": path}

    async def _on_sendMessage(self, params: Mapping[str, Any], _files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._new(params, text=_checked_text(params))

    async def _on_sendPhoto(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._new(params, photo=[self._held("photo", params, files) | {"width": 90, "height": 60}])

    async def _on_sendVideo(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._new(params, video=self._held("video", params, files) | {"width": 9, "height": 6, "duration": 1})

    async def _on_sendVoice(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._new(params, voice=self._held("voice", params, files) | {"duration": 1})

    async def _on_sendDocument(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        return self._new(params, document=self._held("document", params, files))

    async def _on_sendMediaGroup(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> list[dict[str, Any]]:  # noqa: N802
        media = _json(params["media"])
        if not 2 <= len(media) <= 10:
            raise Refusal(400, "Bad Request: wrong number of messages in the album")
        for item in media:
            if item["media"].startswith("attach://") and item["media"].removeprefix("attach://") not in files:
                raise Refusal(400, "Bad Request: attached file not found")
        held = [
            self._held(item["type"], {item["type"]: item["media"]}, _attached(item, files)) | {"width": 9, "height": 6}
            for item in media
        ]
        return [
            self._new(params, **({"photo": [file]} if item["type"] == "photo" else {"video": file | {"duration": 1}}))
            for item, file in zip(media, held, strict=True)
        ]

    async def _on_editMessageText(self, params: Mapping[str, Any], _files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        text = _checked_text(params)
        message = self.messages[int(params["chat_id"])].get(int(params["message_id"]))
        if message is None:
            raise Refusal(400, "Bad Request: message to edit not found")
        if "text" not in message:
            raise Refusal(400, "Bad Request: there is no text in the message to edit")
        keyboard = _checked_keyboard(params)
        if message["text"] == text and message.get("reply_markup") == keyboard:
            raise Refusal(400, "Bad Request: message is not modified: specified new message content is the same")
        message["text"] = text
        message["reply_markup"] = keyboard
        return {name: value for name, value in message.items() if value is not None}

    def _new(self, params: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        chat = int(params["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat == 404:
            raise Refusal(400, "Bad Request: chat not found")
        if chat in self.moved:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refusal(400, words, migrate_to_chat_id=self.moved[chat])
        if len(params.get("caption", "")) > 1024:
            raise Refusal(400, "Bad Request: message caption is too long")
        self._last_message += 1
        kind = "private" if chat > 0 else "supergroup"
        message = {
            "message_id": self._last_message,
            "date": 1,
            "chat": {"id": chat, "type": kind},
            "from": ME,
            **content,
        }
        if params.get("caption"):
            message["caption"] = params["caption"]
        self.messages[chat][self._last_message] = message | {"reply_markup": _checked_keyboard(params)}
        return message

    def _held(self, name: str, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:
        if name not in files and params.get(name) not in self.files:
            raise Refusal(400, "Bad Request: wrong file identifier/HTTP URL specified")
        if name in files and not files[name][1]:
            raise Refusal(400, "Bad Request: file must be non-empty")
        if name == "photo" and name in files and not files[name][1].startswith(b"\xff\xd8"):
            raise Refusal(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if name not in files:
            return {"file_id": params[name], "file_unique_id": f"u{params[name]}"}
        file_id = f"sent-{name}-{len(self.files) + 1}"
        self.files[file_id] = files[name][1]
        return {"file_id": file_id, "file_unique_id": f"u{file_id}"}


async def _read(request: web.Request) -> tuple[dict[str, Any], dict[str, tuple[str, bytes]]]:
    params: dict[str, Any] = dict(request.query)
    files: dict[str, tuple[str, bytes]] = {}
    if request.content_type == "application/json":
        params |= await request.json()
    elif request.content_type == "multipart/form-data":
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = (value.filename, value.file.read())
            else:
                params[name] = value
    return params, files


def _attached(item: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> dict[str, tuple[str, bytes]]:
    attached = files.get(str(item["media"]).removeprefix("attach://"))
    return {} if attached is None else {item["type"]: attached}


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _checked_text(params: Mapping[str, Any]) -> str:
    text = str(params.get("text", ""))
    if not text.strip():
        raise Refusal(400, "Bad Request: message text is empty")
    if len(text.encode("utf-16-le")) > 2 * 4096:
        raise Refusal(400, "Bad Request: message is too long")
    return text


def _checked_keyboard(params: Mapping[str, Any]) -> Any:
    markup = _json(params.get("reply_markup"))
    for row in (markup or {}).get("inline_keyboard", ()):
        for button in row:
            if len(button.get("callback_data", "").encode()) > 64:
                raise Refusal(400, "Bad Request: BUTTON_DATA_INVALID")
            if "localhost" in button.get("url", ""):
                raise Refusal(
                    400, f"Bad Request: inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL"
                )
    return markup
