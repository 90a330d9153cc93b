"""Who sees what was frozen, and who may freeze it."""

from .freezing import WHOM_TO_ASK, check, may, sees_whole, visible_to

__all__ = ["WHOM_TO_ASK", "check", "may", "sees_whole", "visible_to"]
