"""Every write of this room."""

from .assessing import close_round, decide_objection, draft_letter, object_to, post_scores
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
    "close_round",
    "decide_objection",
    "discard_report",
    "draft_letter",
    "edit_report",
    "file_report",
    "freeze",
    "make_report",
    "object_to",
    "post_scores",
    "refresh_report",
    "reopen_report",
    "return_report",
    "submit_report",
    "unfreeze",
]
