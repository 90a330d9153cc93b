"""Feeds and wrappers (订阅源): Atom, RSS, and other documents that carry alerts.

A feed's entry leads to an alert, embedded or by a link; one that does neither announces a warning
that nobody can read.
"""

from dataclasses import dataclass
from itertools import islice

from lxml import etree

from .elements import Findings
from .faults import Kind, local
from .messages import NAMESPACES

ATOM = "http://www.w3.org/2005/Atom"
CAP_TYPE = "application/cap+xml"
_WRAPPERS = {"feed": "atom", "rss": "rss", "RDF": "rss", "alerts": "alerts"}
_MOST = 3000  # entries of one document
_MOST_ALERTS = 1500
_MOST_TITLE = 500


@dataclass(frozen=True)
class Entry:
    """One entry of a feed: what it announces and where the alert is to be had."""

    identifier: str
    title: str
    updated: str
    links: tuple[str, ...] = ()
    embedded: bool = False


@dataclass(frozen=True)
class Feed:
    """A document that carries alerts: which kind, its entries, and the alerts in it."""

    kind: str
    wrapper: str
    entries: tuple[Entry, ...] = ()
    alerts: tuple[etree._Element, ...] = ()
    escaped: tuple[bytes, ...] = ()


def is_alert(node: etree._Element) -> bool:
    """Whether this element says that it is a CAP alert, in whatever namespace."""
    space = (etree.QName(node).namespace or "").strip().lower()
    return local(node) == "alert" and (not space or "cap" in space or "incident.com" in space)


def read_feed(root: etree._Element, found: Findings) -> Feed | None:
    """The alerts and entries of a document whose root is no alert; None when it has none."""
    wrapper = _WRAPPERS.get(local(root), "")
    inside = alerts_in(root)
    if not wrapper and not any(etree.QName(each).namespace in NAMESPACES for each in inside):
        return None
    nodes = list(root.iter("{*}entry", "{*}item")) if wrapper in ("atom", "rss") else []
    if len(inside) > _MOST_ALERTS or len(nodes) > _MOST:
        said = f"报文超过 {_MOST_ALERTS} 份，或条目超过 {_MOST} 个"
        found.add(Kind.TOO_DEEP, root, detail=said)
        del inside[_MOST_ALERTS:], nodes[_MOST:]
    if wrapper not in ("atom", "rss"):
        return Feed("feed" if wrapper else "other", wrapper or local(root), alerts=tuple(inside))
    homes = {each: next(each.iterancestors("{*}entry", "{*}item"), None) for each in inside}
    held = set(homes.values())
    entries: list[Entry] = []
    escaped: list[bytes] = []
    for node in nodes:
        text = _escaped(node) if node not in held else b""
        entries.append(_entry(node, node in held or bool(text), found))
        escaped += [text] if text else []
    if len(escaped) > _MOST_ALERTS:
        found.add(Kind.TOO_DEEP, root, detail=f"报文超过 {_MOST_ALERTS} 份")
        del escaped[_MOST_ALERTS:]
    for each, home in homes.items():
        if home is None:
            found.add(Kind.OUTSIDE_ENTRY, each)
    _look_at_head(root, wrapper, found)
    return Feed("feed", wrapper, tuple(entries), tuple(inside), tuple(escaped))


def alerts_in(node: etree._Element) -> list[etree._Element]:
    """The outermost alerts below this element."""
    found: list[etree._Element] = []
    walk = etree.iterwalk(node, events=("start",), tag="{*}alert")
    for _, each in walk:
        if each is not node and is_alert(each):
            found.append(each)
            walk.skip_subtree()
    return found


def _entry(node: etree._Element, embedded: bool, found: Findings) -> Entry:
    entry = Entry(
        identifier=_text(node, "id", "guid"),
        title=_text(node, "title"),
        updated=_text(node, "updated", "pubDate", "date"),
        links=tuple(_links(node)),
        embedded=embedded,
    )
    if not entry.links and not embedded:
        found.add(Kind.ENTRY_WITHOUT_ALERT, node, value=entry.title or entry.identifier)
    return entry


def _links(node: etree._Element) -> list[str]:
    """Where the alert may be had, links that say they are CAP first."""
    said: list[str] = []
    others: list[str] = []
    for child in node.iterchildren(etree.Element):
        target = _target(child).strip()
        if target:
            (said if child.get("type") == CAP_TYPE else others).append(target)
    return list(dict.fromkeys(said + others))


def _target(child: etree._Element) -> str:
    """Where a part of an entry leads to; empty when it leads nowhere."""
    name, text = local(child), child.text or ""
    if name in ("link", "enclosure"):
        return child.get("href") or child.get("url") or text
    if name == "content":  # of Atom, when it lies elsewhere
        return child.get("src", "")
    lasting = name == "guid" and child.get("isPermaLink", "true") == "true"
    return text if lasting and text.strip().startswith(("http://", "https://")) else ""


def _escaped(node: etree._Element) -> bytes:
    """An alert that stands in an entry as text, its marks escaped or in CDATA."""
    for child in node.iterchildren(etree.Element):
        text = (child.text or "").strip()
        if local(child) in ("content", "description", "encoded", "summary") and (
            text.startswith("<") and "alert" in text[:2000] and NAMESPACE_MARK in text[:4000]
        ):
            return text.encode()
    return b""


NAMESPACE_MARK = "emergency:cap:1"


def _look_at_head(root: etree._Element, wrapper: str, found: Findings) -> None:
    head = root if wrapper == "atom" else next(root.iter("{*}channel"), root)
    needed = ("id", "title", "updated") if wrapper == "atom" else ("title", "link")
    for name in needed:
        if not any(local(child) == name for child in head.iterchildren(etree.Element)):
            found.add(Kind.FEED_PART_MISSING, head, name=name)


def _text(node: etree._Element, *names: str) -> str:
    for child in node.iterchildren(etree.Element):
        if local(child) in names:
            parts = islice(child.itertext(), 50)  # a title may hold entries that hold titles
            return "".join(str(part)[:_MOST_TITLE] for part in parts).strip()[:_MOST_TITLE]
    return ""
