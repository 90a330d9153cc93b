"""What a rule compares (判据量): the value itself, a sum over hours, a rate, a tangent angle.

A signal is asked for the points of a batch, and once more for those where something changed: what
was compared there, with what, over how long.
"""

from typing import NamedTuple, Protocol

import numpy as np

from .durations import DAY, HOUR
from .grades import GRADES, Grade
from .kinds import UNIFORM_RATE, WatchRule
from .machine import WIDTH, Segments
from .ring import Ring, slices
from .streams import Floats, Ints

GRAIN = 1_000_000  # sums are whole millionths of the unit: they do not depend on where a batch ends


class Said(NamedTuple):
    """What was compared at some points, with what, over how many µs."""

    value: Floats
    limit: Floats
    window: Ints


class Signal(Protocol):
    """Computes what a bank's machine judges; `rings` is what it remembers."""

    rings: tuple[Ring, ...]

    def of(self, parts: Segments, value: Floats) -> Floats: ...
    def said(self, parts: Segments, value: Floats, point: Ints, grade: Ints) -> Said: ...


class Value:
    """The value itself, turned over where low values are the danger."""

    rings: tuple[Ring, ...] = ()

    def __init__(self, sign: Floats, up: Floats) -> None:
        self.sign, self.up = sign, up

    def of(self, parts: Segments, value: Floats) -> Floats:
        return value * self.sign[parts.instance]

    def said(self, parts: Segments, value: Floats, point: Ints, grade: Ints) -> Said:
        instance = parts.instance[point]
        limit = self.up[instance, grade - 1] * self.sign[instance]
        return Said(value[point], limit, np.zeros(len(point), np.int64))


