"""From a signal to grades (分级): hysteresis, lasting and holding, for many streams at once.

Each grade of each instance is three answers, one led from the other, each carried forward from the
last point that decided it: is the signal over the limit (up at the limit, down only below the limit
less the hysteresis); since when; and is the alarm raised (up when it lasted, down when its end
held). All of it is one pass of numpy over the batch, whatever number of streams it mixes.
"""

from typing import NamedTuple

import numpy as np

from .streams import Bools, Floats, Ints

WIDTH = 4


class Segments(NamedTuple):
    """Points sorted by instance and time: whose they are, where each one's own begin and end."""

    instance: Ints
    at: Ints
    first: Ints  # per point: index of the first of its instance
    starts: Ints  # per instance met: its first point
    ends: Ints  # per instance met: its last point

    @classmethod
    def of(cls, instance: Ints, at: Ints) -> "Segments":
        new = np.empty(len(instance), np.bool_)
        new[:1] = True
        np.not_equal(instance[1:], instance[:-1], out=new[1:])
        starts = np.flatnonzero(new)
        lengths = np.diff(starts, append=len(instance))
        return cls(instance, at, np.repeat(starts, lengths), starts, starts + lengths - 1)

    def before(self, own: Ints, kept: Ints) -> Ints:
        """The value one point earlier; at an instance's first point what was kept of it."""
        shifted = np.empty_like(own)
        shifted[1:] = own[:-1]
        shifted[self.starts] = kept[self.instance[self.starts]]
        return shifted


class Turned(NamedTuple):
    """Where the grade of an instance changed: indices of points, the grades, since when."""

    point: Ints
    grade: Ints
    was: Ints
    since: Ints


class Machine:
    """Grades of many instances, and what is remembered of each between batches."""

    def __init__(self, up: Floats, down: Floats, lasting: Ints, hold: Ints, gap: Ints) -> None:
        self.up, self.down = up, down
        self.lasting, self.hold, self.gap = lasting, hold, gap
        self.used = [k for k in range(WIDTH) if not np.isnan(up[:, k]).all()]
        many = len(up)
        self.over = np.zeros((many, WIDTH), np.int64)
        self.since = np.zeros((many, WIDTH), np.int64)
        self.raised = np.zeros((many, WIDTH), np.int64)
        self.last = np.full(many, np.iinfo(np.int64).min // 2)

    def step(self, parts: Segments, signal: Floats) -> Turned:
        """Judge a batch; `signal` is one column, or one for each grade."""
        many = len(parts.instance)
        broken = self._broken(parts)
        was = self._grades()
        grade = np.zeros(many, np.int64)
        since = np.zeros(many, np.int64)
        below = np.zeros(many, np.int64)  # since when the lowest grade is not reached
        for k in reversed(self.used):
            column = signal if signal.ndim == 1 else signal[:, k]
            over, begun, raised = self._judge_one(k, parts, column, broken)
            fresh = (raised > 0) & (grade == 0)
            grade[fresh] = k + 1
            since[fresh] = begun[fresh]
            below = begun
        since = np.where(grade == 0, below, since)
        before = parts.before(grade, was)
        point = np.flatnonzero(grade != before)
        self.last[parts.instance[parts.ends]] = parts.at[parts.ends]
        return Turned(point, grade[point], before[point], since[point])

    def _grades(self) -> Ints:
        found = np.zeros(len(self.raised), np.int64)
        for k in self.used:
            found[self.raised[:, k] > 0] = k + 1
        return found

    def _broken(self, parts: Segments) -> Bools | None:
        """Points before which the stream was silent too long to go on counting."""
        if not self.gap.any():
            return None
        gap = self.gap[parts.instance]
        away = parts.at - parts.before(parts.at, self.last)
        found: Bools = (gap > 0) & (away > gap)
        return found

    def _judge_one(
        self, k: int, parts: Segments, signal: Floats, broken: Bools | None
    ) -> tuple[Ints, Ints, Ints]:
        instance, at = parts.instance, parts.at
        above = signal >= self.up[instance, k]
        under = signal < self.down[instance, k]
        over = _carried(above | under, above.astype(np.int64), parts, self.over[:, k])
        moved = over != parts.before(over, self.over[:, k])
        if broken is not None:
            moved |= broken
        since = _carried(moved, at, parts, self.since[:, k])
        age = at - since
        up = (over > 0) & (age >= self.lasting[instance])
        down = (over == 0) & (age >= self.hold[instance])
        raised = _carried(up | down, up.astype(np.int64), parts, self.raised[:, k])
        met = instance[parts.ends]
        self.over[met, k] = over[parts.ends]
        self.since[met, k] = since[parts.ends]
        self.raised[met, k] = raised[parts.ends]
        return over, since, raised


def _carried(decides: Bools, value: Ints, parts: Segments, kept: Ints) -> Ints:
    """The value at the last point that decided, of the same instance; else what was kept."""
    index = np.where(decides, np.arange(len(decides)), -1)
    np.maximum.accumulate(index, out=index)
    return np.where(index >= parts.first, value[index], kept[parts.instance])
