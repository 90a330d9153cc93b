"""What time does to papers. Safe to run twice, and from several workers."""

import logging
from datetime import datetime

from anlan.kernel.errors import Refused

from . import actions
from .models import Paper

AT_ONCE = 500

_log = logging.getLogger("anlan.papers")


def mark_late_replies(*, at: datetime) -> int:
    """Say of papers whose reply did not come in time that it is late; how many."""
    due = Paper.objects.unanswered().filter(reply_due_at__lte=at, late_told_at__isnull=True)
    told = 0
    for paper in due.order_by("reply_due_at", "pk")[:AT_ONCE]:
        try:
            told += actions.mark_late(paper, at=at)
        except Refused:
            _log.exception("paper %s could not be marked late", paper.pk)
    return told
