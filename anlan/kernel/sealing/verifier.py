"""Walking the whole chain, and naming the first entry that does not fit (校验)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from .chain import ENTRY, HASHES, entry_digest, next_chain
from .heads import Head

BATCH = 5000
OLD = timedelta(seconds=30)  # the sealer works within one; then it does not work

_LINKS = f"""
SELECT l.position, l.entry_id, l.digest, l.chain, l.algorithm,
  (extract(epoch FROM l.sealed_at) * 1000000)::bigint, {ENTRY}
FROM kernel_traillink l LEFT JOIN kernel_trailentry e ON e.id = l.entry_id
LEFT JOIN kernel_trailpersonal p ON p.entry_id = l.entry_id ORDER BY l.position
"""
_SMUGGLED = """
SELECT min(e.id) FROM kernel_trailentry e
WHERE NOT EXISTS (SELECT 1 FROM kernel_traillink l WHERE l.entry_id = e.id)
  AND NOT EXISTS (SELECT 1 FROM kernel_trailunsealed u WHERE u.entry_id = e.id)
"""
_VANISHED = """
SELECT min(u.entry_id) FROM kernel_trailunsealed u
WHERE NOT EXISTS (SELECT 1 FROM kernel_trailentry e WHERE e.id = u.entry_id)
"""
_WAITING = "SELECT count(*), now() - min(queued_at) FROM kernel_trailunsealed"


@dataclass(frozen=True)
class Broken:
    """The first place where the trail is not what it was."""

    entry_id: int | None  # none where only the chain tells that something is missing
    position: int | None  # none for an entry that never was in the chain
    why: str  # for an officer to read

    def __str__(self) -> str:
        where = f"留痕 #{self.entry_id}" if self.entry_id else "留痕"
        place = f"（第 {self.position} 环）" if self.position is not None else ""
        return f"{where}{place}：{self.why}"


@dataclass(frozen=True)
class Verdict:
    """What came out of checking the whole trail."""

    links: int  # entries chained, and checked unless something broke before
    unsealed: int  # entries still waiting for the sealer: not protected yet
    waited: timedelta  # the longest of them
    broken: Broken | None

    @property
    def ok(self) -> bool:
        return self.broken is None

    @property
    def words(self) -> str:
        """The verdict in a sentence or two."""
        tail = ""
        if self.unsealed:
            tail = f"另有 {self.unsealed} 条尚未封存"
            if self.waited > OLD:
                seconds = int(self.waited.total_seconds())
                tail += f"，最久已等待 {seconds} 秒，请检查封存进程是否在运行（anlan up）"
            tail += "。"
        if self.broken:
            return f"留痕校验不通过。首个断点：{self.broken}。{tail}"
        return f"留痕完整：{self.links} 条逐条核对无误。{tail}"


def verify(head: Head | None = None) -> Verdict:
    """Check every entry against its link and every link against the one before (校验留痕).

    All of it is one view of the database, read in batches; deeds go on meanwhile. With a head
    that was exported earlier it also shows that nothing before it was cut off or written anew.
    """
    with _one_view() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM kernel_traillink")
        (links,) = cursor.fetchone()
        cursor.execute(_WAITING)
        unsealed, waited = cursor.fetchone()
        broken = _first_broken_link(head) or _cut_off(head, links) or _outside_the_chain(cursor)
    return Verdict(links, unsealed, waited or timedelta(0), broken)


@contextmanager
def _one_view() -> Iterator[CursorWrapper]:
    nested = connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not nested:  # inside somebody else's transaction the view is theirs
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield cursor


def _first_broken_link(head: Head | None) -> Broken | None:
    walk = _Walk(head)
    with connection.cursor() as cursor:
        # Walk the indexes from the first row on; sorting a million rows first fills the disk.
        cursor.execute("SET LOCAL cursor_tuple_fraction = 0.0001")
    with connection.chunked_cursor() as cursor:  # of the server: memory holds one batch
        cursor.execute(_LINKS)
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                broken = walk.step(row)
                if broken:
                    return broken
    return None


class _Walk:
    """Goes from link to link, and remembers the chain up to where it stands."""

    def __init__(self, head: Head | None) -> None:
        self.head = head
        self.position = -1
        self.chain = b""

    def step(self, row: tuple[Any, ...]) -> Broken | None:
        """The fault of the next link, if it has one."""
        position, entry_id, kept, chain, algorithm, sealed_at, *entry = row
        self.position += 1
        if position != self.position:
            missing = f"此环缺失，其后一条是 #{entry_id}"
            return Broken(_unlinked(), self.position, missing)
        if position == 0:
            self.chain = bytes(chain)
            return self._compare_site()
        why = self._fault(bytes(kept), bytes(chain), algorithm, sealed_at, tuple(entry))
        if why:
            return Broken(entry_id, position, why)
        self.chain = bytes(chain)
        return self._compare_head(entry_id)

    def _fault(
        self,
        kept: bytes,
        chain: bytes,
        algorithm: str,
        sealed_at: int,
        entry: tuple[Any, ...],
    ) -> str:
        digest = HASHES.get(algorithm)
        if digest is None:
            return f"链环的算法“{algorithm}”不存在，链环被改动"
        linked = next_chain(self.chain, self.position, sealed_at, kept, digest) == chain
        if entry[0] is None:
            return "该条已被删除" if linked else "该条已被删除，链环也被改动"
        if entry_digest(entry, digest) != kept:
            return "内容与封存时不一致，该条被改动" if linked else "链环被改动或调换了次序"
        return "" if linked else "链环被改动或调换了次序"

    def _compare_site(self) -> Broken | None:
        if self.head and self.head.site != self.chain.hex():
            return Broken(None, 0, "链头文件属于另一个系统，或整条链已被重写")
        return None

    def _compare_head(self, entry_id: int) -> Broken | None:
        head = self.head
        if head and head.position == self.position and head.chain != self.chain.hex():
            return Broken(entry_id, self.position, "与导出的链头不一致，此处或之前的链已被重写")
        return None


def _cut_off(head: Head | None, links: int) -> Broken | None:
    if head is None or head.position <= links:
        return None
    return Broken(
        head.entry_id,
        links + 1,
        f"链头显示曾有 {head.position} 环，现在只有 {links} 环，末尾被截去",
    )


def _unlinked() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_SMUGGLED)
        found: int | None = cursor.fetchone()[0]
    return found


def _outside_the_chain(cursor: CursorWrapper) -> Broken | None:
    if smuggled := _unlinked():
        return Broken(smuggled, None, "既未封存也未排队：绕过系统写入，或它的链环被删除")
    cursor.execute(_VANISHED)
    (vanished,) = cursor.fetchone()
    if vanished:
        return Broken(vanished, None, "尚未封存就已被删除")
    return None
