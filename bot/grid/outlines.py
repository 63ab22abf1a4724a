"""Outlines of units on the map, and the unit that a pin lies in.

Chinese maps draw in GCJ-02 (or Baidu's BD-09), some hundred metres off; phones send WGS-84, which is what we keep.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from shapely import GEOSException, MultiPolygon, Point, Polygon, STRtree, transform
from shapely.geometry import shape
from shapely.validation import explain_validity

from bot.chat.messages import Pin
from bot.errors import BadDistrict

Datum = Literal["wgs84", "gcj02", "bd09"]

_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323  # The ellipsoid that GCJ-02 is computed on, metres.
_BAIDU_TURN = math.pi * 3000 / 180
_ROUNDS = 3  # Each round of the inverse shrinks the error a thousandfold; three leave less than a millimetre.
_CHINA = (72.0, 0.8, 138.0, 56.0)  # west, south, east, north
# Borders drawn by hand never meet exactly; sharing less than this part of the smaller outline is no fault. An outline
# that lies in another as wholly as this is a smaller unit inside a larger one.
_TOUCHING, _INSIDE = 0.01, 0.99
_SAME = 0.999


@dataclass(frozen=True, slots=True)
class Outline:
    """One unit's outline in WGS-84 degrees, x the longitude. `code` is the unit's code in the directory."""

    code: str
    name: str
    polygon: Polygon | MultiPolygon


def read_outlines(geojson: dict[str, Any], *, datum: Datum) -> tuple[Outline, ...]:
    """Read a FeatureCollection whose features have their unit's code as property `code` or as `id`.

    Raises BadDistrict with a line for every fault: no code, a code twice, no polygon, a line that crosses itself, points
    outside China (often latitude and longitude swapped), two outlines that are the same or overlap. One inside another
    is a smaller unit in a larger one and is taken.
    """
    features = geojson.get("features")
    if geojson.get("type") != "FeatureCollection" or not isinstance(features, list) or not features:
        raise BadDistrict(("文件里没有轮廓：需要 GeoJSON 的 FeatureCollection。",))
    faults: list[str] = []
    outlines: list[Outline] = []
    codes: set[str] = set()
    for number, feature in enumerate(features, 1):
        code, name = _named(feature)
        label = f"第 {number} 个轮廓 {name or code}".rstrip()
        if not code:
            faults.append(f"{label}：没有编号。")
        elif code in codes:
            faults.append(f"{label}：编号 {code} 重复。")
        codes.add(code)
        read = _polygon(feature)
        if isinstance(read, str):
            faults.append(f"{label}：{read}")
        else:
            outlines.append(Outline(code, name, transform(read, lambda points: to_wgs84(points, datum))))
    faults += _overlaps(outlines)
    if faults:
        raise BadDistrict(tuple(faults))
    return tuple(outlines)


class PinFinder:
    """Which unit a pin lies in; the smallest when outlines lie in one another."""

    def __init__(self, outlines: Mapping[int, Polygon | MultiPolygon]) -> None:
        self._units = tuple(outlines)
        self._areas = tuple(polygon.area for polygon in outlines.values())
        self._tree = STRtree(list(outlines.values()))

    def find(self, pin: Pin) -> int | None:
        """The id of the smallest unit whose outline holds the pin, its border included; None outside all."""
        found = self._tree.query(Point(pin.lon, pin.lat), predicate="intersects")
        smallest = min(found, key=lambda index: (self._areas[index], self._units[index]), default=None)
        return None if smallest is None else self._units[smallest]


def to_wgs84(points: Any, datum: Datum) -> Any:
    """An array of (longitude, latitude) rows in WGS-84 degrees, right to some centimetres."""
    if datum == "bd09":
        points = _bd09_to_gcj02(points)
    if datum == "wgs84":
        return points
    found = points
    for _ in range(_ROUNDS):
        found = found + points - to_gcj02(found)
    return found


def to_gcj02(points: Any) -> Any:
    """An array of (longitude, latitude) rows in WGS-84, as Chinese maps draw them."""
    lon, lat = points[:, 0], points[:, 1]
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    common = 20.0 * np.sin(6.0 * x * np.pi) + 20.0 * np.sin(2.0 * x * np.pi)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north = north + (common + 20.0 * np.sin(y * np.pi) + 40.0 * np.sin(y / 3.0 * np.pi)) * 2.0 / 3.0
    north = north + (160.0 * np.sin(y / 12.0 * np.pi) + 320.0 * np.sin(y * np.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east = east + (common + 20.0 * np.sin(x * np.pi) + 40.0 * np.sin(x / 3.0 * np.pi)) * 2.0 / 3.0
    east = east + (150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)) * 2.0 / 3.0
    radians = np.radians(lat)
    curve = 1 - _FLATNESS * np.sin(radians) ** 2
    per_lat = np.radians(_AXIS * (1 - _FLATNESS) / curve**1.5)
    per_lon = np.radians(_AXIS / np.sqrt(curve) * np.cos(radians))
    return np.column_stack((lon + east / per_lon, lat + north / per_lat))


def _bd09_to_gcj02(points: Any) -> Any:
    x, y = points[:, 0] - 0.0065, points[:, 1] - 0.006
    length = np.hypot(x, y) - 0.00002 * np.sin(y * _BAIDU_TURN)
    angle = np.arctan2(y, x) - 0.000003 * np.cos(x * _BAIDU_TURN)
    return np.column_stack((length * np.cos(angle), length * np.sin(angle)))


def _named(feature: Any) -> tuple[str, str]:
    if not isinstance(feature, dict):
        return "", ""
    known = feature.get("properties")
    known = known if isinstance(known, dict) else {}
    code = known.get("code", feature.get("id"))
    return ("" if code is None else str(code).strip()), str(known.get("name") or "").strip()


def _polygon(feature: Any) -> Polygon | MultiPolygon | str:
    """The polygon of a feature, or what is wrong with it."""
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    try:
        polygon = shape(geometry)
    except (GEOSException, AttributeError, KeyError, IndexError, TypeError, ValueError):
        return "轮廓读不出来。"
    if not isinstance(polygon, Polygon | MultiPolygon) or polygon.is_empty:
        return "不是一个面。"
    west, south, east, north = polygon.bounds
    if not (_CHINA[0] <= west and east <= _CHINA[2] and _CHINA[1] <= south and north <= _CHINA[3]):
        return "位置不在中国，经度和纬度可能写反了。"
    if not polygon.is_valid:
        return f"边线自己相交或不成形（{explain_validity(polygon)}）。"
    return polygon


def _overlaps(outlines: Sequence[Outline]) -> list[str]:
    """A line for each two outlines that are the same or cut into each other."""
    faults = []
    shapes = [outline.polygon for outline in outlines]
    if not shapes:
        return []
    for one, other in sorted(zip(*STRtree(shapes).query(shapes, predicate="intersects"), strict=True)):
        if one >= other:
            continue
        small, large = sorted((shapes[one].area, shapes[other].area))
        shared = shapes[one].intersection(shapes[other]).area
        pair = f"{outlines[one].name or outlines[one].code}和{outlines[other].name or outlines[other].code}"
        if shared >= _SAME * large:
            faults.append(f"{pair}：两个轮廓一模一样。")
        elif _TOUCHING * small < shared < _INSIDE * small:
            faults.append(f"{pair}：两个轮廓重叠了 {shared / small:.0%}。")
    return faults
