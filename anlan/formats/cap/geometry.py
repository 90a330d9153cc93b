"""Outlines as they are written, and as one works with them (范围).

CAP writes latitude first, in pairs joined by commas, the last point equal to the first. Reading
takes no library: shapely is loaded when an outline is put to use.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from .faults import Fault, Kind
from .values import Circle, Point, Polygon

if TYPE_CHECKING:
    from lxml.etree import _Element
    from shapely import Polygon as Shape
    from shapely.geometry.base import BaseGeometry

FEW = 100  # vertices enough for any use of ours
MOST = 40_000  # more is no outline but an attack
_SAME = 0.005  # degrees: issuers who round to two decimals miss their first point by this
_GRAIN = 0.001  # of the area: below this a crossing is not worth a word
_SLIVER = 0.05  # a crossing that moves less than this part of the area is a slip of rounding


@dataclass(frozen=True)
class Outline:
    """What was read, if it may be used, and what is wrong with it."""

    polygon: Polygon | None = None
    circle: Circle | None = None
    faults: tuple[Fault, ...] = ()


# --- reading ------------------------------------------------------------------------------------


def read_polygon(text: str, node: "_Element") -> Outline:
    """A polygon, closed when its ends all but meet."""
    if text.count(",") > MOST:
        return Outline(faults=(Kind.POLYGON_HUGE.at(node, value=len(text)),))
    points, tidy = _points(text)
    if points is None:
        return Outline(faults=(Kind.POLYGON_UNREADABLE.at(node, value=text),))
    if outside := _outside(points, node):
        return Outline(faults=(outside,))
    notes = [] if tidy else [Kind.POLYGON_FORM.at(node)]
    if points[0] != points[-1]:
        if not _near(points[0], points[-1]):
            return Outline(faults=(*notes, Kind.POLYGON_OPEN.at(node)))
        points = (*points, points[0])
        notes.append(Kind.POLYGON_FORM.at(node))
    polygon = Polygon(points)
    notes += _shape_faults(polygon, node)
    grave = any(fault.grave for fault in notes)
    return Outline(polygon=None if grave else polygon, faults=tuple(notes))


def read_circle(text: str, node: "_Element") -> Outline:
    """A centre and a radius in kilometres: `lat,lon radius`."""
    parts = text.replace(", ", ",").split()
    points, _ = _points(parts[0]) if parts else (None, True)
    try:
        radius = float(parts[1]) if len(parts) == 2 else math.nan
    except ValueError:
        radius = math.nan
    if points is None or len(points) != 1 or not 0 <= radius <= 20_038:
        return Outline(faults=(Kind.CIRCLE_UNREADABLE.at(node, value=text),))
    if outside := _outside(points, node):
        return Outline(faults=(outside,))
    return Outline(circle=Circle(points[0], radius))


def _points(text: str) -> tuple[tuple[Point, ...] | None, bool]:
    """The points, and whether they were written as the standard says."""
    pairs = text.split()
    tidy = True
    if any(pair.count(",") != 1 or pair[0] == "," or pair[-1] == "," for pair in pairs):
        tidy = False
        pairs = _paired([part for part in text.replace(",", " ").split() if part])
    try:
        points = tuple(Point(*(float(part) for part in pair.split(","))) for pair in pairs)
    except (ValueError, TypeError):
        return None, tidy
    if not points or not all(math.isfinite(each) for point in points for each in point):
        return None, tidy
    return points, tidy


def _paired(numbers: list[str]) -> list[str]:
    if len(numbers) % 2:
        return ["?"]
    return [f"{lat},{lon}" for lat, lon in zip(numbers[::2], numbers[1::2], strict=True)]


def _outside(points: tuple[Point, ...], node: "_Element") -> Fault | None:
    """Points that are not on earth; swapped ones lie on it when read the other way round."""
    if all(abs(point.lat) <= 90 and abs(point.lon) <= 180 for point in points):
        return None
    wrong = next(point for point in points if abs(point.lat) > 90 or abs(point.lon) > 180)
    said = f"{wrong.lat},{wrong.lon}"
    if all(abs(point.lon) <= 90 and abs(point.lat) <= 180 for point in points):
        return Kind.COORDINATES_SWAPPED.at(node, value=said)
    return Kind.COORDINATES_OUTSIDE.at(node, value=said)


def _near(one: Point, other: Point) -> bool:
    return abs(one.lat - other.lat) <= _SAME and abs(one.lon - other.lon) <= _SAME


def _shape_faults(polygon: Polygon, node: "_Element") -> list[Fault]:
    if len(set(polygon.points)) < 3:
        return [Kind.POLYGON_FLAT.at(node)]
    found = []
    if len(polygon.points) > FEW:
        found.append(Kind.POLYGON_LONG.at(node, value=len(polygon.points)))
    turned, wound, covered = _swept(_plane(polygon))
    if covered == 0:
        found.append(Kind.POLYGON_FLAT.at(node))
    elif turned < wound * (1 - _SLIVER):
        found.append(Kind.POLYGON_CROSSES.at(node))
    elif turned < wound * (1 - _GRAIN) or wound > covered * (1 + _GRAIN):
        found.append(Kind.POLYGON_TOUCHES.at(node))
    return found


def _swept(ring: list[tuple[float, float]]) -> tuple[float, float, float]:
    """Along some latitudes: how much lies inside by the turn of the ring, the same with every turn
    counted as positive, and how much is covered at all.

    The three are one for a ring that does not cross itself; the lobes of a figure of eight turn
    against each other and cancel out. Bounded in time and memory for the wildest scribble, which
    a search for crossings is not.
    """
    south, north = min(lat for _, lat in ring), max(lat for _, lat in ring)
    lines = max(8, min(64, 400_000 // len(ring)))
    turned = wound = covered = 0.0
    for line in range(lines if north > south else 0):
        at = south + (line + 0.5) / lines * (north - south)
        winding = 0
        for (lon, turn), (next_lon, _) in pairwise(sorted(_crossings(ring, at))):
            winding += turn
            turned += (next_lon - lon) * winding
            wound += (next_lon - lon) * abs(winding)
            covered += (next_lon - lon) * bool(winding)
    return abs(turned), wound, covered


def _crossings(ring: list[tuple[float, float]], at: float) -> Iterator[tuple[float, int]]:
    """Where the ring crosses a latitude, northward 1 or southward -1."""
    for (lon, lat), (next_lon, next_lat) in pairwise(ring):
        if (lat <= at) != (next_lat <= at):
            share = (at - lat) / (next_lat - lat)
            yield lon + share * (next_lon - lon), 1 if next_lat > lat else -1


def _plane(polygon: Polygon) -> list[tuple[float, float]]:
    """Longitude first; a ring across the date line is moved to one side of it."""
    lons = [point.lon for point in polygon.points]
    across = max(lons) - min(lons) > 180
    return [
        (point.lon + 360 if across and point.lon < 0 else point.lon, point.lat)
        for point in polygon.points
    ]


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
