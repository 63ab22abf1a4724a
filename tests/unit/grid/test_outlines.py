"""Outlines are read or refused with every fault, and a pin finds the smallest unit around it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from bot.chat.messages import Pin
from bot.errors import BadDistrict
from bot.grid.outlines import PinFinder, read_outlines, to_gcj02, to_wgs84

SQUARE = [(114.0, 34.0), (114.1, 34.0), (114.1, 34.1), (114.0, 34.1), (114.0, 34.0)]


def collection(*rings: list[tuple[float, float]], codes: str = "ABCDE") -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"code": code, "name": f"网格{code}"}, "geometry": polygon(ring)}
            for code, ring in zip(codes, rings, strict=False)
        ],
    }


def polygon(ring: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [ring]}


def moved(east: float) -> list[tuple[float, float]]:
    return [(lon + east, lat) for lon, lat in SQUARE]


def faults(geojson: dict[str, Any]) -> str:
    with pytest.raises(BadDistrict) as refused:
        read_outlines(geojson, datum="wgs84")
    return "\n".join(refused.value.faults)


def test_neighbours_that_share_a_border_are_taken() -> None:
    assert [o.code for o in read_outlines(collection(SQUARE, moved(0.1)), datum="wgs84")] == ["A", "B"]


def test_two_identical_outlines_are_refused() -> None:
    assert "一模一样" in faults(collection(SQUARE, SQUARE))


def test_overlapping_outlines_are_refused() -> None:
    assert "重叠了 50%" in faults(collection(SQUARE, moved(0.05)))


def test_an_outline_that_crosses_itself_is_refused() -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    assert "相交" in faults(collection(bow))


def test_swapped_coordinates_are_refused() -> None:
    assert "写反" in faults(collection([(lat, lon) for lon, lat in SQUARE]))


def test_every_fault_is_told_at_once() -> None:
    told = faults(collection(SQUARE, SQUARE, codes="AA"))
    assert "重复" in told
    assert "一模一样" in told


@pytest.mark.parametrize("odd", [{}, {"type": "FeatureCollection", "features": []}])
def test_a_file_without_outlines_is_refused(odd: dict[str, Any]) -> None:
    assert "没有轮廓" in faults(odd)


@given(st.floats(105, 125), st.floats(20, 45))
def test_gcj02_there_and_back_is_the_same_point(lon: float, lat: float) -> None:
    point = np.array([[lon, lat]])
    assert np.allclose(to_wgs84(to_gcj02(point), "gcj02"), point, atol=1e-7)


def test_a_known_point_lies_where_chinese_maps_draw_it() -> None:
    assert np.allclose(to_gcj02(np.array([[116.404, 39.915]])), [[116.41024449, 39.91640428]], atol=1e-7)


def test_a_pin_finds_the_smallest_unit_around_it() -> None:
    finder = PinFinder({1: box(114, 34, 115, 35), 2: box(114.2, 34.2, 114.3, 34.3)})
    assert finder.find(Pin(34.25, 114.25)) == 2
    assert finder.find(Pin(34.5, 114.5)) == 1


def test_a_pin_outside_all_outlines_finds_nothing() -> None:
    assert PinFinder({1: box(114, 34, 115, 35)}).find(Pin(30, 110)) is None


def test_without_outlines_a_pin_finds_nothing() -> None:
    assert PinFinder({}).find(Pin(34.5, 114.5)) is None
