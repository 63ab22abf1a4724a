"""The catalogue of kinds as shipped, and kinds as rows for an import or a table."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin

from bot.triage.kinds import Kind, Kinds, Service, Urgency

_HERE = Path(__file__).parent
_LONGEST_NAME, _LONGEST_CODE = 8, 20  # characters; a name must fit on a button of a small phone
_FIELDS = tuple(field.name for field in fields(Kind))


def shipped() -> Kinds:
    """The kinds of `kinds.toml`, in the order people see them; the last is "other", which takes whatever fits nowhere."""
    return Kinds.of(_read(tomllib.loads((_HERE / "kinds.toml").read_text(encoding="utf-8"))))


def _read(file: Mapping[str, Any]) -> Iterator[Kind]:
    clocks: dict[str, dict[str, Any]] = file["clocks"]
    for group in file["groups"]:
        shared = {name: value for name, value in group.items() if name not in {"name", "kinds"}}
        for own in group["kinds"]:
            row = {"group": group["name"], "open311": own["code"]} | shared | own
            yield kind_from_row(clocks[row.pop("time")] | row)


def kind_from_row(row: Mapping[str, Any]) -> Kind:
    """A kind from a row of an import or of the table: a column a field, the lists also as text between 、, commas or |.

    Empty cells keep what a kind has by itself. Raises ValueError for a word that cannot be meant, KeyError without
    `code` or `name`.
    """
    given = {name: row[name] for name in _FIELDS if row.get(name) not in (None, "")}
    return Kind(
        code=str(row["code"]).strip(),
        name=str(row["name"]).strip(),
        service=Service(given.get("service", Service.APPEAL)),
        group=str(given.get("group", "")),
        words=_list(given.get("words", ())),
        urgency=Urgency(given.get("urgency", Urgency.NORMAL)),
        owner=str(given.get("owner", "grid")),
        accept_hours=float(given.get("accept_hours", 2)),
        finish_hours=float(given.get("finish_hours", 40)),
        around_the_clock=_yes(given.get("around_the_clock", False)),
        photo=_yes(given.get("photo", False)),
        hidden=_yes(given.get("hidden", False)),
        open311=str(given.get("open311", "")),
        icon=str(given.get("icon", "")),
        asks=_list(given.get("asks", ())),
    )


def to_row(kind: Kind) -> dict[str, Any]:
    """The kind as plain JSON, which `kind_from_row` reads back."""
    row: dict[str, Any] = {name: getattr(kind, name) for name in _FIELDS}
    return row | {
        "service": kind.service.value,
        "urgency": kind.urgency.value,
        "words": [*kind.words],
        "asks": [*kind.asks],
    }


def adopt(kinds: Kinds, labels: Iterable[str]) -> tuple[Kinds, dict[str, str]]:
    """The catalogue with a kind for each of a city's own labels, and the code that each label goes by from now on.

    A label that is a code or a name here, or a word of one kind alone, is that kind; any other becomes a new appeal kind
    under the group 本地分类, to be given its owner and its clock by import. The last kind stays the last.
    """
    codes: dict[str, str] = {}
    added: dict[str, Kind] = {}
    for label in dict.fromkeys(labels):
        known = [kind for kind in kinds.all if label in (kind.code, kind.name)]
        known = known or [kind for kind in kinds.all if label in kind.words]
        if len(known) == 1:
            codes[label] = known[0].code
            continue
        code = _fresh_code(label, {*kinds.by_code, *added})
        added[code] = Kind(
            code=code,
            name=label[:_LONGEST_NAME],
            service=Service.APPEAL,
            group="本地分类",
            words=(label,),
            open311=code,
        )
        codes[label] = code
    return Kinds.of((*kinds.all[:-1], *added.values(), *kinds.all[-1:])), codes


def _fresh_code(label: str, taken: set[str]) -> str:
    sounds = "_".join(lazy_pinyin(label)).lower()
    stem = (
        "".join(c for c in sounds if c == "_" or (c.isascii() and c.isalnum()))[: _LONGEST_CODE - 3].strip("_")
        or "local"
    )
    return next(code for n in count(1) if (code := stem if n == 1 else f"{stem}{n}") not in taken)


def _list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = re.split(r"[，,、;；|]", value)
    return tuple(word.strip() for word in value if word.strip())


def _yes(value: Any) -> bool:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"是", "有", "对", "yes", "true", "y", "1", "√"}:
            return True
        if word in {"否", "无", "没有", "no", "false", "n", "0", "×"}:
            return False
        raise ValueError(f"是 or 否, not {value!r}")
    return bool(value)
