"""Rows in little room, and a digest of what was frozen: the same content, the same bytes."""

import json
import zlib
from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Any


def packed_ids(ids: Iterable[int]) -> bytes:
    """Ascending ids as differences, compressed: neighbours cost next to nothing."""
    ordered = sorted(ids)
    steps = [b - a for a, b in zip([0, *ordered], ordered, strict=False)]
    return zlib.compress(",".join(map(str, steps)).encode(), 6)


def unpacked_ids(packed: bytes) -> list[int]:
    """The ids again, ascending."""
    text = zlib.decompress(packed).decode()
    found, last = [], 0
    for step in text.split(",") if text else ():
        last += int(step)
        found.append(last)
    return found


def packed_words(words: Sequence[str]) -> bytes:
    """Short texts in their order, compressed."""
    return zlib.compress(json.dumps(list(words)).encode(), 6)


def unpacked_words(packed: bytes) -> list[str]:
    return [str(each) for each in json.loads(zlib.decompress(packed))]


def digest_of(content: Any) -> str:
    """SHA-256 of a content of plain JSON values, whatever the order of its keys (摘要)."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(plain.encode()).hexdigest()
