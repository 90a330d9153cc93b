"""The rows of this room: what was frozen; reports and assessments stand in files of their own."""

from ..flow import Stage
from .frozen import FrozenFigure, FrozenPeriod, FrozenRows

__all__ = ["FrozenFigure", "FrozenPeriod", "FrozenRows", "Stage"]
