"""What a CAP message says, as values (报文).

An `Alert` holds only what CAP can say: text without control characters, instants with a zone,
values from the lists of the standard. Whatever can be held here can be written and read back
unchanged.
"""

import re
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class CapError(ValueError):
    """This cannot be said in CAP, or cannot be read as CAP (报文有误)."""

    def __init__(self, words: str, *, mend: str = "") -> None:
        super().__init__(f"{words}（{mend}）" if mend else words)
        self.words = words
        self.mend = mend


class Status(StrEnum):
    """What a message is for; only Actual is for everybody."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    SYSTEM = "System"
    TEST = "Test"
    DRAFT = "Draft"


class MsgType(StrEnum):
    """What a message does to the ones before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"
    ACK = "Ack"
    ERROR = "Error"


class Scope(StrEnum):
    """Whom a message may be shown to."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"
    PRIVATE = "Private"


class Category(StrEnum):
    """What kind of event."""

    GEO = "Geo"
    MET = "Met"
    SAFETY = "Safety"
    SECURITY = "Security"
    RESCUE = "Rescue"
    FIRE = "Fire"
    HEALTH = "Health"
    ENV = "Env"
    TRANSPORT = "Transport"
    INFRA = "Infra"
    CBRNE = "CBRNE"
    OTHER = "Other"


class ResponseType(StrEnum):
    """What people are asked to do."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ASSESS = "Assess"
    ALL_CLEAR = "AllClear"
    NONE = "None"


class Urgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class _Held:
    """Trims what stands around a text, and refuses what XML cannot carry."""

    def __post_init__(self) -> None:
        for each in fields(self):  # type: ignore[arg-type]  # every heir is a dataclass
            value = getattr(self, each.name)
            if type(value) is str:
                object.__setattr__(self, each.name, _sayable(value, each.name))
            elif isinstance(value, datetime):
                object.__setattr__(self, each.name, _instant(value, each.name))
            elif isinstance(value, tuple) and value and type(value[0]) is str:
                said = (_sayable(item, each.name) for item in value)
                object.__setattr__(self, each.name, tuple(item for item in said if item))


def _sayable(text: str, name: str) -> str:
    text = text.strip()
    if found := _UNSAYABLE.search(text):
        raise CapError(f"{name} 里有 XML 不能表示的字符 U+{ord(found[0]):04X}", mend="请删去该字符")
    return text


def _instant(moment: datetime, name: str) -> datetime:
    if moment.utcoffset() is None:
        raise CapError(f"{name} 没有时区", mend="请给出带时区的时间，如 +08:00")
    return moment.replace(microsecond=0)


@dataclass(frozen=True)
class Named(_Held):
    """A value under a name that both sides agreed on: eventCode, parameter, geocode."""

    name: str
    value: str


@dataclass(frozen=True)
class Reference(_Held):
    """One earlier message, named as CAP names it: sender, identifier, sent."""

    sender: str
    identifier: str
    sent: datetime


class Point(NamedTuple):
    """A place in WGS 84, latitude first, as CAP writes it."""

    lat: float
    lon: float


@dataclass(frozen=True)
class Polygon:
    """A closed ring, exactly as it was sent; `geometry.for_use` makes it small enough to work
    with.
    """

    points: tuple[Point, ...]


@dataclass(frozen=True)
class Circle:
    """A place and a radius in kilometres."""

    centre: Point
    radius_km: float


@dataclass(frozen=True)
class Area(_Held):
    """Where: in words, and by outline or code where the issuer gives them. Heights are in feet."""

    description: str
    polygons: tuple[Polygon, ...] = ()
    circles: tuple[Circle, ...] = ()
    geocodes: tuple[Named, ...] = ()
    altitude: float | None = None
    ceiling: float | None = None


@dataclass(frozen=True)
class Resource(_Held):
    """A picture, a sound or a page beside the words; `size` in bytes."""

    description: str
    mime_type: str = ""
    size: int | None = None
    uri: str = ""
    deref_uri: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Info(_Held):
    """The event in one language."""

    categories: tuple[Category, ...]
    event: str
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    language: str = "en-US"
    response_types: tuple[ResponseType, ...] = ()
    audience: str = ""
    event_codes: tuple[Named, ...] = ()
    effective: datetime | None = None
    onset: datetime | None = None
    expires: datetime | None = None
    sender_name: str = ""
    headline: str = ""
    description: str = ""
    instruction: str = ""
    web: str = ""
    contact: str = ""
    parameters: tuple[Named, ...] = ()
    resources: tuple[Resource, ...] = ()
    areas: tuple[Area, ...] = ()

    @property
    def over(self) -> bool:
        """Whether this says that the danger has passed."""
        return self.urgency is Urgency.PAST or ResponseType.ALL_CLEAR in self.response_types


@dataclass(frozen=True)
class Alert(_Held):
    """One message (预警报文)."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    msg_type: MsgType
    scope: Scope
    source: str = ""
    restriction: str = ""
    addresses: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    note: str = ""
    references: tuple[Reference, ...] = ()
    incidents: tuple[str, ...] = ()
    infos: tuple[Info, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        for item in (*self.addresses, *self.incidents):
            if '"' in item:
                raise CapError(f"「{item}」里有双引号，CAP 的列表不能表示", mend="请去掉双引号")

    @property
    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)

    @property
    def superseded(self) -> tuple[Reference, ...]:
        """What an update or a cancellation of this message must name: it, and what it replaced."""
        return (*(each for each in self.references if each != self.reference), self.reference)

    def info_in(self, language: str) -> Info | None:
        """The event in this language (`zh` finds zh-CN), else in the first one given."""
        wanted = language.lower()
        for info in self.infos:
            given = info.language.lower()
            if given == wanted or given.split("-")[0] == wanted.split("-")[0]:
                return info
        return self.infos[0] if self.infos else None
