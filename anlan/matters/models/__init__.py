"""Matters (事项): things someone must answer for until they are closed."""

from .evidence import Evidence, Rectification
from .links import Batch, Merging
from .matter import Grade, Matter, MatterQuerySet, Source
from .time import Extension, InterimControl, Supervision

__all__ = [
    "Batch",
    "Evidence",
    "Extension",
    "Grade",
    "InterimControl",
    "Matter",
    "MatterQuerySet",
    "Merging",
    "Rectification",
    "Source",
    "Supervision",
]
