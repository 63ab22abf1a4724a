"""The catalogue of kinds as shipped, and kinds as rows for an import or a table."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import count
from pathlib import Path
from typing import Any

from pypinyin import lazy_pinyin
from rapidfuzz import fuzz

from bot.triage.kinds import Kind, Kinds, Service, Urgency

_HERE = Path(__file__).parent
_LONGEST_CODE = 20
_LONGEST_LABEL = 20  # characters that a button still shows on a small phone
_NEAR = 85  # of 100: one character of seven may differ
_ENDINGS = re.compile(r"[\s、/（()）-]|(?:方面|问题|投诉|反映|举报|诉求|事项|类)+$")
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
        contact_hours=float(given.get("contact_hours", 8)),
        finish_hours=float(given.get("finish_hours", 40)),
        around_the_clock=_yes(given.get("around_the_clock", False)),
        photo=_yes(given.get("photo", False)),
        hidden=_yes(given.get("hidden", False)),
        open311=str(given.get("open311", "")),
        icon=str(given.get("icon", "")),
        asks=_list(given.get("asks", ())),
        price=_one_of(given.get("price", "free"), ("free", "cost")),
        cost_limit=float(given.get("cost_limit", 0)),
        doers=_one_of(given.get("doers", "anyone"), ("anyone", "worker")),
        proof=_one_of(given.get("proof", "code"), ("code", "photo")),
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


def adopt(
    kinds: Kinds, labels: Iterable[str], owners: Mapping[str, str] | None = None
) -> tuple[tuple[Kind, ...], dict[str, str]]:
    """A kind for each of a city's own labels that the catalogue lacks, and the code that each label goes by from now on.

    A label that is a code or a name here or nearly a name (楼道照明问题), or a word of one kind alone, is that kind; any
    other becomes a new appeal kind of the community, under the group 本地分类. With `owners` labels are names of
    departments: each becomes a kind that goes to its owner's code, or to the community where it has none.
    """
    codes: dict[str, str] = {}
    added: dict[str, Kind] = {}
    for label in sorted({*labels}):
        if owners is None and (known := _known(kinds, label)) is not None:
            codes[label] = known.code
            continue
        code = codes[label] = _fresh_code(label, {*kinds.by_code, *added})
        added[code] = Kind(
            code=code,
            name=label[:_LONGEST_LABEL],
            service=Service.APPEAL,
            group="本地分类",
            words=(label,),
            owner=(owners or {}).get(label, "community"),
            open311=code,
        )
    return tuple(added.values()), codes


def _known(kinds: Kinds, label: str) -> Kind | None:
    named = [kind for kind in kinds.all if label in (kind.code, kind.name)]
    nearly = [kind for kind in kinds.all if fuzz.ratio(_stem(label), _stem(kind.name)) >= _NEAR]
    spoken_for = [kind for kind in kinds.all if label in kind.words]
    return next((found[0] for found in (named, nearly, spoken_for) if len(found) == 1), None)


def _stem(name: str) -> str:
    return _ENDINGS.sub("", name)


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


def _one_of(value: Any, words: tuple[str, ...]) -> str:
    if value not in words:
        raise ValueError(f"one of {', '.join(words)}, not {value!r}")
    return str(value)


def _yes(value: Any) -> bool:
    if isinstance(value, str):
        word = value.strip().lower()
        if word in {"是", "有", "对", "yes", "true", "y", "1", "√"}:
            return True
        if word in {"否", "无", "没有", "no", "false", "n", "0", "×"}:
            return False
        raise ValueError(f"是 or 否, not {value!r}")
    return bool(value)
