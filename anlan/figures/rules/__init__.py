"""Decisions about figures: periods, rounding, comparison in words. Values in, values out."""

from .compare import Change, change_words, compare, share
from .periods import BadPeriod, Period, parse_period
from .rounding import percent, round_to

__all__ = [
    "BadPeriod",
    "Change",
    "Period",
    "change_words",
    "compare",
    "parse_period",
    "percent",
    "round_to",
    "share",
]
