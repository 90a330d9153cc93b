"""Coordinate systems met in China, and the way between them (坐标系).

Everything is stored as CGCS2000 (国家大地坐标系) longitude and latitude. WGS84, what a phone's
receiver gives, differs from it by centimetres and is taken as the same. GCJ-02 is what AMap,
Tencent and other public maps use, BD-09 what Baidu uses: both are shifted by some hundred metres,
so they are converted where they come in or go out and never stored.

The shift has a formula for the way there only; the way back is found by iterating it until both
agree, so that there and back again is exact to well below a millimetre. Outside China nothing is
shifted.
"""

from collections.abc import Callable
from enum import StrEnum
from math import atan2, cos, hypot, pi, sin, sqrt

Pair = tuple[float, float]  # longitude, latitude in degrees


class CoordinateSystem(StrEnum):
    """The systems in which a place may be handed in (坐标系)."""

    CGCS2000 = "CGCS2000"
    WGS84 = "WGS84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


_WEST, _SOUTH, _EAST, _NORTH = 72.004, 0.8293, 137.8347, 55.8271  # where the shift applies
_AXIS = 6378245.0  # of the Krasovsky 1940 ellipsoid, in metres
_ECCENTRICITY = 0.00669342162296594323  # squared
_BAIDU = pi * 3000.0 / 180.0


def convert(lon: float, lat: float, source: CoordinateSystem, target: CoordinateSystem) -> Pair:
    """The same place in another system: degrees in, degrees out (坐标转换)."""
    if not is_in_china(lon, lat) or source == target:
        return lon, lat
    return _LEAVING[target](*_REACHING[source](lon, lat))


def is_in_china(lon: float, lat: float) -> bool:
    """Whether the place lies in the rectangle in which public maps shift coordinates."""
    return _WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH


def _to_gcj(lon: float, lat: float) -> Pair:
    east, north = _shift(lon - 105.0, lat - 35.0)
    phi = lat / 180.0 * pi
    magic = 1 - _ECCENTRICITY * sin(phi) ** 2
    meridian = (_AXIS * (1 - _ECCENTRICITY)) / (magic * sqrt(magic))
    parallel = _AXIS / sqrt(magic) * cos(phi)
    return lon + east * 180.0 / (parallel * pi), lat + north * 180.0 / (meridian * pi)


def _shift(x: float, y: float) -> Pair:
    """How far GCJ-02 moves a place to the east and to the north, in metres."""
    ripple = 20.0 * sin(6.0 * x * pi) + 20.0 * sin(2.0 * x * pi)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x))
    east += (ripple + 20.0 * sin(x * pi) + 40.0 * sin(x / 3.0 * pi)) * 2.0 / 3.0
    east += (150.0 * sin(x / 12.0 * pi) + 300.0 * sin(x / 30.0 * pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x))
    north += (ripple + 20.0 * sin(y * pi) + 40.0 * sin(y / 3.0 * pi)) * 2.0 / 3.0
    north += (160.0 * sin(y / 12.0 * pi) + 320.0 * sin(y * pi / 30.0)) * 2.0 / 3.0
    return east, north


def _to_baidu(lon: float, lat: float) -> Pair:
    """From GCJ-02 to BD-09."""
    radius = hypot(lon, lat) + 0.00002 * sin(lat * _BAIDU)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BAIDU)
    return radius * cos(angle) + 0.0065, radius * sin(angle) + 0.006


def _back(forward: Callable[[float, float], Pair], lon: float, lat: float) -> Pair:
    """The place that `forward` brings to this one. The shifts change so slowly that each round
    gains two digits or more; the sixth already moves nothing that a double can show."""
    x, y = lon, lat
    for _ in range(30):
        there_x, there_y = forward(x, y)
        step_x, step_y = lon - there_x, lat - there_y
        x, y = x + step_x, y + step_y
        if abs(step_x) < 1e-12 and abs(step_y) < 1e-12:
            break
    return x, y


def _same(lon: float, lat: float) -> Pair:
    return lon, lat


# every way leads through CGCS2000
_LEAVING: dict[CoordinateSystem, Callable[[float, float], Pair]] = {
    CoordinateSystem.CGCS2000: _same,
    CoordinateSystem.WGS84: _same,
    CoordinateSystem.GCJ02: _to_gcj,
    CoordinateSystem.BD09: lambda lon, lat: _to_baidu(*_to_gcj(lon, lat)),
}
_REACHING: dict[CoordinateSystem, Callable[[float, float], Pair]] = {
    CoordinateSystem.CGCS2000: _same,
    CoordinateSystem.WGS84: _same,
    CoordinateSystem.GCJ02: lambda lon, lat: _back(_to_gcj, lon, lat),
    CoordinateSystem.BD09: lambda lon, lat: _back(_to_gcj, *_back(_to_baidu, lon, lat)),
}
