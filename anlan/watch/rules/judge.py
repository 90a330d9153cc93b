"""The judge (研判): points in, changes of alarms out; its whole memory can be put away and back.

The same points give the same changes, however they are cut into batches, repeated, or shuffled
within the lateness of their streams.
"""

import copy
import io
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from . import remembering
from .bank import Bank, Watched
from .grades import Change, Grade, What
from .joining import Condition, Joined
from .kinds import WatchRule
from .ordering import Ordering
from .silence import Silence
from .streams import Columns, Streams
from .units import factor

_SIGNAL_OF = {"accumulation": "accumulation", "rate": "rate", "slope_rate": "rate",
              "tangent": "rate", "threshold": "value", "level": "value"}  # fmt: skip


def watched_by(rules: Sequence[WatchRule], streams: Streams) -> list[Watched]:
    """Which rules watch which streams; where units clash a rule does not (see `clashes`)."""
    return [
        Watched(rule, stream, times)
        for rule, stream, times in _pairs(rules, streams)
        if times is not None
    ]


def clashes(rules: Sequence[WatchRule], streams: Streams) -> list[str]:
    """In words, which rules cannot judge which streams for their units (单位不符)."""
    return [
        f"规则「{rule.label}」按 {rule.unit} 判断，测点序列 {streams.keys[stream]} 的单位是 "
        f"{streams.units[stream]}，两者不能换算；请改测点的单位，或给它另设规则"
        for rule, stream, times in _pairs(rules, streams)
        if times is None
    ]


def _pairs(
    rules: Sequence[WatchRule], streams: Streams
) -> Iterator[tuple[WatchRule, int, float | None]]:
    by_property: dict[str, list[int]] = {}
    for stream, name in enumerate(streams.properties):
        by_property.setdefault(name, []).append(stream)
    for rule in rules:
        if not rule.on or rule.kind not in _SIGNAL_OF:
            continue
        for stream in by_property.get(rule.observed, ()):
            if not rule.stations or streams.stations[stream] in rule.stations:
                yield rule, stream, factor(streams.units[stream], rule.unit_of_points)


def _banks(watched: list[Watched], streams: Streams) -> list[Bank]:
    """One bank for each kind of signal, and further ones where a stream has several rules."""
    layers: dict[tuple[str, int], list[Watched]] = {}
    depth: Counter[tuple[str, int]] = Counter()
    for each in watched:
        kind = _SIGNAL_OF[each.rule.kind]
        layer = depth[kind, each.stream]
        depth[kind, each.stream] += 1
        layers.setdefault((kind, layer), []).append(each)
    return [Bank(kind, some, streams) for (kind, _), some in sorted(layers.items())]


def _order(change: Change) -> tuple[int, str, int]:
    return change.at, change.rule, change.stream


def _taken_back(change: Change) -> Change:
    return change._replace(what=What.CLEARED, grade=Grade.NONE, was=change.grade)


class Judge:
    """Rules over streams. `conditions` say when rules over several others hold."""

    def __init__(
        self,
        rules: Sequence[WatchRule],
        streams: Streams,
        *,
        conditions: Mapping[str, Mapping[Grade, Condition]] | None = None,
        unfit: int = 0xFF,
    ) -> None:
        self.streams, self.unfit = streams, unfit
        self.clashes = clashes(rules, streams)
        self.ordering = Ordering(streams)
        self.banks = _banks(watched_by(rules, streams), streams)
        self.silence = Silence([rule for rule in rules if rule.on], streams)
        several = [rule for rule in rules if rule.on and rule.kind == "several"]
        self.joined = Joined(several, conditions or {})
        self.early: dict[tuple[str, int], Change] = {}

    @property
    def too_late(self) -> int:
        """How many points came for a moment that was settled already."""
        return self.ordering.too_late

    def judge(self, points: Columns) -> list[Change]:
        """The changes these points bring, by time; points that carry an unfit flag are left out."""
        fit = (points.flag & self.unfit) == 0
        if not fit.all():
            points = points.take(fit)
        self.silence.heard(points)
        settled = self.ordering.settle(points)
        changes = [change for bank in self.banks for change in bank.judge(settled)]
        changes.sort(key=_order)
        changes += self.joined.judge(changes, self.ordering.low())
        return changes + self._look_ahead(changes)

    def tick(self, now: int) -> list[Change]:
        """What silence brings: streams that were not heard of for too long at this moment."""
        return self.silence.judge(now)

    def _look_ahead(self, changes: list[Change]) -> list[Change]:
        """Alarms among points that are not settled: said at once, taken back if they don't hold."""
        for change in changes:
            self.early.pop((change.rule, change.stream), None)
        if not len(self.ordering.waiting) and not self.early:
            return []
        banks = copy.deepcopy(self.banks)
        seen: dict[tuple[str, int], Change] = {}
        for bank in banks:
            for change in bank.judge(self.ordering.waiting):
                key = (change.rule, change.stream)
                if change.grade > max(change.was, seen[key].grade if key in seen else 0):
                    seen[key] = change._replace(early=True)
        gone = [_taken_back(self.early[key]) for key in self.early.keys() - seen.keys()]
        new = [
            change
            for key, change in seen.items()
            if key not in self.early or change.grade > self.early[key].grade
        ]
        self.early = seen
        return sorted([*gone, *new], key=_order)

    def stand(self, said: Mapping[tuple[str, int], int]) -> None:
        """What was said and stands, by rule and key of stream, is what it goes on from."""
        for bank in self.banks:
            for row, each in enumerate(bank.watched):
                grade = said.get((each.rule.key, int(self.streams.keys[each.stream])), 0)
                bank.machine.raised[row] = np.arange(bank.machine.raised.shape[1]) < grade

    def state(self) -> bytes:
        """Everything it remembers."""
        into = io.BytesIO()
        np.savez(into, **remembering.arrays_of(self))
        return zlib.compress(into.getvalue(), 1)  # a thirtieth: most of it is noughts

    def restore(self, state: bytes) -> None:
        """Go on from a state, by rule and stream: what is new since then starts afresh."""
        with np.load(io.BytesIO(zlib.decompress(state)), allow_pickle=False) as found:
            remembering.put({name: found[name] for name in found.files}, self)
