"""Rounding by GB/T 8170-2008: 四舍六入五成双, done once, on the exact value."""

from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

LONG = 30  # decimals kept while a fraction is written out: ties stay ties


def round_to(value: Fraction | Decimal | int, places: int) -> Decimal:
    """Round an exact value to so many decimals; a tie goes to the even digit (GB/T 8170 §3.2)."""
    if isinstance(value, Fraction):
        scaled = value * 10 ** (places + LONG)
        value = Decimal(scaled.numerator // scaled.denominator).scaleb(-(places + LONG))
    return Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def percent(part: int | Decimal, whole: int | Decimal, places: int = 2) -> Decimal | None:
    """`part` of `whole` in per cent; None where the whole is nothing, for nothing has no rate."""
    if whole == 0:
        return None
    return round_to(Fraction(part) * 100 / Fraction(whole), places)
