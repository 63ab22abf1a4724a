"""Outlines as shapes on a page."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean

from shapely import MultiPolygon, Polygon, from_wkb

_WIDTH = 1000.0
_MARGIN = 12.0
_LABEL = 170.0  # half a label, on a phone
_NUMBERED = 60  # of more shapes the numbers would cover each other: then a group has one


@dataclass(frozen=True, slots=True)
class Shape:
    """One unit on the map: an SVG path, and where its number stands."""

    unit_id: int
    count: int
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a group of shapes, in their middle."""

    unit_id: int
    count: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Map:
    """Shapes in a box of `width` × `height`, north up; `marks` are numbers of groups where the shapes are too many."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    marks: tuple[Mark, ...] = ()

    @property
    def units(self) -> frozenset[int]:
        """All that is named on it."""
        return frozenset(shape.unit_id for shape in self.shapes) | frozenset(mark.unit_id for mark in self.marks)


def draw(areas: Iterable[tuple[int, int, bytes]], groups: Mapping[int, int] | None = None) -> Map | None:
    """The map of (unit, count, outline as WKB in degrees); None where nothing is drawn. `groups` says whose a unit is."""
    polygons = [(unit_id, count, _parts(wkb)) for unit_id, count, wkb in areas]
    polygons = [each for each in polygons if each[2]]
    if not polygons:
        return None
    boxes = [part.bounds for _, _, parts in polygons for part in parts]
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    # A degree of longitude is shorter than one of latitude, the more the further north.
    narrow = math.cos(math.radians((south + north) / 2))
    scale = (_WIDTH - 2 * _MARGIN) / max((east - west) * narrow, 1e-9)

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round(_MARGIN + (lon - west) * narrow * scale, 1), round(_MARGIN + (north - lat) * scale, 1)

    shapes = []
    for unit_id, count, parts in polygons:
        rings = [ring for part in parts for ring in (part.exterior, *part.interiors)]
        path = "".join(
            "M" + "L".join("{:g} {:g}".format(*at(*point[:2])) for point in ring.coords) + "Z" for ring in rings
        )
        inner = max(parts, key=lambda part: part.area).representative_point()
        shapes.append(Shape(unit_id, count, path, *at(inner.x, inner.y)))
    marks = _marks(shapes, groups or {}) if len(shapes) > _NUMBERED else ()
    return Map(_WIDTH, round((north - south) * scale + 2 * _MARGIN, 1), tuple(shapes), marks)


def _marks(shapes: Iterable[Shape], groups: Mapping[int, int]) -> tuple[Mark, ...]:
    found: dict[int, list[Shape]] = {}
    for shape in shapes:
        if shape.unit_id in groups:
            found.setdefault(groups[shape.unit_id], []).append(shape)
    return tuple(
        Mark(
            unit_id,
            sum(shape.count for shape in some),
            round(min(max(fmean(shape.x for shape in some), _LABEL), _WIDTH - _LABEL), 1),
            round(fmean(shape.y for shape in some), 1),
        )
        for unit_id, some in found.items()
    )


def _parts(wkb: bytes) -> list[Polygon]:
    found = from_wkb(wkb)
    if isinstance(found, MultiPolygon):
        return [part for part in found.geoms if isinstance(part, Polygon)]
    return [found] if isinstance(found, Polygon) and not found.is_empty else []
