"""金康社区 with two grids, 锦绣社区 beside it in one street, a property firm outside the tree, and who manages what."""

from datetime import date

import pytest

from bot.grid.directory import Directory, Post, Role, Staff, Unit, UnitKind
from bot.town import Town
from tests.unit.towns import town_of

K, R = UnitKind, Role
UNITS = (
    Unit(1, "SF", K.DISTRICT, "示范区"),
    Unit(2, "JM", K.STREET, "金明池街道", 1),
    Unit(3, "JK", K.COMMUNITY, "金康社区", 2),
    Unit(4, "JK-1", K.GRID, "第一网格", 3),
    Unit(5, "JK-2", K.GRID, "第二网格", 3),
    Unit(10, "JKY", K.COMPOUND, "金康苑", 3, firm_id=90),
    Unit(21, "JKY1", K.BUILDING, "1号楼", 4, compound_id=10),
    Unit(22, "JKY2", K.BUILDING, "2号楼", 5, compound_id=10),
    Unit(30, "JX", K.COMMUNITY, "锦绣社区", 2),
    Unit(31, "JX-1", K.GRID, "锦绣网格", 30),
    Unit(90, "AJ", K.FIRM, "安居物业"),
)
POSTS = (
    Post(1, "P1", 3, R.MANAGER, 101, 102),
    Post(2, "P2", 2, R.MANAGER, 103),
    Post(3, "P3", 3, R.COMMUNITY_DESK, 103),
    Post(4, "P4", 4, R.GRID_WORKER, 104),
    Post(5, "P5", 1, R.ADMINISTRATOR, 105),
    Post(6, "P6", 30, R.COMMUNITY_DESK, 106),
)


def town_with(*, away: tuple[int, ...] = (), day: date = date(2026, 11, 24)) -> Town:
    staff = (Staff(n, f"R{n}", f"某{n}", leaves=((day, day),) if n in away else ()) for n in range(101, 107))
    return town_of(Directory.build(1, UNITS, POSTS, staff))


@pytest.fixture(scope="session")
def town() -> Town:
    return town_with()


@pytest.fixture(scope="session")
def town_while_101_is_away() -> Town:
    return town_with(away=(101,))
