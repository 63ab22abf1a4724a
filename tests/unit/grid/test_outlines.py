"""Outlines are read or refused with every fault, and a pin finds the smallest unit around it."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box, from_wkb, to_wkb

from bot.chat.messages import Pin
from bot.errors import BadDistrict
from bot.grid import sample
from bot.grid.datums import DATUMS, Datum, to_gcj02, to_wgs84
from bot.grid.directory import Directory, Unit, UnitKind
from bot.grid.outlines import Outline, PinFinder, read_outlines
from bot.grid.sample_outlines import sample_outlines, to_geojson
from bot.texts import texts

SQUARE = [(114.0, 34.0), (114.1, 34.0), (114.1, 34.1), (114.0, 34.1), (114.0, 34.0)]
DIRECTORY = Directory.build(
    1,
    [
        *(Unit(n, code, UnitKind.MICRO_GRID, f"网格{code}") for n, code in enumerate("ABCDE", 1)),
        Unit(6, "F1", UnitKind.GRID, "同名网格"),
        Unit(7, "F2", UnitKind.GRID, "同名网格"),
    ],
    [],
    [],
)


def collection(*rings: list[tuple[float, float]], codes: str = "ABCDE") -> dict[str, Any]:
    return {
        "type": "FeatureCollection",
        "features": [feature(ring, code=code) for code, ring in zip(codes, rings, strict=False)],
    }


def feature(ring: list[tuple[float, float]], **properties: object) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def moved(east: float) -> list[tuple[float, float]]:
    return [(lon + east, lat) for lon, lat in SQUARE]


def read(geojson: Any, *, datum: Datum = "wgs84") -> tuple[Outline, ...]:
    return read_outlines(geojson, DIRECTORY, texts(), datum=datum)


def faults(geojson: Any) -> str:
    with pytest.raises(BadDistrict) as refused:
        read(geojson)
    return "\n".join(refused.value.faults)


def named(name: str) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": [feature(SQUARE, name=name)]}


def test_neighbours_that_share_a_border_are_taken() -> None:
    assert [o.unit.code for o in read(collection(SQUARE, moved(0.1)))] == ["A", "B"]


def test_a_small_outline_within_a_large_one_is_taken() -> None:
    inner = [(114.04 + x / 50, 34.04 + y / 50) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    assert len(read(collection(SQUARE, inner))) == 2


def test_an_outline_is_matched_by_its_name_where_it_has_no_code() -> None:
    assert [o.unit.code for o in read(named("网格C"))] == ["C"]


def test_a_name_that_two_units_bear_is_refused_with_their_codes() -> None:
    told = faults(named("同名网格"))
    assert "第 1 个轮廓 同名网格" in told
    assert "F1、F2" in told


def test_an_outline_of_an_unknown_unit_is_refused_by_name() -> None:
    assert "名册里没有：火星街道" in faults(named("火星街道"))


def test_two_identical_outlines_are_refused() -> None:
    assert "第 1 个轮廓 A和第 2 个轮廓 B：两个轮廓一模一样" in faults(collection(SQUARE, SQUARE))


def test_overlapping_outlines_are_refused() -> None:
    assert "重叠了 50%" in faults(collection(SQUARE, moved(0.05)))


def test_an_outline_that_crosses_itself_is_refused() -> None:
    bow = [SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]
    assert "相交" in faults(collection(bow))


def test_swapped_coordinates_are_refused_as_swapped() -> None:
    assert "写反" in faults(collection([(lat, lon) for lon, lat in SQUARE]))


def test_an_outline_outside_china_is_refused() -> None:
    assert "不在中国" in faults(collection([(lon - 114, lat + 20) for lon, lat in SQUARE]))


def test_every_fault_is_told_at_once() -> None:
    told = faults(collection(SQUARE, SQUARE, codes="AA"))
    assert "已经画过了" in told
    assert "一模一样" in told


@pytest.mark.parametrize("odd", [{}, [], None, {"type": "FeatureCollection", "features": []}])
def test_a_file_without_outlines_is_refused(odd: Any) -> None:
    assert "没有轮廓" in faults(odd)


@pytest.mark.parametrize(
    "odd", [None, 7, {"type": "Polygon", "coordinates": 5}, {"type": "Point", "coordinates": [1, 2]}]
)
def test_a_feature_without_an_area_is_a_fault_and_no_crash(odd: Any) -> None:
    geojson = {"type": "FeatureCollection", "features": [{"properties": {"code": "A"}, "geometry": odd}, odd]}
    assert "第 2 个轮廓" in faults(geojson)


@given(
    st.recursive(
        st.none() | st.floats(allow_nan=False) | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "code", "name"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_no_json_at_all_makes_the_reading_crash(odd: Any) -> None:
    with pytest.raises(BadDistrict):
        read({"type": "FeatureCollection", "features": [odd, {"geometry": odd, "properties": odd}]})


def test_a_file_in_another_datum_is_refused_with_the_one_that_fits() -> None:
    directory, geojson = _sample()
    with pytest.raises(BadDistrict, match="--datum wgs84"):
        read_outlines(geojson, directory, texts(), datum="gcj02")


def test_an_operator_who_is_sure_of_the_datum_is_believed() -> None:
    directory, geojson = _sample()
    assert read_outlines(geojson, directory, texts(), datum="gcj02", sure=True)


def _sample() -> tuple[Directory, dict[str, Any]]:
    """Micro-grids of the invented district, each with a place in its middle, and their outlines."""
    areas = sample_outlines(sample.make())
    units = []
    for number, (code, area) in enumerate(areas.items(), 1):
        units.append(Unit(number, code, UnitKind.MICRO_GRID, code, lat=area.centroid.y, lon=area.centroid.x))
    return Directory.build(1, units, [], []), to_geojson(areas)


@pytest.mark.parametrize("datum", DATUMS)
@given(st.floats(105, 125), st.floats(20, 45))
def test_a_point_is_moved_less_than_two_kilometres_by_any_datum(datum: Datum, lon: float, lat: float) -> None:
    assert np.abs(to_wgs84(np.array([[lon, lat]]), datum) - [lon, lat]).max() < 0.02


@given(st.floats(105, 125), st.floats(20, 45))
def test_gcj02_there_and_back_is_the_same_point(lon: float, lat: float) -> None:
    point = np.array([[lon, lat]])
    assert np.allclose(to_wgs84(to_gcj02(point), "gcj02"), point, atol=1e-7)


def test_a_known_point_lies_where_chinese_maps_draw_it() -> None:
    assert np.allclose(to_gcj02(np.array([[116.404, 39.915]])), [[116.41024449, 39.91640428]], atol=1e-7)


def test_an_outline_drawn_in_gcj02_holds_the_pin_of_a_phone() -> None:
    drawn = [tuple(point) for point in to_gcj02(np.array(SQUARE))]
    (outline,) = read(collection(drawn), datum="gcj02")
    assert np.allclose(outline.area.bounds, (114.0, 34.0, 114.1, 34.1), atol=1e-6)


def test_a_pin_finds_the_smallest_unit_around_it() -> None:
    finder = PinFinder({1: box(114, 34, 115, 35), 2: box(114.2, 34.2, 114.3, 34.3)})
    assert finder.find(Pin(34.25, 114.25)) == 2
    assert finder.find(Pin(34.5, 114.5)) == 1


def test_a_pin_outside_all_outlines_finds_nothing() -> None:
    assert PinFinder({1: box(114, 34, 115, 35)}).find(Pin(30, 110)) is None


def test_without_outlines_a_pin_finds_nothing() -> None:
    assert PinFinder({}).find(Pin(34.5, 114.5)) is None


def test_the_three_nearest_compounds_are_offered_nearest_first() -> None:
    places = {1: Pin(34.503, 114.5), 2: Pin(34.5, 114.502), 3: Pin(34.51, 114.5), 4: Pin(34.52, 114.5)}
    assert PinFinder({}, places).around(Pin(34.5, 114.5)) == (2, 1, 3)


def test_compounds_in_another_town_are_not_offered() -> None:
    assert PinFinder({}, {1: Pin(34.9, 114.5)}).around(Pin(34.5, 114.5)) == ()


@pytest.mark.parametrize("size", ["small", "seed"])
def test_outlines_of_the_sample_hold_every_micro_grid_and_no_two_overlap(size: Any) -> None:
    district = sample.make(size)
    areas = sample_outlines(district)
    assert {u.code for u in district.units if u.kind is UnitKind.MICRO_GRID} <= areas.keys()
    units = [Unit(n, u.code, u.kind, u.name) for n, u in enumerate(district.units, 1)]
    assert len(read_outlines(to_geojson(areas), Directory.build(1, units, [], []), texts(), datum="wgs84")) == len(
        areas
    )


def test_an_outline_is_the_same_after_it_was_stored() -> None:
    areas = sample_outlines(sample.make())
    assert all(from_wkb(to_wkb(area)).equals(area) for area in areas.values())
