"""The four levels a case moves between, and the three loops they make.

grid ── community ── street ── district        自循环 grid · 小循环 community with property firm · 大循环 above
firm (beside the grid)    department (beside the street)
"""

from datetime import date
from enum import StrEnum

from bot.cases.lifecycle import Case
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


def seat(town: Town, case: Case) -> int | None:
    """The unit that a case is looked at from above by: its place, None where that is not known.

    Of a hidden kind (举报) it is the owner, or the district over one that stands outside the tree: whoever is told of may
    sit at the place.
    """
    if not town.kind(case.kind).hidden:
        return case.unit_id
    if town.unit(case.owner_id) is not None and town.directory.above(case.owner_id, UnitKind.DISTRICT) is not None:
        return case.owner_id
    return town.routing.top(None) or None


def holder(town: Town, person_id: int, case: Case, called_as: str, day: date) -> tuple[int, str]:
    """The unit and role that own a case once this person accepts it: as it was where they work for its owner, else theirs.

    `called_as` is the role they were called in, "" where they were not. Somebody without a post over the case leaves the
    owner as it was.
    """
    posts = town.posts(person_id, day)
    if any((post.unit_id, post.role) == (case.owner_id, case.owner_role) for post in posts):
        return case.owner_id, case.owner_role
    place = case.unit_id if case.unit_id is not None else case.owner_id
    theirs = [
        post
        for post in posts
        if (post.role == called_as or post.role in _DESK_RANK)
        and (post.unit_id == case.owner_id or town.directory.covers(post.unit_id, place))
    ]
    if not theirs:
        return case.owner_id, case.owner_role
    nearest = min(theirs, key=lambda post: (post.role != called_as, desk_rank(post.role)))
    return nearest.unit_id, nearest.role


def loop(where: Level) -> str:
    """Which loop the case runs in: self, small or large."""
    return ("self", "small", "large", "large")[_RANK[where]] if where is not Level.FIRM else "small"
