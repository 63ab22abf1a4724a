"""Outlines for the made-up district: a rectangle around each compound, cut into a strip for each of its micro-grids."""

from collections import defaultdict
from typing import Any

import shapely
from shapely import MultiPolygon, Polygon, box, unary_union

from bot.grid.directory import UnitKind
from bot.grid.district import District, UnitRow
from bot.grid.outlines import Area

_LARGEST = 0.001  # Half of a rectangle's side in degrees of latitude, about a hundred metres.
_ROOM = 0.48  # How near a rectangle may come to the next, as a part of the distance between their centres.
_WIDER = 1.2  # A degree of longitude is so much shorter than one of latitude there.


def sample_outlines(district: District) -> dict[str, Area]:
    """Outlines in WGS-84 by unit code, none overlapping another: micro-grids, and what stands by itself like a school."""
    spots = [
        unit
        for unit in district.units
        if unit.kind in {UnitKind.COMPOUND, UnitKind.DEDICATED_GRID} and unit.lat is not None
    ]
    below: dict[str, dict[str, None]] = defaultdict(dict)
    for unit in district.units:
        if unit.kind is UnitKind.BUILDING:
            below[unit.compound][unit.parent] = None
    parts: dict[str, list[Polygon]] = defaultdict(list)
    for spot, half in zip(spots, _halves(spots), strict=True):
        names = tuple(below[spot.code]) or (spot.code,)
        west, south = (spot.lon or 0) - half * _WIDER, (spot.lat or 0) - half
        strip = 2 * half * _WIDER / len(names)
        for place, name in enumerate(names):
            parts[name].append(box(west + place * strip, south, west + (place + 1) * strip, south + 2 * half))
    return {name: _one(areas) for name, areas in parts.items()}


def to_geojson(areas: dict[str, Area]) -> dict[str, Any]:
    """The FeatureCollection that `read_outlines` takes."""
    features = [
        {"type": "Feature", "properties": {"code": code}, "geometry": shapely.geometry.mapping(area)}
        for code, area in areas.items()
    ]
    return {"type": "FeatureCollection", "features": features}


def _halves(spots: list[UnitRow]) -> list[float]:
    """Half the height of each spot's rectangle: none reaches half-way to its nearest neighbour."""
    halves = []
    for one in spots:
        near = (
            max(abs((one.lat or 0) - (other.lat or 0)), abs((one.lon or 0) - (other.lon or 0)) / _WIDER)
            for other in spots
            if other is not one
        )
        halves.append(min(_LARGEST, _ROOM * min(near, default=_LARGEST)))
    return halves


def _one(areas: list[Polygon]) -> Area:
    joined = unary_union(areas)
    return joined if isinstance(joined, Polygon | MultiPolygon) else areas[0]
