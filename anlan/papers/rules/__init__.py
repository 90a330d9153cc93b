"""Decisions about papers: kinds and templates, numbers, values. Values in, values out."""

from .drawing import blocks_of, title_of
from .kinds import PaperKind, PaperTemplate, TemplateField
from .numbering import numbered, series_of
from .values import BadValue, checked, plain, shown

__all__ = [
    "BadValue",
    "PaperKind",
    "PaperTemplate",
    "TemplateField",
    "blocks_of",
    "checked",
    "numbered",
    "plain",
    "series_of",
    "shown",
    "title_of",
]
