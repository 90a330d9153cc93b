"""Places and outlines: checked where they come in, stored as CGCS2000 degrees (空间位置).

A `Point` knows in which system it was handed in, so that a map pin that lies 500 metres off can be
traced to its source. Outlines are GeoJSON; whatever is wrong with one is said in Chinese and with
the spot. Everything is plain longitude and latitude in degrees: the database needs no GIS.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any, Generic, TypeVar

import shapely
from shapely import STRtree
from shapely.geometry import MultiPolygon, Polygon, mapping, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from anlan.formats.coordinates import CoordinateSystem, convert

from .errors import Invalid

Key = TypeVar("Key")
DIGITS = 7  # of a degree: one centimetre
EARTH_RADIUS = 6_371_008.8  # mean radius in metres (IUGG)
_MOST_CORNERS = 200_000
_DEGREES = re.compile(
    r"(?P<axis>东经|北纬|[EN])?\s*(?P<degrees>[-+]?\d+(?:\.\d+)?)\s*°?"
    r"(?:\s*(?P<minutes>\d+(?:\.\d+)?)\s*[′'分])?(?:\s*(?P<seconds>\d+(?:\.\d+)?)\s*(?:″|\"|''|秒))?"
    r"\s*(?P<after>[EN])?",
    re.IGNORECASE,
)
_WIDE = str.maketrans("０１２３４５６７８９．，；－’＇”＂度", "0123456789.,;-''\"\"°")


@dataclass(frozen=True)
class Point:
    """A place in CGCS2000 degrees, and the system it was handed in (点位)."""

    lon: float
    lat: float
    source: CoordinateSystem = CoordinateSystem.CGCS2000

    def __post_init__(self) -> None:
        if not (isfinite(self.lon) and isfinite(self.lat)):
            raise Invalid("经纬度不是数字", mend="请写成“经度,纬度”，如 121.38,28.37")
        if abs(self.lon) > 180 or abs(self.lat) > 90:
            words = f"经纬度 {self.lon},{self.lat} 超出范围（经度 ±180，纬度 ±90）"
            raise Invalid(words, mend="请写十进制度，先经度后纬度；投影坐标（米）请先转换")

    def to(self, system: CoordinateSystem) -> tuple[float, float]:
        """Longitude and latitude as another system has them, for a map or an interface."""
        return convert(self.lon, self.lat, CoordinateSystem.CGCS2000, system)

    def __str__(self) -> str:
        return f"{self.lon},{self.lat}"


def point(lon: float, lat: float, system: CoordinateSystem = CoordinateSystem.CGCS2000) -> Point:
    """A place handed in as two numbers in a stated system."""
    if 3 < lon < 54 and 73 < lat < 136:
        raise Invalid(f"经度和纬度写反了：{lon},{lat}", mend=f"请先写经度：{lat},{lon}")
    Point(lon, lat)  # is it a place at all?
    stored = convert(lon, lat, system, CoordinateSystem.CGCS2000)
    return Point(round(stored[0], DIGITS), round(stored[1], DIGITS), system)


def parse_point(text: str, system: CoordinateSystem) -> Point:
    """A place written by a person: `121.38,28.37`, `东经121°22′48″ 北纬28°22′12″` (解析经纬度)."""
    plain = text.translate(_WIDE)
    found = [match for match in _DEGREES.finditer(plain) if match["degrees"]]
    rest = _DEGREES.sub("", plain).strip(" ,;、，；()（）\t")
    if len(found) != 2 or rest:
        words = f"「{text}」不是经纬度"
        raise Invalid(
            words, mend="请写成“经度,纬度”，如 121.38,28.37 或 东经121°22′48″ 北纬28°22′12″"
        )
    first, second = (_degrees_of(match) for match in found)
    axis = (found[0]["axis"] or found[0]["after"] or "").upper()
    lon, lat = (second, first) if axis in ("北纬", "N") else (first, second)
    return point(lon, lat, system)


def _degrees_of(match: re.Match[str]) -> float:
    degrees = float(match["degrees"])
    parts = float(match["minutes"] or 0) / 60 + float(match["seconds"] or 0) / 3600
    return degrees - parts if degrees < 0 else degrees + parts


def distance(one: Point, other: Point) -> float:
    """Metres along the sphere; true to half a percent, which is enough to say who is nearest."""
    half_lat = radians(other.lat - one.lat) / 2
    half_lon = radians(other.lon - one.lon) / 2
    lats = cos(radians(one.lat)) * cos(radians(other.lat))
    chord = sin(half_lat) ** 2 + lats * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord)))


@dataclass(frozen=True)
class BBox:
    """A rectangle of degrees: what a map shows, or what holds an outline (外接矩形)."""

    west: float
    south: float
    east: float
    north: float

    def __post_init__(self) -> None:
        if self.west > self.east or self.south > self.north:
            raise Invalid("矩形范围写反了", mend="请按“西,南,东,北”的顺序写")

    @classmethod
    def of(cls, geometry: BaseGeometry) -> "BBox":
        return cls(*(float(each) for each in geometry.bounds))

    @classmethod
    def around(cls, centre: Point, metres: float) -> "BBox":
        """The rectangle that holds every place within so many metres."""
        north = metres / (EARTH_RADIUS * radians(1))
        east = north / max(0.01, cos(radians(centre.lat)))
        return cls(centre.lon - east, centre.lat - north, centre.lon + east, centre.lat + north)

    def holds(self, place: Point) -> bool:
        return self.west <= place.lon <= self.east and self.south <= place.lat <= self.north

    def meets(self, other: "BBox") -> bool:
        apart = self.west > other.east or other.west > self.east
        return not apart and self.south <= other.north and other.south <= self.north


def parse_bbox(text: str) -> BBox:
    """What a map sends: west,south,east,north in degrees (解析范围)."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        mend = "请写成“西,南,东,北”四个数，如 121.1,28.2,121.7,28.6"
        raise Invalid(f"「{text}」不是矩形范围", mend=mend) from error
    Point(west, south)
    Point(east, north)
    return BBox(west, south, east, north)


