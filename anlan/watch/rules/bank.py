"""Rules of one kind (规则组): at most one for each stream, judged in one pass."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from . import durations
from .grades import Change, Grade, What
from .kinds import WatchRule
from .machine import Machine, Segments, Turned
from .signals import Accumulation, Rate, Signal, Value, limits_of, uniform_of
from .streams import Columns, Floats, Ints, Streams


class Watched(NamedTuple):
    """One rule at one stream, and what turns the stream's unit into the rule's."""

    rule: WatchRule
    stream: int
    factor: float


class Bank:
    """Some rules of one family of signals over many streams, with all that they remember."""

    def __init__(self, kind: str, watched: list[Watched], streams: Streams) -> None:
        self.kind, self.watched, self.streams = kind, watched, streams
        self.of_stream = np.full(len(streams), -1, np.int64)
        self.of_stream[[each.stream for each in watched]] = np.arange(len(watched))
        self.factor = np.array([each.factor for each in watched], np.float64)
        self.scaled = bool((self.factor != 1).any())
        rules = [each.rule for each in watched]
        sign = np.array([-1.0 if each.direction == "below" else 1.0 for each in rules])
        own = [_levels(streams, each) for each in watched]
        limits = [limits_of(w.rule, o, w.factor) for w, o in zip(watched, own, strict=True)]
        up = np.array(limits, np.float64).reshape(len(rules), -1) * sign[:, None]
        slack = np.array([each.hysteresis for each in rules])
        self.machine = Machine(
            up,
            up - slack[:, None],
            _times(rules, "lasting"),
            _times(rules, "hold"),
            _times(rules, "gap"),
        )
        self.signal = _signal(kind, rules, sign, up, own)

    def judge(self, points: Columns) -> list[Change]:
        """The changes among points sorted by stream and time, each stream's newer than before."""
        instance = self.of_stream[points.stream]
        mine = instance >= 0
        if not mine.any():
            return []
        if not mine.all():
            instance, points = instance[mine], points.take(mine)
        value = points.value * self.factor[instance] if self.scaled else points.value
        parts = Segments.of(instance, points.at)
        turned = self.machine.step(parts, self.signal.of(parts, value))
        return list(self._changes(parts, value, turned)) if len(turned.point) else []

    def _changes(self, parts: Segments, value: Floats, turned: Turned) -> Iterator[Change]:
        spoken = np.maximum(np.where(turned.grade > 0, turned.grade, turned.was), 1)
        said = self.signal.said(parts, value, turned.point, spoken)
        rows = zip(
            parts.instance[turned.point].tolist(),
            turned.grade.tolist(),
            turned.was.tolist(),
            parts.at[turned.point].tolist(),
            turned.since.tolist(),
            said.value.tolist(),
            said.limit.tolist(),
            said.window.tolist(),
            strict=True,
        )
        for instance, grade, was, at, since, number, limit, window in rows:
            rule, stream, _ = self.watched[instance]
            what = What.RAISED if not was else What.GRADED if grade else What.CLEARED
            key, place = int(self.streams.keys[stream]), int(self.streams.places[stream])
            yield Change(
                rule.key, key, place, what, Grade(grade), Grade(was), at, since, number, limit,
                window,
            )  # fmt: skip

    def arrays(self) -> dict[str, Ints]:
        """All that changes, by name: what a state is made of."""
        machine = self.machine
        found: dict[str, Ints] = {"over": machine.over, "since": machine.since}
        found["raised"] = machine.raised
        found["last"] = machine.last
        if isinstance(self.signal, Accumulation):
            found["total"] = self.signal.total
        for ring in self.signal.rings:
            found |= {"begin": ring.begin, "end": ring.end, "at": ring.at}
            found["value"] = ring.value  # type: ignore[assignment]  # sums or measured values
        return found

    def put(self, arrays: dict[str, Ints]) -> None:
        """Take a state back."""
        machine = self.machine
        machine.over, machine.since = arrays["over"], arrays["since"]
        machine.raised, machine.last = arrays["raised"], arrays["last"]
        if isinstance(self.signal, Accumulation):
            self.signal.total = arrays["total"]
        for ring in self.signal.rings:
            ring.begin, ring.end = arrays["begin"], arrays["end"]
            ring.at, ring.value = arrays["at"], arrays["value"]


def _levels(streams: Streams, watched: Watched) -> dict[str, float]:
    return {name: float(values[watched.stream]) for name, values in streams.levels.items()}


def _times(rules: list[WatchRule], name: str) -> Ints:
    return np.array([durations.microseconds(getattr(each, name)) for each in rules], np.int64)


def _signal(
    kind: str, rules: list[WatchRule], sign: Floats, up: Floats, own: list[dict[str, float]]
) -> Signal:
    if kind == "accumulation":
        return Accumulation(rules)
    if kind == "rate":
        return Rate(rules, sign, up, np.array([uniform_of(each) for each in own]))
    return Value(sign, up)
