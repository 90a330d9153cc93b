"""What is wrong with a message as a whole (判定): its parts against each other.

No clock: whether a message is still in force is for whoever uses it. The rules and their grounds
stand in docs/howto/cap.md.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from itertools import product

from .faults import Fault, Kind
from .values import Alert, Info, MsgType, Reference, Resource, Scope, Status

_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*")
_FOLLOWS = (MsgType.UPDATE, MsgType.CANCEL, MsgType.ACK, MsgType.ERROR)
_WIDTHS = (60, 64, 72, 76)  # characters to a line of base64
_DIGESTS = ("sha1", "sha256", "sha512", "sha384", "sha224", "md5")  # the standard names the first


def judge(alert: Alert) -> tuple[Fault, ...]:
    """Every fault of the message as a whole, grave ones among them (判定)."""
    return (*_envelope(alert), *_references(alert), *_events(alert))


def _envelope(alert: Alert) -> Iterator[Fault]:
    if alert.status in (Status.DRAFT, Status.SYSTEM):
        yield Kind.NOT_FOR_USE.at(element="alert/status", value=alert.status.value)
    if alert.scope is Scope.RESTRICTED and not alert.restriction:
        yield Kind.RESTRICTION_MISSING.at(element="alert/restriction")
    if alert.scope is Scope.PRIVATE and not alert.addresses:
        yield Kind.ADDRESSES_MISSING.at(element="alert/addresses")
    for name, said in (("identifier", alert.identifier), ("sender", alert.sender)):
        if not said:
            yield Kind.EMPTY.at(element=f"alert/{name}", name=name)
        if any(mark in said for mark in ",<&"):
            yield Kind.UNNAMEABLE.at(element=f"alert/{name}", name=name, value=said)


def _references(alert: Alert) -> Iterator[Fault]:
    where = "alert/references"
    if alert.msg_type in _FOLLOWS and not alert.references:
        yield Kind.REFERENCE_MISSING.at(element=where, value=alert.msg_type.value)
    others = [each for each in alert.references if each != alert.reference]
    for each in alert.references:
        if each == alert.reference:
            # Who also says what it follows, or follows nothing, is understood all the same.
            needed = alert.msg_type in _FOLLOWS and not others
            kind = Kind.REFERENCE_TO_ITSELF if needed else Kind.REFERENCE_TO_ITSELF_TOO
            yield kind.at(element=where)
        elif each.sent > alert.sent:
            yield Kind.REFERENCE_TO_LATER.at(element=where, value=_named(each))
        elif each.sender != alert.sender and alert.msg_type in (MsgType.UPDATE, MsgType.CANCEL):
            yield Kind.REFERENCE_SENDER.at(element=where, value=each.sender)
        elif each.identifier == alert.identifier and each.sender == alert.sender:
            yield Kind.IDENTIFIER_REUSED.at(element=where)


def _named(reference: Reference) -> str:
    return f"{reference.sender},{reference.identifier},{reference.sent.isoformat()}"


# --- what happens -------------------------------------------------------------------------------


def _events(alert: Alert) -> Iterator[Fault]:
    if not alert.infos and alert.msg_type in (MsgType.ALERT, MsgType.UPDATE):
        yield Kind.NO_INFO.at(element="alert")
    lost = all(_never_in_force(alert, info) for info in alert.infos)
    for number, info in enumerate(alert.infos, 1):
        where = f"alert/info[{number}]" if len(alert.infos) > 1 else "alert/info"
        yield from _times(alert, info, where, lost=lost)
        yield from _details(info, where)
    yield from _twins(alert)


def _times(alert: Alert, info: Info, where: str, *, lost: bool) -> Iterator[Fault]:
    if info.expires is None:
        yield Kind.NO_EXPIRY.at(element=where)
    elif _never_in_force(alert, info):
        # Who says that a danger is over may say so late; who warns of one must leave time for it.
        warns = alert.msg_type in (MsgType.ALERT, MsgType.UPDATE) and not info.over
        kind = Kind.EXPIRED_WHEN_SENT if lost and warns else Kind.EXPIRES_EARLY
        yield kind.at(element=f"{where}/expires")
    elif info.onset and info.expires < info.onset:
        yield Kind.EXPIRES_BEFORE_ONSET.at(element=f"{where}/expires")


def _never_in_force(alert: Alert, info: Info) -> bool:
    begins = max(alert.sent, info.effective or alert.sent)
    return info.expires is not None and info.expires < begins


def _details(info: Info, where: str) -> Iterator[Fault]:
    if not info.areas:
        yield Kind.NO_AREA.at(element=where)
    if not _LANGUAGE.fullmatch(info.language):
        yield Kind.LANGUAGE.at(element=f"{where}/language", value=info.language)
    for resource in info.resources:
        yield from _embedded(resource, f"{where}/resource")


def _embedded(resource: Resource, where: str) -> Iterator[Fault]:
    """Whether what is embedded is what was announced; nothing is fetched to find out."""
    said = resource.description or resource.uri
    if not resource.deref_uri:
        return
    try:
        content = base64.b64decode(resource.deref_uri)
    except ValueError:
        content = None
    if resource.digest and (content is None or not _holds(resource, content)):
        yield Kind.RESOURCE_DIGEST.at(element=where, value=said)
    elif content is None or resource.size not in (None, len(content)):
        yield Kind.RESOURCE_SIZE.at(element=where, value=said)


def _holds(resource: Resource, content: bytes) -> bool:
    """Whether the digest is the content's, or that of the base64 it stands in, as some take it:
    as it came, or in the lines that its size tells of.
    """
    if _is_digest(resource.digest, content):
        return True
    text = "".join(resource.deref_uri.split()).encode()
    if _is_digest(resource.digest, text):
        return True
    return any(
        _is_digest(resource.digest, lined)
        for width, ending in product(_WIDTHS, (b"\n", b"\r\n"))
        if _length(len(text), width, len(ending)) == resource.size
        for lined in (
            b"".join(text[at : at + width] + ending for at in range(0, len(text), width)),
        )
    )


def _length(text: int, width: int, ending: int) -> int:
    return text + -(-text // width) * ending


def _is_digest(said: str, content: bytes) -> bool:
    """Whether it is the content's: in hexadecimal, or in base64 as some write it."""
    plain = "".join(said.split()).lower()
    made = (hashlib.new(name, content, usedforsecurity=False) for name in _DIGESTS)
    return any(
        plain == each.hexdigest() or said.rstrip("=") == _base64(each.digest()) for each in made
    )


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode().rstrip("=")


def _twins(alert: Alert) -> Iterator[Fault]:
    """Infos of one event in several languages must agree on how bad it is and until when."""
    if len({info.language.lower() for info in alert.infos}) != len(alert.infos):
        return  # several events, or several areas, in one message
    for name, values in (
        ("严重程度", {info.severity for info in alert.infos}),
        ("紧迫程度", {info.urgency for info in alert.infos}),
        ("失效时间", {info.expires for info in alert.infos}),
    ):
        if len(values) > 1:
            yield Kind.LANGUAGES_DIFFER.at(element="alert/info", name=name)
