"""Who sees and may do what in the register, how things are found and shown."""

from .enterprise import Line, Section, enterprise_file, register_section
from .finding import find_areas, find_bodies, find_items, find_persons, find_posts, finders
from .rights import (
    borrowed_by,
    check,
    deed_of,
    deeds_open,
    ledger,
    loans_of,
    loans_out,
    may,
    outstanding,
    visible_to,
)
from .sheet import headings, sheet, shown

__all__ = [
    "Line",
    "Section",
    "borrowed_by",
    "check",
    "deed_of",
    "deeds_open",
    "enterprise_file",
    "find_areas",
    "find_bodies",
    "find_items",
    "find_persons",
    "find_posts",
    "finders",
    "headings",
    "ledger",
    "loans_of",
    "loans_out",
    "may",
    "outstanding",
    "register_section",
    "sheet",
    "shown",
    "visible_to",
]
