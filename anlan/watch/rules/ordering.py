"""Points in the order of their own time (排序与去重), whatever order they came in.

Each stream has a watermark: its newest point less its lateness. What lies at or before it is
settled, sorted and without repetition; what lies behind it waits. What comes for a moment that is
settled already is too late to be judged: it is stored by others and counted here.
"""

import numpy as np

from .durations import HOUR
from .streams import Columns, Ints, Streams, joined

NEVER = np.iinfo(np.int64).min // 2


class Ordering:
    """The waiting points, and how far each stream is settled."""

    def __init__(self, streams: Streams) -> None:
        many = len(streams)
        self.lateness = streams.late()
        self.newest = np.full(many, NEVER)
        self.settled = np.full(many, NEVER)
        self.waiting = Columns.of([], [], [])
        self.too_late = 0

    def settle(self, points: Columns) -> Columns:
        """Take points in; returns those that are settled now, sorted by stream and time."""
        fresh = points.at > self.settled[points.stream]
        if not fresh.all():
            self.too_late += len(points) - int(fresh.sum())
            points = points.take(fresh)
        if len(self.waiting):
            points = joined(self.waiting, points)
        points = _sorted(points)
        if not len(points):
            return points
        ends = np.flatnonzero(np.diff(points.stream, append=-1))
        met = points.stream[ends]
        self.newest[met] = np.maximum(self.newest[met], points.at[ends])
        if not self.lateness.any():
            self.settled[met] = points.at[ends]
            self.waiting = points.take(np.zeros(0, np.int64))
            return points
        # A stream that fell silent is settled when the others are an hour further.
        others = int(self.newest.max()) - self.lateness - HOUR
        self.settled = np.maximum(self.settled, np.maximum(self.newest - self.lateness, others))
        ready = points.at <= self.settled[points.stream]
        self.waiting = points.take(~ready)
        return points.take(ready)

    def low(self) -> int:
        """The moment up to which every living stream is settled, for rules over several."""
        low = int(self.newest.max(initial=NEVER)) - int(self.lateness.max(initial=0))
        return min(low, int(self.waiting.at.min()) - 1) if len(self.waiting) else low


def _sorted(points: Columns) -> Columns:
    """By stream, time and value; of several for one moment the greatest value stays."""
    if len(points) < 2:
        return points
    step = np.diff(points.stream)
    ahead = (step > 0) | ((step == 0) & (np.diff(points.at) > 0))
    if ahead.all():
        return points
    points = points.take(_order(points))
    last = np.empty(len(points), np.bool_)
    last[-1:] = True
    last[:-1] = (np.diff(points.stream) != 0) | (np.diff(points.at) != 0)
    if last.all():
        return points
    points = points.take(np.lexsort((points.value, points.at, points.stream)))
    return points.take(last)


def _order(points: Columns) -> Ints:
    """By time, then by stream: the latter by radix, where sixteen bits hold every stream."""
    order = None if (np.diff(points.at) >= 0).all() else np.argsort(points.at, kind="stable")
    stream = points.stream if order is None else points.stream[order]
    few = stream.max() < 1 << 16
    by_stream = np.argsort(stream.astype(np.uint16) if few else stream, kind="stable")
    return by_stream if order is None else order[by_stream]
