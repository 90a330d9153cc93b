"""The rows of this room: what was frozen; reports and assessments stand in files of their own."""

from ..flow import Stage
from .frozen import FrozenFigure, FrozenPeriod, FrozenRows
from .reports import Report, ReportRows

__all__ = ["FrozenFigure", "FrozenPeriod", "FrozenRows", "Report", "ReportRows", "Stage"]
