"""Schematic maps of places: an area's parts, or one spot among its neighbours. No tiles, prints."""

from collections.abc import Iterable, Iterator
from typing import Any

from anlan.people.models import Area

from ..matters.sketch import HEIGHT, LABELS, WIDTH, Frame, Shape, Sketch


def sketch_of_place(area: Area, lon: float | None, lat: float | None) -> Sketch | None:
    """The town around a spot, the village it lies in marked; none where nothing is drawn."""
    town = _drawn_town(area)
    if town is None:
        return None
    guessed = lon is None or lat is None
    east, north = (area.lon, area.lat) if guessed else (lon, lat)
    return _sketch(town, here=area.path, spot=(east, north), guessed=guessed)


def sketch_of_area(area: Area) -> Sketch | None:
    """The area with what lies directly below it; a leaf is shown among its neighbours."""
    around = area if area.children.exclude(outline=None).exists() else area.parent
    if around is None or not around.outline or around.min_lon is None:
        return None
    return _sketch(around, here=area.path if around != area else "", spot=None, guessed=False)


def _drawn_town(area: Area) -> Area | None:
    here: Area | None = area
    while here is not None and here.level in (Area.Level.GRID, Area.Level.VILLAGE):
        here = here.parent
    return here if here is not None and here.outline and here.min_lon is not None else None


def _sketch(
    around: Area, *, here: str, spot: tuple[float | None, float | None] | None, guessed: bool
) -> Sketch:
    frame = Frame.around(around)
    parts = list(around.children.exclude(outline=None).filter(valid_to=None).order_by("code"))
    shapes = [_shape(around, frame, "town", named=False)]
    for part in parts:
        inside = bool(here) and here.startswith(part.path)
        named = inside or len(parts) <= LABELS + 6
        shapes.append(_shape(part, frame, "here" if inside else "beside", named=named))
    east, north = spot or (None, None)
    place = frame.place(east, north) if east is not None and north is not None else None
    return Sketch(WIDTH, HEIGHT, tuple(shapes), place, guessed)


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
