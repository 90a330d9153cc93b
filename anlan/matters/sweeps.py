"""What time does to matters. Safe to run twice, and from several workers.

Every sweep takes a few rows under lock, skips those that another worker holds, deals with them in
one transaction and asks again. A row that cannot be dealt with is logged and passed over, so that
one broken chain of posts never stops the clock of everything behind it.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from anlan.kernel.errors import Refused

from . import actions
from .flow import IN_HAND, LIVE, NOT_YET_TAKEN, UNDERWAY, Stage
from .models import Extension, Matter, Supervision

AT_ONCE = 100  # rows under lock together: short transactions, so that nobody waits for time

Row = TypeVar("Row", bound=models.Model)

_log = logging.getLogger("anlan.matters")


def escalate_overdue(*, at: datetime) -> int:
    """Hand what nobody dispatched, took or answered one post up; how many."""
    hazards = Matter.objects.filter(kind="hazard", stage__in=LIVE)
    became = Q(parent=OuterRef("pk")) | Q(merged__matter__parent=OuterRef("pk"))
    unanswered = Q(stage=Stage.ADOPTED) & ~Exists(hazards.filter(became))
    idle = Matter.objects.overdue(at).filter(Q(stage__in=NOT_YET_TAKEN) | unanswered)
    return _each(idle.order_by("due_at", "pk"), lambda one: actions.escalate(one, at=at))


def supervise_overdue(*, at: datetime) -> int:
    """Set a superior over what is late in hand or waits too long for its check; how many."""
    watched = Supervision.objects.filter(matter=OuterRef("pk"), ended_at__isnull=True)
    late = Matter.objects.overdue(at).filter(stage__in=(*IN_HAND, Stage.SUBMITTED))
    alone = late.filter(~Exists(watched)).order_by("due_at", "pk")
    return _each(alone, lambda one: actions.watch(one, at=at))


def pass_up_supervision(*, at: datetime) -> int:
    """Pass supervision that had no effect in its time further up; how many."""
    over = Supervision.objects.filter(due_at__lte=at, matter__stage__in=UNDERWAY)
    idle = over.select_related("matter").order_by("due_at", "pk")
    # The matter too: whoever closes it just now ends its supervision, and must see the newest.
    return _each(idle, lambda one: actions.pass_up(one, at=at), lock=("self", "matter"))


def wake_lapsed_extensions(*, at: datetime) -> int:
    """Wake what got more time and let that pass too; how many."""
    running = Extension.objects.filter(approved=True, lapsed_at__isnull=True, met_at__isnull=True)
    over = running.filter(until__lte=at, matter__stage__in=IN_HAND).order_by("until", "pk")
    return _each(over, lambda one: actions.lapse(one, at=at))


def _each(
    rows: QuerySet[Row], deed: Callable[[Row], None], *, lock: Sequence[str] = ("self",)
) -> int:
    """Do the deed to every row, a locked handful at a time."""
    done, passed_over = 0, set[int]()
    while True:
        with transaction.atomic():
            free = rows.exclude(pk__in=passed_over).select_for_update(skip_locked=True, of=lock)
            some = list(free[:AT_ONCE])
            for row in some:
                try:
                    with transaction.atomic():
                        deed(row)
                except Refused as no:
                    _log.error("%s passed over: %s", row, no)
                    passed_over.add(row.pk)
                else:
                    done += 1
        if not some:
            return done
