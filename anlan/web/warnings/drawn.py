"""What is drawn besides areas (另画范围): read as typed, shown on the ground it lies on."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from anlan.people.access import Scope
from anlan.people.models import Area
from anlan.watch.rules.capping import Place

from ..stations.ground import Ground, ground_of

Ring = tuple[tuple[float, float], ...]
Circle = tuple[float, float, float]
DEGREE = 111.195  # kilometres of a degree of latitude
FARTHEST = 300.0  # kilometres: no district is larger
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_PAIR = re.compile(_NUMBER + r"\s*[,，]\s*" + _NUMBER)
_ROUND = re.compile(_NUMBER + r"\s*[,，]\s*" + _NUMBER + r"(?:\s*[,，]\s*|\s+)" + _NUMBER)


def read_ring(typed: str) -> Ring:
    """A polygon as it is typed, closed; ValueError says what is wrong."""
    points = [(float(lon), float(lat)) for lon, lat in _PAIR.findall(typed)]
    if len(set(points)) < 3 or not all(_here(*point) for point in points):
        raise ValueError("至少三个顶点，每个写“经度,纬度”，经度在前")
    ring = (*points, points[0]) if points[0] != points[-1] else tuple(points)
    if not _simple(ring):
        raise ValueError("多边形的边互相交叉，圈不出范围，请按顺序沿边界重新点")
    return ring


def _simple(ring: Ring) -> bool:
    """Whoever reads the message refuses one that crosses itself or has no inside."""
    from shapely import Polygon

    return bool(Polygon(ring).is_valid)


def read_circle(typed: str) -> Circle:
    """A circle as it is typed: longitude, latitude, kilometres."""
    found = _ROUND.fullmatch(typed.strip())
    if found is None or not _here(float(found[1]), float(found[2])):
        raise ValueError("写成“经度,纬度,半径公里”，如 121.34,28.49,2.5；经度在前")
    if not 0 < float(found[3]) <= FARTHEST:
        raise ValueError(f"半径要大于 0，最大 {FARTHEST:g} 公里")
    return float(found[1]), float(found[2]), float(found[3])


def as_typed(places: Sequence[Place]) -> dict[str, str]:
    """The first polygon and circle of a warning, as they stand in the form."""
    rings = [ring for place in places for ring in place.rings]
    circles = [circle for place in places for circle in place.circles]
    return {
        "ring": " ".join(f"{lon:.10g},{lat:.10g}" for lon, lat in rings[0]) if rings else "",
        "circle": ",".join(f"{each:.10g}" for each in circles[0]) if circles else "",
    }


def _here(lon: float, lat: float) -> bool:
    return 70 < lon < 140 and 0 < lat < 60


def ground_for(areas: Sequence[Area], scope: Scope) -> Ground:
    """One area with what lies in it; for several, or where it is not drawn, all around them."""
    own = ground_of(scope, areas[0]) if len(areas) == 1 else None
    return own if own is not None and own.frame is not None else ground_of(scope, None)


def near_of(ground: Ground, areas: Sequence[Area]) -> str:
    """Where on the ground the picked areas lie: its edges, for the drawing to begin there."""
    boxes = [(a.min_lon, a.max_lat, a.max_lon, a.min_lat) for a in areas if a.min_lon is not None]
    if ground.frame is None or not boxes:
        return ""
    west, south = min(b[0] or 0 for b in boxes), min(b[3] or 0 for b in boxes)
    north, east = max(b[1] or 0 for b in boxes), max(b[2] or 0 for b in boxes)
    left, top = ground.frame.place(west, north)
    right, bottom = ground.frame.place(east, south)
    return f"{left} {top} {right} {bottom}"


@dataclass(frozen=True)
class Drawn:
    """Polygons and circles on their ground, and in words."""

    ground: Ground
    box: str
    rings: list[str]
    circles: list[Circle]
    words: str


def drawn_of(places: Sequence[Place], scope: Scope, root: Area | None) -> Drawn | None:
    """What a warning's message draws; None where it draws nothing or there is no ground."""
    rings = [ring for place in places for ring in place.rings]
    circles = [circle for place in places for circle in place.circles]
    ground = ground_of(scope, root) if rings or circles else None
    if ground is None or ground.frame is None:
        return None
    place, scale = ground.frame.place, ground.frame.scale
    told = [f"多边形 {len(ring) - 1} 个顶点" for ring in rings]
    told += [f"圆，半径 {radius:g} 公里" for _, _, radius in circles]
    return Drawn(
        ground,
        f"0 0 {ground.width:g} {ground.height:g}",
        [" ".join("{:g},{:g}".format(*place(lon, lat)) for lon, lat in ring) for ring in rings],
        [(*place(lon, lat), round(radius / DEGREE * scale, 1)) for lon, lat, radius in circles],
        "；".join(told),
    )
