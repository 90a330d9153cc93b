"""Observations that come as tables (观测表): a mapping says what its columns and cells mean."""

from .cells import Bad, Seen, Sheet
from .mapping import CellColumn, ObservationMap, Timing, Treat

__all__ = ["Bad", "CellColumn", "ObservationMap", "Seen", "Sheet", "Timing", "Treat"]
