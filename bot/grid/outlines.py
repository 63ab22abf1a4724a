"""Outlines of units on the map: read from a GeoJSON file or refused with every fault, and the unit that a pin lies in."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon, STRtree, transform
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.validation import explain_validity

from bot.chat.messages import Pin
from bot.errors import BadDistrict
from bot.grid.datums import DATUMS, Datum, to_wgs84
from bot.grid.directory import Directory, Unit, UnitKind
from bot.texts import Texts

Area: TypeAlias = Polygon | MultiPolygon

_CHINA = (72.0, 0.8, 138.0, 56.0)  # west, south, east, north
# Borders drawn by hand never meet exactly; sharing less than this part of the smaller outline is no fault. An outline
# that lies in another as wholly as this is a smaller unit inside a larger one.
_TOUCHING, _INSIDE = 0.01, 0.99
_SAME = 0.999
_LISTED = 100  # A file drawn upside down has thousands of faults; nobody reads more than these.
_FEW = 3  # So many known places outside their outlines may be slips of a hand.
_KM_PER_DEGREE = 111.2
_NEAR_KM, _NEAREST = 5.0, 3


@dataclass(frozen=True, slots=True)
class Outline:
    """One unit's outline in WGS-84 degrees, x the longitude."""

    unit: Unit
    area: Area


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An outline as the file has it, with the words that name it in a fault."""

    label: str
    unit: Unit | None
    area: Area


def read_outlines(
    geojson: Any, directory: Directory, said: Texts, *, datum: Datum, sure: bool = False
) -> tuple[Outline, ...]:
    """The outlines of a FeatureCollection whose features name their unit by `code`, by `id` or by `name`.

    Raises BadDistrict with a line for every fault, each with the feature's number and name: a unit we do not have, have
    twice by that name, or that was drawn already; no polygon; a line that crosses itself; points outside China (often
    latitude and longitude swapped); two outlines that are the same or overlap. One inside another is a smaller unit in
    a larger one and is taken. Where the places that the directory knows lie in their outlines only by another datum,
    that is a fault too, unless the operator is `sure` of the datum.
    """
    features = geojson.get("features") if isinstance(geojson, dict) else None
    if not isinstance(features, list) or not features or geojson.get("type") != "FeatureCollection":
        raise BadDistrict((said("outlines.none"),))
    faults: list[str] = []
    drawn: list[_Drawn] = []
    seen: dict[int, str] = {}
    naming = _Naming(directory, said)
    for number, feature in enumerate(features, 1):
        name, unit = naming.unit(feature)
        label = said("outlines.label", number=number, name=name).rstrip()
        if isinstance(unit, str):
            faults.append(said("outlines.fault", label=label, fault=unit))
        elif unit.id in seen:
            again = said("outlines.twice", unit=unit.name, other=seen[unit.id])
            faults.append(said("outlines.fault", label=label, fault=again))
        else:
            seen[unit.id] = label
        area = _area(feature, said)
        if isinstance(area, str):
            faults.append(said("outlines.fault", label=label, fault=area))
        else:
            drawn.append(_Drawn(label, None if isinstance(unit, str) else unit, area))
    faults += _overlaps(drawn, said)
    if not faults and not sure:
        faults += _doubts(drawn, directory, datum, said)
    if faults:
        more = (said("outlines.more", count=len(faults) - _LISTED),) if len(faults) > _LISTED else ()
        raise BadDistrict((*faults[:_LISTED], *more))
    areas = _moved([each.area for each in drawn], datum)
    return tuple(Outline(each.unit, area) for each, area in zip(drawn, areas, strict=True) if each.unit is not None)


class PinFinder:
    """Which unit a pin lies in, and what lives around it."""

    def __init__(self, outlines: Mapping[int, Area], places: Mapping[int, Pin] | None = None) -> None:
        """Index outlines by the unit's id, and points of compounds likewise."""
        self._units = tuple(outlines)
        areas = np.array(list(outlines.values()), dtype=object)
        self._sizes = shapely.area(areas)
        self._tree = STRtree(areas)
        self._places = tuple(places or ())
        self._points = np.array([(pin.lon, pin.lat) for pin in (places or {}).values()], dtype=float).reshape(-1, 2)

    @classmethod
    def over(cls, directory: Directory, outlines: Mapping[int, bytes]) -> Self:
        """For a directory's compounds, and outlines as WKB in WGS-84."""
        areas = shapely.from_wkb(list(outlines.values()))
        places = {
            unit.id: Pin(unit.lat, unit.lon)
            for unit in directory.units.values()
            if unit.kind is UnitKind.COMPOUND and unit.lat is not None and unit.lon is not None
        }
        return cls(dict(zip(outlines, areas, strict=True)), places)

    def find(self, pin: Pin) -> int | None:
        """The id of the smallest unit whose outline holds the pin, its border included; None outside all."""
        found = self._tree.query(Point(pin.lon, pin.lat), predicate="intersects")
        smallest = min(found, key=lambda index: (self._sizes[index], self._units[index]), default=None)
        return None if smallest is None else self._units[smallest]

    def around(self, pin: Pin) -> tuple[int, ...]:
        """The three nearest compounds within five kilometres, nearest first."""
        east = (self._points[:, 0] - pin.lon) * math.cos(math.radians(pin.lat))
        away = np.hypot(east, self._points[:, 1] - pin.lat) * _KM_PER_DEGREE
        nearest = np.argsort(away, kind="stable")[:_NEAREST]
        return tuple(self._places[index] for index in nearest if away[index] <= _NEAR_KM)


