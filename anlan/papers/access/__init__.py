"""Who sees which papers, and who may do what to one."""

from .deeds import answering, check, check_drafting, deeds_open_to, may, may_draft_for
from .seeing import received_by, spoken_for, to_issue_by, visible_to, waiting_for_reply_of

__all__ = [
    "answering",
    "check",
    "check_drafting",
    "deeds_open_to",
    "may",
    "may_draft_for",
    "received_by",
    "spoken_for",
    "to_issue_by",
    "visible_to",
    "waiting_for_reply_of",
]
