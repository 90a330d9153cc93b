"""Where it is, as a schematic map drawn from area outlines: no tiles, no WebGL, prints well."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import cos, radians
from typing import Any

from anlan.matters.models import Matter
from anlan.people.models import Area

WIDTH, HEIGHT, MARGIN = 480.0, 300.0, 14.0
LABELS = 14  # more names than this cannot be read at this size


@dataclass(frozen=True)
class Shape:
    """One area on the map: its outline as an SVG path, and where its name goes."""

    name: str
    path: str
    look: str  # town, here, beside: the css class
    x: float
    y: float
    named: bool


@dataclass(frozen=True)
class Sketch:
    """A map of the matter's town with its villages and the spot."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    spot: tuple[float, float] | None
    guessed: bool  # the spot is only the middle of its area


@dataclass(frozen=True)
class Frame:
    """From degrees to the drawing, keeping the proportions of the ground."""

    west: float
    north: float
    scale: float
    narrow: float  # how much shorter a degree of longitude is here

    @classmethod
    def around(cls, area: Area) -> "Frame":
        box = area.min_lon, area.min_lat, area.max_lon, area.max_lat
        west, south, east, north = (float(edge or 0.0) for edge in box)
        narrow = cos(radians((south + north) / 2))
        wide, high = max((east - west) * narrow, 1e-6), max(north - south, 1e-6)
        scale = min((WIDTH - 2 * MARGIN) / wide, (HEIGHT - 2 * MARGIN) / high)
        left = (WIDTH - wide * scale) / 2 / (scale * narrow)
        above = (HEIGHT - high * scale) / 2 / scale
        return cls(west - left, north + above, scale, narrow)

    def place(self, lon: float, lat: float) -> tuple[float, float]:
        x = (lon - self.west) * self.narrow * self.scale
        y = (self.north - lat) * self.scale
        return round(x, 1), round(y, 1)


def sketch_of(matter: Matter) -> Sketch | None:
    """The map of one matter; none where no outline has been drawn (示意图)."""
    town = _town_of(matter.area)
    if town is None or not town.outline or town.min_lon is None:
        return None
    frame = Frame.around(town)
    villages = list(town.children.exclude(outline=None).order_by("code"))
    shapes = [_shape(town, frame, "town", named=False)]
    shapes += [_village(each, matter, frame, len(villages)) for each in villages]
    known = matter.lon is not None and matter.lat is not None
    lon, lat = (matter.lon, matter.lat) if known else (matter.area.lon, matter.area.lat)
    spot = frame.place(lon, lat) if lon is not None and lat is not None else None
    return Sketch(WIDTH, HEIGHT, tuple(shapes), spot, not known)


def _town_of(area: Area) -> Area | None:
    """The town it lies in; a matter of the whole district is drawn on the district."""
    here: Area | None = area
    while here is not None and here.level in (Area.Level.GRID, Area.Level.VILLAGE):
        here = here.parent
    return here


def _village(village: Area, matter: Matter, frame: Frame, many: int) -> Shape:
    here = matter.area_path.startswith(village.path)
    return _shape(village, frame, "here" if here else "beside", named=here or many <= LABELS)


def _shape(area: Area, frame: Frame, look: str, *, named: bool) -> Shape:
    x, y = frame.place(area.lon or 0.0, area.lat or 0.0)
    path = "".join(_ring(ring, frame) for ring in _rings(area.outline))
    return Shape(area.name, path, look, x, y, named)


def _rings(outline: Any) -> Iterator[Iterable[Any]]:
    polygons = outline["coordinates"]
    for polygon in [polygons] if outline["type"] == "Polygon" else polygons:
        yield from polygon


def _ring(ring: Iterable[Any], frame: Frame) -> str:
    spots = [frame.place(spot[0], spot[1]) for spot in ring]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in spots) + "Z"
