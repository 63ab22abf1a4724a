"""A district that is written and read again is the same district."""

import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.grid import importing, parsing, sample, workbook
from bot.grid.cells import clean
from bot.grid.directory import Role, UnitKind
from bot.grid.district import OWNERS, POSTS_AT, VACANT, District, LeaveRow, PersonRow, PostRow, ShiftRow, UnitRow, check
from bot.grid.shifts import Shift
from bot.texts import texts
from bot.triage.kinds import Kind, Service, Urgency

words = st.text(min_size=1, max_size=10).map(clean).filter(lambda word: word and not parsing.broken_cell(word))
several = st.lists(words.filter(lambda word: parsing.several(word) == (word,)), max_size=3, unique=True).map(tuple)
code_ends = st.text("abcXYZ0123._-网格楼", max_size=5).filter(lambda end: clean("K9" + end) == "K9" + end)
places = st.none() | st.tuples(
    *(st.floats(*span).map(lambda degree: round(degree, 7)) for span in ((3, 54), (73, 136)))
)
days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
phones = st.just("") | st.from_regex(r"\A1[3-9][0-9]{9}\Z")
hours = st.floats(0.01, 500).map(lambda hour: round(hour, 3))


class Drawing:
    """Draws a district without faults."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw
        self._codes: set[str] = set()
        self._names: set[str] = set()
        self.units: list[UnitRow] = []

    def code(self) -> str:
        # Numbered, so that no two are the same whatever their ends.
        code = f"K9{len(self._codes)}-{self._draw(code_ends)}"
        self._codes.add(code)
        return code

    def name(self) -> str:
        name = self._draw(words.filter(lambda word: word not in self._names))
        self._names.add(name)
        return name

    def unit(self, kind: UnitKind, parent: str = "", **more: str) -> str:
        at = self._draw(places) or (None, None)
        row = UnitRow(self.code(), kind, self.name(), parent, aliases=self._draw(several), lat=at[0], lon=at[1], **more)
        self.units.append(row)
        return row.code

    def all_units(self) -> None:
        draw = self._draw
        district = self.unit(UnitKind.DISTRICT)
        self.unit(UnitKind.DEPARTMENT, draw(st.sampled_from(["", district])))
        firm = self.unit(UnitKind.FIRM)
        street = self.unit(UnitKind.STREET, district)
        community = self.unit(UnitKind.COMMUNITY, street)
        compound = self.unit(UnitKind.COMPOUND, community, firm=draw(st.sampled_from(["", firm])))
        grid = self.unit(UnitKind.GRID, community)
        dedicated = self.unit(UnitKind.DEDICATED_GRID, draw(st.sampled_from([community, street, district])))
        micro = self.unit(UnitKind.MICRO_GRID, grid)
        for _ in range(draw(st.integers(0, 3))):
            own = {"dedicated": draw(st.sampled_from(["", dedicated])), "firm": draw(st.sampled_from(["", firm]))}
            answering = draw(st.sampled_from([micro, grid, dedicated]))
            building = self.unit(UnitKind.BUILDING, answering, compound=compound, **own)
            self.doors(building, dedicated)

    def doors(self, building: str, dedicated: str) -> None:
        draw = self._draw
        match draw(st.sampled_from(["count", "names", "codes", "rows"])):
            case "count":
                listed = [(f"{n}单元", f"{building}-{n}") for n in range(1, draw(st.integers(0, 4)) + 1)]
            case "names":
                names = draw(st.lists(st.sampled_from(["东单元", "西单元", "2单元", "甲"]), unique=True))
                listed = [(name, parsing.door_code(building, name)) for name in names]
            case "codes":
                listed = [(self.name(), self.code()) for _ in range(draw(st.integers(0, 3)))]
            case _:
                self.unit(UnitKind.DOOR, building, dedicated=draw(st.sampled_from(["", dedicated])))
                listed = []
        self.units += [UnitRow(code, UnitKind.DOOR, name, building) for name, code in listed]


@st.composite
def districts(draw: st.DrawFn) -> District:
    drawing = Drawing(draw)
    drawing.all_units()
    people = [PersonRow(drawing.code(), draw(words), draw(phones)) for _ in range(draw(st.integers(2, 4)))]
    held = st.sampled_from(["", VACANT, *(person.code for person in people)])
    posts = []
    for role in draw(st.lists(st.sampled_from(Role), max_size=4)):
        at = [unit.code for unit in drawing.units if unit.kind in POSTS_AT[role]]
        if at:
            posts.append(PostRow(drawing.code(), draw(st.sampled_from(at)), role, draw(held), draw(held)))
    posts = [replace(post, deputy="") if post.deputy == post.holder else post for post in posts]
    leaves = draw(st.lists(st.tuples(st.sampled_from(people), days, days), max_size=2))
    department = next(unit.code for unit in drawing.units if unit.kind is UnitKind.DEPARTMENT)
    turns = st.tuples(st.sampled_from(people), st.integers(0, 6) | days, st.integers(0, 1439), st.integers(0, 1440))
    shifts = [
        ShiftRow(who.code, Shift(None, on, begins, ends) if isinstance(on, date) else Shift(on, None, begins, ends))
        for who, on, begins, ends in draw(st.lists(turns, max_size=3))
        if begins != ends
    ]
    shifts = [replace(row, person="", unit=department) if draw(st.booleans()) else row for row in shifts]
    kinds = [
        Kind(
            code=drawing.code(),
            name=draw(words),
            service=draw(st.sampled_from(Service)),
            group=draw(st.just("") | words),
            words=draw(several),
            urgency=draw(st.sampled_from(Urgency)),
            owner=draw(st.sampled_from([*OWNERS, department])),
            accept_hours=(accept := draw(hours)),
            contact_hours=draw(hours),
            finish_hours=round(accept + draw(st.integers(0, 100)), 3),
            around_the_clock=draw(st.booleans()),
            photo=draw(st.booleans()),
            hidden=draw(st.booleans()),
            open311=draw(st.just("") | words),
            icon=draw(st.just("") | words),
            asks=draw(several),
        )
        for _ in range(draw(st.integers(0, 2)))
    ]
    read_leaves = tuple(LeaveRow(who.code, min(a, b), max(a, b)) for who, a, b in leaves)
    return District(tuple(drawing.units), tuple(people), tuple(posts), read_leaves, tuple(shifts), tuple(kinds))


def in_order(district: District) -> District:
    """Sheets part units by their kinds, so only the order among units may differ."""
    return replace(district, units=tuple(sorted(district.units, key=lambda unit: unit.code)))


@pytest.mark.parametrize("ending", [".xlsx", ""])
@given(district=districts(), locale=st.sampled_from(["zh-CN", "en"]))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_written_is_read_back(ending: str, district: District, locale: str) -> None:
    assert check(district) == ()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"district{ending}")
        workbook.write(district, path, texts(locale))
        assert in_order(importing.read(path)) == in_order(district)


@given(st.text())
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@pytest.mark.parametrize("ending", [".xlsx", ""])
def test_the_large_sample_survives_a_file(tmp_path: Path, ending: str) -> None:
    district = sample.make("seed")
    path = tmp_path / f"seed{ending}"
    workbook.write(district, path)
    assert in_order(importing.read(path)) == in_order(district)
