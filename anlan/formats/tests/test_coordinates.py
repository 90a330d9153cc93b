"""Places come in from phones, AMap and Baidu, and all mean the same spot in the end."""

from math import cos, hypot, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.formats.coordinates import CoordinateSystem, convert, is_in_china

CGCS2000, WGS84 = CoordinateSystem.CGCS2000, CoordinateSystem.WGS84
GCJ02, BD09 = CoordinateSystem.GCJ02, CoordinateSystem.BD09


@pytest.mark.parametrize(
    ("source", "target", "given_pair", "expected"),
    [
        # values that independent implementations agree on
        (WGS84, GCJ02, (121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
        (WGS84, GCJ02, (113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
        (WGS84, GCJ02, (116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
        (GCJ02, BD09, (116.404, 39.915), (116.41036949371029, 39.92133699351021)),
        (GCJ02, BD09, (121.531541859215, 31.17530398364597), (121.538015686, 31.181328607)),
    ],
)
def test_known_places(
    source: CoordinateSystem,
    target: CoordinateSystem,
    given_pair: tuple[float, float],
    expected: tuple[float, float],
) -> None:
    assert convert(*given_pair, source, target) == pytest.approx(expected, abs=1e-9)
    # and no place but this one comes out there: the way back is exact
    assert convert(*expected, target, source) == pytest.approx(given_pair, abs=1e-9)


def test_a_phones_position_is_stored_as_it_is() -> None:
    assert convert(121.38, 28.37, WGS84, CGCS2000) == (121.38, 28.37)


@pytest.mark.parametrize("place", [(2.35, 48.86), (139.69, 35.69), (-74.03, 40.74), (121.0, -8.0)])
def test_outside_china_nothing_is_shifted(place: tuple[float, float]) -> None:
    assert not is_in_china(*place)
    for source in CoordinateSystem:
        for target in CoordinateSystem:
            assert convert(*place, source, target) == place


lons, lats = st.floats(73.5, 135.1), st.floats(3.5, 53.6)
systems = st.sampled_from(CoordinateSystem)


@given(lons, lats, systems, systems)
def test_there_and_back_is_exact(
    lon: float, lat: float, source: CoordinateSystem, target: CoordinateSystem
) -> None:
    there = convert(lon, lat, source, target)
    assert convert(*there, target, source) == pytest.approx((lon, lat), abs=1e-9)


@given(lons, lats)
def test_amap_is_off_by_some_hundred_metres_and_never_by_a_kilometre(
    lon: float, lat: float
) -> None:
    there_lon, there_lat = convert(lon, lat, CGCS2000, GCJ02)
    metres = 111_320 * hypot((there_lon - lon) * cos(radians(lat)), there_lat - lat)
    assert 10 < metres < 1000
