"""Who sees which records, and who may do what to one."""

from .deeds import check, check_entering, deeds_open_to, is_insider, may, may_enter
from .naming import Named, cell_of, named_in, sheet
from .reading import InvalidRecord, form_fields, typed, values_of
from .seeing import entered_by, visible_to

__all__ = [
    "InvalidRecord",
    "Named",
    "cell_of",
    "check",
    "check_entering",
    "deeds_open_to",
    "entered_by",
    "form_fields",
    "is_insider",
    "may",
    "may_enter",
    "named_in",
    "sheet",
    "typed",
    "values_of",
    "visible_to",
]
