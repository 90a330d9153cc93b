"""Schematic outlines of our own making (示意边界), so that maps work with nothing from outside.

A district is a rounded lump of its true size around its true middle. It is strewn evenly with as
many points as it has villages; every point gets the ground that is nearest to it, and moves to the
middle of that ground until all are about equal. Neighbouring grounds are then handed out to towns:
streets (街道) in the middle, the others around them; a town is the sum of its villages. So what
belongs below lies within, borders are shared, nothing overlaps, and the same codes always give the
same map. It shows who lies within whom, never where a border really runs.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import atan2, cos, pi, radians, sin, sqrt
from typing import Any

import shapely
from shapely.geometry import MultiPoint, Polygon, shape
from shapely.geometry.base import BaseGeometry

KM_PER_DEGREE = 111.32
CORNERS = 72
LONGER = 1.25  # how much wider than high a district is drawn
BULGES = ((2, 0.07), (3, 0.06), (5, 0.03))  # how often around, how far out
ROUNDS = 8  # of moving each point to the middle of its ground
DIGITS = 7  # of a degree: one centimetre
GOLDEN = pi * (3 - sqrt(5))  # the angle by which a sunflower strews its seeds

XY = tuple[float, float]
GeoJSON = dict[str, Any]


@dataclass(frozen=True)
class Plot:
    """What is to be laid out: a code, and what lies within."""

    code: str
    within: tuple["Plot", ...] = ()

    @property
    def grounds(self) -> int:
        """How many of the equal grounds it takes: its villages, or one."""
        return sum(plot.grounds for plot in self.within) or 1

    @property
    def is_street(self) -> bool:
        """Streets have 001 to 099 in the town's part of the code; they are the town's centre."""
        return "001" <= self.code[6:9] < "100"


@dataclass(frozen=True)
class Outline:
    """An outline in degrees, with a point inside it."""

    shape: BaseGeometry
    lon: float
    lat: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        west, south, east, north = self.shape.bounds
        return west, south, east, north

    def geojson(self) -> GeoJSON:
        found: GeoJSON = json.loads(shapely.to_geojson(self.shape))
        return found

    def place(self, along: float, across: float) -> XY:
        """A place inside for two numbers from 0 to 1: equal numbers, equal place; evenly spread."""
        return _place(self.shape, along, across)


def lay_out(root: Plot, *, lon: float, lat: float, square_km: float) -> dict[str, Outline]:
    """The outline of the root and of everything within it, by code."""
    lump = _lump(root.code, square_km)
    cells = _even_cells(lump, _strewn(root.grounds, lump))
    drawn: dict[str, Outline] = {}
    _settle(root, cells, drawn, lon, lat)
    return drawn


def divide(outline: GeoJSON, plots: Sequence[Plot]) -> dict[str, Outline]:
    """Pieces for plots (grids, say) within an outline that is already there, in degrees."""
    whole = shape(outline)
    west, south = whole.bounds[:2]
    flat = shapely.transform(whole, lambda at: _to_km(at, west, south))
    cells = _even_cells(flat, _strewn(len(plots), flat))
    drawn: dict[str, Outline] = {}
    for plot, cell in zip(plots, cells, strict=True):
        _settle(plot, [cell], drawn, west, south)
    return drawn


def place_within(outline: GeoJSON, along: float, across: float) -> XY:
    """A place inside an outline for two numbers from 0 to 1, as evenly spread as they are."""
    return _place(shape(outline), along, across)


def _place(ground: BaseGeometry, along: float, across: float) -> XY:
    pieces = shapely.get_parts(shapely.constrained_delaunay_triangles(ground))
    left = along * sum(piece.area for piece in pieces)
    for piece in pieces:
        if left <= piece.area or piece is pieces[-1]:
            (ax, ay), (bx, by), (cx, cy) = piece.exterior.coords[:3]
            out = sqrt(min(1.0, left / piece.area)) if piece.area else 0.0
            x = ax + out * (bx - ax + across * (cx - bx))
            y = ay + out * (by - ay + across * (cy - by))
            return round(x, DIGITS), round(y, DIGITS)
        left -= piece.area
    raise ValueError("an empty outline holds no place")


# --- grounds ----------------------------------------------------------------------------------


def _lump(code: str, square_km: float) -> Polygon:
    """A rounded shape of the wanted area, in kilometres from the middle."""
    turn = 2 * pi / CORNERS
    ring = []
    for corner in range(CORNERS):
        angle = corner * turn
        out = 1 + sum(
            far * sin(times * angle + 2 * pi * _chance(f"{code}/{times}")) for times, far in BULGES
        )
        ring.append((LONGER * out * cos(angle), out * sin(angle)))
    lump = Polygon(ring)
    scale = sqrt(square_km / lump.area)
    middle = lump.centroid
    return Polygon([((x - middle.x) * scale, (y - middle.y) * scale) for x, y in ring])


def _strewn(count: int, ground: BaseGeometry) -> list[XY]:
    """Points inside a ground, evenly, as a sunflower has its seeds."""
    west, south, east, north = ground.bounds
    middle_x, middle_y = (west + east) / 2, (south + north) / 2
    reach_x, reach_y = (east - west) / sqrt(2), (north - south) / sqrt(2)
    found: list[XY] = []
    seeds = round(count * pi * reach_x * reach_y / ground.area)  # as many fall outside
    while len(found) < count:
        places = [
            (
                middle_x + reach_x * sqrt((n + 0.5) / seeds) * cos(n * GOLDEN),
                middle_y + reach_y * sqrt((n + 0.5) / seeds) * sin(n * GOLDEN),
            )
            for n in range(seeds)
        ]
        inside = shapely.contains_xy(ground, [x for x, _ in places], [y for _, y in places])
        found = [place for place, within in zip(places, inside, strict=True) if within]
        seeds += max(1, count // 50)
    # Too many by a few: leave out evenly from the whole spiral, so that no hole is left.
    return [found[n * len(found) // count] for n in range(count)]


def _even_cells(ground: BaseGeometry, points: list[XY]) -> list[BaseGeometry]:
    """The ground nearest to each point, after the points have moved to the middle of theirs."""
    if len(points) < 2:
        return [ground for _ in points]
    cells: list[BaseGeometry] = []
    for _ in range(ROUNDS):
        nearest = shapely.voronoi_polygons(MultiPoint(points), extend_to=ground, ordered=True)
        cells = [cell.intersection(ground) for cell in nearest.geoms]
        points = [(cell.centroid.x, cell.centroid.y) for cell in cells]
    return cells


# --- handing out ------------------------------------------------------------------------------


def _settle(
    plot: Plot, cells: list[BaseGeometry], drawn: dict[str, Outline], lon: float, lat: float
) -> None:
    """Give the cells to the plot and all within it; parents are the sum of their children."""
    if not plot.within:
        ground = shapely.transform(cells[0], lambda at: _to_degrees(at, lon, lat))
    else:
        for child, share in _handed_out(plot.within, cells):
            _settle(child, share, drawn, lon, lat)
        ground = shapely.union_all([drawn[child.code].shape for child in plot.within])
    inside = ground.representative_point()
    drawn[plot.code] = Outline(ground, round(inside.x, DIGITS), round(inside.y, DIGITS))


def _handed_out(
    plots: tuple[Plot, ...], cells: list[BaseGeometry]
) -> Iterator[tuple[Plot, list[BaseGeometry]]]:
    """Streets take the cells in the middle, the others lie around them or side by side."""
    streets = tuple(plot for plot in plots if plot.is_street and plot.within)
    others = tuple(plot for plot in plots if plot not in streets)
    if not streets or not others:
        yield from _side_by_side(plots, cells)
        return
    middle = shapely.union_all(cells).centroid
    cells = sorted(cells, key=lambda cell: cell.centroid.distance(middle))
    core = sum(plot.grounds for plot in streets)
    yield from _side_by_side(streets, cells[:core])
    around = sorted(
        cells[core:], key=lambda c: atan2(c.centroid.y - middle.y, c.centroid.x - middle.x)
    )
    for plot in others:
        yield plot, around[: plot.grounds]
        around = around[plot.grounds :]


def _side_by_side(
    plots: tuple[Plot, ...], cells: list[BaseGeometry]
) -> Iterator[tuple[Plot, list[BaseGeometry]]]:
    """Cut across the longer way into two halves, each again, until each has its own."""
    if len(plots) == 1:
        yield plots[0], cells
        return
    half = _middle([plot.grounds for plot in plots])
    count = sum(plot.grounds for plot in plots[:half])
    xs, ys = [c.centroid.x for c in cells], [c.centroid.y for c in cells]
    wide = max(xs) - min(xs) >= max(ys) - min(ys)
    ordered = sorted(cells, key=lambda c: c.centroid.x if wide else -c.centroid.y)
    yield from _side_by_side(plots[:half], ordered[:count])
    yield from _side_by_side(plots[half:], ordered[count:])


def _middle(counts: list[int]) -> int:
    """Where to part a list so that both sides have as nearly the same as can be."""
    whole = sum(counts)
    return min(range(1, len(counts)), key=lambda n: abs(whole - 2 * sum(counts[:n])))


# --- degrees ----------------------------------------------------------------------------------


def _to_degrees(at: Any, lon: float, lat: float) -> Any:
    wide = KM_PER_DEGREE * cos(radians(lat))
    return (at / (wide, KM_PER_DEGREE) + (lon, lat)).round(DIGITS)


def _to_km(at: Any, lon: float, lat: float) -> Any:
    wide = KM_PER_DEGREE * cos(radians(lat))
    return (at - (lon, lat)) * (wide, KM_PER_DEGREE)


def _chance(word: str) -> float:
    """A number from 0 to 1 that always belongs to this word."""
    return int.from_bytes(blake2b(word.encode(), digest_size=4).digest()) / 0xFFFFFFFF
