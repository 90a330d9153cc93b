"""Every write of this room."""

from .freezing import freeze, unfreeze
from .reporting import (
    check_report,
    discard_report,
    edit_report,
    file_report,
    make_report,
    refresh_report,
    reopen_report,
    return_report,
    submit_report,
)

__all__ = [
    "check_report",
    "discard_report",
    "edit_report",
    "file_report",
    "freeze",
    "make_report",
    "refresh_report",
    "reopen_report",
    "return_report",
    "submit_report",
    "unfreeze",
]
