"""Compute figures: one query gives the value, its parts and its rows (统计指标).

`definition` is one entry of the catalogue, `catalogue` all of them judged against each other,
`measuring` turns them into queries, `deriving` works out what is made of others, `answers` is what
the house asks, `noting` the remarks beside a number.
"""

from .answers import (
    CrossTable,
    FigureValue,
    Part,
    breakdown,
    breakdowns,
    compute,
    crosstab,
    frozen_of,
    labels_of,
    leading,
    only,
    rows,
    ways_of,
    worth,
    written,
)
from .catalogue import checked, definition, definitions, sources_of, trouble
from .definition import ADDITIVE, COUNTED, Figure
from .deriving import dimensions_of
from .measuring import ELSEWHERE, Asked

__all__ = [
    "ADDITIVE",
    "COUNTED",
    "ELSEWHERE",
    "Asked",
    "CrossTable",
    "Figure",
    "FigureValue",
    "Part",
    "breakdown",
    "breakdowns",
    "checked",
    "compute",
    "crosstab",
    "definition",
    "definitions",
    "dimensions_of",
    "frozen_of",
    "labels_of",
    "leading",
    "only",
    "rows",
    "sources_of",
    "trouble",
    "ways_of",
    "worth",
    "written",
]
