"""Where what lay in a divided area lies now (析置)."""

from collections.abc import Iterator, Sequence

from shapely.geometry.base import BaseGeometry

from anlan.kernel import geo

from .areas import Area


class Heirs:
    """The parts of a divided area, and which of them holds a point.

    The ground of a part is its own outline and those of the areas that it took along. What lies on
    nobody's ground, or has no place, stays with the old area where that one remains; else it goes
    to the first part, which took over the bodies and posts.
    """

    def __init__(self, area: Area, parts: Sequence[Area]) -> None:
        self.former = area
        self.rest = parts[0] if area.valid_to else area
        grounds = [*_own(parts), *_below(parts)]
        if self.rest == area:
            # Not its own outline: that may still be the one of before, with the parts inside.
            grounds += _below([area])
        self._grounds = geo.OutlineIndex(grounds)

    def holding(self, lon: float | None, lat: float | None) -> Area:
        """Where a thing at this place belongs from now on; `former` while it stays there."""
        if lon is None or lat is None:
            return self.rest
        found = self._grounds.holding(geo.Point(lon, lat))
        return found[0] if found else self.rest


def _own(parts: Sequence[Area]) -> Iterator[tuple[Area, BaseGeometry]]:
    return ((part, geo.outline(part.outline)) for part in parts if part.outline)


def _below(parts: Sequence[Area]) -> Iterator[tuple[Area, BaseGeometry]]:
    for part in parts:
        taken = Area.objects.under(part.path).filter(valid_to=None).exclude(pk=part.pk)
        for area in taken.exclude(outline=None):
            yield part, geo.outline(area.outline)
