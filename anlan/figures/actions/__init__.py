"""Every write of this room."""

from .freezing import freeze, unfreeze

__all__ = ["freeze", "unfreeze"]
