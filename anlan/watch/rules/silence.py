"""Streams that say nothing (失联): judged by the clock that is handed in, not by points."""

import numpy as np

from .durations import SECOND
from .grades import Change, Grade, What
from .kinds import WatchRule
from .ordering import NEVER
from .streams import Columns, Ints, Streams
from .units import UNITS


class Silence:
    """When each stream was last heard, and which are silent for too long by which rule."""

    def __init__(self, rules: list[WatchRule], streams: Streams) -> None:
        self.streams = streams
        self.rules = [rule for rule in rules if rule.kind == "silent"]
        self.last = np.full(len(streams), NEVER)
        self.limits = [limits_of(rule) for rule in self.rules]
        self.meant = [meant_by(rule, streams) for rule in self.rules]
        self.grade = np.zeros((len(self.rules), len(streams)), np.int64)

    def heard(self, points: Columns) -> None:
        np.maximum.at(self.last, points.stream, points.at)

    def judge(self, now: int) -> list[Change]:
        """Changes at this moment; a stream that was never heard is not silent, it is not there."""
        changes: list[Change] = []
        quiet = np.where(self.last > NEVER, now - self.last, 0)
        for row, rule in enumerate(self.rules):
            reached = (quiet[:, None] >= self.limits[row]).sum(axis=1) * self.meant[row]
            grade = np.where(reached > 0, ranks_of(rule)[np.maximum(reached - 1, 0)], 0)
            for stream in np.flatnonzero(grade != self.grade[row]):
                changes.append(self._change(row, int(stream), int(grade[stream]), now))
            self.grade[row] = grade
        return changes

    def _change(self, row: int, stream: int, grade: int, now: int) -> Change:
        rule, was = self.rules[row], int(self.grade[row, stream])
        what = What.RAISED if not was else What.GRADED if grade else What.CLEARED
        heard = int(self.last[stream])
        per = UNITS[rule.unit].factor * SECOND
        limits = rule.grades or {}
        limit = limits[Grade(max(grade, 1 if grade else was)).name]  # type: ignore[index]
        return Change(
            rule.key, int(self.streams.keys[stream]), int(self.streams.places[stream]), what,
            Grade(grade), Grade(was), now, heard, round((now - heard) / per, 2), limit,
        )  # fmt: skip


def limits_of(rule: WatchRule) -> Ints:
    """In µs, the shortest first."""
    per = UNITS[rule.unit].factor * SECOND
    return np.array([round(limit * per) for limit in sorted((rule.grades or {}).values())])


def ranks_of(rule: WatchRule) -> Ints:
    """The grades that go with the limits."""
    return np.array([int(grade) for grade in rule.top], np.int64)


def meant_by(rule: WatchRule, streams: Streams) -> Ints:
    """1 for every stream that the rule is about."""
    found = np.ones(len(streams), np.int64)
    if rule.observed:
        found &= np.array([each == rule.observed for each in streams.properties], np.int64)
    if rule.stations:
        found &= np.array([each in rule.stations for each in streams.stations], np.int64)
    return found
