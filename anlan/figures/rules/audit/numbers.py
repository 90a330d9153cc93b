"""Numbers as Chinese reports write them, and how exactly they were stated (数).

A stated number stands for every value that is rounded to it; both 四舍五入 and GB/T 8170 are
accepted, so the ends of the stretch belong to it.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
LONGEST = 24  # characters of a number in words; what is longer is none
_SMALL = {"十": 10, "百": 100, "千": 1000}
SCALES = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1000,
    "万": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}


@dataclass(frozen=True)
class Stretch:
    """Every value from `low` to `high`, both included."""

    low: Fraction
    high: Fraction

    def __add__(self, other: "Stretch") -> "Stretch":
        return Stretch(self.low + other.low, self.high + other.high)

    def __sub__(self, other: "Stretch") -> "Stretch":
        return Stretch(self.low - other.high, self.high - other.low)

    def over(self, other: "Stretch") -> "Stretch | None":
        """The quotients, None where the divisor may be nothing; both stretches are positive."""
        if other.low <= 0:
            return None
        return Stretch(self.low / other.high, self.high / other.low)

    def times(self, factor: int) -> "Stretch":
        return Stretch(self.low * factor, self.high * factor)

    def meets(self, other: "Stretch") -> bool:
        return self.low <= other.high and other.low <= self.high

    @property
    def middle(self) -> Fraction:
        return (self.low + self.high) / 2


@dataclass(frozen=True)
class Number:
    """One number: as written (22.54 with scale 万), its last place, whether it is only about."""

    written: Decimal
    scale: int = 1
    about: str = ""  # 约 余 近 超 ..., as it stands in the text
    high: Decimal | None = None  # the upper end of a range

    # Asked for again and again, and costly: each is reckoned once.
    @cached_property
    def value(self) -> Fraction:
        return Fraction(self.written) * self.scale

    @cached_property
    def decimals(self) -> int:
        """Decimals as written: 99.60 has two."""
        return max(0, -int(self.written.as_tuple().exponent))

    @cached_property
    def step(self) -> Fraction:
        """One unit of the last written place."""
        return Fraction(self.scale, 10**self.decimals)

    @property
    def whole(self) -> bool:
        """A count written out to the last one."""
        return self.scale == 1 and self.decimals == 0

    @property
    def firm(self) -> bool:
        """Stated as it is: neither about nor a range."""
        return not self.about and self.high is None

    def stretch(self, *, counted: bool) -> Stretch:
        """What it may stand for; a thing counted and written out stands for itself alone."""
        if counted and self.whole:
            return Stretch(self.value, self.value)
        half = self.step / 2
        return Stretch(self.value - half, self.value + half)

    def cut(self, *, counted: bool) -> Stretch:
        """The same, if whoever wrote it cut the rest off instead of rounding."""
        if counted and self.whole:
            return Stretch(self.value, self.value)
        return Stretch(self.value - self.step / 2, self.value + self.step)


def chinese(text: str) -> Decimal | None:
    """The value of 三百二十、两万五千、一点五; None for what is no number (中文数字)."""
    if len(text) > LONGEST:
        return None
    whole, point, rest = text.partition("点")
    value = _chinese_whole(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    if not rest or any(char not in _DIGITS for char in rest):
        return None
    return Decimal(f"{value}.{''.join(str(_DIGITS[char]) for char in rest)}")


def last_place(text: str) -> int:
    """The last unit that was said: 五亿二千万 is to the 千万, 三百二十 to the one (末位)."""
    above, mark, below = text.rpartition("亿")
    top = text.rpartition("万")
    if "点" in text or not (mark or top[1]):
        return 1
    high, low = (above, below) if mark and "万" not in below else (top[0], top[2])
    unit = 10**8 if mark and "万" not in below else 10**4
    if low:  # 三万五千
        return _last_of(low)
    under = high.rpartition("亿")
    return unit * _last_of(under[2]) if unit == 10**4 and under[1] else unit


def _last_of(words: str) -> int:
    """Of 二千: a thousand; of 二千三: one."""
    return _SMALL.get(words[-1:], 1)


def _chinese_whole(text: str) -> int | None:
    if not text:
        return None
    for mark, scale in (("亿", 10**8), ("万", 10**4)):
        if mark in text:
            high, _, low = text.rpartition(mark)
            above = _chinese_whole(high) if high else 1
            below = _chinese_whole(low) if low else 0
            return None if above is None or below is None else above * scale + below
    return _below_ten_thousand(text)


def _below_ten_thousand(text: str) -> int | None:
    if len(text) > 1 and all(char in _DIGITS for char in text):
        plain = "".join(str(_DIGITS[char]) for char in text)
        return int(plain) if "〇" in text or "零" in text else None  # 二〇二二, but not 三五
    total, digit, last = 0, None, 10**4
    for char in text:
        if char in _DIGITS:
            if digit:
                return None
            digit = _DIGITS[char]
        elif char in _SMALL and _SMALL[char] < last:
            last = _SMALL[char]
            total += (1 if digit is None else digit) * last
            digit = None
        else:
            return None
    return total + (digit or 0)


def plain(value: Fraction | Decimal, places: int | None = None) -> str:
    """A number in digits, without needless zeros unless the places are given."""
    if isinstance(value, Decimal):
        return f"{value:f}"
    shown = places if places is not None else 6
    scaled = value * 10**shown
    down, rest = divmod(scaled.numerator, scaled.denominator)
    up = 2 * rest >= scaled.denominator
    text = f"{Decimal(down + up).scaleb(-shown):f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
