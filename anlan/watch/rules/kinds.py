"""A rule of watching (监测规则): an entry of watch_rules.yaml, and what each kind needs."""

from dataclasses import dataclass
from typing import Literal

from . import durations
from .grades import Grade
from .units import UNITS

Kind = Literal[
    "threshold", "level", "accumulation", "rate", "slope_rate", "tangent", "silent", "several"
]
GradeName = Literal["WATCH", "ALERT", "URGENT", "CRITICAL"]
LevelName = Literal["fortified", "warning", "guaranteed", "flood_limit"]
LEVELS = {
    "fortified": "设防水位",
    "warning": "警戒水位",
    "guaranteed": "保证水位",
    "flood_limit": "汛限水位",
}
UNIFORM_RATE = "uniform_rate"  # a slope's steady velocity, mm/d: what the tangent angle starts from
_PER = {"rate": "/h", "slope_rate": "mm/d"}
_DIMENSIONS = {  # in which a kind's limits are written; any where it is not named
    "level": ("length",),
    "tangent": ("angle",),
    "silent": ("time",),
}


@dataclass(frozen=True)
class Amount:
    """So much within such a time is this grade."""

    grade: GradeName
    within: str
    at_least: float

    def __post_init__(self) -> None:
        durations.microseconds(self.within)
        if self.at_least <= 0:
            raise ValueError("累计量（at_least）应大于 0")

    @property
    def window(self) -> int:
        return durations.microseconds(self.within)


@dataclass(frozen=True)
class WatchRule:
    """One rule; limits rise with the grade (fall where `direction` is below)."""

    key: str
    label: str
    kind: Kind
    family: str
    observed: str = ""
    unit: str = ""
    grades: dict[GradeName, float] | None = None
    levels: dict[GradeName, LevelName] | None = None
    amounts: tuple[Amount, ...] = ()
    direction: Literal["above", "below"] = "above"
    hysteresis: float = 0.0
    window: str = "0s"
    lasting: str = "0s"
    hold: str = "0s"
    gap: str = "0s"
    stations: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    when: dict[GradeName, str] | None = None
    clause: str = ""
    note: str = ""
    on: bool = True

    def __post_init__(self) -> None:
        for text in (self.window, self.lasting, self.hold, self.gap):
            durations.microseconds(text)
        _NEEDS[self.kind](self)
        self._check_unit()
        if self.hysteresis < 0:
            raise ValueError("回差（hysteresis）不能小于 0")
        self._check_order()

    def _check_unit(self) -> None:
        if self.kind == "several":
            return
        if self.unit not in UNITS:
            raise ValueError(f"单位「{self.unit}」不认识，请用 UCUM 代码：{'、'.join(UNITS)}")
        if self.kind in _PER and not self.unit.endswith(_PER[self.kind]):
            raise ValueError(f"单位应写成每小时或每天的变化，如 m/h、mm/d，写的是「{self.unit}」")
        wanted = _DIMENSIONS.get(self.kind)
        if wanted and UNITS[self.unit].dimension not in wanted:
            fitting = [code for code, unit in UNITS.items() if unit.dimension in wanted]
            raise ValueError(
                f"单位「{self.unit}」与规则类型「{self.kind}」不符，可用：{'、'.join(fitting)}"
            )

    def _check_order(self) -> None:
        if self.grades is None:
            return
        limits = [self.grades[name] for name in _names() if name in self.grades]
        if limits != sorted(limits, reverse=self.direction == "below"):
            raise ValueError("各等级的限值应随等级由轻到重递增（direction 为 below 时递减）")

    @property
    def top(self) -> tuple[Grade, ...]:
        """The grades it can raise."""
        given = self.grades or self.levels or self.when or {each.grade for each in self.amounts}
        return tuple(Grade[name] for name in _names() if name in given)

    @property
    def unit_of_points(self) -> str:
        """The unit its streams must turn into: of a speed, the way."""
        if self.kind == "tangent":
            return "mm"
        return self.unit.partition("/")[0] if self.kind in ("rate", "slope_rate") else self.unit

    @property
    def window_us(self) -> int:
        return durations.microseconds(self.window)


def _names() -> tuple[GradeName, ...]:
    return ("WATCH", "ALERT", "URGENT", "CRITICAL")


def _needs_grades(rule: WatchRule) -> None:
    if not rule.grades or not rule.observed:
        raise ValueError("要写监测要素（observed）和各等级的限值（grades）")


def _needs_window(rule: WatchRule) -> None:
    _needs_grades(rule)
    if rule.window_us < 60 * durations.SECOND:
        raise ValueError("要写时间窗（window），至少 1m")


def _needs_levels(rule: WatchRule) -> None:
    if not rule.levels or not rule.observed:
        raise ValueError("要写监测要素（observed）和各等级对应的特征水位（levels）")


def _needs_amounts(rule: WatchRule) -> None:
    if not rule.amounts or not rule.observed:
        raise ValueError("要写监测要素（observed）和累计量（amounts）")


def _needs_silence(rule: WatchRule) -> None:
    if not rule.grades:
        raise ValueError("要写多久没有数据算失联（grades）")


def _needs_when(rule: WatchRule) -> None:
    if not rule.of or not rule.when:
        raise ValueError("要写由哪些规则（of）合成，以及各等级的条件（when）")


_NEEDS = {
    "threshold": _needs_grades,
    "level": _needs_levels,
    "accumulation": _needs_amounts,
    "rate": _needs_window,
    "slope_rate": _needs_window,
    "tangent": _needs_window,
    "silent": _needs_silence,
    "several": _needs_when,
}
