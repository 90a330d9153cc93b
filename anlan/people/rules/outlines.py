"""Schematic outlines of our own making (示意边界), so that maps work with nothing from outside.

A district is a rounded shape of its true size around its true centre; it is cut in two by a
straight line, each half again, until every town has a piece as large as its share, and every
village and grid a piece of its town's. Convex pieces of a convex shape: whatever lies below always
lies inside, borders are shared, nothing overlaps. The same codes always give the same map. It
shows who lies within whom and how much there is of each, never where a border really runs.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import atan2, cos, dist, pi, radians, sin, sqrt

KM_PER_DEGREE = 111.32
CORNERS = 32
LONGER = 1.3  # how much wider than high a district is drawn
DIGITS = 7  # of a degree: one centimetre
SWAY = radians(14)  # how far a cut may turn from square, so that it looks grown and not ruled

XY = tuple[float, float]
Ring = tuple[XY, ...]  # convex, anticlockwise, not closed


@dataclass(frozen=True)
class Plot:
    """What is to be laid out: a code, its share of its parent, and what lies within."""

    code: str
    share: float = 1.0
    within: tuple["Plot", ...] = ()


@dataclass(frozen=True)
class Outline:
    """A ring in degrees with a point inside it."""

    ring: Ring
    lon: float
    lat: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        lons, lats = [x for x, _ in self.ring], [y for _, y in self.ring]
        return min(lons), min(lats), max(lons), max(lats)

    def geojson(self) -> dict[str, object]:
        return {"type": "Polygon", "coordinates": [[list(p) for p in (*self.ring, self.ring[0])]]}

    def place(self, along: float, across: float) -> XY:
        """A place inside for two numbers from 0 to 1: equal numbers, equal place; evenly spread."""
        middle, fan = self.ring[0], list(zip(self.ring[1:], self.ring[2:], strict=False))
        sizes = [abs(_area((middle, one, other))) for one, other in fan]
        left = along * sum(sizes)
        for size, (one, other) in zip(sizes, fan, strict=True):
            if left <= size or (one, other) == fan[-1]:
                out, aside = sqrt(min(1.0, left / size)) if size else 0.0, across
                x = middle[0] + out * ((one[0] - middle[0]) + aside * (other[0] - one[0]))
                y = middle[1] + out * ((one[1] - middle[1]) + aside * (other[1] - one[1]))
                return _rounded(x, y)
            left -= size
        raise ValueError("a ring has at least three corners")


def lay_out(root: Plot, *, lon: float, lat: float, square_km: float) -> dict[str, Outline]:
    """The outline of the root and of everything within it, by code."""
    pieces = {}
    for code, ring in _pieces(root, _blob(square_km)):
        pieces[code] = _in_degrees(ring, lon, lat)
    return pieces


def divide(ring: Sequence[XY], plots: Sequence[Plot]) -> dict[str, Outline]:
    """Pieces for plots (grids, say) within an outline that is already there, in degrees."""
    lon, lat = ring[0]
    flat = tuple(_to_km(point, lon, lat) for point in _open(ring))
    whole = Plot("", within=tuple(plots))
    return {code: _in_degrees(piece, lon, lat) for code, piece in _pieces(whole, flat) if code}


def share_of(code: str) -> float:
    """How much ground a village gets: communities of a town's centre are small, villages large.

    By the code's last three digits: 001–199 are communities (居委会), 200–399 villages (村委会).
    """
    urban = code[9:12] < "200"
    return (0.3 if urban else 1.0) * (0.75 + 0.5 * _chance(code))


# --- cutting ----------------------------------------------------------------------------------


def _pieces(plot: Plot, ring: Ring) -> Iterator[tuple[str, Ring]]:
    yield plot.code, ring
    for child, piece in _shared_out(plot.within, ring):
        yield from _pieces(child, piece)


def _shared_out(plots: tuple[Plot, ...], ring: Ring) -> Iterator[tuple[Plot, Ring]]:
    if len(plots) < 2:
        yield from ((plot, ring) for plot in plots)
        return
    half = _middle([plot.share for plot in plots])
    first, second = plots[:half], plots[half:]
    share = sum(p.share for p in first) / sum(p.share for p in plots)
    near, far = _cut(ring, share, sway=(_chance(second[0].code) - 0.5) * 2 * SWAY)
    yield from _shared_out(first, near)
    yield from _shared_out(second, far)


def _middle(shares: list[float]) -> int:
    """Where to part a list so that both sides weigh as nearly the same as can be."""
    whole, so_far, best, found = sum(shares), 0.0, float("inf"), 1
    for number, share in enumerate(shares[:-1], start=1):
        so_far += share
        if abs(whole / 2 - so_far) < best:
            best, found = abs(whole / 2 - so_far), number
    return found


def _cut(ring: Ring, share: float, *, sway: float) -> tuple[Ring, Ring]:
    """Two pieces by a line across the longest stretch; the first has `share` of the area."""
    one, other = max(
        ((a, b) for number, a in enumerate(ring) for b in ring[number + 1 :]),
        key=lambda pair: dist(*pair),
    )
    angle = atan2(other[1] - one[1], other[0] - one[0]) + sway
    along = (cos(angle), sin(angle))
    wanted = _area(ring) * share
    reach = [along[0] * x + along[1] * y for x, y in ring]
    low, high = min(reach), max(reach)
    for _ in range(48):
        at = (low + high) / 2
        if _area(_side(ring, along, at)) < wanted:
            low = at
        else:
            high = at
    return _side(ring, along, at), _side(ring, (-along[0], -along[1]), -at)


def _side(ring: Ring, along: XY, at: float) -> Ring:
    """The part of a convex ring where `along · point` is at most `at`."""
    kept: list[XY] = []
    for number, here in enumerate(ring):
        before = ring[number - 1]
        here_by = along[0] * here[0] + along[1] * here[1] - at
        before_by = along[0] * before[0] + along[1] * before[1] - at
        if (here_by > 0) != (before_by > 0):
            part = before_by / (before_by - here_by)
            kept.append(
                (before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1]))
            )
        if here_by <= 0:
            kept.append(here)
    return tuple(kept)


def _area(ring: Ring) -> float:
    return (
        sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True)) / 2
    )


def _blob(square_km: float) -> Ring:
    """An ellipse of the wanted area, in kilometres from the centre."""
    turn = 2 * pi / CORNERS
    unit = [(LONGER * cos(n * turn), sin(n * turn)) for n in range(CORNERS)]
    scale = sqrt(square_km / _area(tuple(unit)))
    return tuple((x * scale, y * scale) for x, y in unit)


# --- degrees ----------------------------------------------------------------------------------


def _in_degrees(ring: Ring, lon: float, lat: float) -> Outline:
    wide = KM_PER_DEGREE * cos(radians(lat))
    turned = tuple(_rounded(lon + x / wide, lat + y / KM_PER_DEGREE) for x, y in ring)
    middle = _rounded(*(sum(each) / len(turned) for each in zip(*turned, strict=True)))
    return Outline(turned, *middle)


def _rounded(lon: float, lat: float) -> XY:
    return round(lon, DIGITS), round(lat, DIGITS)


def _to_km(point: XY, lon: float, lat: float) -> XY:
    return (point[0] - lon) * KM_PER_DEGREE * cos(radians(lat)), (point[1] - lat) * KM_PER_DEGREE


def _open(ring: Sequence[XY]) -> Ring:
    """Without the repeated last corner, anticlockwise."""
    corners = [(float(x), float(y)) for x, y in ring]
    bare = tuple(corners[:-1] if corners[0] == corners[-1] else corners)
    return bare if _area(bare) > 0 else bare[::-1]


def _chance(code: str) -> float:
    """A number from 0 to 1 that always belongs to this code."""
    return int.from_bytes(blake2b(code.encode(), digest_size=4).digest()) / 0xFFFFFFFF
