"""A made-up district to practise in: small, or of the size of the district that the seed describes.

Every name, number and phone is invented, and the same at every call. The small district is part of the large one, so
the same two people can be played in both.

    SF 示范区 ─ JM 金明池街道 ─┬─ JK 金康社区 ─┬─ JKY 金康苑 1-6号楼
                              │              ├─ JKY-W1 (1-3号楼), JKY-W2 (4-6号楼), each with two micro-grids
                              │              └─ JKXX 金康小学, a dedicated grid
                              ├─ JX 锦绣社区 ─── JXY 锦康苑, named to be confused with 金康苑
                              └─ BH 汴河社区 ─── BHY 汴河雅居
    CG, ZJ, SW departments    AJ a property firm
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from typing import Literal

from bot.grid.directory import Role, UnitKind
from bot.grid.district import District, LeaveRow, PersonRow, PostRow, UnitRow
from bot.grid.parsing import doors

PRACTICE_WORKER = "R001"  # The grid worker who answers for 金康苑3号楼2单元.
PRACTICE_MANAGER = "R002"  # The street's manager, who holds the desk of 金康社区 too.

_STREETS = ("金明池", "汴水", "龙津", "开元", "祥和", "宋韵", "菊园", "清波")
_FIRST = (
    "金",
    "锦",
    "汴",
    "龙",
    "祥",
    "宋",
    "菊",
    "明",
    "清",
    "御",
    "东",
    "西",
    "南",
    "北",
    "康",
    "文",
    "杏",
    "柳",
    "荷",
    "橙",
)
_SECOND = ("安", "和", "泰", "悦", "泽", "宁", "丰", "华", "苑", "林", "水", "月", "阳", "园", "庆", "兴")
_COMPOUNDS = ("花园", "小区", "家园", "新城", "雅居", "佳苑", "公馆", "里", "名邸", "华府", "嘉园", "二期", "湾")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
_GIVEN = "秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂芳玉梅建国志伟晓东海燕春红文斌"
_DEPARTMENTS = (
    "城市管理",
    "住房和城乡建设",
    "水务",
    "民政",
    "教育",
    "卫生健康",
    "应急管理",
    "市场监管",
    "公安",
    "交通运输",
)
_OFFICES = ("局", "服务中心", "执法队", "指挥中心", "监督站", "事务中心")
_PLACES = ("小学", "医院", "市场", "中学", "养老院", "车站", "工业园")

# The figures of the seed.
_COMMUNITIES, _COMPOUND_COUNT, _GRIDS, _DEDICATED, _MICRO_GRIDS, _FIRMS, _DEPARTMENT_COUNT = (
    111,
    402,
    320,
    98,
    1107,
    128,
    56,
)
_STAIRCASES = 7200
_OWN_DEDICATED_WORKERS = 2  # 322 workers for 320 grids; the other dedicated grids share a neighbour's worker.


def make(size: Literal["small", "seed"] = "small") -> District:
    """The district of this size."""
    building = _Building()
    _small(building)
    if size == "seed":
        _rest_of_the_seed(building)
    return building.district()


@dataclass
class _Building:
    """Rows as they come to be."""

    units: dict[str, UnitRow] = field(default_factory=dict)
    people: list[PersonRow] = field(default_factory=list)
    posts: list[PostRow] = field(default_factory=list)
    leaves: list[LeaveRow] = field(default_factory=list)

    def district(self) -> District:
        return District(tuple(self.units.values()), tuple(self.people), tuple(self.posts), tuple(self.leaves))

    def unit(self, code: str, kind: UnitKind, name: str, parent: str = "", **more: object) -> str:
        self.units[code] = UnitRow(code, kind, name, parent, **more)  # type: ignore[arg-type] # a row's own fields
        return code

    def place(self, code: str, kind: UnitKind, name: str, parent: str, at: tuple[float, float], **more: object) -> str:
        return self.unit(code, kind, name, parent, lat=round(at[0], 5), lon=round(at[1], 5), **more)

    def building(self, compound: str, number: int, micro_grid: str, staircases: int, dedicated: str = "") -> list[str]:
        """A building and its doors; gives the doors' codes."""
        code = f"{compound}-{number}"
        self.unit(code, UnitKind.BUILDING, f"{number}号楼", micro_grid, compound=compound, dedicated=dedicated)
        return [self.unit(door, UnitKind.DOOR, name, code) for name, door in doors(str(staircases), code) or ()]

    def person(self, name: str = "") -> str:
        number = len(self.people) + 1
        surname = _SURNAMES[number * 7 % len(_SURNAMES)]
        given = _GIVEN[number * 11 % len(_GIVEN)] + _GIVEN[number // 3 % len(_GIVEN)]
        code = f"R{number:03d}"
        self.people.append(PersonRow(code, name or surname + given, f"1380000{number:04d}"))
        return code

    def post(self, unit: str, role: Role, holder: str, deputy: str = "") -> None:
        self.posts.append(PostRow(f"{unit}.{role}", unit, role, holder, deputy))

    def heads(self, building_doors: list[str]) -> None:
        """A head for each door; the head of the first is the building's head too."""
        for place, door in enumerate(building_doors):
            head = self.person()
            if place == 0:
                self.post(self.units[door].parent, Role.BUILDING_HEAD, head)
            self.post(door, Role.UNIT_HEAD, head)


def _small(made: _Building) -> None:
    worker, manager = made.person("王秀兰"), made.person("李建国")
    made.unit("SF", UnitKind.DISTRICT, "示范区", lat=34.79, lon=114.25)
    made.place("JM", UnitKind.STREET, "金明池街道", "SF", (34.792, 114.262), aliases=("金明池",))
    made.post("SF", Role.DISTRICT_DESK, made.person("陈静"), made.person("赵海燕"))
    made.post("SF", Role.ADMINISTRATOR, made.person("周文斌"))
    made.post("JM", Role.STREET_DESK, made.person("刘红梅"), made.person("吴刚"))
    made.post("JM", Role.MANAGER, manager)
    for code, name in (("CG", "城市管理局"), ("ZJ", "住房和城乡建设局"), ("SW", "水务局")):
        made.unit(code, UnitKind.DEPARTMENT, name, "SF")
        made.post(code, Role.LIAISON, made.person())
    made.unit("AJ", UnitKind.FIRM, "安居物业", aliases=("安居物业公司",))
    made.post("AJ", Role.LIAISON, made.person("孙志强"), made.person("马丽"))

    made.place("JK", UnitKind.COMMUNITY, "金康社区", "JM", (34.7921, 114.2612))
    made.place("JX", UnitKind.COMMUNITY, "锦绣社区", "JM", (34.7965, 114.2671))
    made.place("BH", UnitKind.COMMUNITY, "汴河社区", "JM", (34.7873, 114.2553))
    made.post("JK", Role.COMMUNITY_DESK, manager, made.person("郑桂芳"))
    made.post("JX", Role.COMMUNITY_DESK, made.person(), made.person())
    made.post("BH", Role.COMMUNITY_DESK, made.person(), made.person())
    made.place("JKY", UnitKind.COMPOUND, "金康苑", "JK", (34.7925, 114.2617), firm="AJ", aliases=("金康苑小区", "金康"))
    made.place("JXY", UnitKind.COMPOUND, "锦康苑", "JX", (34.7968, 114.2676), firm="AJ", aliases=("锦康苑小区",))
    made.place("BHY", UnitKind.COMPOUND, "汴河雅居", "BH", (34.7876, 114.2559), aliases=("雅居",))
    made.place("JKXX", UnitKind.DEDICATED_GRID, "金康小学", "JK", (34.7931, 114.2604), aliases=("金康学校",))

    second = made.person("张敏")
    third, fourth, school = made.person(), made.person(), made.person("何晓燕")
    _grid(made, "JKY-W1", "金康苑第一网格", "JK", ("1、2号楼", "3号楼"), (worker, second))
    _grid(made, "JKY-W2", "金康苑第二网格", "JK", ("4、5号楼", "6号楼"), (second, worker))
    _grid(made, "JXY-W1", "锦康苑网格", "JX", ("1、2号楼", "3、4号楼"), (third, fourth))
    _grid(made, "BHY-W1", "汴河雅居网格", "BH", ("1至3号楼",), (fourth, third))
    made.post("JKXX", Role.GRID_WORKER, school, second)
    made.post("JKXX", Role.GRID_HEAD, made.person())

    layout = {
        "JKY": ("JKY-W1-1", "JKY-W1-1", "JKY-W1-2", "JKY-W2-1", "JKY-W2-1", "JKY-W2-2"),
        "JXY": ("JXY-W1-1", "JXY-W1-1", "JXY-W1-2", "JXY-W1-2"),
        "BHY": ("BHY-W1-1",) * 3,
    }
    for compound, micro_grids in layout.items():
        for number, micro_grid in enumerate(micro_grids, 1):
            # The school's teachers live in 金康苑6号楼, which the school's own grid looks after.
            dedicated = "JKXX" if (compound, number) == ("JKY", 6) else ""
            made.heads(made.building(compound, number, micro_grid, 3 if number % 3 == 0 else 2, dedicated))
    made.post("JK", Role.VOLUNTEER, made.person("高兰"))
    made.leaves.append(LeaveRow(third, date(2026, 10, 8), date(2026, 10, 10)))


def _grid(
    made: _Building, code: str, name: str, community: str, micro_grids: tuple[str, ...], workers: tuple[str, str]
) -> None:
    made.unit(code, UnitKind.GRID, name, community)
    made.post(code, Role.GRID_WORKER, *workers)
    made.post(code, Role.GRID_HEAD, made.person())
    compound = name.split("第", maxsplit=1)[0].removesuffix("网格")
    for number, micro_grid in enumerate(micro_grids, 1):
        made.unit(f"{code}-{number}", UnitKind.MICRO_GRID, f"{compound}{micro_grid}微网格", code)


# ---------------------------------------------------------------- the seed's size


def _rest_of_the_seed(made: _Building) -> None:
    firms = ["AJ", *_firms(made)]
    _departments(made)
    made.post("SF", Role.MANAGER, made.person())
    communities = list(_communities(made))
    names = iter(_names())
    left = {kind: total - _counted(made, kind) for kind, total in _totals().items()}
    compounds, grids, dedicated = ([*_shares(left[kind], len(communities))] for kind in _per_community())
    micro_grids = _shares(left[UnitKind.MICRO_GRID], left[UnitKind.GRID])
    staircases = _shares(left[UnitKind.DOOR], left[UnitKind.COMPOUND])
    firm_of = count(1)
    own_workers = _OWN_DEDICATED_WORKERS - 1  # 金康小学 has the first.
    for place, community in enumerate(communities):
        at = _near(made.units[community])
        made.post(community, Role.COMMUNITY_DESK, made.person(), made.person())
        made.post(community, Role.VOLUNTEER, made.person())
        head = made.person()
        workers = [made.person() for _ in range(grids[place])]
        below = []
        for number, worker in enumerate(workers, 1):
            grid = made.unit(
                f"{community}-W{number}", UnitKind.GRID, f"{made.units[community].name}第{number}网格", community
            )
            made.post(grid, Role.GRID_WORKER, worker, workers[number % len(workers)])
            made.post(grid, Role.GRID_HEAD, head)
            for small in range(1, next(micro_grids) + 1):
                name = f"{made.units[grid].name}之{small}"
                below.append(made.unit(f"{grid}-{small}", UnitKind.MICRO_GRID, name, grid))
        special = []
        for number in range(1, dedicated[place] + 1):
            name = made.units[community].name[:2] + _PLACES[(place + number) % len(_PLACES)]
            special.append(made.place(f"{community}-Z{number}", UnitKind.DEDICATED_GRID, name, community, next(at)))
            own_workers -= 1
            made.post(special[-1], Role.GRID_WORKER, made.person() if own_workers >= 0 else workers[0], workers[-1])
            made.post(special[-1], Role.GRID_HEAD, head)
        plan = []  # (compound, number of the building, staircases) of the whole community
        for number in range(1, compounds[place] + 1):
            code, firm = f"{community}-X{number}", firms[next(firm_of) % len(firms)]
            made.place(code, UnitKind.COMPOUND, next(names), community, next(at), firm=firm)
            plan += [(code, *building) for building in _buildings(next(staircases))]
        for index, (compound, number, stairs) in enumerate(plan):
            # Neighbours in the list share a micro-grid; a school or hospital has the last building by its side.
            mine = special[0] if special and index == len(plan) - 1 else ""
            made.heads(made.building(compound, number, below[index * len(below) // len(plan)], stairs, mine))


def _totals() -> dict[UnitKind, int]:
    return {
        UnitKind.COMPOUND: _COMPOUND_COUNT,
        UnitKind.GRID: _GRIDS,
        UnitKind.DEDICATED_GRID: _DEDICATED,
        UnitKind.MICRO_GRID: _MICRO_GRIDS,
        UnitKind.DOOR: _STAIRCASES,
    }


def _per_community() -> tuple[UnitKind, UnitKind, UnitKind]:
    return UnitKind.COMPOUND, UnitKind.GRID, UnitKind.DEDICATED_GRID


def _counted(made: _Building, kind: UnitKind) -> int:
    return sum(unit.kind is kind for unit in made.units.values())


def _shares(total: int, parts: int) -> Iterator[int]:
    """A total in that many nearly even parts, the larger ones spread out."""
    return (total * (part + 1) // parts - total * part // parts for part in range(parts))


def _buildings(staircases: int) -> Iterator[tuple[int, int]]:
    """(number of the building, its staircases): twos and threes in turn until all are given out."""
    for number in count(1):
        stairs = min(staircases, 2 + number % 2)
        if not stairs:
            return
        staircases -= stairs
        yield number, stairs


def _near(unit: UnitRow) -> Iterator[tuple[float, float]]:
    """Points around a unit, a few hundred metres apart."""
    lat, lon = unit.lat or 0.0, unit.lon or 0.0
    return ((lat + 0.002 * (step % 3 - 1), lon + 0.0025 * (step // 3 - 1)) for step in count())


def _firms(made: _Building) -> Iterator[str]:
    for number in range(1, _FIRMS):
        name = _FIRST[number % len(_FIRST)] + _SECOND[number // len(_FIRST) + 3] + "物业"
        code = made.unit(f"WY{number:03d}", UnitKind.FIRM, name)
        made.post(code, Role.LIAISON, made.person())
        yield code


def _departments(made: _Building) -> None:
    names = [a + b for b in _OFFICES for a in _DEPARTMENTS if a + b not in {u.name for u in made.units.values()}]
    already = _counted(made, UnitKind.DEPARTMENT)
    for number, name in enumerate(names[: _DEPARTMENT_COUNT - already], already + 1):
        made.post(made.unit(f"BM{number:02d}", UnitKind.DEPARTMENT, name, "SF"), Role.LIAISON, made.person())


def _communities(made: _Building) -> Iterator[str]:
    """The streets, and all communities that are not there yet."""
    for number, name in enumerate(_STREETS, 1):
        if number > 1:
            at = (34.74 + 0.03 * (number % 4), 114.13 + 0.06 * (number // 4))
            made.place(f"S{number}", UnitKind.STREET, f"{name}街道", "SF", at)
            made.post(f"S{number}", Role.STREET_DESK, made.person(), made.person())
            made.post(f"S{number}", Role.MANAGER, made.person())
    streets = ["JM", *(f"S{number}" for number in range(2, len(_STREETS) + 1))]
    already = _counted(made, UnitKind.COMMUNITY)
    for number in range(already, _COMMUNITIES):
        street = streets[number % len(streets)]
        nth = number // len(streets)
        name = (
            _FIRST[number * 3 % len(_FIRST)]
            + _SECOND[number // len(_FIRST) + 5]
            + ("村" if number % 9 == 0 else "社区")
        )
        above = made.units[street]
        at = ((above.lat or 0) + 0.008 * (nth % 4 - 1.5), (above.lon or 0) + 0.012 * (nth // 4 - 1.5))
        yield made.place(f"{street}-{nth + 1:02d}", UnitKind.COMMUNITY, name, street, at)


def _names() -> list[str]:
    """Compound names, each once, far more than are wanted, and near ones not next to each other."""
    roots = [a + b for b in _SECOND for a in _FIRST]
    return [roots[n * 37 % len(roots)] + _COMPOUNDS[n % len(_COMPOUNDS)] for n in range(len(roots) * 3)]
