"""Grades of a local alarm, and what may happen to one (实况告警).

The names are our own: weather signals and their colours belong to meteorological stations
(气象灾害防御条例第三十条).
"""

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Grade(IntEnum):
    """How grave what the sensors say is; never a warning colour."""

    NONE = 0
    WATCH = 1
    ALERT = 2
    URGENT = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        return ("平稳", "关注", "警惕", "紧急", "危急")[self]


GRADES = tuple(grade for grade in Grade if grade)


class What(StrEnum):
    """What became of an alarm."""

    RAISED = "RAISED"
    GRADED = "GRADED"
    CLEARED = "CLEARED"


class Change(NamedTuple):
    """One rule at one stream changed its mind (变化); times are µs since 1970, UTC.

    `stream` is the id of the stream's row, 0 for a rule over several streams. `since` is when what
    led to it began, `value` what was compared, in the rule's unit, `limit` with what, over `window`
    µs where the rule sums or compares over a window. An `early` one was seen among points that
    late ones may still join: it is said at once, and again, or taken back, when they are settled.
    """

    rule: str
    stream: int
    place: int
    what: What
    grade: Grade
    was: Grade
    at: int
    since: int
    value: float
    limit: float
    window: int = 0
    early: bool = False
