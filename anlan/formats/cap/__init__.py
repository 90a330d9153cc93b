"""CAP messages, in and out (预警报文): read, judged, written; signed ones verified.

What needs cryptography stands apart (`signing`, `signatures`, `trust`), for most messages are not
signed.
"""

from .faults import Fault, Kind
from .geometry import for_use as outline_for_use
from .identifiers import WarningIdentifier
from .judging import judge
from .reading import Message, Reading, read
from .uses import Drill, Live, Refused, Use, for_use
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
    Point,
    Polygon,
    Reference,
    Resource,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
)
from .writing import Published, acknowledge, write, write_feed

__all__ = [
    "Alert",
    "Area",
    "CapError",
    "Category",
    "Certainty",
    "Circle",
    "Drill",
    "Fault",
    "Info",
    "Kind",
    "Live",
    "Message",
    "MsgType",
    "Named",
    "Point",
    "Polygon",
    "Published",
    "Reading",
    "Reference",
    "Refused",
    "Resource",
    "ResponseType",
    "Scope",
    "Severity",
    "Status",
    "Urgency",
    "Use",
    "WarningIdentifier",
    "acknowledge",
    "for_use",
    "judge",
    "outline_for_use",
    "read",
    "write",
    "write_feed",
]
