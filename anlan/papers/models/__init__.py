"""The rows of this room: papers, whom they go to, and the counters of their numbers."""

from .kinds import kind_named, kinds, template_named, templates
from .paper import Addressee, Paper, PaperQuerySet, ReplyFile, Series
from .text import shown

__all__ = [
    "Addressee",
    "Paper",
    "PaperQuerySet",
    "ReplyFile",
    "Series",
    "kind_named",
    "kinds",
    "shown",
    "template_named",
    "templates",
]
