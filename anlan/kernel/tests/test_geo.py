"""A place is a place, whoever writes it and in whichever system; an outline without faults."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Polygon, box

from anlan.formats.coordinates import CoordinateSystem
from anlan.kernel import geo
from anlan.kernel.errors import Invalid

CGCS2000, GCJ02 = CoordinateSystem.CGCS2000, CoordinateSystem.GCJ02


@pytest.mark.parametrize(
    "text",
    [
        "121.38,28.37",
        " 121.38 , 28.37 ",
        "121.38，28.37",
        "１２１．３８，２８．３７",
        "121.38 28.37",
        "（121.38、28.37）",
        "东经121.38°，北纬28.37°",
        "北纬28.37 东经121.38",
        "28.37N, 121.38E",
        "E121°22′48″ N28°22′12″",
        "东经121度22分48秒，北纬28度22分12秒",
        "121°22.8' 28°22.2'",
    ],
)
def test_a_place_as_people_write_it(text: str) -> None:
    place = geo.parse_point(text, CGCS2000)
    assert (place.lon, place.lat) == pytest.approx((121.38, 28.37), abs=1e-7)


def test_the_system_it_came_in_is_remembered() -> None:
    place = geo.parse_point("121.531541859215,31.17530398364597", GCJ02)
    assert place.source is GCJ02
    assert (place.lon, place.lat) == (121.5272106, 31.1774276)
    assert place.to(GCJ02) == pytest.approx((121.5315419, 31.1753040), abs=1e-7)


@pytest.mark.parametrize(
    ("text", "words", "mend"),
    [
        ("28.37,121.38", "写反了", "121.38,28.37"),
        ("泽国镇文昌路 3 号", "不是经纬度", "经度,纬度"),
        ("121.38", "不是经纬度", "121.38,28.37"),
        ("121.38,28.37,5", "不是经纬度", "121.38,28.37"),
        ("", "不是经纬度", "121.38,28.37"),
        ("40512345.67,3141234.5", "超出范围", "投影坐标"),
    ],
)
def test_what_is_no_place(text: str, words: str, mend: str) -> None:
    with pytest.raises(Invalid) as caught:
        geo.parse_point(text, CGCS2000)
    assert words in caught.value.words
    assert mend in caught.value.mend


def test_a_number_that_is_none_is_no_place() -> None:
    with pytest.raises(Invalid, match="不是数字"):
        geo.point(float("nan"), 28.0)


@given(st.text(max_size=30))
def test_no_text_brings_anything_but_a_place_or_a_refusal(text: str) -> None:
    try:
        place = geo.parse_point(text, GCJ02)
    except Invalid:
        place = geo.Point(0, 0)
    assert -180 <= place.lon <= 180


def test_how_far() -> None:
    wenling, taizhou = geo.Point(121.3854, 28.3729), geo.Point(121.4208, 28.6564)
    assert geo.distance(wenling, taizhou) == pytest.approx(31_715, rel=0.005)
    assert geo.distance(wenling, wenling) == 0
    # a degree along the meridian
    assert geo.distance(geo.Point(120, 28), geo.Point(120, 29)) == pytest.approx(111_195, rel=1e-4)


places = st.builds(geo.Point, st.floats(73, 135), st.floats(3, 54))


@given(places, places)
def test_both_ways_are_equally_far(one: geo.Point, other: geo.Point) -> None:
    assert geo.distance(one, other) == pytest.approx(geo.distance(other, one), abs=1e-6)


@given(places, st.floats(1, 100_000), st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_a_box_around_a_place_leaves_nothing_near_out(
    centre: geo.Point, metres: float, east: float, north: float
) -> None:
    other = geo.Point(centre.lon + east, centre.lat + north)
    held = geo.BBox.around(centre, metres * 1.01).holds(other)
    assert held or geo.distance(centre, other) > metres


def test_what_a_map_shows() -> None:
    window = geo.parse_bbox("121.1,28.2,121.7,28.6")
    assert window.holds(geo.Point(121.38, 28.37))
    assert not window.holds(geo.Point(121.38, 28.7))
    assert window.meets(geo.BBox(121.6, 28.5, 122, 29))
    assert not window.meets(geo.BBox(121.8, 28.5, 122, 29))
    assert geo.BBox.of(box(1, 2, 3, 4)) == geo.BBox(1, 2, 3, 4)


@pytest.mark.parametrize(
    "text", ["", "1,2,3", "a,b,c,d", "121.7,28.2,121.1,28.6", "1,2,3,99", "nan,1,2,3"]
)
def test_what_is_no_window(text: str) -> None:
    with pytest.raises(Invalid):
        geo.parse_bbox(text)


# --- outlines -----------------------------------------------------------------------------------

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[121, 28], [122, 28], [122, 29], [121, 29], [121, 28]]],
}


@pytest.mark.parametrize(
    "geojson",
    [
        SQUARE,
        {"type": "Feature", "properties": {"name": "泽国镇"}, "geometry": SQUARE},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": SQUARE}]},
        {"type": "MultiPolygon", "coordinates": [SQUARE["coordinates"]]},
    ],
)
def test_an_outline_however_it_is_wrapped(geojson: Any) -> None:
    assert geo.outline(geojson).area == pytest.approx(1)


def test_an_outline_is_stored_to_the_centimetre() -> None:
    ring = [[121.123456789, 28], [122, 28], [122, 29], [121.123456789, 28]]
    stored = geo.to_geojson(geo.outline({"type": "Polygon", "coordinates": [ring]}))
    assert stored["type"] == "Polygon"
    assert stored["coordinates"][0][0] == (121.1234568, 28.0)
    assert geo.outline(stored).is_valid


def polygon(*corners: tuple[float, float]) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}


@pytest.mark.parametrize(
    ("geojson", "words"),
    [
        (None, "不是 GeoJSON"),
        ("POLYGON((0 0,1 1,1 0,0 0))", "不是 GeoJSON"),
        ({"type": "Polygon"}, "不是 GeoJSON"),
        ({"type": "Topology", "coordinates": []}, "不完整"),
        ({"type": "FeatureCollection", "features": []}, "恰好一个"),
        ({"type": "Polygon", "coordinates": []}, "没有坐标"),
        ({"type": "Polygon", "coordinates": [[[121, 28], [122, 28]]]}, "不完整"),
        ({"type": "Polygon", "coordinates": [[["东", 28], [122, 28], [122, 29]]]}, "不完整"),
        ({"type": "Point", "coordinates": [121, 28]}, "应当是面"),
        (
            polygon((121, 28), (122, 29), (122, 28), (121, 29), (121, 28)),
            "121.500000,28.500000 处边界自相交",
        ),
        (polygon((28, 121), (28, 122), (29, 122), (28, 121)), "超出经纬度范围"),
        (
            polygon((350000, 3140000), (350100, 3140000), (350100, 3140100), (350000, 3140000)),
            "超出",
        ),
        (polygon((121, 28), (121, 28), (121, 28), (121, 28)), "图形有错"),
    ],
)
def test_what_is_wrong_with_an_outline_is_said(geojson: Any, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        geo.outline(geojson)
    assert words in caught.value.words
    assert caught.value.mend


def test_swapped_axes_and_projected_metres_are_told_apart() -> None:
    with pytest.raises(Invalid, match="写反了"):
        geo.outline(polygon((28, 121), (28, 122), (29, 122), (28, 121)))
    with pytest.raises(Invalid, match="投影坐标"):
        geo.outline(
            polygon((350000, 3140000), (350100, 3140000), (350100, 3140100), (350000, 3140000))
        )


# --- which area holds a place -------------------------------------------------------------------


def index() -> geo.OutlineIndex[str]:
    return geo.OutlineIndex(
        [
            ("温岭市", box(121, 28, 122, 29)),
            ("泽国镇", box(121.2, 28.2, 121.5, 28.5)),
            ("牧屿网格", box(121.3, 28.3, 121.4, 28.4)),
        ]
    )


def test_the_smallest_comes_first() -> None:
    assert index().holding(geo.Point(121.35, 28.35)) == ["牧屿网格", "泽国镇", "温岭市"]
    assert index().holding(geo.Point(121.9, 28.9)) == ["温岭市"]
    assert index().holding(geo.Point(120.0, 28.9)) == []


def test_a_place_on_the_border_belongs_to_somebody() -> None:
    assert "泽国镇" in index().holding(geo.Point(121.2, 28.3))


def test_an_index_of_nothing() -> None:
    assert geo.OutlineIndex[str]([]).holding(geo.Point(121, 28)) == []
    assert index().holding_each([]) == []


@given(st.lists(places, max_size=20))
def test_many_at_once_answer_as_one_by_one(many: list[geo.Point]) -> None:
    areas: list[tuple[str, Polygon]] = [("西", box(73, 3, 110, 54)), ("东", box(105, 3, 136, 54))]
    both = geo.OutlineIndex(areas)
    assert both.holding_each(many) == [both.holding(each) for each in many]
