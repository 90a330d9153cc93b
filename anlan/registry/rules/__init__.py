"""Decisions about registered things: values in, values out; no database, no clock."""

from .fields import LOOKED_UP, Field, Finder, Found, Problem
from .items import (
    check_grade,
    check_position,
    code_of,
    form_of,
    parties_missing,
    review_by,
    search_text,
    stale_on,
)
from .kinds import GRADES, PARTIES, Attribute, ItemKind, Mark
from .stock import check_quantity, check_return, outstanding
from .values import (
    day_of,
    is_empty,
    kept,
    lines_of,
    moment_of,
    nearest,
    read,
    reader_of,
    text_of,
)

__all__ = [
    "GRADES",
    "LOOKED_UP",
    "PARTIES",
    "Attribute",
    "Field",
    "Finder",
    "Found",
    "ItemKind",
    "Mark",
    "Problem",
    "check_grade",
    "check_position",
    "check_quantity",
    "check_return",
    "code_of",
    "day_of",
    "form_of",
    "is_empty",
    "kept",
    "lines_of",
    "moment_of",
    "nearest",
    "outstanding",
    "parties_missing",
    "read",
    "reader_of",
    "review_by",
    "search_text",
    "stale_on",
    "text_of",
]
