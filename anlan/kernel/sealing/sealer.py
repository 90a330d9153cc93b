"""The one that takes waiting entries and chains them."""

import logging
import os
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction

from ..errors import Refused
from .chain import ENTRY, HASHES, NO_ENTRY, Row, entry_digest, microseconds, next_chain

Link = tuple[int, int, bytes, bytes]  # position, entry, digest, chain

_ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('anlan.sealer'))"
_LAST = "SELECT position, chain FROM kernel_traillink ORDER BY position DESC LIMIT 1"
# A row that is locked belongs to an entry which is just getting its personal values. By ctid,
# because the queue is nearly always empty: planned as a join, the first large batch after that
# compared every row with every other.
_TAKE = """
DELETE FROM kernel_trailunsealed WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM kernel_trailunsealed ORDER BY entry_id LIMIT %s FOR UPDATE SKIP LOCKED
)) RETURNING entry_id
"""
# A statement of its own: its snapshot is taken after the queue's rows are ours, and so it sees
# every personal value that was committed before. Entries that were queued twice are left out.
_READ = f"""
SELECT q.id, {ENTRY} FROM unnest(%s::bigint[]) AS q (id)
LEFT JOIN kernel_trailentry e ON e.id = q.id LEFT JOIN kernel_trailpersonal p ON p.entry_id = q.id
WHERE NOT EXISTS (SELECT 1 FROM kernel_traillink l WHERE l.entry_id = q.id) ORDER BY q.id
"""
_KEEP = """
INSERT INTO kernel_traillink (position, entry_id, digest, chain, algorithm, sealed_at)
SELECT l.position, l.entry_id, l.digest, l.chain, %s, %s
FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[], %s::bytea[])
  AS l (position, entry_id, digest, chain)
"""

_log = logging.getLogger("anlan.sealing")


def seal(*, at: datetime, limit: int = 5000) -> int:
    """Chain up to `limit` waiting entries (封存); how many were taken, 0 if another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ALONE)
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_TAKE, [limit])
        waiting = [entry_id for (entry_id,) in cursor.fetchall()]
        if not waiting:
            return 0
        cursor.execute(_READ, [waiting])
        rows = cursor.fetchall()
        if len(rows) < len(waiting):
            _log.error("%s entries were queued for sealing twice", len(waiting) - len(rows))
        if rows:
            _append(rows, at)
        return len(waiting)


def _append(rows: list[Row], at: datetime) -> None:
    algorithm, instant = settings.TRAIL_HASH, microseconds(at)
    if algorithm not in HASHES:
        known = "、".join(HASHES)
        raise Refused(
            f"没有名为“{algorithm}”的摘要算法", mend=f"请把 ANLAN_TRAIL_HASH 设为 {known}。"
        )
    digest = HASHES[algorithm]
    position, chain = _last() or _begin(at)
    links: list[Link] = []
    for entry_id, *fields in rows:
        position += 1
        # Gone before it was sealed: a link all the same, so that `verify` can tell.
        entry = NO_ENTRY if fields[0] is None else entry_digest(tuple(fields), digest)
        chain = next_chain(chain, position, instant, entry, digest)
        links.append((position, entry_id, entry, chain))
    _keep(links, algorithm, at)


def _begin(at: datetime) -> tuple[int, bytes]:
    mark = os.urandom(32)
    _keep([(0, 0, NO_ENTRY, mark)], "sha256", at)
    return 0, mark


def _last() -> tuple[int, bytes] | None:
    with connection.cursor() as cursor:
        cursor.execute(_LAST)
        found = cursor.fetchone()
    return (found[0], bytes(found[1])) if found else None


def _keep(links: list[Link], algorithm: str, at: datetime) -> None:
    columns = [list(column) for column in zip(*links, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [algorithm, at, *columns])
