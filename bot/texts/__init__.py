"""Every word a person reads, in catalogues: one folder a language, one file a subject, zh-CN first and complete.

A key is `file.name`; a text may hold {placeholders}. A text that a language lacks is said in zh-CN.
"""

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

_HERE = Path(__file__).parent
FIRST = "zh-CN"
LOCALES = (FIRST, "en")


def load(locale: str) -> dict[str, str]:
    """All texts of one language, by key. Raises FileNotFoundError for a language we do not have."""
    folder = _HERE / locale
    if not folder.is_dir():
        message = f"no catalogue for {locale}"
        raise FileNotFoundError(message)
    texts: dict[str, str] = {}
    for file in sorted(folder.glob("*.toml")):
        for name, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            texts[f"{file.stem}.{name}"] = text.strip("\n")
    return texts


class Texts:
    """The words of one language: `texts("case.filed", number=1024)`."""

    def __init__(self, locale: str, catalogue: dict[str, str]) -> None:
        self.locale = locale
        self._catalogue = catalogue
        self._named: dict[str, Mapping[str, str]] = {}

    def __call__(self, key: str, /, **values: object) -> str:
        """The text for a key. Raises KeyError for a key or placeholder that is not there: a test finds them all."""
        text = self._catalogue[key]
        return text.format_map(values) if values else text

    def __contains__(self, key: str) -> bool:
        """Whether there is such a text."""
        return key in self._catalogue

    def listed(self, names: Iterable[str]) -> str:
        """Several names as one: 王秀英、李建国."""
        return self("lists.comma").join(names)

    def keys(self, prefix: str) -> list[str]:
        """The keys that start so, in the order they are written."""
        return [key for key in self._catalogue if key.startswith(prefix)]

    def named(self, prefix: str) -> Mapping[str, str]:
        """Each word of the texts whose keys start so, with the rest of its key: what a typed word means."""
        if prefix not in self._named:
            keys = reversed(self.keys(prefix))  # so that of two keys with one word the first counts
            self._named[prefix] = {word: key.removeprefix(prefix) for key in keys for word in self(key).split()}
        return self._named[prefix]


@cache
def texts(locale: str = FIRST) -> Texts:
    """The catalogue of a language, with zh-CN behind it."""
    return Texts(locale, load(FIRST) | load(locale))