class Rate:
    """How fast it rises, in the unit of the rule per hour or day; or as a tangent angle."""

    def __init__(self, rules: list[WatchRule], sign: Floats, up: Floats, uniform: Floats) -> None:
        self.sign, self.up = sign, up
        self.window = np.array([rule.window_us for rule in rules], np.int64)
        daily = [rule.kind in ("slope_rate", "tangent") for rule in rules]
        self.per = np.where(daily, DAY, HOUR).astype(np.float64)
        self.uniform = np.where([rule.kind == "tangent" for rule in rules], uniform, np.nan)
        self.angled = np.array([rule.kind == "tangent" for rule in rules], np.bool_)
        self.longest = int(self.window.max(initial=0))
        self.rings: tuple[Ring, ...] = (Ring(len(rules), np.float64),)
        self._kept = np.zeros(0)

    def of(self, parts: Segments, value: Floats) -> Floats:
        found = np.full(len(value), np.nan)
        for some in slices(parts):
            own = Segments.of(parts.instance[some], parts.at[some])
            found[some] = self._of(own, value[some])
        self._kept = found
        return found * self.sign[parts.instance]

    def _of(self, parts: Segments, value: Floats) -> Floats:
        ring, instance = self.rings[0], parts.instance
        index = ring.append(parts, value, self.longest)
        window = self.window[instance]
        from_ = ring.first_from(instance, parts.at - window, index)
        span = parts.at - ring.at_of(instance, from_)
        risen = value - ring.value_at(instance, from_).astype(np.float64)
        # Half the window at least: two points of the same minute make no speed.
        span_known = np.where(span * 2 >= window, span, 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            speed = np.where(span_known > 0, risen / (span / self.per[instance]), np.nan)
            angle = np.degrees(np.arctan(speed / self.uniform[instance]))
        return np.where(self.angled[instance], angle, speed)

    def said(self, parts: Segments, value: Floats, point: Ints, grade: Ints) -> Said:
        instance = parts.instance[point]
        limit = self.up[instance, grade - 1] * self.sign[instance]
        return Said(self._kept[point], limit, self.window[instance])


class Accumulation:
    """How much fell within each of the rule's windows, against what is too much there."""

    def __init__(self, rules: list[WatchRule]) -> None:
        self.amounts = [
            [[one for one in rule.amounts if one.grade == grade.name] for grade in GRADES]
            for rule in rules
        ]
        most = max((len(one) for rows in self.amounts for one in rows), default=0)
        self.window = np.zeros((len(rules), WIDTH, most), np.int64)
        self.enough = np.zeros((len(rules), WIDTH, most), np.int64)
        for row, rows in enumerate(self.amounts):
            for k, some in enumerate(rows):
                for column, one in enumerate(some):
                    self.window[row, k, column] = one.window
                    self.enough[row, k, column] = round(one.at_least * GRAIN)
        self.place = np.searchsorted(self._windows(), self.window)
        self.longest = int(self.window.max(initial=0))
        self.rings: tuple[Ring, ...] = (Ring(len(rules), np.int64),)
        self.total = np.zeros(len(rules), np.int64)
        self._sums: dict[int, Ints] = {}

    def of(self, parts: Segments, value: Floats) -> Floats:
        grain = np.rint(value * GRAIN).astype(np.int64)
        self._sums = {each: np.zeros(len(value), np.int64) for each in self._windows()}
        for some in slices(parts):
            own = Segments.of(parts.instance[some], parts.at[some])
            for window, sums in self._added(own, grain[some]).items():
                self._sums[window][some] = sums
        return self._shares(parts.instance)

    def _windows(self) -> list[int]:
        return [int(each) for each in np.unique(self.window) if each]

    def _added(self, parts: Segments, grain: Ints) -> dict[int, Ints]:
        ring, instance = self.rings[0], parts.instance
        running = np.cumsum(grain)
        so_far = running - (running - grain)[parts.first] + self.total[instance]
        index = ring.append(parts, so_far - grain, self.longest)
        self.total[instance[parts.ends]] = so_far[parts.ends]
        found = {}
        for window in self._windows():
            from_ = ring.first_from(instance, parts.at - window + 1, index)
            found[window] = so_far - ring.value_at(instance, from_).astype(np.int64)
        return found

    def _shares(self, instance: Ints) -> Floats:
        """For each grade, the greatest part of what is enough for it: 1 is enough."""
        many = len(instance)
        shares = np.full((WIDTH, many), np.nan)
        sums = np.stack([*self._sums.values()]).ravel()
        own = np.arange(many)
        for k in range(WIDTH):
            for column in range(self.window.shape[2]):
                enough = self.enough[:, k, column]
                if not enough.any():
                    continue
                place = self.place[:, k, column][instance] * many + own
                with np.errstate(invalid="ignore"):
                    share = sums[place] / np.where(enough > 0, enough, np.nan)[instance]
                shares[k] = np.fmax(shares[k], share)
        return shares.T

    def said(self, parts: Segments, value: Floats, point: Ints, grade: Ints) -> Said:
        rows = [self._said(int(one), int(parts.instance[one]), int(g))
                for one, g in zip(point, grade, strict=True)]  # fmt: skip
        columns = np.array(rows, np.float64).reshape(len(rows), 3)
        return Said(columns[:, 0], columns[:, 1], columns[:, 2].astype(np.int64))

    def _said(self, point: int, instance: int, grade: int) -> tuple[float, float, int]:
        """The window that says most."""
        some = self.amounts[instance][max(grade, 1) - 1] or [
            one for rows in self.amounts[instance] for one in rows
        ]
        best = max(some, key=lambda one: self._sums[one.window][point] / one.at_least)
        return self._sums[best.window][point] / GRAIN, best.at_least, best.window


def limits_of(rule: WatchRule, levels: dict[str, float], factor: float) -> list[float]:
    """The limit of each grade in the rule's unit; NaN where this stream has none."""
    found = [float("nan")] * WIDTH
    for grade in GRADES:
        place = int(grade) - 1
        if rule.kind == "accumulation" and any(one.grade == grade.name for one in rule.amounts):
            found[place] = 1.0
        elif rule.levels and grade.name in rule.levels:
            found[place] = levels.get(rule.levels[grade.name], float("nan")) * factor
        elif rule.grades and grade.name in rule.grades:
            found[place] = rule.grades[grade.name]
    return found


def uniform_of(levels: dict[str, float]) -> float:
    """A slope's steady velocity in mm/d; NaN where nobody measured it."""
    return levels.get(UNIFORM_RATE, float("nan"))


def lowest(rule: WatchRule) -> Grade:
    return min(rule.top)
