"""What time does to charges and grants. Safe to run twice, and from several workers."""

from datetime import datetime

from . import actions
from .models import Area, Charge, Grant, charge_kinds
from .rules import charges as rules
from .rules import days


def mark_stale(*, at: datetime) -> int:
    """Flag the charges whose name can no longer be relied on; how many were new."""
    return actions.flag_stale(at=at)


def end_expired_grants(*, at: datetime) -> int:
    """Write down the end of every grant that ran out; how many."""
    lent = Grant.objects.run_out_by(at).order_by("pk").select_related("person")
    for each in lent:
        actions.end_grant(each, at=at)
    return len(lent)


def open_due_rounds(*, at: datetime) -> int:
    """Open the yearly rounds of confirmation whose season has come; how many."""
    today, opened = days.day_of(at), 0
    for kind in charge_kinds().values():
        if not kind.confirm_by:
            continue
        last = rules.next_confirm_day(kind.confirm_by, today=today)
        if today < rules.season_opens(last):
            continue
        for root in Area.objects.filter(parent=None):
            held = Charge.objects.valid_on(today).under(root.path).filter(kind=kind.key)
            if held.filter(opened__lt=rules.season_opens(last)).exists():
                actions.renew_confirmation(kind=kind.key, area=root, confirm_by=last, at=at)
                opened += 1
    return opened
