"""A small district: 金康苑 with its staircases, 锦康苑 named to be confused with it, a market, a school, a firm, offices.

1 示范区 ─ 2 金明池街道 ─┬─ 3 金康社区 ─┬─ 10 金康苑 (firm 90)
                        │             ├─ 4 第一网格 ─┬─ 5 micro ─ 21 1号楼, 23 3号楼 (doors 231 232), 25 5号楼 (school's)
                        │             │             └─ 6 micro ─ 22 2号楼
                        │             ├─ 7 第二网格 ─── 24 B座
                        │             └─ 80 金康小学, a dedicated grid
                        ├─ 30 锦绣社区 ─── 31 锦康苑, 32 阳光花园
                        └─ 40 肖马村 ─┬─ 41 三组, 42 四组
                                     └─ 43 阳光花园
91 城管局, 90 安居物业
"""

from collections.abc import Callable
from datetime import date

import pytest

from bot.grid.directory import Directory, Post, Role, Staff, Unit, UnitKind
from bot.texts import Texts, texts

DAY = date(2026, 11, 23)

K = UnitKind
UNITS = (
    Unit(1, "SF", K.DISTRICT, "示范区"),
    Unit(2, "JM", K.STREET, "金明池街道", 1),
    Unit(3, "JK", K.COMMUNITY, "金康社区", 2, aliases=("菜市场", "金明大道", "郑开大道")),
    Unit(4, "JK-1", K.GRID, "第一网格", 3),
    Unit(5, "JK-1-1", K.MICRO_GRID, "第一微网格", 4),
    Unit(6, "JK-1-2", K.MICRO_GRID, "第二微网格", 4),
    Unit(7, "JK-2", K.GRID, "第二网格", 3),
    Unit(10, "JKY", K.COMPOUND, "金康苑", 3, firm_id=90, aliases=("金康苑小区", "面粉厂家属院", "红楼")),
    Unit(21, "JKY1", K.BUILDING, "1号楼", 5, compound_id=10),
    Unit(22, "JKY2", K.BUILDING, "2号楼", 6, compound_id=10),
    Unit(23, "JKY3", K.BUILDING, "3号楼", 5, compound_id=10),
    Unit(24, "JKYB", K.BUILDING, "B座", 7, compound_id=10),
    Unit(25, "JKY5", K.BUILDING, "5号楼", 5, compound_id=10, dedicated_id=80),
    Unit(231, "JKY3-1", K.DOOR, "1单元", 23),
    Unit(232, "JKY3-2", K.DOOR, "2单元", 23),
    Unit(233, "JKY3-E", K.DOOR, "东单元", 23),
    Unit(30, "JX", K.COMMUNITY, "锦绣社区", 2, aliases=("菜市场", "金明大道")),
    Unit(31, "JXY", K.COMPOUND, "锦康苑", 30),
    Unit(32, "YG1", K.COMPOUND, "阳光花园", 30),
    Unit(33, "HDEr", K.COMPOUND, "恒大绿洲二期", 30),
    Unit(34, "HDSan", K.COMPOUND, "恒大绿洲三期", 30),
    Unit(35, "BHY", K.COMPOUND, "汴河雅居", 30),
    Unit(36, "DF", K.COMPOUND, "东方", 30),
    Unit(40, "XM", K.COMMUNITY, "肖马村", 2),
    Unit(41, "XM-3", K.GRID, "三组", 40),
    Unit(42, "XM-4", K.GRID, "四组", 40),
    Unit(43, "YG2", K.COMPOUND, "阳光花园", 40),
    Unit(80, "JKXX", K.DEDICATED_GRID, "金康小学", 3),
    Unit(90, "AJ", K.FIRM, "安居物业"),
    Unit(91, "CG", K.DEPARTMENT, "城管局"),
)

R = Role
POSTS = (
    Post(1, "P1", 4, R.GRID_WORKER, 101, 102),
    Post(2, "P2", 4, R.GRID_WORKER, 103),
    Post(3, "P3", 4, R.GRID_HEAD, 104),
    Post(4, "P4", 3, R.COMMUNITY_DESK, 105),
    Post(5, "P5", 2, R.STREET_DESK, 106),
    Post(6, "P6", 1, R.DISTRICT_DESK, 107),
    Post(7, "P7", 80, R.GRID_WORKER, 108),
    Post(8, "P8", 90, R.LIAISON, 109, 110),
    Post(9, "P9", 91, R.LIAISON, 111),
    Post(10, "P10", 1, R.ADMINISTRATOR, 112),
    Post(11, "P11", 7, R.GRID_WORKER, 113),
    Post(12, "P12", 23, R.BUILDING_HEAD, 114),
    Post(13, "P13", 41, R.GRID_WORKER),
)
STAFF = tuple(Staff(n, f"R{n}", f"某{n}") for n in range(101, 115))


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory.build(1, UNITS, POSTS, STAFF)


@pytest.fixture
def away() -> Callable[..., Directory]:
    """The same district with some people on leave that day."""

    def absent(*people: int) -> Directory:
        staff = (Staff(s.id, s.code, s.name, leaves=((DAY, DAY),) if s.id in people else ()) for s in STAFF)
        return Directory.build(2, UNITS, POSTS, staff)

    return absent


@pytest.fixture(scope="session")
def words() -> Texts:
    return texts()
