"""What a browser without a screen says to the web chat, and how it listens."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from PIL import Image

ID = "0123456789abcdef"


def photo(color: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), color).save(out, "JPEG")
    return out.getvalue()


def form(*photos: bytes, **fields: str) -> aiohttp.FormData:
    data = aiohttp.FormData(fields)
    for content in photos:
        data.add_field("photos", content, filename="a.jpg", content_type="image/jpeg")
    return data


async def post(person: aiohttp.ClientSession, **fields: object) -> int:
    async with person.post("/say", json={"id": ID, **fields}) as answer:
        return answer.status


class Ear:
    """Reads server-sent events."""

    def __init__(self, stream: aiohttp.StreamReader) -> None:
        self._stream = stream
        self.last_id = ""

    async def event(self) -> tuple[str, Any]:
        """The next event's name and body."""
        kind = ""
        while True:
            line = (await asyncio.wait_for(self._stream.readline(), 10)).decode().rstrip("\n")
            if line.startswith("id: "):
                self.last_id = line[4:]
            elif line.startswith("event: "):
                kind = line[7:]
            elif line.startswith("data: "):
                return kind, json.loads(line[6:])


@asynccontextmanager
async def listening(person: aiohttp.ClientSession, after: str = "", **headers: str) -> AsyncIterator[Ear]:
    async with person.get("/live" + (f"?after={after}" if after else ""), headers=headers) as answer:
        assert answer.status == 200
        yield Ear(answer.content)


def words(body: dict[str, Any]) -> list[str]:
    return [line["text"] for line in body["lines"]]


async def history(person: aiohttp.ClientSession) -> list[dict[str, Any]]:
    async with listening(person) as ear:
        _, body = await ear.event()
        lines: list[dict[str, Any]] = body["lines"]
        return lines
