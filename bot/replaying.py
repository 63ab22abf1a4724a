"""Plays past reports through a running web chat, as that many residents, the way their phones would."""

import asyncio
import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson

from bot.errors import YingshaoError
from bot.texts import Texts

_TURNS = 12  # Nobody needs more answers than this to file; who does is reported as not filed.
_WAIT = 10.0
_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Played:
    """How one report went: the case number (None where it was not filed), the answers it took, and the talk."""

    row: int
    number: int | None
    turns: int
    talk: tuple[str, ...]


def rows(path: Path, column: str, said: Texts) -> list[str]:
    """The reports of a CSV. Raises YingshaoError when the file or the column is not there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if column not in (reader.fieldnames or ()):
                raise YingshaoError(
                    said("settings.no_column", column=column, columns="、".join(reader.fieldnames or ()))
                )
            return [row[column].strip() for row in reader if row[column].strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise YingshaoError(said("settings.no_file", path=path)) from error


async def replay(
    base: str, reports: Sequence[str], said: Texts, progress: Callable[[], object], folder: Path | None
) -> list[Played]:
    """Play all reports, a few at once; each resident's talk goes to a file of its own below `folder`."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(row: int, report: str) -> Played:
        async with gate, httpx.AsyncClient(base_url=base, timeout=_WAIT, headers={"Origin": base}) as client:
            played = await _resident(client, row, report, said)
        if folder is not None:
            (folder / f"{row:04d}.txt").write_text("\n".join(played.talk), encoding="utf-8")
        progress()
        return played

    return list(await asyncio.gather(*(one(row, report) for row, report in enumerate(reports, 1))))


async def _resident(client: httpx.AsyncClient, row: int, report: str, said: Texts) -> Played:
    await client.get("/")
    talk = [f"> {report}"]
    words, seq = report[:4000], 0
    filed = re.compile(re.escape(said("case.filed_appeal").split("{number}")[0].splitlines()[-1]) + r"(\d+)")
    for turn in range(1, _TURNS + 1):
        await client.post("/say", json={"id": f"replay-{row:05d}-{turn:02d}", "text": words})
        heard, seq = await _hear(client, seq)
        talk += [f"< {line['text']} {[button['label'] for button in line.get('buttons', [])] or ''}" for line in heard]
        numbers = [found[1] for line in heard if (found := filed.search(line["text"]))]
        if numbers:
            return Played(row, int(numbers[0]), turn, tuple(talk))
        if not heard:
            break
        # A person in a hurry: the first choice, and at a question about the place their own words.
        place = any(said("report.place_unknown") in line["text"] for line in heard)
        words = "2" if place else "1"
        if any(said("report.where") in line["text"] for line in heard):
            words = report[:60]
        talk.append(f"> {words}")
    return Played(row, None, _TURNS, tuple(talk))


async def _hear(client: httpx.AsyncClient, after: int) -> tuple[list[dict[str, Any]], int]:
    """What the page would show next: lines that are not the person's own, until it is quiet for a moment."""
    heard: list[dict[str, Any]] = []
    try:
        async with asyncio.timeout(3), client.stream("GET", "/live", headers={"Last-Event-ID": str(after)}) as stream:
            async for raw in stream.aiter_lines():
                if raw.startswith("id:"):
                    after = int(raw[3:])
                elif raw.startswith("data:") and raw[5:].strip():
                    lines = [line for line in orjson.loads(raw[5:]).get("lines", ()) if not line["mine"]]
                    heard += lines
                    if any(line.get("buttons") for line in lines):
                        break
    except TimeoutError:
        pass
    return heard, after
