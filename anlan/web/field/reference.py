"""What a phone keeps for places without signal: areas, clauses, firms, and the chips used here."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from anlan.kernel import geo
from anlan.kernel.trail import LOCAL
from anlan.matters import access
from anlan.matters.models.kinds import chips, clauses
from anlan.matters.rules import Clause
from anlan.people.access import Scope, areas_visible_to, bodies_visible_to
from anlan.people.models import Area, Body
from anlan.web.reading import sector_label

CHIPS = 12
LOOKED_BACK = timedelta(days=180)
SAMPLE = 3000
MOST_AREAS, MOST_BODIES = 3000, 1500
BELOW_TOWN = (Area.Level.GRID, Area.Level.VILLAGE)
DEEPEST_FIRST = {Area.Level.GRID: 0, Area.Level.VILLAGE: 1, Area.Level.TOWN: 2}
OUTLINES = ("outline", "parent__outline", "parent__parent__outline")
SMALL = 400  # so many areas fit into one list to choose from


def chips_here(scope: Scope, at: datetime) -> list[Clause]:
    """The twelve clauses most used where this person works, filled up with the usual ones."""
    seen = access.visible_to(scope).filter(kind="hazard", found_at__gt=at - LOOKED_BACK)
    # The newest few thousand say enough, and cost the same in a ledger of a million.
    newest = seen.order_by("-found_at", "-id").values_list("clause", flat=True)[:SAMPLE]
    known = clauses()
    often = [known[key] for key, _many in Counter(newest).most_common() if key in known]
    return list(dict.fromkeys([*(c for c in often if c.chip), *chips()]))[:CHIPS]


def clause_values() -> list[dict[str, Any]]:
    """The clauses as the phone searches them."""
    return [
        {
            "key": clause.key,
            "chip": clause.chip,
            "text": clause.text,
            "grade": clause.grade,
            "sectorLabel": sector_label(clause.sector),
            "standard": clause.standard,
            "article": clause.article,
        }
        for clause in clauses().values()
    ]


def areas_here(scope: Scope, at: datetime) -> list[Area]:
    """The grids, villages and towns within this person's sight, in the order of the tree."""
    day = at.astimezone(LOCAL).date()
    found = areas_visible_to(scope).valid_on(day).filter(level__in=DEEPEST_FIRST)
    # A thousand outlines would be a megabyte that nobody looks at.
    light = found.select_related("parent__parent").defer(*OUTLINES)
    return list(light.order_by("path")[:MOST_AREAS])


def area_value(area: Area) -> dict[str, Any]:
    return {
        "code": area.code,
        "name": area.name,
        "label": label_of(area),
        "level": area.level,
        "lon": area.lon,
        "lat": area.lat,
    }


def label_of(area: Area) -> str:
    """太平街道 迎辉3号网格: the town first, so that equal names are told apart."""
    town = area
    while town.level in BELOW_TOWN and town.parent is not None:
        town = town.parent
    return area.name if town == area else f"{town.name} {area.name}"


def grouped(areas: Iterable[Area]) -> list[tuple[str, list[Area]]]:
    """Areas to choose from, under the name of what they lie in."""
    groups: dict[str, list[Area]] = {}
    for area in areas:
        above = label_of(area.parent) if area.parent and area.level in BELOW_TOWN else ""
        groups.setdefault(above, []).append(area)
    return list(groups.items())


def body_values(scope: Scope) -> list[dict[str, Any]]:
    """Firms within sight, to be found by name or pinyin initials."""
    firms = bodies_visible_to(scope).filter(kind__in=(Body.Kind.ENTERPRISE, Body.Kind.AGENCY))
    columns = firms.order_by("pk").values_list("pk", "name", "initials")[:MOST_BODIES]
    return [{"id": pk, "name": name, "initials": initials} for pk, name, initials in columns]


def area_at(place: geo.Point, at: datetime) -> Area | None:
    """The smallest area whose outline holds the place; else the nearest grid or village."""
    day = at.astimezone(LOCAL).date()
    valid = Area.objects.valid_on(day).select_related("parent__parent")
    boxed = valid.exclude(outline=None).filter(
        min_lon__lte=place.lon,
        max_lon__gte=place.lon,
        min_lat__lte=place.lat,
        max_lat__gte=place.lat,
        level__in=DEEPEST_FIRST,
    )
    index = geo.OutlineIndex((area, geo.outline(area.outline)) for area in boxed)
    holding = index.holding(place)
    if holding:
        return min(holding, key=lambda area: DEEPEST_FIRST[Area.Level(area.level)])
    near = Q(lon__range=(place.lon - 0.05, place.lon + 0.05))
    near &= Q(lat__range=(place.lat - 0.05, place.lat + 0.05))
    around = valid.filter(near, level__in=BELOW_TOWN)[:SMALL]
    return min(around, key=lambda area: _away(area, place), default=None)


def _away(area: Area, place: geo.Point) -> float:
    if area.lon is None or area.lat is None:
        return float("inf")
    return geo.distance(geo.point(area.lon, area.lat), place)
