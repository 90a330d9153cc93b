"""The ground of the map of stations (底图): outlines of areas, and how degrees lie on it."""

from dataclasses import dataclass

from anlan.people.access import Scope, areas_visible_to
from anlan.people.models import Area
from anlan.people.rules import codes

from ..areas.sketch import sketch_of_area
from ..matters.sketch import HEIGHT, WIDTH, Frame, Shape
from .latest import DOUBTFUL, NEVER, ONLINE, SILENT, STATES, STOPPED, WORKING

# State, its sign on the map and in words; the gravest last, where it is drawn over the others.
LOOKS_ON_MAP = [
    (place, STATES[place], sign)
    for place, sign in (
        (ONLINE, "●"), (SILENT, "✕"), (DOUBTFUL, "▲"), (WORKING, "◇"), (STOPPED, "■"), (NEVER, "○"),
    )
]  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What lies under the stations; without outlines the stations themselves make the frame."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    frame: Frame | None
    name: str = ""


def ground_of(scope: Scope, area: Area | None) -> Ground:
    """The area asked for, else the whole district as far as it is drawn."""
    around = area or _top(scope)
    sketch = sketch_of_area(around) if around is not None else None
    if around is None or sketch is None:
        return Ground(WIDTH, HEIGHT, (), None, around.name if around else "")
    # As in the sketch: a leaf is shown among its neighbours.
    framed = around if around.children.exclude(outline=None).exists() else around.parent
    frame = Frame.around(framed or around)
    return Ground(WIDTH, HEIGHT, sketch.shapes, frame, around.name)


def _top(scope: Scope) -> Area | None:
    """The smallest drawn area that holds everything this person answers for: a town's own town."""
    drawn = areas_visible_to(scope).filter(valid_to=None).exclude(outline=None)
    paths = sorted({reach.path for reach in scope.reaches}, key=len)
    if paths and all(path.startswith(paths[0]) for path in paths):
        mine = drawn.filter(path__in=codes.ancestors_of(paths[0])).order_by("-path").first()
        if mine is not None:
            return mine
    return drawn.order_by("path").first()
