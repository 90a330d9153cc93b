"""Whom a warning calls (预警叫应对象), as the call-up wants to be told."""

from anlan.callup.actions import Brief
from anlan.callup.models.profiles import profiles
from anlan.callup.rules import nearness_of
from anlan.kernel.refs import Ref
from anlan.people.models import Area

from ..flow import World
from .issuing import hazard_warned
from .warnings import Warning

LIVE_PROFILE, DRILL_PROFILE = "life_safety", "drill"


def call_brief(warning: Warning) -> Brief | None:
    """Whom it calls; None where its hazard or areas call nobody."""
    warned = list(Area.objects.filter(code__in=warning.codes, valid_to=None).order_by("path"))
    areas, nearness = _nearest_first(warned, warning)
    hazard = hazard_warned(warning.hazard).callup if warning.hazard else ""
    if not areas or not hazard:
        return None
    drill = warning.world == World.DRILL
    profile = DRILL_PROFILE if drill and DRILL_PROFILE in profiles() else LIVE_PROFILE
    return Brief(
        profile=profile,
        hazard=hazard,
        title=warning.headline[:120],
        areas=areas,
        nearness=nearness,
        colour=warning.colour,
        words=str(warning.content.get("instruction", "")),
        source=Ref.of(warning) if warning.pk else None,
        drill=drill,
    )


def _nearest_first(warned: list[Area], warning: Warning) -> tuple[tuple[Area, ...], dict[int, int]]:
    """The areas with how near the danger is; where it was measured comes in for itself.

    A town is warned because the river rose at one village: its people are called before the rest.
    """
    if warning.alarm is None:
        return tuple(warned), {}
    seen = warning.alarm.parts.select_related("stream__station__area", "area").order_by("pk")
    dangers = [part.stream.station.area if part.stream else part.area for part in seen]
    there = [area for area in dangers if any(area.path.startswith(w.path) for w in warned)]
    areas = list({area.pk: area for area in [*there, *warned]}.values())
    near = nearness_of((area.path for area in areas), [area.path for area in dangers])
    return tuple(areas), {area.pk: near[area.path] for area in areas}
