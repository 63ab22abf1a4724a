"""The sheets of a district's workbook: their columns, and the words that may stand in them.

Titles, headers and words live in the catalogue `district`; a file may be written in any of our languages, whatever the
language of the person who imports it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from bot.grid.directory import Role, UnitKind
from bot.grid.district import OWNERS, VACANT
from bot.texts import Texts, texts
from bot.triage.kinds import Service, Urgency

LANGUAGES = ("zh-CN", "en")
GUIDE = "guide"
REMARK = "remark"
YES, NO = "yes", "no"
_SEPARATORS = str.maketrans("", "", " -_*")
_BRACKETS = str.maketrans("\uff08", "(")


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `words` names the list its cells choose from, "" where anything may be written.

    `needed` columns must stand in the sheet, and a row that is not blank must fill them.
    """

    field: str
    needed: bool = False
    words: str = ""
    width: int = 16


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet. `kinds` are the kinds of units it holds, empty for other sheets."""

    name: str
    columns: tuple[Column, ...]
    kinds: tuple[UnitKind, ...] = ()
    needed: bool = True

    def column(self, field: str) -> Column:
        """The column of a field. Raises StopIteration for a field the sheet lacks."""
        return next(column for column in self.columns if column.field == field)


_CODE = Column("code", needed=True)
_NAME = Column("name", needed=True, width=22)
_PLACE = (Column("aliases", width=24), Column("lat", width=10), Column("lon", width=10))

UNITS = Sheet(
    "units",
    (_CODE, Column("kind", needed=True, words="kind"), _NAME, Column("parent"), Column("firm"), *_PLACE),
    (UnitKind.DISTRICT, UnitKind.STREET, UnitKind.COMMUNITY, UnitKind.COMPOUND),
)
GRIDS = Sheet(
    "grids",
    (_CODE, Column("kind", needed=True, words="kind"), _NAME, Column("parent", needed=True), *_PLACE),
    (UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.DEDICATED_GRID),
)
BUILDINGS = Sheet(
    "buildings",
    (
        _CODE,
        Column("kind", words="kind", width=10),
        _NAME,
        Column("compound", needed=True),
        Column("parent", needed=True),
        Column("doors", width=20),
        Column("dedicated"),
        Column("firm"),
        *_PLACE,
    ),
    (UnitKind.BUILDING, UnitKind.DOOR),
)
OWNING = Sheet(
    "owners",
    (_CODE, Column("kind", needed=True, words="kind"), _NAME, Column("parent"), *_PLACE),
    (UnitKind.DEPARTMENT, UnitKind.FIRM),
)
PEOPLE = Sheet("people", (_CODE, _NAME, Column("phone")))
POSTS = Sheet(
    "posts",
    (
        Column("code", needed=True, width=22),
        Column("unit", needed=True),
        Column("role", needed=True, words="role"),
        Column("holder"),
        Column("deputy"),
    ),
)
LEAVES = Sheet(
    "leaves",
    (Column("person", needed=True), Column("first_day", needed=True), Column("last_day", needed=True)),
    needed=False,
)
KINDS = Sheet(
    "kinds",
    (
        _CODE,
        _NAME,
        Column("service", needed=True, words="service"),
        Column("group"),
        Column("words", width=24),
        Column("urgency", words="urgency"),
        Column("owner", needed=True),
        Column("accept_hours"),
        Column("contact_hours"),
        Column("finish_hours"),
        Column("around_the_clock", words="yes"),
        Column("photo", words="yes"),
        Column("hidden", words="yes"),
        Column("open311"),
        Column("icon", width=8),
        Column("asks", width=24),
        Column("price", words="price"),
        Column("cost_limit"),
        Column("doers", words="doers"),
        Column("proof", words="proof"),
    ),
    needed=False,
)
SHIFTS = Sheet(
    "shifts",
    (
        Column("person"),
        Column("unit"),
        Column("days", needed=True),
        Column("begins", width=10),
        Column("ends", width=10),
    ),
    needed=False,
)
SHEETS = (UNITS, GRIDS, BUILDINGS, OWNING, PEOPLE, POSTS, LEAVES, SHIFTS, KINDS)
UNIT_SHEETS = (UNITS, GRIDS, BUILDINGS, OWNING)

_CHOICES: dict[str, tuple[str, ...]] = {
    "role": tuple(Role),
    "service": tuple(Service),
    "urgency": tuple(Urgency),
    "yes": (YES, NO),
    "owner": OWNERS,
    "price": ("free", "cost"),
    "doers": ("anyone", "worker"),
    "proof": ("code", "photo"),
}


def choices(sheet: Sheet, words: str) -> tuple[str, ...]:
    """What may be chosen in a column of this sheet, as the values of our enumerations."""
    return tuple(sheet.kinds) if words == "kind" else _CHOICES[words]


def word(said: Texts, words: str, value: str) -> str:
    """A value as people write it: grid_worker as 网格员."""
    return said(f"district.{words}_{value}")


def sheet_title(said: Texts, sheet: Sheet) -> str:
    """The name on the sheet's tab."""
    return said(f"district.sheet_{sheet.name}")


def header(said: Texts, sheet: Sheet, field: str) -> str:
    """The header over a column."""
    own = f"district.head_{sheet.name}_{field}"
    return said(own if own in said else f"district.head_{field}")


def spoken_list(said: Texts, items: Iterable[str], *, quoted: bool = False) -> str:
    """Several words as one: 「网格」、「楼栋单元」."""
    shown = (said("district.quoted", name=item) if quoted else item for item in items)
    return said.listed(dict.fromkeys(shown))


def folded(text: str) -> str:
    """A header or word without what people vary: spaces, dashes, stars, brackets with a remark, capital letters."""
    return text.translate(_BRACKETS).split("(")[0].translate(_SEPARATORS).casefold()


def sheet_names() -> dict[str, str]:
    """Every folded title that a file may use, to the name of its sheet; `GUIDE` for the explanations."""
    found: dict[str, str] = {}
    for name in (GUIDE, *(sheet.name for sheet in SHEETS)):
        for said in _languages():
            found[folded(said(f"district.sheet_{name}"))] = name
        found[folded(name)] = name
    return found


def header_fields(sheet: Sheet) -> dict[str, str]:
    """Every folded header that this sheet may use, to its field; `REMARK` for a column that we do not read."""
    found: dict[str, str] = {}
    for field in (REMARK, *(column.field for column in sheet.columns)):
        for said in _languages():
            own = f"head_{sheet.name}_{field}"
            key = own if f"district.{own}" in said else f"head_{field}"
            found |= dict.fromkeys(_spellings(said, key), field)
        found.setdefault(folded(field), field)
    return found


@cache
def vocabulary(words: str, values: tuple[str, ...]) -> Mapping[str, str]:
    """Every folded word for each of these values, in any language, and the value itself."""
    found: dict[str, str] = {}
    for value in values:
        for said in _languages():
            found |= dict.fromkeys(_spellings(said, f"{words}_{value}"), value)
        found[folded(value)] = value
    return found


@cache
def vacant_words() -> Mapping[str, str]:
    """Every word, in small letters, that says a post has nobody."""
    return {said("district.vacant").casefold(): VACANT for said in _languages()} | {VACANT: VACANT}


def _languages() -> Iterator[Texts]:
    return (texts(locale) for locale in LANGUAGES)


def _spellings(said: Texts, key: str) -> list[str]:
    also = f"district.also_{key}"
    more = said(also).split() if also in said else []
    return [folded(item) for item in (said(f"district.{key}"), *more)]
