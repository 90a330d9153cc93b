"""Matters (事项): things someone must answer for until they are closed."""

from .evidence import Evidence, Rectification
from .matter import Grade, Matter, MatterQuerySet, Source
from .time import Extension, InterimControl, Supervision

__all__ = [
    "Evidence",
    "Extension",
    "Grade",
    "InterimControl",
    "Matter",
    "MatterQuerySet",
    "Rectification",
    "Source",
    "Supervision",
]
