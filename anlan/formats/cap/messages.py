"""From an alert element to an Alert (读取报文).

The element decides nothing by itself: `judging` looks at what was read as a whole.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from lxml import etree

from . import geometry, times
from .elements import Block, Findings
from .faults import Kind
from .geometry import Outline, Slip
from .values import (
    Alert,
    Area,
    CapError,
    Category,
    Certainty,
    Circle,
    Info,
    MsgType,
    Named,
    Polygon,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)

NAMESPACES = {
    "urn:oasis:names:tc:emergency:cap:1.1": "1.1",
    "urn:oasis:names:tc:emergency:cap:1.2": "1.2",
}
MOST_OUTLINE = 1_500_000  # characters
MOST_TEXT = 100_000  # characters of a list; more is no list of references

_LISTS = {
    "alert": """identifier sender sent status msgType source scope restriction addresses code note
        references incidents info""",
    "info": """language category event responseType urgency severity certainty audience eventCode
        effective onset expires senderName headline description instruction web contact parameter
        resource area""",
    "area": "areaDesc polygon circle geocode altitude ceiling",
    "resource": "resourceDesc mimeType size uri derefUri digest",
}
_CHILDREN = {name: tuple(listed.split()) for name, listed in _LISTS.items()}
_PLACES = ("polygon", "circle", "geocode")


def read_alert(node: etree._Element, found: Findings) -> Alert | None:
    """The message in this element; None when something that must be there is not."""
    block = Block(node, found, _CHILDREN["alert"])
    identifier = _name(block, "identifier")
    sender = _name(block, "sender")
    sent = block.moment("sent", must=True)
    status = block.choice("status", Status)
    msg_type = block.choice("msgType", MsgType)
    scope = block.choice("scope", Scope)
    references = _references(block)
    infos = [_info(each, found) for each in block.all("info")]
    if status is None or msg_type is None or scope is None or sent is None:
        return None
    if not identifier or not sender or None in infos:
        return None
    try:
        return Alert(
            identifier=identifier,
            sender=sender,
            sent=sent,
            status=status,
            msg_type=msg_type,
            scope=scope,
            source=block.text("source"),
            restriction=block.text("restriction"),
            addresses=_list(block, "addresses"),
            codes=block.texts("code"),
            note=block.text("note"),
            references=references,
            incidents=_list(block, "incidents"),
            infos=tuple(info for info in infos if info is not None),
        )
    except CapError as error:
        found.add(Kind.UNKNOWN_VALUE, node, name="alert", value=error.words)
        return None


def _name(block: Block, name: str) -> str:
    """An identifier or a sender: references list them between commas."""
    said = block.text(name, must=True)
    if len(said.split()) > 1:
        block.found.add(Kind.SPACES_IN_NAME, block.all(name)[0], name=name, value=said)
    return said


def _listing(block: Block, name: str) -> str:
    """The text of a list; one without end is no list, and its items would fill the memory."""
    text = block.text(name)
    if len(text) > MOST_TEXT:
        block.found.add(Kind.TOO_LARGE, block.all(name)[0], detail=f"{name} 有 {len(text)} 个字符")
    return text[:MOST_TEXT]


def _list(block: Block, name: str) -> tuple[str, ...]:
    """Words between blanks; what holds blanks itself stands in quotes."""
    text = _listing(block, name)
    if '"' not in text:
        return tuple(text.split())
    items: list[str] = []
    for index, part in enumerate(text.split('"')):
        items += [part] if index % 2 else part.split()
    return tuple(item for item in items if item.strip())


# --- references ---------------------------------------------------------------------------------


def _references(block: Block) -> tuple[Reference, ...]:
    text = _listing(block, "references")
    if not text:
        return ()
    node = block.all("references")[0]
    chunks = [chunk.split(",") for chunk in text.split()]
    if not all(len(parts) == 3 for parts in chunks):
        chunks = _with_blanks(text) or chunks
    made = []
    for parts in chunks:
        reference = _reference(parts)
        if reference is None:
            block.found.add(Kind.REFERENCE_UNREADABLE, node, value=",".join(parts))
        else:
            made.append(reference)
    return tuple(dict.fromkeys(made))


def _with_blanks(text: str) -> list[list[str]]:
    """Triples whose senders hold blanks: a time ends one, the next sender begins behind it."""
    pieces = text.split(",")
    if len(pieces) % 2 == 0 or len(pieces) < 3:
        return []
    triples = []
    sender = pieces[0].strip()
    for at in range(1, len(pieces), 2):
        time, *following = pieces[at + 1].split(None, 1) or [""]
        triples.append([sender, pieces[at].strip(), time])
        sender = following[0].strip() if following else ""
    return [] if sender else triples


def _reference(parts: Sequence[str]) -> Reference | None:
    if len(parts) != 3 or not parts[0] or not parts[1]:
        return None
    try:
        sent, _ = times.read(parts[2])
    except (ValueError, OverflowError):
        return None
    return Reference(parts[0], parts[1], sent)


# --- info, area, resource -----------------------------------------------------------------------


def _info(node: etree._Element, found: Findings) -> Info | None:
    block = Block(node, found, _CHILDREN["info"])
    categories = block.choices("category", Category, must=True)
    event = block.text("event", must=True)
    urgency = block.choice("urgency", Urgency)
    severity = block.choice("severity", Severity)
    certainty = block.choice("certainty", Certainty)
    moments = _moments(block)
    responses = block.choices("responseType", ResponseType, must=False)
    resources = tuple(_resource(each, found) for each in block.filled("resource"))
    areas = tuple(_area(each, found) for each in block.all("area"))
    if urgency is None or severity is None or certainty is None or not categories or not event:
        return None
    return Info(
        categories=categories,
        event=event,
        urgency=urgency,
        severity=severity,
        certainty=certainty,
        language=block.text("language") or "en-US",
        response_types=responses,
        audience=block.text("audience"),
        event_codes=_named(block, "eventCode"),
        effective=moments[0],
        onset=moments[1],
        expires=moments[2],
        sender_name=block.text("senderName"),
        headline=block.text("headline"),
        description=block.text("description"),
        instruction=block.text("instruction"),
        web=block.text("web"),
        contact=block.text("contact"),
        parameters=_named(block, "parameter"),
        resources=resources,
        areas=areas,
    )


def _moments(block: Block) -> tuple[datetime | None, datetime | None, datetime | None]:
    return block.moment("effective"), block.moment("onset"), block.moment("expires")


def _named(block: Block, name: str) -> tuple[Named, ...]:
    made = []
    for node in block.filled(name):
        pair = Block(node, block.found, ("valueName", "value"))
        said = (pair.text(part, must=True, empty=True) for part in ("valueName", "value"))
        made.append(Named(*said))
    return tuple(made)


def _area(node: etree._Element, found: Findings) -> Area:
    block = Block(node, found, _CHILDREN["area"])
    description = block.text("areaDesc", must=True, empty=_has_place(node))
    geocodes = _named(block, "geocode")
    polygons: list[Polygon] = []
    circles: list[Circle] = []
    slips: list[tuple[etree._Element, Slip]] = []
    for name, read in (("polygon", geometry.read_polygon), ("circle", geometry.read_circle)):
        for each in block.all(name):
            outline = _outline(each, name, read, found)
            slips += ((each, slip) for slip in outline.slips)
            polygons += [outline.polygon] if outline.polygon else []
            circles += [outline.circle] if outline.circle else []
    # Outlines add up: one that is lost leaves people out. Codes say the same place once more.
    coded = any(code.name and code.value for code in geocodes)
    for each, (kind, value) in slips:
        if kind.grave and coded:
            found.leave(kind, each, value=value)
        else:
            found.add(kind, each, value=value)
    altitude, ceiling = block.number("altitude"), block.number("ceiling")
    if ceiling is not None and (altitude is None or ceiling < altitude):
        found.add(Kind.CEILING, node)
    return Area(description, tuple(polygons), tuple(circles), geocodes, altitude, ceiling)


def _outline(
    node: etree._Element, name: str, read: Callable[[str], Outline], found: Findings
) -> Outline:
    text = "".join(str(part) for part in node.itertext())
    if len(text) > MOST_OUTLINE or not found.means.affords(geometry.points_in(text)):
        return Outline(slips=(Slip(Kind.POLYGON_HUGE, str(len(text))),))
    if not text.strip():
        found.add(Kind.PLACE_EMPTY, node, name=name)
        return Outline()
    return read(text.strip())


def _has_place(node: etree._Element) -> bool:
    return any(etree.QName(child).localname in _PLACES for child in node)


def _resource(node: etree._Element, found: Findings) -> Resource:
    block = Block(node, found, _CHILDREN["resource"])
    version = NAMESPACES.get((etree.QName(node).namespace or "").strip())
    size = block.number("size", _count)
    return Resource(
        description=block.text("resourceDesc", must=True, empty=True),
        mime_type=block.text("mimeType", must=version == "1.2", empty=True),
        size=int(size) if size is not None else None,
        uri=block.text("uri"),
        deref_uri=block.text("derefUri"),
        digest=block.text("digest"),
    )


def _count(text: str) -> float:
    """A number of bytes: none is negative."""
    number = float(text)
    if number < 0:
        raise ValueError(text)
    return number
