"""What is doubtful about a point (数据质量), found a batch at a time.

A flag never throws a point away: it is stored with it, and what is unfit is not judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .streams import Bools, Columns, Floats, Ints

Flags = NDArray[np.uint8]
SECOND = 1_000_000
MINUTE = 60 * SECOND
NEVER = np.iinfo(np.int64).min // 4
AHEAD = 5 * 60 * SECOND  # a clock may be so fast; beyond, it is wrong
REFUSED_AHEAD = 24 * 3600 * SECOND  # what says it is from tomorrow is no observation
EARLIEST = -2_208_988_800 * SECOND  # nor is what says it is from before 1900


class Flag(IntFlag):
    """One bit each; 0 is a good point."""

    IMPOSSIBLE = 1  # outside what the property can be at all
    SPIKE = 2  # away from the last good value faster than the stream can change
    STUCK = 4  # the same value for longer than it can stand still
    GAP = 8  # the first after a gap: good in itself
    SKEWED = 16  # the device's clock is ahead of ours
    UNIT = 32  # came in a unit that is not the stream's and cannot be turned into it
    LATE = 64  # came after a newer one: good in itself
    DOUBTED = 128  # the source itself says so (qualifier)


LABELS = {
    Flag.IMPOSSIBLE: "不可能值",
    Flag.SPIKE: "突跳",
    Flag.STUCK: "卡滞",
    Flag.GAP: "中断后首值",
    Flag.SKEWED: "时钟偏差",
    Flag.UNIT: "单位冲突",
    Flag.LATE: "迟到",
    Flag.DOUBTED: "来源存疑",
}
UNFIT = Flag.IMPOSSIBLE | Flag.SPIKE | Flag.STUCK | Flag.SKEWED | Flag.UNIT | Flag.DOUBTED


def words(flag: int) -> list[str]:
    """What is doubtful, as an officer says it."""
    return [label for bit, label in LABELS.items() if flag & bit]


@dataclass
class Bounds:
    """What a stream can be, by index; NaN or 0 where nobody has said."""

    lowest: Floats
    highest: Floats
    spike: Floats  # largest change a minute
    stuck: Ints  # µs of the same value
    gap: Ints  # µs after which the next point ends a gap

    @classmethod
    def of(cls, many: int, given: Mapping[int, Mapping[str, float | None]]) -> "Bounds":
        """From each stream's own words: lowest, highest, spike, stuck_s, gap_s."""
        nan = np.full(many, np.nan)
        made = cls(nan, nan.copy(), nan.copy(), np.zeros(many, np.int64), np.zeros(many, np.int64))
        for index, said in given.items():
            for name in ("lowest", "highest", "spike"):
                if (value := said.get(name)) is not None:
                    getattr(made, name)[index] = value
            made.stuck[index] = int((said.get("stuck_s") or 0) * SECOND)
            made.gap[index] = int((said.get("gap_s") or 0) * SECOND)
        return made


