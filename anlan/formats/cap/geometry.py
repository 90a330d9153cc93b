"""Outlines as they are written, and as one works with them (范围).

CAP writes latitude first, in pairs joined by commas, the last point equal to the first. Reading
takes no library: shapely is loaded when an outline is put to use.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from .faults import Kind
from .values import Circle, Point, Polygon

if TYPE_CHECKING:
    from shapely import Polygon as Shape
    from shapely.geometry.base import BaseGeometry

FEW = 100  # vertices enough for any use of ours
MOST = (
    50_000  # more is no outline but an attack; a country's, drawn from all its pixels, has 41,000
)
_BEYOND, _WIDE = 30, 60  # degrees told beyond the date line, in an outline no wider than
_SAME = 0.005  # degrees: issuers who round to two decimals miss their first point by this
_GRAIN = 0.001  # of the area: below this a crossing is not worth a word
_SLIVER = 0.05  # a crossing that moves less than this part of the area is a slip of rounding
_NOTHING = 1e-9  # of the square of its extent: what rounding leaves of a line that has no area
_PLAIN = re.compile(r"[-+.,0-9\s]+", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,3})?", re.ASCII)


class Slip(NamedTuple):
    """One thing that is wrong with an outline."""

    kind: Kind
    value: str = ""


@dataclass(frozen=True)
class Outline:
    """What was read, if it may be used, and what is wrong with it."""

    polygon: Polygon | None = None
    circle: Circle | None = None
    slips: tuple[Slip, ...] = ()


# --- reading ------------------------------------------------------------------------------------


def points_in(text: str) -> int:
    """How many points a text may hold, found out without reading them."""
    return max(text.count(","), len(text.split(None, 2 * MOST)) // 2)


def read_polygon(text: str) -> Outline:
    """A polygon, closed when its ends all but meet."""
    if points_in(text) >= MOST:
        return Outline(slips=(Slip(Kind.POLYGON_HUGE, str(len(text))),))
    points, tidy = _points(text)
    if points is None:
        return Outline(slips=(Slip(Kind.POLYGON_UNREADABLE, text[:100]),))
    on_earth = _across_the_date_line(points)
    if outside := _outside(on_earth):
        return Outline(slips=(outside,))
    slips = [] if tidy and on_earth is points else [Slip(Kind.POLYGON_FORM)]
    points = on_earth
    if points[0] != points[-1]:
        if not _near(points[0], points[-1]):
            return Outline(slips=(*slips, Slip(Kind.POLYGON_OPEN)))
        points = (*points, points[0])
        slips.append(Slip(Kind.POLYGON_FORM))
    polygon = Polygon(points)
    slips += _shape_slips(polygon)
    grave = any(slip.kind.grave for slip in slips)
    return Outline(polygon=None if grave else polygon, slips=tuple(slips))


def read_circle(text: str) -> Outline:
    """A centre and a radius in kilometres: `lat,lon radius`."""
    parts = text.replace(",", " ").split(None, 3)
    if len(parts) != 3 or not all(_NUMBER.fullmatch(part) for part in parts):
        return Outline(slips=(Slip(Kind.CIRCLE_UNREADABLE, text[:100]),))
    lat, lon, radius = map(float, parts)
    if not 0 <= radius <= 20_038:
        return Outline(slips=(Slip(Kind.CIRCLE_UNREADABLE, text[:100]),))
    if outside := _outside((Point(lat, lon),)):
        return Outline(slips=(outside,))
    tidy = text.split() == [f"{parts[0]},{parts[1]}", parts[2]]
    return Outline(
        circle=Circle(Point(lat, lon), radius), slips=() if tidy else (Slip(Kind.POLYGON_FORM),)
    )


def _points(text: str) -> tuple[tuple[Point, ...] | None, bool]:
    """The points, and whether they were written as the standard says."""
    pairs = text.split()
    tidy = True
    if any(pair.count(",") != 1 or pair[0] == "," or pair[-1] == "," for pair in pairs):
        tidy = False
        pairs = _paired([part for part in text.replace(",", " ").split() if part])
    if tidy and _PLAIN.fullmatch(text):
        numbers = map(float, text.replace(",", " ").split())
        try:
            read = tuple(map(Point, numbers, numbers))  # by twos
        except ValueError:
            return None, tidy
        return (read if math.isfinite(sum(map(sum, read))) else None), tidy
    points = []
    for pair in pairs:
        lat, _, lon = pair.partition(",")
        if not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(lon)):
            return None, tidy
        points.append(Point(float(lat), float(lon)))
    if not points or not all(math.isfinite(each) for point in points for each in point):
        return None, tidy
    return tuple(points), tidy


def _paired(numbers: list[str]) -> list[str]:
    if len(numbers) % 2:
        return ["?"]
    return [f"{lat},{lon}" for lat, lon in zip(numbers[::2], numbers[1::2], strict=True)]


def _across_the_date_line(points: tuple[Point, ...]) -> tuple[Point, ...]:
    """The points, those told from the other side of the date line (181 for -179) brought home;
    left alone where one that is far off may be a slip of the pen.
    """
    lons = [point.lon for point in points]
    west, east = min(lons), max(lons)
    furthest = max(-west, east)
    if not 180 < furthest <= 180 + _BEYOND or east - west > _WIDE:
        return points
    return tuple(
        point._replace(lon=point.lon - math.copysign(360, point.lon))
        if abs(point.lon) > 180
        else point
        for point in points
    )


def _outside(points: tuple[Point, ...]) -> Slip | None:
    """Points that are not on earth; swapped ones lie on it when read the other way round."""
    if all(abs(point.lat) <= 90 and abs(point.lon) <= 180 for point in points):
        return None
    wrong = next(point for point in points if abs(point.lat) > 90 or abs(point.lon) > 180)
    said = f"{wrong.lat},{wrong.lon}"
    if all(abs(point.lon) <= 90 and abs(point.lat) <= 180 for point in points):
        return Slip(Kind.COORDINATES_SWAPPED, said)
    return Slip(Kind.COORDINATES_OUTSIDE, said)


def _near(one: Point, other: Point) -> bool:
    return abs(one.lat - other.lat) <= _SAME and abs(one.lon - other.lon) <= _SAME


def _shape_slips(polygon: Polygon) -> list[Slip]:
    if len(set(polygon.points)) < 3:
        return [Slip(Kind.POLYGON_FLAT)]
    found = []
    if len(polygon.points) > FEW:
        found.append(Slip(Kind.POLYGON_LONG, str(len(polygon.points))))
    ring = _plane(polygon)
    turned, wound, covered = _swept(ring)
    if _is_flat(ring, covered):
        found.append(Slip(Kind.POLYGON_FLAT))
    elif turned < wound * (1 - _SLIVER):
        found.append(Slip(Kind.POLYGON_CROSSES))
    elif turned < wound * (1 - _GRAIN) or wound > covered * (1 + _GRAIN):
        found.append(Slip(Kind.POLYGON_TOUCHES))
    return found


def _swept(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Square degrees, from some latitudes: how much lies inside by the turn of the ring, the same
    with every turn counted as positive, and how much is covered at all.

    The three are one for a ring that does not cross itself; the lobes of a figure of eight turn
    against each other and cancel out. Bounded in time and memory for the wildest scribble, which
    a search for crossings is not.
    """
    south, height = min(lat for _, lat in ring), _span(ring, 1)
    lines = max(6, min(64, 4 * len(ring), 300_000 // len(ring)))
    turned = wound = covered = 0.0
    for line in range(lines if height else 0):
        at = south + (line + 0.5) / lines * height
        winding = 0
        for (lon, turn), (next_lon, _) in pairwise(sorted(_crossings(ring, at))):
            winding += turn
            turned += (next_lon - lon) * winding
            wound += (next_lon - lon) * abs(winding)
            covered += (next_lon - lon) * bool(winding)
    share = height / lines
    return abs(turned) * share, wound * share, covered * share


def _is_flat(ring: list[tuple[float, float]], covered: float) -> bool:
    return covered <= _NOTHING * max(_span(ring, 0), _span(ring, 1)) ** 2


def _span(ring: list[tuple[float, float]], axis: int) -> float:
    return max(point[axis] for point in ring) - min(point[axis] for point in ring)


def _crossings(ring: list[tuple[float, float]], at: float) -> Iterator[tuple[float, int]]:
    """Where the ring crosses a latitude, northward 1 or southward -1."""
    for (lon, lat), (next_lon, next_lat) in pairwise(ring):
        if (lat <= at) != (next_lat <= at):
            share = (at - lat) / (next_lat - lat)
            yield lon + share * (next_lon - lon), 1 if next_lat > lat else -1


def _plane(polygon: Polygon) -> list[tuple[float, float]]:
    """Longitude first; a ring across the date line is moved to one side of it. One that goes round
    the earth, or round a pole, leaps across it as well, and cannot be moved.
    """
    ring = [(point.lon, point.lat) for point in polygon.points]
    if not _leaps(ring):
        return ring
    moved = [(lon + 360 if lon < 0 else lon, lat) for lon, lat in ring]
    return ring if _leaps(moved) or _is_flat(moved, _swept(moved)[2]) else moved


def _leaps(ring: list[tuple[float, float]]) -> bool:
    return any(abs(lon - next_lon) > 180 for (lon, _), (next_lon, _) in pairwise(ring))


# --- use ----------------------------------------------------------------------------------------


def for_use(polygon: Polygon, *, most: int = FEW) -> tuple[Polygon, ...]:
    """The outline to work with: whole, and of no more than `most` vertices in all (简化)."""
    from shapely import LineString, make_valid
    from shapely import Polygon as Shape

    plane = _plane(polygon)
    shape: BaseGeometry = Shape(plane)
    if shape.is_valid and len(polygon.points) <= most:
        return (polygon,)
    if not shape.is_valid:
        # As a line first: mending a ring takes time and memory by the number of its crossings.
        line = _simplified(LineString(plane), most)
        shape = make_valid(Shape(line.coords)) if _vertices(line) > 3 else shape.convex_hull
    small = _simplified(shape, most)
    parts = [part for part in getattr(small, "geoms", [small]) if isinstance(part, Shape)]
    return tuple(Polygon(_back(part)) for part in parts if part.area > 0)


def _simplified(shape: "BaseGeometry", most: int) -> "BaseGeometry":
    west, south, east, north = shape.bounds
    tolerance = max(east - west, north - south) / 4000
    small = shape
    while _vertices(small) > most:
        small = shape.simplify(tolerance, preserve_topology=shape.geom_type != "LineString")
        tolerance *= 1.6
        if tolerance > 4 * (east - west + north - south):  # many specks: their hull is what is left
            return shape.convex_hull.simplify(tolerance / 400)
    return small


def _vertices(shape: "BaseGeometry") -> int:
    from shapely import count_coordinates

    return int(count_coordinates(shape))


def _back(shape: "Shape") -> tuple[Point, ...]:
    """Holes are filled: who stands in one is still warned."""
    return tuple(Point(lat, lon - 360 if lon > 180 else lon) for lon, lat in shape.exterior.coords)
