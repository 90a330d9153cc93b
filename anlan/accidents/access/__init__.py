"""Who sees which accidents, and who may do what to one."""

from .deeds import check, check_importing, check_reporting, deeds_open_to, may, may_report
from .seeing import visible_to
from .sheets import category_words, fields

__all__ = [
    "category_words",
    "check",
    "check_importing",
    "check_reporting",
    "deeds_open_to",
    "fields",
    "may",
    "may_report",
    "visible_to",
]
