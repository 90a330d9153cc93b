"""Ask a feed for what is new (轮询): Atom, RSS or a folder of files; links are followed once."""

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from urllib.request import url2pathname

import requests
from django.db import DataError, IntegrityError

from anlan.formats import cap
from anlan.watch import actions
from anlan.watch.models import FeedEntry, Warning

MOST_BYTES = 4_000_000
MOST_LINKS = 200
_SECONDS = 10.0  # until an answer begins, or goes on
_WHOLE = 60.0  # until it is over: one that trickles would hold up all that come after it
_PIECE = 65536
_log = logging.getLogger("anlan.cap_feed")


class NoFeed(ValueError):
    """Something came that is neither a feed nor a message."""


@dataclass(frozen=True)
class Polled:
    """What one round brought (取回结果)."""

    new: int = 0
    known: int = 0
    refused: int = 0
    trouble: str = ""


def poll(feed: FeedEntry, *, at: datetime) -> Polled:
    """Fetch a feed and take in what it holds; trouble is told in words, never raised."""
    told = Polled()
    try:
        for raw in _documents(feed.url):
            told = _take(told, raw, feed, at)
    except requests.HTTPError as fault:
        return replace(told, trouble=f"取不到（{fault.response.status_code}）")
    except NoFeed:
        return replace(told, trouble="取到的不是订阅源，也不是预警报文")
    except (requests.RequestException, OSError, ValueError) as fault:
        _log.warning("feed %s: %s", feed.key, type(fault).__name__)
        return replace(told, trouble=f"取不到（{type(fault).__name__}）")
    return told


def _take(told: Polled, raw: bytes, feed: FeedEntry, at: datetime) -> Polled:
    """One document: what cannot be kept does not keep back what comes after it."""
    try:
        arrival = actions.receive_warnings(raw, feed=feed.key, must_be_signed=feed.signed, at=at)
    except (DataError, IntegrityError, OverflowError) as fault:
        _log.warning("feed %s: a message cannot be kept: %s", feed.key, fault)
        return replace(told, trouble="有一份报文存不下")
    return replace(
        told,
        new=told.new + len(arrival.new),
        known=told.known + arrival.known,
        refused=told.refused + len(arrival.refused),
    )


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
    if reading.kind == "other" and not reading.messages:
        raise NoFeed(url)  # an error page, or a sign-in
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
    until = time.monotonic() + _WHOLE
    pieces: list[bytes] = []
    with requests.get(url, timeout=_SECONDS, stream=True) as answer:
        answer.raise_for_status()
        for piece in answer.iter_content(_PIECE):
            pieces.append(piece)
            if sum(map(len, pieces)) > MOST_BYTES or time.monotonic() > until:
                raise ValueError("too large, or too slow")
    return b"".join(pieces)
