"""The deeds of this room."""

from .drafting import discard, draft, edit, submit
from .following import mark_late, relocate
from .issuing import issue, send_back, withdraw
from .replying import reply

__all__ = [
    "discard",
    "draft",
    "edit",
    "issue",
    "mark_late",
    "relocate",
    "reply",
    "send_back",
    "submit",
    "withdraw",
]
