"""What time does to accidents. Safe to run twice, and from several workers."""

import logging
from datetime import datetime
from typing import Protocol

from anlan.kernel.errors import Refused

from . import actions
from .models import Clock, ClockQuerySet

WINDOW = "window"
AT_ONCE = 200  # few accidents, few clocks: what is left comes with the next round


class Deed(Protocol):
    """What time does to one clock."""

    def __call__(self, clock: Clock, *, at: datetime) -> None: ...


_log = logging.getLogger("anlan.accidents")


def mark_missed(*, at: datetime) -> int:
    """Mark the limits that ran out unmet, and tell of them; how many."""
    done = 0
    for clock in _over(at).exclude(kind=WINDOW)[:AT_ONCE]:
        done += _try(actions.miss, clock, at)
    return done


def fix_finals(*, at: datetime) -> int:
    """Fix the figures of accidents whose 30 (7) days are over; how many."""
    done = 0
    for clock in _over(at).filter(kind=WINDOW)[:AT_ONCE]:
        done += _try(actions.fix_final, clock, at)
    return done


def _over(at: datetime) -> ClockQuerySet:
    rows = Clock.objects.overdue(at).select_related("accident")
    return rows.order_by("due_at", "pk")


def _try(deed: Deed, clock: Clock, at: datetime) -> int:
    """One clock that cannot be dealt with never stops the others."""
    try:
        deed(clock, at=at)
    except Refused as no:
        _log.error("%s passed over: %s", clock, no)
        return 0
    return 1
