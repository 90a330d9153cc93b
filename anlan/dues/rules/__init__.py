"""Decisions about what is owed: values in, values out; no Django, no clock, no catalogue files."""

from .catalogue import ACROSS, COUNTED, EVERY, SUMMED, Due, Ladder, Rung
from .climbing import Run, next_rung, run_of
from .coverage import (
    MET,
    OWED,
    STATES,
    Cell,
    Counted,
    Coverage,
    Row,
    State,
    Terms,
    Totals,
    Who,
    cover,
    judge,
    total,
)
from .spans import Span, heads_of

__all__ = [
    "ACROSS",
    "COUNTED",
    "EVERY",
    "MET",
    "OWED",
    "STATES",
    "SUMMED",
    "Cell",
    "Counted",
    "Coverage",
    "Due",
    "Ladder",
    "Row",
    "Run",
    "Rung",
    "Span",
    "State",
    "Terms",
    "Totals",
    "Who",
    "cover",
    "judge",
    "next_rung",
    "run_of",
    "total",
    "heads_of",
]
