"""From an Alert to CAP 1.2 (写出报文): valid against the OASIS schema, or refused."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import cast

from lxml import etree

from . import structure
from .feeds import ATOM, CAP_TYPE
from .judging import judge
from .times import written
from .values import (
    Alert,
    Area,
    CapError,
    Circle,
    Info,
    MsgType,
    Named,
    Point,
    Polygon,
    Reference,
    Resource,
    Scope,
)

CAP = "urn:oasis:names:tc:emergency:cap:1.2"
_DRAFTS = ("not_for_use",)  # a draft and a system message may be written, though not acted on


def write(alert: Alert) -> bytes:
    """The message as CAP 1.2; CapError when it says something that may not be said (写出)."""
    grave = [fault for fault in judge(alert) if fault.grave and fault.name not in _DRAFTS]
    if grave:
        raise CapError(f"报文不能发出：{grave[0].words}", mend=f"请改正 {grave[0].element}")
    xml = etree.tostring(_alert(alert), xml_declaration=True, encoding="UTF-8")
    if faults := structure.valid(xml):
        raise CapError(f"报文不能发出：{faults[0].words}", mend=f"请改正 {faults[0].element}")
    return xml


def acknowledge(
    received: Alert, *, identifier: str, sender: str, sent: datetime, note: str = ""
) -> Alert:
    """The answer that a message was received, to its sender alone (回执)."""
    return Alert(
        identifier=identifier,
        sender=sender,
        sent=sent,
        status=received.status,
        msg_type=MsgType.ACK,
        scope=Scope.PRIVATE,
        addresses=(received.sender,),
        note=note,
        references=(received.reference,),
    )


def _alert(alert: Alert) -> etree._Element:
    root = etree.Element(f"{{{CAP}}}alert", nsmap=cast("dict[str, str]", {None: CAP}))
    _put(root, "identifier", alert.identifier)
    _put(root, "sender", alert.sender)
    _put(root, "sent", written(alert.sent))
    _put(root, "status", alert.status.value)
    _put(root, "msgType", alert.msg_type.value)
    _some(root, "source", alert.source)
    _put(root, "scope", alert.scope.value)
    _some(root, "restriction", alert.restriction)
    _some(root, "addresses", _listed(alert.addresses))
    for code in alert.codes:
        _put(root, "code", code)
    _some(root, "note", alert.note)
    _some(root, "references", " ".join(_reference(each) for each in alert.references))
    _some(root, "incidents", _listed(alert.incidents))
    for info in alert.infos:
        _info(etree.SubElement(root, f"{{{CAP}}}info"), info)
    return root


def _info(node: etree._Element, info: Info) -> None:
    _put(node, "language", info.language)
    for category in info.categories:
        _put(node, "category", category.value)
    _put(node, "event", info.event)
    for response in info.response_types:
        _put(node, "responseType", response.value)
    _put(node, "urgency", info.urgency.value)
    _put(node, "severity", info.severity.value)
    _put(node, "certainty", info.certainty.value)
    _some(node, "audience", info.audience)
    _named(node, "eventCode", info.event_codes)
    for name, moment in (
        ("effective", info.effective),
        ("onset", info.onset),
        ("expires", info.expires),
    ):
        _some(node, name, written(moment) if moment else "")
    _some(node, "senderName", info.sender_name)
    _some(node, "headline", info.headline)
    _some(node, "description", info.description)
    _some(node, "instruction", info.instruction)
    _some(node, "web", info.web)
    _some(node, "contact", info.contact)
    _named(node, "parameter", info.parameters)
    for resource in info.resources:
        _resource(etree.SubElement(node, f"{{{CAP}}}resource"), resource)
    for area in info.areas:
        _area(etree.SubElement(node, f"{{{CAP}}}area"), area)


def _resource(node: etree._Element, resource: Resource) -> None:
    _put(node, "resourceDesc", resource.description)
    _put(node, "mimeType", resource.mime_type)
    _some(node, "size", "" if resource.size is None else str(resource.size))
    _some(node, "uri", resource.uri)
    _some(node, "derefUri", resource.deref_uri)
    _some(node, "digest", resource.digest)


def _area(node: etree._Element, area: Area) -> None:
    _put(node, "areaDesc", area.description)
    for polygon in area.polygons:
        _put(node, "polygon", _ring(polygon))
    for circle in area.circles:
        _put(node, "circle", _circle(circle))
    _named(node, "geocode", area.geocodes)
    _some(node, "altitude", "" if area.altitude is None else _number(area.altitude))
    _some(node, "ceiling", "" if area.ceiling is None else _number(area.ceiling))


def _put(node: etree._Element, name: str, text: str) -> None:
    etree.SubElement(node, f"{{{CAP}}}{name}").text = text


def _some(node: etree._Element, name: str, text: str) -> None:
    if text:
        _put(node, name, text)


def _named(node: etree._Element, name: str, pairs: Iterable[Named]) -> None:
    for pair in pairs:
        under = etree.SubElement(node, f"{{{CAP}}}{name}")
        _put(under, "valueName", pair.name)
        _put(under, "value", pair.value)


def _reference(reference: Reference) -> str:
    return f"{reference.sender},{reference.identifier},{written(reference.sent)}"


def _listed(items: Sequence[str]) -> str:
    """Words with blanks in them stand in quotes."""
    return " ".join(f'"{item}"' if len(item.split()) > 1 else item for item in items)


def _ring(polygon: Polygon) -> str:
    return " ".join(_pair(point) for point in polygon.points)


def _circle(circle: Circle) -> str:
    return f"{_pair(circle.centre)} {_number(circle.radius_km)}"


def _pair(point: Point) -> str:
    return f"{_number(point.lat)},{_number(point.lon)}"


def _number(value: float) -> str:
    """All its digits, never as 1e-07: the schema's decimals know no exponent."""
    return format(Decimal(repr(float(value))), "f")


# --- feeds --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Published:
    """A message as it went out, and where it is to be had."""

    alert: Alert
    xml: bytes
    address: str


def write_feed(
    published: Iterable[Published], *, identifier: str, title: str, author: str, updated: datetime
) -> bytes:
    """An Atom feed, an entry for each message: a link to it, and the message itself (订阅源)."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap=cast("dict[str, str]", {None: ATOM}))
    _atom(root, "id", identifier)
    _atom(root, "title", title)
    _atom(root, "updated", written(updated))
    _atom(etree.SubElement(root, f"{{{ATOM}}}author"), "name", author)
    _atom(root, "link", rel="self", href=identifier, type="application/atom+xml")
    for each in published:
        entry = etree.SubElement(root, f"{{{ATOM}}}entry")
        info = each.alert.info_in("zh")
        _atom(entry, "id", each.address)
        _atom(entry, "title", (info.headline or info.event) if info else each.alert.identifier)
        _atom(entry, "updated", written(each.alert.sent))
        _atom(entry, "link", rel="alternate", href=each.address, type=CAP_TYPE)
        if info and info.description:
            _atom(entry, "summary", info.description)
        content = _atom(entry, "content", type=CAP_TYPE)
        content.append(etree.fromstring(each.xml, etree.XMLParser(resolve_entities=False)))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _atom(node: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    made = etree.SubElement(node, f"{{{ATOM}}}{name}", attributes)
    made.text = text or None
    return made
