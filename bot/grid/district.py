"""A district as a city writes it down: rows that name each other by code, and what may be wrong with them.

Nothing here knows a file or a database. `importing` reads such rows from a workbook, `sample` makes them up, and
storage takes them in. `check` finds every fault at once and names it by table, row and field.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from bot.grid.directory import Role, UnitKind
from bot.grid.shifts import MOST, Shift
from bot.triage.kinds import Kind

VACANT = "-"  # In a holder's or deputy's place: nobody. An empty code says nothing, so what is known stays.

K = UnitKind
PARENTS: dict[UnitKind, tuple[UnitKind, ...]] = {
    K.DISTRICT: (),
    K.STREET: (K.DISTRICT,),
    K.COMMUNITY: (K.STREET,),
    K.COMPOUND: (K.COMMUNITY,),
    K.GRID: (K.COMMUNITY,),
    K.MICRO_GRID: (K.GRID,),
    K.BUILDING: (K.MICRO_GRID, K.GRID, K.DEDICATED_GRID),
    K.DOOR: (K.BUILDING,),
    K.DEDICATED_GRID: (K.COMMUNITY, K.STREET, K.DISTRICT),
    K.DEPARTMENT: (K.DISTRICT, K.STREET),
    K.FIRM: (),
}
_ROOTS = (K.DISTRICT, K.DEPARTMENT, K.FIRM)  # kinds that may stand without a parent
_ANYWHERE = (K.DISTRICT, K.STREET, K.COMMUNITY, K.COMPOUND, K.GRID, K.MICRO_GRID, K.DEDICATED_GRID)
POSTS_AT: dict[Role, tuple[UnitKind, ...]] = {
    Role.GRID_WORKER: (K.GRID, K.MICRO_GRID, K.DEDICATED_GRID),
    Role.GRID_HEAD: (K.GRID, K.MICRO_GRID, K.DEDICATED_GRID),
    Role.BUILDING_HEAD: (K.BUILDING,),
    Role.UNIT_HEAD: (K.DOOR,),
    Role.COMMUNITY_DESK: (K.COMMUNITY,),
    Role.STREET_DESK: (K.STREET,),
    Role.DISTRICT_DESK: (K.DISTRICT,),
    Role.LIAISON: (K.DEPARTMENT, K.FIRM),
    Role.VOLUNTEER: _ANYWHERE,
    Role.MANAGER: (K.DISTRICT, K.STREET, K.COMMUNITY),
    Role.ADMINISTRATOR: (K.DISTRICT,),
}
WORKPLACES = tuple(dict.fromkeys(kind for kinds in POSTS_AT.values() for kind in kinds))  # units with posts
OWNERS = ("grid", "community", "street", "firm")  # Kind.owner, when it is no department's code

_CODE = re.compile(r"\w[\w.\-]*")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}")
_CODE_LIMIT, _NAME_LIMIT, _PERSON_LIMIT = 64, 128, 64
_LATITUDES, _LONGITUDES = (3, 54), (73, 136)  # China with its islands


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A piece of the district. All links are codes; `lat`, `lon` are WGS-84 degrees."""

    code: str
    kind: UnitKind
    name: str
    parent: str = ""
    compound: str = ""
    dedicated: str = ""
    firm: str = ""
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person who holds posts. `phone` is digits only, or empty."""

    code: str
    name: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post at a unit. `holder` and `deputy` are a person's code, `VACANT`, or empty where the file says nothing."""

    code: str
    unit: str
    role: Role
    holder: str = ""
    deputy: str = ""


@dataclass(frozen=True, slots=True)
class LeaveRow:
    """Days a person is away, both included."""

    person: str
    first_day: date
    last_day: date


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """When a person is on duty, or everybody at a unit without shifts of their own: one of the two is named."""

    person: str
    shift: Shift
    unit: str = ""


