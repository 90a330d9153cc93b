"""What an audit says of a statement: kind, verdict, parts and why (核对结论)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import floor

from .finding import Figure
from .numbers import Stretch, plain

_FULL = {",": "，", ":": "：", "?": "？", "(": "（", ")": "）", ";": "；"}
_HALF = re.compile(r"(?<!\d),|,(?!\d)|[:?();]")  # a comma between digits parts thousands


class Kind(StrEnum):
    """What was recomputed."""

    RATE = "rate"
    SHARE = "share"
    YEAR_ON_YEAR = "yoy"
    SUM = "sum"
    DIFFERENCE = "difference"
    DURATION = "duration"
    REPEAT = "repeat"
    PART_WHOLE = "part_whole"
    SCOPE = "scope"


class Verdict(StrEnum):
    """What came of it."""

    OK = "ok"  # 相符
    MISMATCH = "mismatch"  # 矛盾
    QUESTION = "question"  # 存疑
    CANNOT = "cannot"  # 无法核对


@dataclass(frozen=True)
class Check:
    """One statement, recomputed; offsets are of the clean text until the audit hands them out."""

    kind: Kind
    verdict: Verdict
    stated: str
    recomputed: str
    parts: tuple[Figure, ...]
    start: int
    end: int
    why: str

    @property
    def about(self) -> tuple[int, int]:
        return self.start, self.end


def check(
    kind: Kind,
    verdict: Verdict,
    figure: Figure,
    parts: Sequence[Figure],
    why: str,
    recomputed: str = "",
) -> Check:
    """A check of what one figure states."""
    why = _HALF.sub(lambda found: _FULL[found[0]], why)
    return Check(
        kind, verdict, figure.text, recomputed, tuple(parts), figure.start, figure.end, why
    )


def fits(stated: Figure, computed: Stretch) -> bool:
    """Whether a stated figure can be the rounding of something in the computed stretch."""
    half = stated.number.step / 2
    value = stated.number.value
    if computed.low == computed.high and not (stated.counted and stated.number.whole):
        return value in rounded(computed.low, stated.number.step)
    own = Stretch(value, value) if stated.counted and stated.number.whole else None
    return (own or Stretch(value - half, value + half)).meets(computed)


def rounded(exact: Fraction, step: Fraction) -> tuple[Fraction, Fraction]:
    """An exact value by 四舍五入 and by GB/T 8170, where a tie goes to the even digit."""
    steps = exact / step
    return floor(steps + Fraction(1, 2)) * step, round(steps) * step


def agrees(stated: Figure, computed: Stretch) -> bool:
    """The same, and kinder to figures that say of themselves that they are not exact."""
    if stated.number.firm:
        return fits(stated, computed)
    low, high = _loosely(stated)
    return Stretch(low, high).meets(computed)


_ABOVE = ("超过", "超", "逾", "余", "多", "不少于", "不低于", "不小于", "至少", "突破", "以上")
_BELOW = ("不超过", "最多", "不足", "以下", "以内", "近", "将近", "接近")


def _loosely(stated: Figure) -> tuple[Fraction, Fraction]:
    """ "超过95%" is up to a tenth more than it says; "近600名" up to a tenth less; 约 either."""
    value, step = stated.number.value, stated.number.step
    slack = max(abs(value) / 10, step)
    if stated.number.high is not None:
        return value - step, Fraction(stated.number.high) * stated.number.scale + step
    if stated.number.about in _ABOVE:
        return value, value + slack
    if stated.number.about in _BELOW:
        return value - slack, value
    return value - slack, value + slack


def in_percent(computed: Stretch, places: int) -> str:
    """A computed share in words, as exactly as the statement."""
    return f"{plain(computed.middle, places)}%"


def cut_stretches(*figures: Figure) -> list[Stretch]:
    """What the figures may stand for if they were cut off and not rounded."""
    return [figure.cut for figure in figures]


Recompute = Callable[[Sequence[Stretch]], Stretch | None]


def judge(stated: Figure, parts: Sequence[Figure], recompute: Recompute) -> Verdict:
    """ok within rounding; a question where only cutting off explains it; else a mismatch."""
    computed = recompute([part.stretch for part in parts])
    if computed is None:
        return Verdict.CANNOT
    if agrees(stated, computed):
        return Verdict.OK
    if not (stated.number.firm and all(part.number.firm for part in parts)):
        return Verdict.QUESTION
    looser = recompute([part.cut for part in parts])
    if looser is not None and (fits(stated, looser) or is_cut(stated, computed)):
        return Verdict.QUESTION
    return Verdict.MISMATCH


def is_cut(stated: Figure, computed: Stretch) -> bool:
    """Whether the last digits were cut off and not rounded: 17.77% of 17.777 (截尾)."""
    number = stated.number
    cut = Stretch(number.value, number.value + number.step)
    return number.decimals > 0 and cut.meets(computed) and computed.low < cut.high
