"""From bytes to judged messages (读取): the one way in.

`read` never raises for what stands in a file: whatever it is, the answer says what it is, what is
wrong with it, and whether it may be acted on.
"""

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from lxml import etree

from . import envelopes, feeds, signatures, structure
from .elements import SIGNATURE, Findings
from .faults import Fault, Kind, line_of, local
from .feeds import Entry
from .judging import judge
from .means import Means, TooMuch
from .messages import NAMESPACES, read_alert
from .originals import Originals
from .sources import Source, Unreadable, opened
from .values import Alert

if TYPE_CHECKING:
    from .trust import Trust

_MOST_CHILDREN = 10_000  # the schema's complaints take quadratic time: these a tenth of a second
_MOST_ATTRIBUTES = 5_000  # CAP has none; the schema complains of each, at length
_INCLUSION = "http://www.w3.org/2001/XInclude"
_TOO_MUCH = (Kind.TOO_DEEP.key, Kind.POLYGON_HUGE.key)
_RANK = ("broken", "unreadable", "unknown_signer", "valid", "none")
_GLIMPSES = ("identifier", "sender", "sent", "status", "msgType", "event", "headline")
_log = logging.getLogger("anlan.cap")


@dataclass(frozen=True)
class Message:
    """One alert of a file, judged (报文).

    `alert` is None when something needful could not be read; `glimpse` holds then what could, for
    people to look at. `signature` is none, valid, unknown_signer, broken or unreadable.
    """

    alert: Alert | None
    version: str
    xsd: bool
    faults: tuple[Fault, ...]
    signature: str = "none"
    signers: tuple[str, ...] = ()
    glimpse: dict[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether it may be acted on: by everybody, or in a drill (可用)."""
        return self.alert is not None and not any(fault.grave for fault in self.faults)


@dataclass(frozen=True)
class Reading:
    """A file, judged: an alert, a feed, or something else."""

    kind: str
    wrapper: str = ""
    messages: tuple[Message, ...] = ()
    entries: tuple[Entry, ...] = ()
    own_faults: tuple[Fault, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether everything in it may be acted on; an empty feed says that nothing is in force."""
        if self.kind == "other" and not self.messages:
            return False
        return not any(fault.grave for fault in self.own_faults) and all(
            message.usable for message in self.messages
        )

    @property
    def xsd(self) -> bool | None:
        """Whether every alert keeps to the schema; None when there is none."""
        return all(message.xsd for message in self.messages) if self.messages else None

    @property
    def signature(self) -> str:
        """The worst of the messages."""
        found = {message.signature for message in self.messages}
        return next((each for each in _RANK if each in found), "none")

    @property
    def faults(self) -> tuple[Fault, ...]:
        """Those of the file, then those of its messages."""
        return (*self.own_faults, *(fault for each in self.messages for fault in each.faults))


def read(raw: bytes, *, trust: "Trust | None" = None) -> Reading:
    """Read and judge a file; signatures are held against `trust` (读取)."""
    try:
        source = opened(raw)
        del raw  # or a large file would stand in memory twice
        return _judged(source, trust, Means())
    except Unreadable as refusal:
        return _refused(refusal)
    except Exception as failure:  # a fault of ours, which a file may have been made to find
        _log.exception("a file broke the reader")
        fault = Kind.READER_FAILED.at(detail=type(failure).__name__)
        return Reading("other", own_faults=(fault,))


def _judged(source: Source, trust: "Trust | None", means: Means) -> Reading:
    root = source.tree()
    if feeds.is_alert(root):
        message = _message(root, Originals(source), trust, means, source.faults)
        return Reading("alert", messages=(message,))
    found = Findings(means)
    found.take(source.faults)
    feed = feeds.read_feed(root, found)
    if feed is None:
        found.add(Kind.NOT_CAP, root)
        return Reading("other", local(root), own_faults=tuple(found.faults))
    originals = Originals(source)
    messages = [_message(each, originals, trust, means) for each in feed.alerts]
    for text in feed.escaped:
        try:
            messages.append(_escaped(text, trust, means))
        except Unreadable as refusal:
            found.add(Kind.EMBEDDED_UNREADABLE, root, detail=refusal.fault.words)
    if messages and envelopes.around(root, feed.alerts):
        messages = _enveloped(messages, root, source, trust, means)
    return Reading(feed.kind, feed.wrapper, tuple(messages), feed.entries, tuple(found.faults))


def _enveloped(
    messages: list[Message],
    root: etree._Element,
    source: Source,
    trust: "Trust | None",
    means: Means,
) -> list[Message]:
    """The messages, with what the signatures around them are worth."""
    sent = next((each.alert.sent for each in messages if each.alert), None)
    try:
        signatures.refuse_heavy(root)
        envelope = envelopes.Envelope(source.tree(comments=True), trust, sent, means)
    except TooMuch as refusal:
        fault = Kind.TOO_DEEP.at(detail=str(refusal))
        return [replace(each, faults=(*each.faults, fault)) for each in messages]
    return [_sealed(each, envelope.over(number)) for number, each in enumerate(messages)]


def _sealed(message: Message, around: signatures.Signed) -> Message:
    """The message with a signature around it, beside those of its own."""
    own = signatures.Signed(signatures.Verdict(message.signature), message.signers)
    both = signatures.together((own, around))
    new = (kind.at(detail=said, value=said) for kind, said in signatures.faults_of(around))
    return replace(
        message, signature=both.verdict.value, signers=both.signers, faults=(*message.faults, *new)
    )


def _escaped(text: bytes, trust: "Trust | None", means: Means) -> Message:
    """An alert that stands in a feed as text; nothing but an alert, or feeds would nest in feeds
    without end.
    """
    source = opened(text)
    root = source.tree()
    if not feeds.is_alert(root):
        raise Unreadable(Kind.NOT_CAP.at())
    return _message(root, Originals(source), trust, means, source.faults)


def _refused(refusal: Unreadable) -> Reading:
    kinds = {"alert": "alert", "feed": "feed", "rss": "feed", "RDF": "feed", "alerts": "feed"}
    kind = kinds.get(refusal.root, "other")
    return Reading(kind, refusal.root, own_faults=(refusal.fault,))


def _message(
    node: etree._Element,
    originals: Originals,
    trust: "Trust | None",
    means: Means,
    noticed: tuple[Fault, ...] = (),
) -> Message:
    found = Findings(means)
    found.take(noticed)
    space = (etree.QName(node).namespace or "").strip()
    version = NAMESPACES.get(space, "")
    xsd = False
    alert = None
    if next(node.iter(f"{{{_INCLUSION}}}*"), None) is not None:
        found.add(Kind.INCLUDES, node)
    if any(len(each) > _MOST_CHILDREN for each in node.iter()):
        found.add(Kind.TOO_DEEP, node, detail=f"一个元素下超过 {_MOST_CHILDREN} 项")
    elif sum(len(each.attrib) for each in node.iter()) > _MOST_ATTRIBUTES:
        found.add(Kind.TOO_DEEP, node, detail=f"属性超过 {_MOST_ATTRIBUTES} 个")
    elif version:
        alert = read_alert(node, found)
        found.take(judge(alert) if alert else (), lambda fault: _placed(fault, node))
        xsd, against = structure.check(node, version)
        found.take(against)
    else:
        found.add(Kind.WRONG_NAMESPACE, node, value=space or "（无）")
    refused = any(fault.grave and fault.name in _TOO_MUCH for fault in found.faults)
    verdict, signers = _signed(node, originals, alert, trust, found, refused=refused)
    return Message(
        alert=alert,
        version=version,
        xsd=xsd,
        faults=tuple(found.faults),
        signature=verdict,
        signers=signers,
        glimpse=_glimpse(node),
    )


def _placed(fault: Fault, alert: etree._Element) -> Fault:
    """A fault of the message as a whole with the line of its element, or of the one that lacks
    it.
    """
    steps = fault.element.split("/")[1:]
    while steps:
        node = alert.find("/".join(f"{{*}}{step}" for step in steps))
        if node is not None:
            return replace(fault, line=line_of(node))
        steps.pop()
    return replace(fault, line=line_of(alert))


def _glimpse(node: etree._Element) -> dict[str, str]:
    seen: dict[str, str] = {}
    for each in node.iter("{*}*"):
        name = local(each)
        if name in _GLIMPSES and name not in seen and each.text and each.text.strip():
            seen[name] = each.text.strip()[:200]
    return seen


# --- signatures ---------------------------------------------------------------------------------


def _signed(
    node: etree._Element,
    originals: Originals,
    alert: Alert | None,
    trust: "Trust | None",
    found: Findings,
    *,
    refused: bool,
) -> tuple[str, tuple[str, ...]]:
    """What its signatures are worth; no work is spent on what is refused for its size."""
    count = sum(1 for _ in node.iter(f"{{{SIGNATURE}}}Signature"))
    if count > signatures.MOST:
        found.add(Kind.SIGNATURE_BROKEN, node, detail=f"签名多达 {count} 个")
        return "broken", ()
    if not count or refused:
        return "unreadable" if count else "none", ()
    try:
        found.means.go_on()
        signatures.refuse_heavy(node)
        original = originals.of(node)
        signatures.refuse_heavy(original)  # with its comments
        sent = alert.sent if alert else None
        signed = signatures.verify(original, trust, sent, found.means)
    except TooMuch as refusal:
        found.add(Kind.TOO_DEEP, node, detail=str(refusal))
        return "unreadable", ()
    for kind, detail in signatures.faults_of(signed):
        found.add(kind, node, detail=detail, value=detail)
    return signed.verdict.value, signed.signers
