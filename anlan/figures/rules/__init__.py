"""Decisions about figures: periods, rounding, comparison in words. Values in, values out."""

from .compare import Change, change_words, compare, share
from .packing import digest_of, packed_ids, packed_words, unpacked_ids, unpacked_words
from .periods import BadPeriod, Period, parse_period
from .rounding import percent, round_to

__all__ = [
    "BadPeriod",
    "Change",
    "Period",
    "change_words",
    "compare",
    "digest_of",
    "packed_ids",
    "packed_words",
    "parse_period",
    "percent",
    "round_to",
    "share",
    "unpacked_ids",
    "unpacked_words",
]
