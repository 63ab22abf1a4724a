"""Units that a case may be given to: those near a place, the departments, and the others. Pure."""

from collections.abc import Iterable

from bot.grid.directory import Directory, Unit, UnitKind

OFFICES = (
    UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.DEDICATED_GRID, UnitKind.COMMUNITY, UnitKind.STREET,
    UnitKind.DISTRICT, UnitKind.FIRM, UnitKind.DEPARTMENT,
)  # fmt: skip
_GRIDS = (UnitKind.GRID, UnitKind.MICRO_GRID, UnitKind.DEDICATED_GRID)


def near(directory: Directory, at: int | None, owner_id: int | None) -> list[Unit]:
    """Who might have a case: the property firm of its place, the grids over it, the desks above; not who has it now."""
    if at is None:
        at = owner_id
    known = at is not None and at in directory.units
    line = [unit for unit in directory.upward(at) if unit.kind in OFFICES] if known else []
    compound = directory.compound_of(at) if at is not None and known else None
    if compound is not None and compound.firm_id is not None:
        line.insert(0, directory.units[compound.firm_id])
    return [unit for unit in line if unit.id != owner_id and directory.posts_at(unit.id)]


def departments(directory: Directory) -> list[Unit]:
    """All departments with somebody in them."""
    return [u for u in directory.units.values() if u.kind is UnitKind.DEPARTMENT and directory.posts_at(u.id)]


def others(directory: Directory, at: int | None, shown: Iterable[Unit]) -> list[Unit]:
    """Every street, community and firm that is not shown yet, and the grids of the place's own community."""
    taken = {unit.id for unit in shown}
    home = directory.above(at, UnitKind.COMMUNITY) if at is not None and at in directory.units else None
    # A province has a hundred thousand units, most of them staircases; those with posts are few.
    staffed = dict.fromkeys(post.unit_id for post in directory.posts.values())
    return [
        unit
        for unit in (directory.units[unit_id] for unit_id in staffed if unit_id not in taken)
        if unit.kind in OFFICES
        and unit.kind is not UnitKind.DEPARTMENT
        and (unit.kind not in _GRIDS or (home is not None and directory.covers(home.id, unit.id)))
    ]


def staffed(directory: Directory, tops: Iterable[int]) -> list[Unit]:
    """Some units and those below them where people hold a post, from the top down, each once."""
    found: dict[int, Unit] = {}
    waiting = [unit_id for unit_id in tops if unit_id in directory.units]
    while waiting:
        unit = directory.units[waiting.pop(0)]
        if unit.kind in OFFICES and directory.posts_at(unit.id):
            found[unit.id] = unit
        waiting += (child.id for child in directory.children(unit.id))
    return list(found.values())
