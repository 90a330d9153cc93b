"""Rules over several others at one place (多测点联合): and, or, k of n, as their conditions say.

They see outcomes, never points: the gravest grade of each rule at the place, and how many streams
raised it. Outcomes are taken in the order of their own time, once every stream is settled so far.
"""

from collections.abc import Callable, Mapping
from itertools import groupby
from typing import NamedTuple

from .grades import Change, Grade, What
from .kinds import WatchRule

Condition = Callable[[Mapping[str, int]], bool]


class Outcome(NamedTuple):
    """What a rule said at a stream."""

    rule: str
    stream: int
    grade: int


class Joined:
    """The rules over several, what they wait for and what they said at each place."""

    def __init__(
        self, rules: list[WatchRule], conditions: Mapping[str, Mapping[Grade, Condition]]
    ) -> None:
        self.rules = rules
        self.conditions = conditions
        self.heard_of = {key for rule in rules for key in rule.of}
        self.waiting: list[Change] = []
        self.outcomes: dict[int, dict[tuple[str, int], int]] = {}
        self.said: dict[tuple[str, int], tuple[int, int]] = {}  # grade, since

    def judge(self, changes: list[Change], low: int) -> list[Change]:
        """What follows from these changes and the waiting ones up to this moment."""
        if not self.rules:
            return []
        self.waiting += [change for change in changes if change.rule in self.heard_of]
        ready = [change for change in self.waiting if change.at <= low]
        self.waiting = [change for change in self.waiting if change.at > low]
        ready.sort(key=lambda change: (change.at, change.place, change.rule, change.stream))
        found: list[Change] = []
        for (at, place), some in groupby(ready, key=lambda change: (change.at, change.place)):
            here = self.outcomes.setdefault(place, {})
            for change in some:
                here[change.rule, change.stream] = int(change.grade)
            found += self._look(at, place, here)
        return found

    def _look(self, at: int, place: int, here: dict[tuple[str, int], int]) -> list[Change]:
        found = []
        for rule in self.rules:
            known = context(rule, here)
            holding = [grade for grade, when in self.conditions[rule.key].items() if when(known)]
            grade = max(holding, default=Grade.NONE)
            was, since = self.said.get((rule.key, place), (0, at))
            if grade == was:
                continue
            what = What.RAISED if not was else What.GRADED if grade else What.CLEARED
            since = at if not was else since
            self.said[rule.key, place] = (int(grade), since)
            count = float(sum(known[f"n_{key}"] for key in rule.of))
            found.append(Change(rule.key, 0, place, what, grade, Grade(was), at, since, count, 0.0))
        return found


def context(rule: WatchRule, here: Mapping[tuple[str, int], int]) -> dict[str, int]:
    """What a condition sees: each rule's gravest grade, and `n_` how many streams raised it."""
    found: dict[str, int] = {}
    for key in rule.of:
        grades = [grade for (other, _), grade in here.items() if other == key and grade]
        found[key] = max(grades, default=0)
        found[f"n_{key}"] = len(grades)
    return found
