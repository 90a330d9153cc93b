"""What is remembered of the last hours of many streams (近期数据): a ring for each, one array."""

import numpy as np
from numpy.typing import NDArray

from .machine import Segments
from .streams import Ints

_SLICE = 256  # points of one instance at a time: a long replay must not widen every ring


class Ring:
    """Times and values of each instance's last points, found again by time.

    A point's index counts from the first one ever; it lies in column `index % width`.
    """

    def __init__(self, many: int, dtype: type[np.generic]) -> None:
        self.at: Ints = np.zeros((many, 16), np.int64)
        self.value: NDArray[np.generic] = np.zeros((many, 16), dtype)
        self.begin = np.zeros(many, np.int64)
        self.end = np.zeros(many, np.int64)

    def append(self, parts: Segments, value: NDArray[np.generic], longest: int) -> Ints:
        """Keep the points; returns the index of each. Older ones than `longest` are let go."""
        met = parts.instance[parts.starts]
        counts = parts.ends - parts.starts + 1
        self.begin[met] = self.first_from(met, parts.at[parts.starts] - longest, self.end[met])
        self._make_room(int((self.end[met] - self.begin[met] + counts).max(initial=0)))
        index = self.end[parts.instance] + (np.arange(len(parts.at)) - parts.first)
        column = index % self.at.shape[1]
        self.at[parts.instance, column] = parts.at
        self.value[parts.instance, column] = value
        self.end[met] += counts
        return index

    def first_from(self, instance: Ints, moment: Ints, high: Ints) -> Ints:
        """Index of the first kept point at or after a moment, `high` where there is none before."""
        low, high = self.begin[instance], high.copy()
        width = self.at.shape[1]
        while (open_ := low < high).any():
            middle = (low + high) // 2
            late = self.at[instance, middle % width] >= moment
            high = np.where(open_ & late, middle, high)
            low = np.where(open_ & ~late, middle + 1, low)
        return low

    def value_at(self, instance: Ints, index: Ints) -> NDArray[np.generic]:
        found: NDArray[np.generic] = self.value[instance, index % self.at.shape[1]]
        return found

    def at_of(self, instance: Ints, index: Ints) -> Ints:
        found: Ints = self.at[instance, index % self.at.shape[1]]
        return found

    def _make_room(self, needed: int) -> None:
        width = self.at.shape[1]
        if needed <= width:
            return
        wider = 1 << (needed - 1).bit_length()
        many = len(self.at)
        at, value = np.zeros((many, wider), np.int64), np.zeros((many, wider), self.value.dtype)
        index = self.begin[:, None] + np.arange(width)
        rows, columns = np.nonzero(index < self.end[:, None])
        index = index[rows, columns]
        at[rows, index % wider] = self.at[rows, index % width]
        value[rows, index % wider] = self.value[rows, index % width]
        self.at, self.value = at, value


def slices(parts: Segments) -> list[Ints]:
    """The points in turns, of each instance at most so many in one."""
    rank = (np.arange(len(parts.at)) - parts.first) // _SLICE
    turns = int(rank.max(initial=0)) + 1
    if turns == 1:
        return [np.arange(len(parts.at))]
    return [np.flatnonzero(rank == turn) for turn in range(turns)]
