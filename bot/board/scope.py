"""Whose board shows what: the same as in the chat, what a person's posts cover."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.board.records import Scope
from bot.cases.levels import Level, level, rank
from bot.cases.lifecycle import Case
from bot.cases.rights import stands_over
from bot.grid.directory import NEIGHBOURS, OUTSIDE, Role, UnitKind
from bot.town import Town


def units_of(town: Town, person_id: int, day: date, roles: Iterable[Role] | None = None) -> tuple[int, ...]:
    """The units of a person's posts that day, without those below another of them; with `roles`, of these alone."""
    wanted = frozenset(roles) if roles is not None else frozenset(Role) - NEIGHBOURS
    posts = (post for post in town.posts(person_id, day) if post.role in wanted)
    units = tuple(dict.fromkeys(post.unit_id for post in posts if town.unit(post.unit_id) is not None))
    covers = town.directory.covers
    return tuple(unit for unit in units if not any(other != unit and covers(other, unit) for other in units))


def scope(town: Town, units: Iterable[int], person_id: int, day: date) -> Scope:
    """What a person's posts at these units let them see."""
    units = tuple(units)
    hidden = Scope(hidden=town.kinds.hidden, overseen=_overseen(town, person_id, day), person_id=person_id)
    if _everything(town, units):
        return hidden
    below = tuple(inside(town, units))
    kinds = {unit_id: town.directory.units[unit_id].kind for unit_id in below}
    owners = tuple(u for u in below if kinds[u] not in (UnitKind.BUILDING, UnitKind.DOOR))
    places = tuple(u for u in below if kinds[u] not in OUTSIDE)
    return replace(hidden, owners=owners, places=places)


def inside(town: Town, units: Iterable[int]) -> Iterable[int]:
    """Some units and all below them, each once."""
    found: dict[int, None] = {}
    waiting = list(units)
    while waiting:
        unit_id = waiting.pop()
        if unit_id not in found:
            found[unit_id] = None
            waiting += (child.id for child in town.directory.children(unit_id))
    return found


def may_see(town: Town, units: Iterable[int], case: Case) -> bool:
    """Whether a case that is not of a hidden kind lies in one of these units or one of them answers for it."""
    sides = [side for side in (case.unit_id, case.owner_id) if town.unit(side) is not None]
    if _everything(town, units):
        return True
    return any(town.directory.covers(unit_id, side) for unit_id in units for side in sides if side is not None)


def _overseen(town: Town, person_id: int, day: date) -> tuple[int, ...] | None:
    """The owners whose cases of hidden kinds are this person's to see by their posts, as `rights.roles_for` has it.

    None is all of them.
    """
    found: dict[int, None] = {}
    for post in town.posts(person_id, day):
        if not stands_over(post.role, 0):
            continue
        if _everything(town, (post.unit_id,)) and stands_over(post.role, rank(Level.DISTRICT)):
            return None
        below = inside(town, (post.unit_id,))
        found |= dict.fromkeys(u for u in below if stands_over(post.role, rank(level(town, u, ""))))
    return tuple(found)


def _everything(town: Town, units: Iterable[int]) -> bool:
    """Whether these units are the whole directory: its only district."""
    districts = {unit.id for unit in town.directory.units.values() if unit.kind is UnitKind.DISTRICT}
    return len(districts) == 1 and not districts.isdisjoint(units)