@dataclass
class Quality:
    """Flags points as they come; remembers of each stream its last point and its last good one."""

    bounds: Bounds
    at: Ints = field(init=False)
    value: Floats = field(init=False)
    since: Ints = field(init=False)  # when the last value began to stand
    good_at: Ints = field(init=False)
    good: Floats = field(init=False)

    def __post_init__(self) -> None:
        many = len(self.bounds.lowest)
        self.at, self.since = np.full(many, NEVER), np.full(many, NEVER)
        self.good_at = np.full(many, NEVER)
        self.value, self.good = np.full(many, np.nan), np.full(many, np.nan)

    def begin(self, points: Columns) -> None:
        """Take up where somebody left off: the last point of each stream."""
        self.at[points.stream] = self.good_at[points.stream] = points.at
        self.value[points.stream] = points.value
        self.good[points.stream] = points.value
        self.since[points.stream] = points.at

    def flags(self, points: Columns) -> Flags:
        """The flags of points that are sorted by stream and time and newer than all before."""
        flag = points.flag.copy()
        flag[self.outside(points)] |= np.uint8(Flag.IMPOSSIBLE)
        fit = np.flatnonzero((flag & UNFIT) == 0)
        if len(fit):
            flag[fit] |= self._among(points.take(fit))
        return flag

    def outside(self, points: Columns) -> Bools:
        """Values that the property cannot have; what is no number is one."""
        low, high = self.bounds.lowest[points.stream], self.bounds.highest[points.stream]
        found: Bools = (points.value < low) | (points.value > high) | ~np.isfinite(points.value)
        return found

    def _among(self, points: Columns) -> Flags:
        stream, at, value = points.stream, points.at, points.value
        first = np.ones(len(stream), np.bool_)
        np.not_equal(stream[1:], stream[:-1], out=first[1:])
        last = np.flatnonzero(np.append(first[1:], True))
        flag = np.zeros(len(stream), np.uint8)
        away = at - _before(at, self.at[stream], first)
        gap = self.bounds.gap[stream]
        flag[(gap > 0) & (away > gap) & (away < at - NEVER // 2)] |= np.uint8(Flag.GAP)
        moved = value != _before(value, self.value[stream], first)
        since = self._standing(stream, at, moved, first)
        stuck = self.bounds.stuck[stream]
        flag[(stuck > 0) & (at - since > stuck)] |= np.uint8(Flag.STUCK)
        flag |= self._spikes(points, first, last)
        mine = stream[last]
        self.at[mine], self.value[mine], self.since[mine] = at[last], value[last], since[last]
        return flag

    def _standing(self, stream: NDArray[np.int32], at: Ints, moved: Bools, first: Bools) -> Ints:
        """Since when each point's value stands: the last change at or before it."""
        begun = np.where(moved, at, self.since[stream])
        said = moved | first
        low = begun[said].min()
        # One running maximum for all streams: each one's times are lifted above the one before.
        lift = np.cumsum(first) * (at.max() - low + 1)
        carried = np.maximum.accumulate(np.where(said, begun, low) + lift) - lift
        return np.asarray(carried, np.int64)

    def _spikes(self, points: Columns, first: Bools, last: Ints) -> Flags:
        """Away from the last good value faster than the stream can change, a minute at least.

        The farther the last good one lies back, the more is believed: a level that has moved for
        good is accepted in the end.
        """
        stream, at, value = points.stream, points.at, points.value
        flag = np.zeros(len(stream), np.uint8)
        allowed = self.bounds.spike[stream]
        step = np.abs(value - _before(value, self.good[stream], first))
        minutes = (at - _before(at, self.good_at[stream], first)) / MINUTE
        odd = np.unique(stream[step > allowed * np.maximum(minutes, 1.0)])
        mine = stream[last]
        kept_at, kept = self.good_at[odd].copy(), self.good[odd].copy()
        self.good_at[mine], self.good[mine] = at[last], value[last]
        for index, one in enumerate(odd.tolist()):  # few: a real spike is rare
            self._walk(one, (int(kept_at[index]), float(kept[index])), points, flag)
        return flag

    def _walk(self, one: int, good: tuple[int, float], points: Columns, flag: Flags) -> None:
        start, end = np.searchsorted(points.stream, [one, one + 1])
        was_at, was = good
        allowed = float(self.bounds.spike[one])
        for place in range(int(start), int(end)):
            at, value = int(points.at[place]), float(points.value[place])
            if abs(value - was) > allowed * max((at - was_at) / MINUTE, 1.0):
                flag[place] = Flag.SPIKE
            else:
                was_at, was = at, value
        self.good_at[one], self.good[one] = was_at, was


def _before(column: NDArray[Any], kept: NDArray[Any], first: Bools) -> NDArray[Any]:
    """The value one point earlier in the same stream."""
    shifted = np.empty_like(column)
    shifted[1:] = column[:-1]
    return np.where(first, kept, shifted)
