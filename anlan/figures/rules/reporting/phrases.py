"""Numbers in the words of Chinese statistics (统计用语)."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from ..compare import WAYS
from ..rounding import percent, round_to

NO_DATA = "无数据"
TEN_THOUSAND = 10_000
HUNDRED_MILLION = 100_000_000
NO_BASE = "上年同期无数据"
STEADY = "持平"


def plain(number: Decimal) -> str:
    """A number without noughts at its end: 80.00 → 80."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def value_words(value: Decimal | None, unit: str, *, is_rate: bool = False) -> str:
    """225400条, 99.60%, 无数据: a rate keeps its two decimals, a count has none."""
    if value is None:
        return NO_DATA
    if is_rate:
        return f"{round_to(value, 2):f}{unit}"
    return f"{plain(value)}{unit}"


def in_ten_thousands(value: Decimal | None, unit: str) -> str:
    """22.54万条; what is smaller than ten thousand stays as it is."""
    if value is None:
        return NO_DATA
    if abs(value) < TEN_THOUSAND:
        return value_words(value, unit)
    return f"{plain(round_to(Fraction(value) / TEN_THOUSAND, 2))}万{unit}"


def in_hundred_millions(value: Decimal | None, unit: str) -> str:
    """13.19亿元 of 131900万元; what is smaller than a hundred million stays as it is."""
    whole = value if value is None or unit != "万元" else value * TEN_THOUSAND
    if whole is None:
        return NO_DATA
    if abs(whole) < HUNDRED_MILLION:
        return value_words(value, unit)
    told = plain(round_to(Fraction(whole) / HUNDRED_MILLION, 2))
    return f"{told}亿{unit.removeprefix('万')}"


def change_words(
    value: Decimal | None,
    base: Decimal | None,
    unit: str,
    *,
    is_rate: bool = False,
    against: str = "同比",
) -> str:
    """同比下降45.45% · 同比提高1.2个百分点 · 与上年同期持平 · 上年同期为0 · 无上年同期数据."""
    what = "上年同期" if against == "同比" else "上期"
    if value is None:
        return NO_DATA
    if base is None:
        return f"{what}无数据"
    if value == base:
        return f"与{what}持平"
    if is_rate:
        way = "提高" if value > base else "降低"
        return f"{against}{way}{plain(abs(round_to(value - base, 2)))}个百分点"
    if base == 0:
        return f"{what}为0，增加{plain(value - base)}{unit}"
    return f"{against}{_way(value, base, unit)}{_ratio(value, base)}%"


def difference_words(value: Decimal | None, base: Decimal | None, unit: str) -> str:
    """增加5起 · 减少2人 · 持平."""
    if value is None or base is None:
        return NO_DATA
    if value == base:
        return STEADY
    return f"{'增加' if value > base else '减少'}{plain(abs(value - base))}{unit}"


def respectively(pairs: Sequence[tuple[Decimal | None, Decimal | None, str]]) -> str:
    """同比分别下降45.45%、28.57%和80%: one direction is said once, several each.

    A pair is value, base and unit. What has no per cent says why: 上年同期为0, 上年同期无数据.
    """
    alone = [_alone(*pair) for pair in pairs]
    if set(alone) == {STEADY}:
        return "均与上年同期持平" if len(pairs) > 1 else "与上年同期持平"
    if set(alone) == {NO_BASE}:
        return "上年同期均无数据" if len(pairs) > 1 else NO_BASE
    if all(base and value is not None and value != base for value, base, _ in pairs):
        ways = {_way(value, base, unit) for value, base, unit in pairs}  # type: ignore[arg-type]
        if len(ways) == 1:
            told = [f"{_ratio(value, base)}%" for value, base, _ in pairs]  # type: ignore[arg-type]
            return f"同比分别{ways.pop()}{_listed(told)}"
    return f"同比分别{_listed(alone)}"


def among(parts: Sequence[tuple[str, Decimal | None]], unit: str) -> str:
    """泽国镇120条、太平街道98条: parts in their order."""
    told = [f"{label}{value_words(value, unit)}" for label, value in parts]
    return "、".join(told) if told else NO_DATA


def share_words(part: Decimal | None, whole: Decimal | None) -> str:
    """35.20%, or 无数据 where there is no whole."""
    if part is None or whole is None:
        return NO_DATA
    found = percent(part, whole)
    return NO_DATA if found is None else f"{found:f}%"


def _alone(value: Decimal | None, base: Decimal | None, unit: str) -> str:
    if value is None or base is None:
        return NO_BASE if base is None else NO_DATA
    if value == base:
        return STEADY
    if base == 0:
        return f"增加{plain(value)}{unit}（上年同期为0）"
    return f"{_way(value, base, unit)}{_ratio(value, base)}%"


def _way(value: Decimal, base: Decimal, unit: str) -> str:
    more, less = WAYS.get(unit, ("上升", "下降"))
    return more if value > base else less


def _ratio(value: Decimal, base: Decimal) -> str:
    return plain(abs(round_to(Fraction(value - base) * 100 / Fraction(base), 2)))


def _listed(words: Sequence[str]) -> str:
    """甲、乙和丙."""
    if len(words) < 2:
        return "".join(words)
    return f"{'、'.join(words[:-1])}和{words[-1]}"
