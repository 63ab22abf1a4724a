"""The three ways in which maps of China write one point.

Phones send WGS-84, which is what we keep. Chinese maps draw in GCJ-02 (Baidu in BD-09), some hundred metres off. Points
are arrays with (longitude, latitude) rows, in degrees.
"""

import math
from typing import Any, Literal, get_args

import numpy as np

Datum = Literal["wgs84", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)

_AXIS, _FLATNESS = 6378245.0, 0.00669342162296594323  # The ellipsoid that GCJ-02 is computed on, metres.
_BAIDU_TURN = math.pi * 3000 / 180
_ROUNDS = 3  # Each round of the inverse shrinks the error a thousandfold; three leave less than a millimetre.


def to_wgs84(points: Any, datum: Datum) -> Any:
    """The points in WGS-84, right to some centimetres."""
    if datum == "bd09":
        points = _bd09_to_gcj02(points)
    if datum == "wgs84":
        return points
    found = points
    for _ in range(_ROUNDS):
        found = found + points - to_gcj02(found)
    return found


def to_gcj02(points: Any) -> Any:
    """Points in WGS-84 as Chinese maps draw them."""
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
