"""The rows of this room: what was frozen; reports and assessments stand in files of their own."""

from ..flow import Stage
from .assessment import AssessedScore, AssessmentRound, Objection
from .frozen import FrozenFigure, FrozenPeriod, FrozenRows
from .reports import Report, ReportRows

__all__ = [
    "AssessedScore",
    "AssessmentRound",
    "FrozenFigure",
    "FrozenPeriod",
    "FrozenRows",
    "Objection",
    "Report",
    "ReportRows",
    "Stage",
]