class _Naming:
    """Finds the unit that a feature means."""

    def __init__(self, directory: Directory, said: Texts) -> None:
        self._directory = directory
        self._said = said
        self._by_name: dict[str, list[Unit]] = defaultdict(list)
        for unit in directory.units.values():
            for name in {unit.name, directory.full_name(unit.id)}:
                self._by_name[name].append(unit)

    def unit(self, feature: Any) -> tuple[str, Unit | str]:
        """What the feature is called, and its unit or what is wrong."""
        feature = feature if isinstance(feature, dict) else {}
        known = feature.get("properties")
        known = known if isinstance(known, dict) else {}
        codes = [str(code).strip() for code in (known.get("code"), feature.get("id")) if code not in (None, "")]
        name = str(known.get("name") or "").strip()
        called = name or next(iter(codes), "")
        for code in codes:
            if code in self._directory.by_code:
                return called, self._directory.by_code[code]
        named = self._by_name.get(name, []) if name else []
        if len(named) == 1:
            return called, named[0]
        if named:
            choices = self._said.listed(unit.code for unit in named[:_NEAREST])
            return called, self._said("outlines.ambiguous", name=name, count=len(named), codes=choices)
        if not called:
            return called, self._said("outlines.nameless")
        return called, self._said(
            "outlines.unknown", name=self._said.listed(dict.fromkeys((*codes, *filter(None, [name]))))
        )


def _area(feature: Any, said: Texts) -> Area | str:
    """The polygon of a feature, or what is wrong with it."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        area = shapely.force_2d(shape(geometry))
    except (ShapelyError, AttributeError, KeyError, IndexError, TypeError, ValueError):
        return said("outlines.unreadable")
    if not isinstance(area, Polygon | MultiPolygon) or area.is_empty:
        return said("outlines.no_area")
    west, south, east, north = area.bounds
    if not (_CHINA[0] <= west and east <= _CHINA[2] and _CHINA[1] <= south and north <= _CHINA[3]):
        swapped = _CHINA[0] <= south and north <= _CHINA[2] and _CHINA[1] <= west and east <= _CHINA[3]
        return said("outlines.swapped" if swapped else "outlines.elsewhere", lon=f"{west:.4f}", lat=f"{south:.4f}")
    if not area.is_valid:
        return said("outlines.crossing", where=explain_validity(area))
    return area


def _moved(areas: Sequence[Area], datum: Datum) -> Any:
    """The areas in WGS-84, as an array."""
    return transform(np.array(areas, dtype=object), lambda points: to_wgs84(points, datum))


def _overlaps(drawn: Sequence[_Drawn], said: Texts) -> list[str]:
    """A line for each two outlines that are the same or cut into each other."""
    areas = np.array([each.area for each in drawn], dtype=object)
    if not len(areas):
        return []
    one, other = STRtree(areas).query(areas, predicate="intersects")
    one, other = one[one < other], other[one < other]
    sizes = shapely.area(areas)
    shared = shapely.area(shapely.intersection(areas[one], areas[other]))
    small, large = np.minimum(sizes[one], sizes[other]), np.maximum(sizes[one], sizes[other])
    same = shared >= _SAME * large
    cut = ~same & (_TOUCHING * small < shared) & (shared < _INSIDE * small)
    faults = []
    for pair in sorted(np.flatnonzero(same | cut), key=lambda pair: (one[pair], other[pair])):
        names = {"one": drawn[one[pair]].label, "other": drawn[other[pair]].label}
        share = f"{shared[pair] / small[pair]:.0%}"
        faults.append(said("outlines.same", **names) if same[pair] else said("outlines.overlap", **names, share=share))
    return faults


def _doubts(drawn: Iterable[_Drawn], directory: Directory, datum: Datum, said: Texts) -> list[str]:
    """Whether another datum would put clearly more of the known places into their own outlines."""
    areas = {each.unit.id: each.area for each in drawn if each.unit is not None}
    points: list[tuple[float, float]] = []
    pairs: list[tuple[int, int]] = []  # a point by its place in `points`, and a unit whose outline should hold it
    for unit in directory.units.values():
        if unit.lat is None or unit.lon is None:
            continue
        own = {_outlined(part, directory, areas) for part in (unit, *directory.children(unit.id, UnitKind.BUILDING))}
        pairs += ((len(points), owner) for owner in own if owner is not None)
        points.append((unit.lon, unit.lat))
    count = len({point for point, _ in pairs})
    if not count:
        return []
    inside = {}
    spots = np.array([points[point] for point, _ in pairs])
    for each in DATUMS:
        held = shapely.intersects_xy(_moved([areas[owner] for _, owner in pairs], each), spots)
        inside[each] = len({point for (point, _), holds in zip(pairs, held, strict=True) if holds})
    best = max(DATUMS, key=lambda each: (inside[each], each == datum))
    if inside[best] - inside[datum] <= max(_FEW, count // 5):
        return []
    return [said("outlines.doubtful", datum=datum, best=best, given=inside[datum], better=inside[best], count=count)]


def _outlined(unit: Unit, directory: Directory, areas: Mapping[int, Area]) -> int | None:
    """The unit itself or the nearest one above it that has an outline."""
    return next((above.id for above in directory.upward(unit.id) if above.id in areas), None)