# --- outlines -----------------------------------------------------------------------------------


def geometry(geojson: object) -> BaseGeometry:
    """The geometry of GeoJSON: a geometry, a Feature, or a collection of one (读取 GeoJSON)."""
    content = _geometry_part(geojson)
    try:
        made = shape(dict(content))
    except (
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        shapely.errors.ShapelyError,
    ) as error:
        mend = "请检查坐标是否成对、每个环是否至少有四个点且首尾相同"
        raise Invalid(f"GeoJSON 的坐标不完整：{error}", mend=mend) from error
    _refuse_odd(made)
    return made


def outline(geojson: object) -> Polygon | MultiPolygon:
    """The outline of an area: a polygon or several, without faults (区域边界)."""
    made = geometry(geojson)
    if not isinstance(made, Polygon | MultiPolygon):
        words = f"区域边界应当是面，给的是 {made.geom_type}"
        raise Invalid(words, mend="请画成首尾相接的面（Polygon 或 MultiPolygon）")
    return made


def to_geojson(made: BaseGeometry) -> dict[str, Any]:
    """The GeoJSON geometry to be stored, to the centimetre."""
    return dict(mapping(shapely.transform(made, lambda corners: corners.round(DIGITS))))


def _geometry_part(geojson: object) -> Mapping[str, Any]:
    if isinstance(geojson, Mapping):
        kind = geojson.get("type")
        if kind == "Feature":
            return _geometry_part(geojson.get("geometry"))
        if kind == "FeatureCollection":
            features = geojson.get("features")
            if not isinstance(features, Sequence) or len(features) != 1:
                mend = "请只留一个图形，其余的分别导入"
                raise Invalid("GeoJSON 里不是恰好一个图形", mend=mend)
            return _geometry_part(features[0])
        if isinstance(kind, str) and ("coordinates" in geojson or "geometries" in geojson):
            return geojson
    raise Invalid(
        "不是 GeoJSON 图形", mend="应当有 type 和 coordinates 两项，可从制图软件导出 GeoJSON"
    )


def _refuse_odd(made: BaseGeometry) -> None:
    if made.is_empty:
        raise Invalid("GeoJSON 里没有坐标", mend="请重新导出图形")
    corners = int(shapely.get_num_coordinates(made))
    if corners > _MOST_CORNERS:
        words = f"图形太细：{corners} 个点，最多 {_MOST_CORNERS} 个"
        raise Invalid(words, mend="请先在制图软件里简化")
    west, south, east, north = made.bounds
    if not all(isfinite(each) for each in made.bounds):
        raise Invalid("GeoJSON 的坐标里有不是数字的值", mend="请重新导出图形")
    if west < -180 or east > 180 or south < -90 or north > 90:
        swapped = max(-west, east) <= 90 and max(-south, north) <= 180
        words = f"坐标超出经纬度范围：{west:g},{south:g} 到 {east:g},{north:g}"
        mend = (
            "经度和纬度写反了"
            if swapped
            else "像是以米为单位的投影坐标，请先转换成 CGCS2000 经纬度"
        )
        raise Invalid(words, mend=mend)
    if not made.is_valid:
        raise Invalid(f"图形有错：{_fault_of(made)}", mend="请在制图软件里修正该处后重新导出")


def _fault_of(made: BaseGeometry) -> str:
    said = explain_validity(made)
    spot = re.search(r"\[([-\d.e]+) ([-\d.e]+)\]", said)
    words = {
        "Self-intersection": "边界自相交",
        "Ring Self-intersection": "边界自相交",
        "Hole lies outside shell": "内环在外环之外",
        "Holes are nested": "内环套在一起",
        "Nested shells": "两个面套在一起",
        "Duplicate Rings": "有重复的环",
        "Too few points in geometry component": "点太少，围不成面",
    }
    fault = next((chinese for english, chinese in words.items() if said.startswith(english)), said)
    return f"在 {float(spot[1]):.6f},{float(spot[2]):.6f} 处{fault}" if spot else fault


class OutlineIndex(Generic[Key]):
    """Which outlines hold a place, found fast: made once, asked ten thousand times (空间索引)."""

    def __init__(self, outlines: Iterable[tuple[Key, BaseGeometry]]) -> None:
        # smallest first: the grid before the community before the town
        pairs = sorted(outlines, key=lambda pair: pair[1].area)
        self._keys = [key for key, _ in pairs]
        self._shapes = [each for _, each in pairs]
        self._tree = STRtree(self._shapes)

    def holding(self, place: Point) -> list[Key]:
        """Every outline that holds the place or has it on its border, the smallest first."""
        return self.holding_each([place])[0]

    def holding_each(self, places: Sequence[Point]) -> list[list[Key]]:
        """The same for many places at once."""
        if not places or not self._keys:
            return [[] for _ in places]
        spots = shapely.points([(place.lon, place.lat) for place in places])
        found: list[list[int]] = [[] for _ in places]
        for place, held in self._tree.query(spots, predicate="intersects").T:
            found[int(place)].append(int(held))
        return [[self._keys[each] for each in sorted(held)] for held in found]
