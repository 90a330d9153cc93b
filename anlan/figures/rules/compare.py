"""This period against its base, in numbers and in the words of a Chinese report."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from .rounding import percent, round_to

WAYS = {"天": ("延长", "缩短"), "小时": ("延长", "缩短")}  # a time does not rise or fall


@dataclass(frozen=True)
class Change:
    """How a value stands to its base: absolute, and in per cent where the base allows it."""

    base: Decimal | None
    difference: Decimal | None
    in_percent: Decimal | None
    words: str


def compare(value: Decimal | None, base: Decimal | None, *, is_rate: bool, unit: str) -> Change:
    """Compare with the same period of last year (同比). Rates differ by 百分点, never by %."""
    if value is None or base is None:
        return Change(base, None, None, "上年同期无数据" if base is None else "本期无数据")
    difference = value - base
    if is_rate:
        return Change(base, difference, None, _points(difference))
    ratio = None
    if base != 0:
        ratio = round_to(Fraction(difference) * 100 / Fraction(base), 2)
    return Change(base, difference, ratio, change_words(value, base, ratio, unit))


def change_words(value: Decimal, base: Decimal, ratio: Decimal | None, unit: str) -> str:
    """同比下降45.45% · 与上年同期持平 · 上年同期为0."""
    if value == base:
        return "与上年同期持平"
    if ratio is None:
        return f"上年同期为0,增加{_plain(value - base)}{unit}"
    more, less = WAYS.get(unit, ("上升", "下降"))
    return f"同比{more if ratio > 0 else less}{_plain(abs(ratio))}%"


def share(part: int, whole: int) -> Decimal | None:
    """The share of a part in the whole, in per cent with two decimals (占比)."""
    return percent(part, whole)


def _points(difference: Decimal) -> str:
    if difference == 0:
        return "与上年同期持平"
    direction = "提高" if difference > 0 else "降低"
    return f"同比{direction}{_plain(abs(difference))}个百分点"


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
