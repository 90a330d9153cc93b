"""Ask a feed for what is new (轮询): Atom, RSS or a folder of files; links are followed once."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import requests

from anlan.formats import cap
from anlan.watch import actions
from anlan.watch.models import FeedEntry, Warning

MOST_BYTES = 4_000_000
MOST_LINKS = 200
_SECONDS = 10.0
_log = logging.getLogger("anlan.cap_feed")


@dataclass(frozen=True)
class Polled:
    """What one round brought (取回结果)."""

    new: int = 0
    known: int = 0
    refused: int = 0
    trouble: str = ""


def poll(feed: FeedEntry, *, at: datetime) -> Polled:
    """Fetch a feed and take in what it holds; trouble is told in words, never raised."""
    new = known = refused = 0
    try:
        for raw in _documents(feed.url):
            arrival = actions.receive_warnings(
                raw, feed=feed.key, must_be_signed=feed.signed, at=at
            )
            new, known = new + len(arrival.new), known + arrival.known
            refused += len(arrival.refused)
    except (requests.RequestException, OSError, ValueError) as fault:
        _log.warning("feed %s: %s", feed.key, type(fault).__name__)
        return Polled(new, known, refused, f"取不到（{type(fault).__name__}）")
    return Polled(new, known, refused)


def _documents(url: str) -> Iterator[bytes]:
    """The feed's own messages, then those it only links to."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(url2pathname(parts.path))
        files = sorted(folder.glob("*.xml")) if folder.is_dir() else [folder]
        yield from (file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES)
        return
    raw = _get(url)
    reading = cap.read(raw)
    if reading.messages or reading.kind != "feed":
        yield raw
    links = [e.links[0] for e in reading.entries if e.links and not e.embedded]
    for link in links[:MOST_LINKS]:
        there = urljoin(url, link)
        if urlsplit(there).netloc == parts.netloc and not _is_known(there):
            yield _get(there)


def _is_known(url: str) -> bool:
    """A link that ends in the identifier of a message we hold need not be fetched again."""
    name = urlsplit(url).path.rsplit("/", 1)[-1].removesuffix(".xml")
    return bool(name) and Warning.objects.filter(identifier=name).exists()


def _get(url: str) -> bytes:
    with requests.get(url, timeout=_SECONDS, stream=True) as answer:
        answer.raise_for_status()
        raw: bytes = answer.raw.read(MOST_BYTES + 1, decode_content=True)
    if len(raw) > MOST_BYTES:
        raise ValueError("too large")
    return raw
