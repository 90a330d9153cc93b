"""The rows of this room: what was frozen; reports and assessments stand in files of their own."""

from .frozen import FrozenFigure, FrozenPeriod, FrozenRows, Stage

__all__ = ["FrozenFigure", "FrozenPeriod", "FrozenRows", "Stage"]
