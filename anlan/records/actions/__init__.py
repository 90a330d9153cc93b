"""Everything that can be done to a record. Each action: may, move, keep, trail, tell."""

from .beats import Entry, Found, Shown, Visited
from .entering import discard, draft, edit, keep
from .following import relocate
from .importing import import_records
from .mending import attach, correct, release, void
from .raising import raise_matter

__all__ = [
    "Entry",
    "Found",
    "Shown",
    "Visited",
    "attach",
    "correct",
    "discard",
    "draft",
    "edit",
    "import_records",
    "keep",
    "raise_matter",
    "release",
    "relocate",
    "void",
]
