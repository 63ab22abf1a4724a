"""What a report's picture shows, as plain values, and having it drawn by a process of its own.

The drawing library takes a second to load and a hundred megabytes: the service never loads it.
"""

import asyncio
import sys
from itertools import dropwhile
from pathlib import Path
from typing import Any

import orjson

from bot.digests.figures import Report, table
from bot.digests.measures import Measure
from bot.digests.wording import title
from bot.fonts import cjk_font
from bot.town import Town

_HOME = Path(__file__).parents[2]
_PATIENCE = 60  # seconds
_LONGEST = 6  # characters of a name beside a table


class NotDrawn(Exception):
    """The drawing process failed; the message has its last words."""


def chart(town: Town, report: Report) -> dict[str, Any]:
    """Everything that is written or drawn: title, font (a file), trend, heat, ages. Units and kinds stand by their names."""
    say = town.texts
    units, kinds, cells = table(report.heat)
    # What lies before the first thing that ever came says nothing; the stretch itself is always shown whole.
    days = [*dropwhile(lambda each: not each[1] and each[0] < report.span.first, report.days)]
    return {
        "title": title(town, report),
        "font": str(cjk_font()),
        "trend": {
            "title": say("digest.chart_trend"),
            "labels": [f"{day.month}/{day.day}" for day, _ in days],
            "series": [
                {"name": say("digest.chart_filed"), "values": [t.get(Measure.FILED, 0) for _, t in days]},
                {"name": say("digest.chart_finished"), "values": [t.get(Measure.FINISHED, 0) for _, t in days]},
            ],
            "empty": say("digest.chart_none"),
        },
        "heat": {
            "title": say("digest.chart_heat"),
            "rows": [_short(town.kind(kind).name) for kind in kinds],
            "columns": [_short(town.directory.units[unit].name) for unit in units],
            "cells": [[cells.get((unit, kind), 0) for unit in units] for kind in kinds],
            "empty": say("digest.chart_none"),
        },
        "ages": {
            "title": say("digest.chart_ages"),
            "labels": [say(f"digest.age_{n}") for n in range(len(report.ages))],
            "late": [late for _, late in report.ages],
            "waiting": [all_ - late for all_, late in report.ages],
            "numbers": [
                say("digest.chart_ages_late", all=all_, late=late) if late else str(all_) for all_, late in report.ages
            ],
            "names": [say("digest.chart_late"), say("digest.chart_waiting")],
            "empty": say("digest.chart_no_open"),
        },
    }


async def draw(what: dict[str, Any]) -> bytes:
    """The picture (PNG, 1080 pixels wide) of what `chart` gave. Raises NotDrawn."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.digests.drawing",
        cwd=_HOME,  # whose packages `-m` finds, wherever the operator stands
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            picture, said = await process.communicate(orjson.dumps(what))
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode:
        raise NotDrawn(said.decode(errors="replace")[-500:])
    return picture


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