@dataclass(frozen=True)
class District:
    """All rows. Without any `leaves` or `shifts` the file does not speak of them: then what is known of them stays."""

    units: tuple[UnitRow, ...] = ()
    people: tuple[PersonRow, ...] = ()
    posts: tuple[PostRow, ...] = ()
    leaves: tuple[LeaveRow, ...] = ()
    shifts: tuple[ShiftRow, ...] = ()
    kinds: tuple[Kind, ...] = ()

    @property
    def size(self) -> int:
        """How many rows there are, for a progress bar."""
        tables = (self.units, self.people, self.posts, self.leaves, self.shifts, self.kinds)
        return sum(map(len, tables))


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: row `index` of `table` (a field of District), in `field`.

    `text` is a key of the catalogue `district`. `said` is what was written, `other` the index of a row it clashes with,
    `found` the kind of unit that was named, `kinds` those that may be, `limit` the greatest length.
    """

    table: str
    index: int
    field: str
    text: str
    said: str = ""
    other: int | None = None
    found: UnitKind | None = None
    kinds: tuple[UnitKind, ...] = ()
    limit: int = 0


def check(district: District, unread: Collection[str] = ()) -> tuple[Fault, ...]:
    """Every fault of a district, in the order of its rows.

    `unread` are codes of rows that were too broken to read: naming one is no second fault.
    """
    return tuple(_Check(district, frozenset(unread)).faults())


class _Check:
    def __init__(self, district: District, unread: frozenset[str]) -> None:
        self._district = district
        self._unread = unread
        self._unit_kinds = {u.code: u.kind for u in district.units}
        self._people = {p.code for p in district.people}

    def faults(self) -> Iterator[Fault]:
        district = self._district
        yield from self._codes("units", [u.code for u in district.units])
        for index, unit in enumerate(district.units):
            yield from self._unit(index, unit)
        yield from self._loops()
        yield from self._same_names()
        yield from self._codes("people", [p.code for p in district.people])
        for index, person in enumerate(district.people):
            yield from self._person(index, person)
        yield from self._codes("posts", [p.code for p in district.posts])
        for index, post in enumerate(district.posts):
            yield from self._post(index, post)
        for index, leave in enumerate(district.leaves):
            yield from self._absent("leaves", index, leave.person)
            if leave.last_day < leave.first_day:
                yield Fault("leaves", index, "last_day", "fault_days")
        yield from self._shifts()
        yield from self._codes("kinds", [k.code for k in district.kinds])
        for index, kind in enumerate(district.kinds):
            yield from self._kind(index, kind)

    def _shifts(self) -> Iterator[Fault]:
        seen: Counter[tuple[str, str]] = Counter()
        for index, shift in enumerate(self._district.shifts):
            if shift.unit and shift.person:
                yield Fault("shifts", index, "unit", "fault_shift_who")
            elif shift.unit:
                yield from self._link(index, "unit", shift.unit, WORKPLACES, table="shifts")
            else:
                yield from self._absent("shifts", index, shift.person)
            seen[shift.person, shift.unit] += 1
            if seen[shift.person, shift.unit] == MOST + 1:
                yield Fault("shifts", index, "days", "fault_shifts", limit=MOST)

    def _absent(self, table: str, index: int, person: str) -> Iterator[Fault]:
        """Who is away or on duty must be named."""
        if person:
            yield from self._named_person(table, index, "person", person)
        else:
            yield Fault(table, index, "person", "fault_empty")

    def _codes(self, table: str, codes: list[str]) -> Iterator[Fault]:
        first: dict[str, int] = {}
        for index, code in enumerate(codes):
            if not code:
                yield Fault(table, index, "code", "fault_empty")
            elif len(code) > _CODE_LIMIT:
                yield Fault(table, index, "code", "fault_long", limit=_CODE_LIMIT)
            elif not _CODE.fullmatch(code):
                yield Fault(table, index, "code", "fault_code", code)
            elif code in first:
                yield Fault(table, index, "code", "fault_duplicate", code, other=first[code])
            else:
                first[code] = index

    def _unit(self, index: int, unit: UnitRow) -> Iterator[Fault]:
        yield from _name("units", index, unit.name, _NAME_LIMIT)
        for alias in unit.aliases:
            if len(alias) > _NAME_LIMIT:
                yield Fault("units", index, "aliases", "fault_long", limit=_NAME_LIMIT)
        kind = unit.kind
        yield from self._link(index, "parent", unit.parent, PARENTS[kind], needed=kind not in _ROOTS)
        is_building = kind is K.BUILDING
        yield from self._link(index, "compound", unit.compound, (K.COMPOUND,) * is_building, needed=is_building)
        may_be_dedicated = kind in (K.BUILDING, K.DOOR)
        yield from self._link(index, "dedicated", unit.dedicated, (K.DEDICATED_GRID,) * may_be_dedicated)
        may_have_firm = kind in (K.COMPOUND, K.BUILDING)
        yield from self._link(index, "firm", unit.firm, (K.FIRM,) * may_have_firm)
        yield from _coordinates(index, unit)

    def _link(
        self,
        index: int,
        field: str,
        code: str,
        kinds: tuple[UnitKind, ...],
        *,
        needed: bool = False,
        table: str = "units",
    ) -> Iterator[Fault]:
        if not code:
            if needed:
                yield Fault(table, index, field, "fault_wants_unit", kinds=kinds)
        elif not kinds:
            yield Fault(table, index, field, "fault_wants_nothing", code)
        elif code not in self._unit_kinds:
            if code not in self._unread:
                yield Fault(table, index, field, "fault_no_unit", code, kinds=kinds)
        elif self._unit_kinds[code] not in kinds:
            yield Fault(table, index, field, "fault_wrong_unit", code, found=self._unit_kinds[code], kinds=kinds)

    def _loops(self) -> Iterator[Fault]:
        parents = {u.code: u.parent for u in self._district.units}
        settled: set[str] = set()
        for index, unit in enumerate(self._district.units):
            path: dict[str, None] = {}
            code = unit.code
            while code in parents and code not in settled and code not in path:
                path[code] = None
                code = parents[code]
            if code in path:
                ring = [*list(path)[list(path).index(code) :], code]
                yield Fault("units", index, "parent", "fault_loop", " → ".join(ring))
            settled.update(path)

    def _same_names(self) -> Iterator[Fault]:
        """Places that people could not tell apart when they say where they are."""
        first: dict[tuple[UnitKind, str, str], int] = {}
        for index, unit in enumerate(self._district.units):
            if unit.kind not in (K.COMPOUND, K.BUILDING, K.DOOR) or not unit.name:
                continue
            within = unit.compound if unit.kind is K.BUILDING else unit.parent
            known = first.setdefault((unit.kind, within, unit.name), index)
            if known != index and self._district.units[known].code != unit.code:
                yield Fault("units", index, "name", "fault_same_name", unit.name, other=known)

    def _person(self, index: int, person: PersonRow) -> Iterator[Fault]:
        yield from _name("people", index, person.name, _PERSON_LIMIT)
        if person.phone and not _PHONE.fullmatch(person.phone):
            yield Fault("people", index, "phone", "fault_phone", person.phone)

    def _post(self, index: int, post: PostRow) -> Iterator[Fault]:
        yield from self._link(index, "unit", post.unit, POSTS_AT[post.role], needed=True, table="posts")
        yield from self._named_person("posts", index, "holder", post.holder)
        yield from self._named_person("posts", index, "deputy", post.deputy)
        if post.holder == post.deputy and post.holder not in ("", VACANT):
            yield Fault("posts", index, "deputy", "fault_deputy", post.deputy)

    def _named_person(self, table: str, index: int, field: str, code: str) -> Iterator[Fault]:
        if code not in ("", VACANT) and code not in self._people and code not in self._unread:
            yield Fault(table, index, field, "fault_no_person", code)

    def _kind(self, index: int, kind: Kind) -> Iterator[Fault]:
        yield from _name("kinds", index, kind.name, _NAME_LIMIT)
        known = kind.owner in OWNERS or kind.owner in self._unread
        if not known and self._unit_kinds.get(kind.owner) is not K.DEPARTMENT:
            yield Fault("kinds", index, "owner", "fault_owner", kind.owner)
        hours = {field: getattr(kind, field) for field in ("accept_hours", "contact_hours", "finish_hours")}
        wrong = [field for field, value in hours.items() if not 0 < value < float("inf")]
        for field in wrong:
            yield Fault("kinds", index, field, "fault_hours", f"{hours[field]:g}")
        if not wrong and kind.finish_hours < kind.accept_hours:
            yield Fault("kinds", index, "finish_hours", "fault_hours_order")


def _name(table: str, index: int, name: str, limit: int) -> Iterator[Fault]:
    if not name:
        yield Fault(table, index, "name", "fault_empty")
    elif len(name) > limit:
        yield Fault(table, index, "name", "fault_long", limit=limit)


def _coordinates(index: int, unit: UnitRow) -> Iterator[Fault]:
    if (unit.lat is None) != (unit.lon is None):
        yield Fault("units", index, "lat" if unit.lat is None else "lon", "fault_half")
    if unit.lat is not None and not _LATITUDES[0] <= unit.lat <= _LATITUDES[1]:
        yield Fault("units", index, "lat", "fault_lat", f"{unit.lat:g}")
    if unit.lon is not None and not _LONGITUDES[0] <= unit.lon <= _LONGITUDES[1]:
        yield Fault("units", index, "lon", "fault_lon", f"{unit.lon:g}")
