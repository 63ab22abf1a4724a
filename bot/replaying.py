"""Plays past reports through the running service, as that many residents, the way their phones would."""

import asyncio
import csv
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.errors import YingshaoError
from bot.texts import Texts

_TURNS = 12  # Nobody needs more answers than this to file; who does is reported as not filed.
_AT_ONCE = 20
_LONGEST = 4000
_PLACE = re.compile(r"[A-Z]?\d*[^\W\d_]{1,12}?(?:小区|社区|广场|花园|公园|路口|[路街村镇巷苑湾])(?:\d+(?:号楼|号|栋))?")
_WORDS = 12
_NOT_THE_FIRST = ("place_unknown", "which_group", "which_kind")  # where the first is hardly ever meant


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it stands on a phone, with the labels of its buttons."""

    text: str
    labels: tuple[str, ...] = ()


class Phone(Protocol):
    """One resident's phone, on whatever network."""

    async def say(self, text: str) -> None:
        """Type and send."""

    async def choose(self, position: int) -> None:
        """Take a button of the newest message that has any, counted from 0."""

    async def hear(self) -> Sequence[Shown]:
        """What appeared since last looked, once it is quiet; nothing when no answer comes."""

    async def close(self) -> None:
        """Put it away."""


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
                    said("settings.no_column", column=column, columns=said.listed(reader.fieldnames or ()))
                )
            return [row[column].strip() for row in reader if row[column].strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise YingshaoError(said("settings.no_file", path=path)) from error


async def replay(
    phone: Callable[[int], Awaitable[Phone]],
    reports: Sequence[str],
    said: Texts,
    progress: Callable[[], object],
    folder: Path | None,
) -> list[Played]:
    """Play all reports, a few at once; `phone(row)` opens one for each resident.

    Each talk goes to a file of its own below `folder`.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    filed = _filed(said)

    async def one(row: int, report: str) -> Played:
        async with gate:
            held = await phone(row)
            try:
                played = await _resident(held, row, report, said, filed)
            finally:
                await held.close()
        if folder is not None:
            (folder / f"{row:04d}.txt").write_text("\n".join(played.talk), encoding="utf-8")
        progress()
        return played

    return list(await asyncio.gather(*(one(row, report) for row, report in enumerate(reports, 1))))


async def _resident(phone: Phone, row: int, report: str, said: Texts, filed: re.Pattern[str]) -> Played:
    """One person in a hurry: the first choice, and at a question about the place their own words."""
    talk = [f"> {report}"]
    await phone.say(report[:_LONGEST])
    for turn in range(1, _TURNS + 1):
        heard = await phone.hear()
        talk += [f"< {shown.text} {list(shown.labels) or ''}" for shown in heard]
        numbers = [found[1] for shown in heard if (found := filed.search(shown.text))]
        if numbers:
            return Played(row, int(numbers[0]), turn, tuple(talk))
        if not heard:
            break
        if any(said("report.where") in shown.text for shown in heard):
            talk.append(f"> {(place := _place(report))}")
            await phone.say(place)
            continue
        labels = next((shown.labels for shown in reversed(heard) if shown.labels), ())
        position = _position(said, heard, labels)
        talk.append(f"> [{labels[position]}]" if labels else "> 1")
        await (phone.choose(position) if labels else phone.say("1"))
    return Played(row, None, _TURNS, tuple(talk))


def _position(said: Texts, heard: Sequence[Shown], labels: Sequence[str]) -> int:
    """The button this resident takes: mostly the first, their own words for a place, "other" in a list of kinds."""
    asked = {key for key in _NOT_THE_FIRST if any(said(f"report.{key}") in shown.text for shown in heard)}
    if not asked or len(labels) <= 1:
        return 0
    return 1 if "place_unknown" in asked else len(labels) - 1


def _place(report: str) -> str:
    """What this resident would say when asked where: the first thing in their words that looks like a place."""
    found = _PLACE.search(report)
    return found[0] if found else report[:_WORDS]


def _filed(said: Texts) -> re.Pattern[str]:
    """What finds the number in the words that a filed case is answered with."""
    lines = (line for key in ("filed_appeal", "filed_errand") for line in said(f"case.{key}").splitlines())
    numbered = dict.fromkeys(line for line in lines if "{number}" in line)
    parts = ((re.escape(part) for part in line.split("{number}", 1)) for line in numbered)
    return re.compile("|".join(r"(?:{}(\d+){})".format(*part) for part in parts))
