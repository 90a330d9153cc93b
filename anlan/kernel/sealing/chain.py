"""What is hashed, and how the links hang together.

    digest = H(the entry in canonical form)
    chain  = H(the chain before ‖ position ‖ sealed at ‖ digest)

with H either SHA-256 or SM3, named in the link, so that a site may change over. Position 0 belongs
to no entry: its chain is the random mark of this site, and every other chain begins with it.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes

Row = tuple[Any, ...]  # the columns of ENTRY, in that order
Digest = Callable[[bytes], bytes]

# One list for the sealer and the verifier: what the digest covers, column by column.
ENTRY = (
    "e.id, e.subject_kind, e.subject_id, e.verb, e.person_id, e.post_id, e.on_behalf_of_id, "
    "e.actor, e.office, (extract(epoch FROM e.at) * 1000000)::bigint, e.note::text, "
    "p.key_id, p.ciphertext"
)
_NOTE, _KEY, _CIPHERTEXT = 10, 11, 12
NO_ENTRY = bytes(32)  # the digest of an entry that was gone before it could be sealed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _sha256(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _sm3(content: bytes) -> bytes:
    state = hashes.Hash(hashes.SM3())
    state.update(content)
    return state.finalize()


HASHES: dict[str, Digest] = {"sha256": _sha256, "sm3": _sm3}


def entry_digest(row: Row, digest: Digest) -> bytes:
    """The digest of an entry as it stands in the database."""
    return digest(canonical(row, digest))


def canonical(row: Row, digest: Digest) -> bytes:
    """An entry as the bytes that are hashed: one JSON list, keys sorted, time in microseconds.

    Personal values stand in it as the hash of their ciphertext, so that a key can be destroyed
    and the chain still holds.
    """
    fields = list(row[:_NOTE])
    fields.append(json.loads(row[_NOTE]))
    fields.append(row[_KEY])
    fields.append(None if row[_CIPHERTEXT] is None else digest(bytes(row[_CIPHERTEXT])).hex())
    return _ENCODER.encode(fields).encode()


def next_chain(before: bytes, position: int, sealed_at: int, entry: bytes, digest: Digest) -> bytes:
    """The chain up to and with this position, sealed at these microseconds; `entry` is a digest."""
    place = position.to_bytes(8) + sealed_at.to_bytes(8, signed=True)
    return digest(before + place + entry)


def microseconds(at: datetime) -> int:
    """An instant as whole microseconds since 1970, UTC."""
    return (at - _EPOCH) // _MICROSECOND
