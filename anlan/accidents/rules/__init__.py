"""Decisions about accidents: values in, values out; no Django, no clock, no catalogue files."""

from .clocks import ClockRule, late_words, too_long
from .grading import (
    EXTREME,
    GENERAL,
    GRADES,
    LARGER,
    MAJOR,
    GradeRule,
    Toll,
    Verdict,
    at_least,
    grade_of,
    plain,
)
from .kinds import (
    Category,
    Edition,
    ScopeRule,
    edition_on,
    investigating_level,
    is_high_enough,
    is_industry,
    unit_may_investigate,
)
from .sameness import A_DAY, Happening, alike, similarity
from .window import Statement, counts, last_day, past_words, settle

__all__ = [
    "A_DAY",
    "EXTREME",
    "GENERAL",
    "GRADES",
    "LARGER",
    "MAJOR",
    "Category",
    "ClockRule",
    "Edition",
    "GradeRule",
    "Happening",
    "ScopeRule",
    "Statement",
    "Toll",
    "Verdict",
    "alike",
    "at_least",
    "counts",
    "edition_on",
    "grade_of",
    "investigating_level",
    "is_high_enough",
    "is_industry",
    "last_day",
    "late_words",
    "past_words",
    "plain",
    "settle",
    "similarity",
    "too_long",
    "unit_may_investigate",
]
