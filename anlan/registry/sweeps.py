"""What time does to the register; safe to run twice."""

from datetime import datetime

from . import actions


def mark_stale(*, at: datetime) -> int:
    """Announce items that were not looked at in time; the second run finds none."""
    return actions.mark_stale(at=at)
