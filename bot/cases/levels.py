"""The four levels a case moves between, and the three loops they make.

grid ── community ── street ── district        自循环 grid · 小循环 community with property firm · 大循环 above
firm (beside the grid)    department (beside the street)
"""

from enum import StrEnum

from bot.grid.directory import Role, UnitKind
from bot.town import Town


class Level(StrEnum):
    """Where an owner stands."""

    GRID = "grid"
    FIRM = "firm"
    COMMUNITY = "community"
    STREET = "street"
    DEPARTMENT = "department"
    DISTRICT = "district"


_OF_ROLE = {
    Role.COMMUNITY_DESK: Level.COMMUNITY,
    Role.STREET_DESK: Level.STREET,
    Role.DISTRICT_DESK: Level.DISTRICT,
    Role.ADMINISTRATOR: Level.DISTRICT,
}
_OF_UNIT = {
    UnitKind.FIRM: Level.FIRM,
    UnitKind.DEPARTMENT: Level.DEPARTMENT,
    UnitKind.COMMUNITY: Level.COMMUNITY,
    UnitKind.STREET: Level.STREET,
    UnitKind.DISTRICT: Level.DISTRICT,
}
_RANK = {Level.GRID: 0, Level.FIRM: 0, Level.COMMUNITY: 1, Level.STREET: 2, Level.DEPARTMENT: 2, Level.DISTRICT: 3}
_DESK_RANK = {Role.COMMUNITY_DESK: 1, Role.STREET_DESK: 2, Role.DISTRICT_DESK: 3, Role.ADMINISTRATOR: 4}


def level(town: Town, owner_id: int, role: str) -> Level:
    """The level of an owner: by the desk's role, else by what its unit is."""
    if role in _OF_ROLE:
        return _OF_ROLE[Role(role)]
    unit = town.unit(owner_id)
    return _OF_UNIT.get(unit.kind, Level.GRID) if unit is not None else Level.DISTRICT


def rank(where: Level) -> int:
    """How high a level is, 0 for those who do the work in the grid."""
    return _RANK[where]


def desk_rank(role: Role) -> int:
    """How high a desk is; -1 for a role that is no desk's."""
    return _DESK_RANK.get(role, -1)


def loop(where: Level) -> str:
    """Which loop the case runs in: self, small or large."""
    return ("self", "small", "large", "large")[_RANK[where]] if where is not Level.FIRM else "small"
