"""Whom a warning calls (预警叫应对象), as the call-up wants to be told."""

from anlan.callup.actions import Brief
from anlan.callup.models.profiles import profiles
from anlan.kernel.refs import Ref
from anlan.people.models import Area

from ..flow import World
from .issuing import hazard_warned
from .warnings import Warning

LIVE_PROFILE, DRILL_PROFILE = "life_safety", "drill"


def call_brief(warning: Warning) -> Brief | None:
    """Whom it calls; None where its hazard or areas call nobody."""
    areas = tuple(Area.objects.filter(code__in=warning.codes, valid_to=None).order_by("path"))
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
        colour=warning.colour,
        words=str(warning.content.get("instruction", "")),
        source=Ref.of(warning) if warning.pk else None,
        drill=drill,
    )
