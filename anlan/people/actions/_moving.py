"""What moving a subtree does to everything of this room that lies in it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import shapely
from django.db.models import F, Model, Value
from django.db.models.functions import Concat, Substr
from shapely.geometry.base import BaseGeometry

from anlan.kernel import geo, outbox

from .. import events
from ..models import Area, Body, Charge, Grant, Post

_LIES_IN: tuple[tuple[type[Model], str], ...] = (
    (Area, "path"),
    (Body, "area_path"),
    (Post, "area_path"),
    (Charge, "area_path"),
    (Grant, "area_path"),
)


def _move_subtree(area: Area, path: str) -> None:
    """Write the new path into everything below the old one, and tell the rooms above."""
    old = Area.objects.values_list("path", flat=True).get(pk=area.pk)
    area.path = path
    if old == path:
        return
    for model, field in _LIES_IN:
        moved: Any = Concat(Value(path), Substr(F(field), len(old) + 1))
        rows = model._default_manager.filter(**{f"{field}__startswith": old})
        rows.update(**{field: moved})
    outbox.announce(events.AreaMoved(area.pk, old, path))


def _hand_over(area: Area, heir: Area, *, since: date) -> None:
    """Bodies, posts and charges for things pass to the heir; charges for the whole area end."""
    for model in (Body, Post):
        rows = model._default_manager.filter(area=area)
        rows.update(area=heir, area_path=heir.path)
    open_charges = Charge.objects.filter(area=area, until=None)
    whole = open_charges.filter(target_id=None)
    for pk in whole.values_list("pk", flat=True):
        outbox.announce(events.ChargeEnded(pk))
    whole.filter(since__lte=since).update(until=since)
    whole.filter(since__gt=since).update(until=F("since"))
    open_charges.update(area=heir, area_path=heir.path)


def _join_outlines(into: Area, closing: Sequence[Area]) -> None:
    """The successor's outline becomes that of all of them, where every one is drawn."""
    drawn = [area.outline for area in (into, *closing) if area.outline]
    if len(drawn) < len(closing) + bool(into.outline) or not drawn:
        return
    joined = shapely.union_all([geo.outline(each).buffer(_SEAM) for each in drawn]).buffer(-_SEAM)
    _draw(into, geo.to_geojson(joined), source=into.outline_source or closing[0].outline_source)


def _outline_of(part: Area, children: Sequence[Area]) -> None:
    """A part of a divided area is drawn as its children together; flood grids leave gaps."""
    whole = ("", Area.GridKind.GENERAL)
    _join_outlines(part, [child for child in children if child.grid_kind in whole])


def _cut_out(area: Area, parts: Sequence[Area]) -> None:
    """What remains of an area no longer holds the ground of its parts, where all are drawn."""
    if not area.outline or not all(part.outline for part in parts):
        return
    gone = shapely.union_all([geo.outline(part.outline) for part in parts])
    left = geo.outline(area.outline).difference(gone.buffer(_SEAM)).buffer(-_SEAM).buffer(_SEAM)
    if not left.is_empty:
        _draw(area, geo.to_geojson(left), source=area.outline_source)


_SEAM = 1e-6  # of a degree, a tenth of a metre: neighbours rounded apart still join


def _place(area: Area, outline: dict[str, Any], shape: BaseGeometry, *, source: str) -> None:
    """Set an outline with its box and a point inside, not yet kept."""
    inside = shape.representative_point()
    area.outline, area.outline_source = outline, source
    area.min_lon, area.min_lat, area.max_lon, area.max_lat = shape.bounds
    area.lon, area.lat = round(inside.x, geo.DIGITS), round(inside.y, geo.DIGITS)


def _draw(area: Area, outline: dict[str, Any], *, source: str) -> None:
    """Keep an outline with its box and a point inside."""
    _place(area, outline, geo.outline(outline), source=source)
    area.save(
        update_fields=[
            *("outline", "outline_source", "lon", "lat"),
            *("min_lon", "min_lat", "max_lon", "max_lat"),
        ]
    )
