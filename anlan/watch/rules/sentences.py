"""What was measured, as one says it aloud (告警原话): values in, words out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from . import durations
from .units import label_of

LIMIT = "限值"


@dataclass(frozen=True)
class Measured:
    """One measurement at one place, the limit it is held against, and what that limit is.

    `at` is of the place's own clock. `once` is for what is over: `value` was its worst.
    """

    at: datetime
    place: str
    of: str  # 水位
    kind: str
    unit: str
    value: float
    limit: float
    limit_is: str = LIMIT  # 保证水位
    window_s: int = 0
    below: bool = False
    once: bool = False
    says: str = ""  # the rule's own words, where there is nothing to measure


def sentences(some: Iterable[Measured]) -> str:
    """All of them, what one place says at one minute in one sentence."""
    return "".join(
        f"{_moment(at)}，{place}{'；'.join(measured(each) for each in these)}。"
        for (at, place), these in groupby(some, key=lambda each: (_minute(each.at), each.place))
    )


def measured(one: Measured) -> str:
    """水位5.9米，超过保证水位5.6米."""
    if one.kind == "several":
        return one.says
    unit = label_of(one.unit)
    if one.kind == "silent":
        return f"已{one.value:g}{unit}没有数据，超过{one.limit:g}{unit}即为失联"
    over = _over(one.window_s)
    if one.kind == "rate":
        return _rise(one, over)
    told = {"accumulation": f"{over}累计{one.of}", "tangent": f"{one.of}切线角",
            "slope_rate": f"{one.of}速率"}.get(one.kind, one.of)  # fmt: skip
    return f"{told}{_held(one, _short(one.value), _short(one.limit), unit)}"


def _rise(one: Measured, over: str) -> str:
    """By how much within the window, not as a speed: 一小时上涨0.8米."""
    way = one.unit.partition("/")[0]
    hours = one.window_s / 3600 or 1.0
    value, limit = _short(abs(one.value) * hours), _short(abs(one.limit) * hours)
    verb = "下降" if one.below or one.value < 0 else "上涨"
    told = _held(one, value, limit, label_of(way))
    return f"{over or '一小时'}{one.of}{verb}{told}"


def _held(one: Measured, value: str, limit: str, unit: str) -> str:
    word = ("降到" if one.below else "达到") if value == limit else "低于" if one.below else "超过"
    most = ("最低" if one.below else "最高") if one.once else ""
    once = "曾" if one.once else ""
    return f"{most}{value}{unit}，{once}{word}{one.limit_is}{limit}{unit}"


def _over(window_s: int) -> str:
    return "一小时" if window_s == 3600 else durations.words(window_s * 1_000_000)


def _short(value: float) -> str:
    return f"{round(value, 3):g}"


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _moment(at: datetime) -> str:
    return f"{at.month}月{at.day}日{at.hour}时{at.minute:02}分"
