"""Telegram on its worst day: the fake Bot API with chance faults, and a count of what people were shown."""

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from tests.channels.telegram.fake_bot_api import FakeBotApi, Fault

SENDING = ("sendMessage", "editMessageText")


class BadApi(FakeBotApi):
    """Telegram on its worst day. `arrived` counts what people were shown."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__()
        self._chance = chance
        self.calm = False
        self.arrived: Counter[tuple[str, str]] = Counter()
        self.faulted: Counter[str] = Counter()

    def _fault(self, method: str) -> Fault | None:
        if self.calm or method not in SENDING:
            return None
        name, fault = self._chance.choices(
            (
                ("", None),
                ("429", Fault(method, 429, "Too Many Requests: retry after 1", {"retry_after": 1})),
                ("502", Fault(method, 502, "Bad Gateway")),
                ("hung up before", Fault(method, drop=True)),
                ("slow", Fault(method, 200, delay=2)),
            ),
            (88, 4, 3, 3, 2),
        )[0]
        self.faulted[name] += bool(name)
        return fault

    async def _call(self, request: web.Request) -> web.StreamResponse:
        answer = await super()._call(request)
        applied = request.match_info["method"] in SENDING and answer.status == 200
        if applied and not self.calm and self._chance.random() < 0.02 and request.transport is not None:
            self.faulted["hung up after"] += 1
            request.transport.abort()
        return answer

    async def _on_editMessageText(self, params: Mapping[str, Any], files: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N802
        shown = await super()._on_editMessageText(params, files)
        self.arrived[str(params["chat_id"]), str(params["text"])] += 1
        return shown

    def _new(self, params: Mapping[str, Any], **content: Any) -> dict[str, Any]:
        shown = super()._new(params, **content)
        self.arrived[str(params["chat_id"]), str(content.get("text", ""))] += 1
        return shown
