"""Who sees which matters, and who may do what to one."""

from .deeds import Right, check, check_opening, deeds_open_to, may, may_open, rectifiers_of
from .seeing import among, owed_by, supervised_by, to_check_by, visible_to, waiting_for

__all__ = [
    "Right",
    "among",
    "check",
    "check_opening",
    "deeds_open_to",
    "may",
    "may_open",
    "owed_by",
    "rectifiers_of",
    "supervised_by",
    "to_check_by",
    "visible_to",
    "waiting_for",
]
