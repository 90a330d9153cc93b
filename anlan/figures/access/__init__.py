"""Who sees what was frozen, and who may freeze it."""

from .assessing import check_assessing, check_own, may_object, rounds_visible_to
from .freezing import WHOM_TO_ASK, check, may, sees_whole, visible_to
from .reports import (
    check_making,
    check_with,
    issuers_for,
    may_make,
    may_with,
    report_deeds_open_to,
    reports_visible_to,
)

__all__ = [
    "WHOM_TO_ASK",
    "check",
    "check_assessing",
    "check_making",
    "check_own",
    "check_with",
    "issuers_for",
    "may",
    "may_make",
    "may_object",
    "may_with",
    "report_deeds_open_to",
    "reports_visible_to",
    "rounds_visible_to",
    "sees_whole",
    "visible_to",
]
