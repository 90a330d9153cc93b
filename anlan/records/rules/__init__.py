"""Decisions about what was done: values in, values out; no Django, no clock, no catalogue files."""

from .checklists import Answer, CheckItem, Checklist, Edition, Proposal, proposals, unanswered
from .counting import add_up, person_times, tallied
from .kinds import NEEDS, Count, RecordKind, form_of
from .sameness import Done, Likeness, is_late, likeness
from .wording import names_in, search_text, title_of

__all__ = [
    "NEEDS",
    "Answer",
    "CheckItem",
    "Checklist",
    "Count",
    "Done",
    "Edition",
    "Likeness",
    "Proposal",
    "RecordKind",
    "add_up",
    "form_of",
    "is_late",
    "likeness",
    "names_in",
    "person_times",
    "proposals",
    "search_text",
    "tallied",
    "title_of",
    "unanswered",
]
