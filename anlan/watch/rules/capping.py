"""A warning as values, to CAP and back (预警与报文互换). Knows formats, no Django, no clock.

Whatever a `Bulletin` can hold goes out as CAP 1.2 and comes back the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from anlan.formats import cap

Colour = Literal["RED", "ORANGE", "YELLOW", "BLUE", "WHITE", ""]
COLOURS: dict[Colour, str] = {
    "RED": "红",
    "ORANGE": "橙",
    "YELLOW": "黄",
    "BLUE": "蓝",
    "WHITE": "白",
}
SEVERITY = {
    "RED": cap.Severity.EXTREME,
    "ORANGE": cap.Severity.SEVERE,
    "YELLOW": cap.Severity.MODERATE,
    "BLUE": cap.Severity.MINOR,
    "WHITE": cap.Severity.UNKNOWN,
    "": cap.Severity.UNKNOWN,
}
AREA_CODE = "CPEAS Geographic Code"  # what the meteorological service calls a 12-digit area code
_HAZARD, _COLOUR, _STEP = "hazard", "color", "progressive_step"


@dataclass(frozen=True)
class Place:
    """One part of where a warning holds: an area by its code, and what is drawn besides.

    A ring is closed, of (longitude, latitude); a circle a centre and a radius in kilometres.
    """

    name: str
    code: str = ""
    rings: tuple[tuple[tuple[float, float], ...], ...] = ()
    circles: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Bulletin:
    """What one message of a warning says (预警内容)."""

    identifier: str
    sender: str
    sent: datetime
    status: cap.Status
    kind: cap.MsgType
    hazard: str
    event: str
    category: cap.Category
    colour: Colour
    headline: str
    description: str
    instruction: str
    onset: datetime | None
    expires: datetime
    urgency: cap.Urgency
    certainty: cap.Certainty
    responses: tuple[cap.ResponseType, ...]
    sender_name: str
    contact: str
    step: str
    places: tuple[Place, ...]
    references: tuple[cap.Reference, ...] = ()
    note: str = ""


def to_cap(bulletin: Bulletin) -> cap.Alert:
    """The message that says it."""
    info = cap.Info(
        categories=(bulletin.category,),
        event=bulletin.event,
        urgency=bulletin.urgency,
        severity=SEVERITY[bulletin.colour],
        certainty=bulletin.certainty,
        language="zh-CN",
        response_types=bulletin.responses,
        event_codes=(cap.Named(_HAZARD, bulletin.hazard),),
        onset=bulletin.onset,
        expires=bulletin.expires,
        sender_name=bulletin.sender_name,
        headline=bulletin.headline,
        description=bulletin.description,
        instruction=bulletin.instruction,
        contact=bulletin.contact,
        parameters=_parameters(bulletin),
        areas=tuple(_area(place) for place in bulletin.places),
    )
    return cap.Alert(
        identifier=bulletin.identifier,
        sender=bulletin.sender,
        sent=bulletin.sent,
        status=bulletin.status,
        msg_type=bulletin.kind,
        scope=cap.Scope.PUBLIC,
        note=bulletin.note,
        references=bulletin.references,
        infos=(info,),
    )


def from_cap(alert: cap.Alert) -> Bulletin | None:
    """What a message says in our terms; None when it says nothing of an event."""
    info = alert.info_in("zh")
    if info is None:
        return None
    given = {each.name: each.value for each in (*info.event_codes, *info.parameters)}
    return Bulletin(
        identifier=alert.identifier,
        sender=alert.sender,
        sent=alert.sent,
        status=alert.status,
        kind=alert.msg_type,
        hazard=given.get(_HAZARD, ""),
        event=info.event,
        category=info.categories[0],
        colour=_colour(info),
        headline=info.headline,
        description=info.description,
        instruction=info.instruction,
        onset=info.onset,
        expires=info.expires or alert.sent,
        urgency=info.urgency,
        certainty=info.certainty,
        responses=info.response_types,
        sender_name=info.sender_name,
        contact=info.contact,
        step=given.get(_STEP, ""),
        places=tuple(_place(area) for area in info.areas),
        references=alert.references,
        note=alert.note,
    )


def _parameters(bulletin: Bulletin) -> tuple[cap.Named, ...]:
    said = ((_COLOUR, bulletin.colour.lower()), (_STEP, bulletin.step))
    return tuple(cap.Named(name, value) for name, value in said if value)


def _colour(info: cap.Info) -> Colour:
    said = colour_of(info)
    return next((key for key, word in COLOURS.items() if word == said), "")


def colour_of(info: cap.Info) -> str:
    """红 橙 黄 蓝 白, as its issuer says."""
    from anlan.formats.cap import terms

    return terms.colour(info)


def _area(place: Place) -> cap.Area:
    rings = (cap.Polygon(tuple(cap.Point(lat, lon) for lon, lat in ring)) for ring in place.rings)
    circles = (cap.Circle(cap.Point(lat, lon), radius) for lon, lat, radius in place.circles)
    codes = (cap.Named(AREA_CODE, place.code),) if place.code else ()
    return cap.Area(place.name, tuple(rings), tuple(circles), codes)


def _place(area: cap.Area) -> Place:
    codes = [each.value for each in area.geocodes if each.name == AREA_CODE]
    return Place(
        area.description,
        codes[0] if codes else "",
        tuple(tuple((point.lon, point.lat) for point in ring.points) for ring in area.polygons),
        tuple((one.centre.lon, one.centre.lat, one.radius_km) for one in area.circles),
    )
