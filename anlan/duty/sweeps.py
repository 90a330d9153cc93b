"""What time does to a roster. Safe to run twice, and from several workers."""

from datetime import datetime

from anlan.kernel.errors import NotAllowed, Refused

from . import actions
from .models import Desk, Handover, Shift, Summons, Swap


def lapse_swaps(*, at: datetime) -> int:
    """Swaps that nobody agreed to before the shift began lapse; how many."""
    lapsed = 0
    rows = Swap.objects.over_at(at).select_related("shift__desk", "asker", "other")
    for swap in rows.order_by("pk"):
        try:
            actions.lapse_swap(swap, at=at)
        except NotAllowed:
            continue  # answered, or let go by another worker, a moment ago
        lapsed += 1
    return lapsed


def mark_not_arrived(*, at: datetime) -> int:
    """Whoever did not confirm their arrival by the limit is marked; how many were new."""
    shifts = Shift.objects.standing().filter(arrive_by__lte=at, arrived_at=None, absent_at=None)
    called = Summons.objects.filter(
        arrive_by__lte=at, arrived_at=None, absent_at=None, ended_at=None
    )
    absent = [
        *shifts.select_related("desk", "person").order_by("pk"),
        *called.select_related("desk", "person").order_by("pk"),
    ]
    return sum(actions.mark_absent(each, at=at) for each in absent)


def mark_not_taken(*, at: datetime) -> int:
    """Handovers that nobody took by the limit are marked; how many were new."""
    waiting = Handover.objects.waiting().filter(due_by__lte=at, late_at=None).order_by("pk")
    return sum(actions.mark_not_taken(handover, at=at) for handover in waiting)


def tell_uncovered(*, at: datetime) -> int:
    """Hours that nobody covers are told before they come; how many were new.

    A desk that can't be judged (a year whose holidays are not announced) hinders no other one, and
    is named once the others are done.
    """
    told, trouble = 0, None
    for desk in Desk.objects.open_at(at).prefetch_related("seats").order_by("pk"):
        try:
            told += len(actions.tell_uncovered(desk, at=at))
        except Refused as refusal:
            trouble = refusal
    if trouble is not None:
        raise trouble
    return told
