"""Which points are new (去重): a high-water mark for each stream, and its last points beneath it.

A point above its stream's mark is new without further ado. One below is looked for among the
stream's remembered points, all of which lie above its `floor`; only what is older than the floor
must be looked for in the database.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .streams import Bools, Ints

Index = NDArray[np.signedinteger[Any]]  # of streams: as wide as whoever made it

NEVER = np.iinfo(np.int64).min // 4
KEPT = 512  # points of each stream: at ten a second, what is less than a minute late is found here
ROOM = 8_000_000  # points of all streams together, 64 MB


def kept(many: int) -> int:
    """How many points of each stream can be remembered, of so many streams."""
    return min(KEPT, max(64, ROOM // max(many, 1)))


class Sorted(NamedTuple):
    """What to do with the points of a batch, by index; every index stands in one of them."""

    fresh: Ints  # above the mark, each time once
    late: Ints  # below it, and certainly not stored yet
    old: Ints  # older than what is remembered: ask the database
    repeated: Ints


class Marks:
    """The marks of many streams, by index."""

    def __init__(self, many: int, *, kept: int = KEPT) -> None:
        self.high: Ints = np.full(many, NEVER)
        self.floor: Ints = np.full(many, NEVER)
        self._ring: NDArray[np.int64] = np.full((many, kept), NEVER)
        self._next = np.zeros(many, np.int64)

    def begin(self, stream: Index, high: Ints) -> None:
        """What the database knows: everything at or below these marks must be asked there."""
        self.high[stream] = np.maximum(self.high[stream], high)
        self.floor[stream] = np.maximum(self.floor[stream], high)

    def grow(self, many: int) -> None:
        """Room for streams that were added."""
        more = many - len(self.high)
        if more <= 0:
            return
        self.high = np.append(self.high, np.full(more, NEVER))
        self.floor = np.append(self.floor, np.full(more, NEVER))
        self._next = np.append(self._next, np.zeros(more, np.int64))
        self._ring = np.vstack((self._ring, np.full((more, self._ring.shape[1]), NEVER)))

    def sort(self, stream: Index, at: Ints, ahead: Bools) -> Sorted:
        """Part a batch that is sorted by stream and time; `ahead` are points of a wrong clock.

        Those are never above the mark, or the stream's true points would all be late from then on.
        """
        again = np.zeros(len(stream), np.bool_)
        again[1:] = (stream[1:] == stream[:-1]) & (at[1:] == at[:-1])
        above = (at > self.high[stream]) & ~ahead & ~again
        below = np.flatnonzero(~above & ~again)
        if not len(below):  # the usual case, and the quick one
            return Sorted(np.flatnonzero(above), below, below, np.flatnonzero(again))
        old = (at[below] <= self.floor[stream[below]]) | ahead[below]
        near = below[~old]
        known = (self._ring[stream[near]] == at[near, None]).any(axis=1)
        repeated = np.flatnonzero(again)
        return Sorted(
            np.flatnonzero(above), near[~known], below[old], np.append(repeated, near[known])
        )

    def remember(self, stream: Index, at: Ints) -> None:
        """Points that are stored now, sorted by stream and time; not those of a wrong clock."""
        if not len(stream):
            return
        first = np.ones(len(stream), np.bool_)
        np.not_equal(stream[1:], stream[:-1], out=first[1:])
        starts = np.flatnonzero(first)
        counts = np.diff(starts, append=len(stream))
        mine, last = stream[starts], starts + counts - 1
        self.high[mine] = np.maximum(self.high[mine], at[last])
        width = self._ring.shape[1]
        rank = np.arange(len(stream)) - np.repeat(starts, counts)
        left = np.repeat(counts, counts) - rank  # a longer run than the ring keeps its end only
        keep = left <= width
        slot = (np.repeat(self._next[mine], counts) + rank) % width
        gone = self._ring[stream[keep], slot[keep]]
        np.maximum.at(self.floor, stream[keep], gone)
        cut = ~keep
        if cut.any():
            np.maximum.at(self.floor, stream[cut], at[cut])
        self._ring[stream[keep], slot[keep]] = at[keep]
        self._next[mine] = (self._next[mine] + counts) % width
