"""Compute figures: one query gives the value, its parts and its rows (统计指标).

`definition` is one entry of the catalogue, `catalogue` all of them judged against each other,
`measuring` turns them into queries, `deriving` works out what is made of others, `answers` is what
the house asks, `noting` the remarks beside a number.
"""

from .answers import (
    CrossTable,
    Part,
    breakdown,
    breakdowns,
    check_begun,
    compute,
    corrections_of,
    crosstab,
    labels_of,
    leading,
    only,
    rows,
    ways_of,
)
from .catalogue import definition, definitions, sources_of
from .covering import goal_words
from .definition import ADDITIVE, COUNTED, Figure
from .deriving import dimensions_of
from .frozen import Correction, FigureValue, frozen_of, intact, worth, written
from .measuring import ELSEWHERE, Asked

__all__ = [
    "ADDITIVE",
    "COUNTED",
    "ELSEWHERE",
    "Asked",
    "Correction",
    "CrossTable",
    "Figure",
    "FigureValue",
    "Part",
    "breakdown",
    "breakdowns",
    "check_begun",
    "compute",
    "corrections_of",
    "crosstab",
    "definition",
    "definitions",
    "dimensions_of",
    "frozen_of",
    "goal_words",
    "intact",
    "labels_of",
    "leading",
    "only",
    "rows",
    "sources_of",
    "ways_of",
    "worth",
    "written",
]
