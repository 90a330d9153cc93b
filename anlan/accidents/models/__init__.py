"""The rows of this room: accidents, what was said of them, their clocks, their inquiries."""

from .accident import Accident, AccidentQuerySet, Grade, loss_words
from .around import Batch, CasualtyReport, Clock, ClockQuerySet, Evidence
from .inquiry import Evaluation, Investigation, Measure, Misreport, Removal, Treatment
from .kinds import (
    categories,
    categories_on,
    category_named,
    check_category,
    clock_named,
    clocks,
    editions,
    production_scopes,
    scale,
    scope_named,
    scopes,
)

__all__ = [
    "Accident",
    "AccidentQuerySet",
    "Batch",
    "CasualtyReport",
    "Clock",
    "ClockQuerySet",
    "Evaluation",
    "Evidence",
    "Grade",
    "Investigation",
    "Measure",
    "Misreport",
    "Removal",
    "Treatment",
    "categories",
    "categories_on",
    "category_named",
    "check_category",
    "clock_named",
    "clocks",
    "editions",
    "loss_words",
    "production_scopes",
    "scale",
    "scope_named",
    "scopes",
]
