"""What time does to call-ups. Safe to run twice, and from several workers."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from . import actions
from .flow import Stage, World
from .models import Called, Callup


def call_on(*, at: datetime) -> int:
    """Call on everybody whose time is up, life and drill each by itself; how many."""
    done = 0
    for world in World.values:
        while some := actions.call_on(world, at=at):
            done += some
    return done


def release_leases(*, at: datetime) -> int:
    """Give back to the queue what gateways took and never reported on; how many."""
    return actions.release_leases(at=at)


def remind_of_approvals(*, at: datetime) -> int:
    """Tell of approvals by phone that nobody confirmed in time; how many."""
    late = list(Callup.objects.filter(confirm_by__lte=at).order_by("pk"))
    for callup in late:
        actions.remind_of_approval(callup, at=at)
    return len(late)


def end_notices(*, at: datetime) -> int:
    """Close notices that wait for nobody any more; how many."""
    waits = Called.objects.filter(callup=OuterRef("pk"), deadline__isnull=False)
    told = Callup.objects.filter(notice=True, stage=Stage.RUNNING, aloud_at=None)
    over = told.exclude(Exists(waits))
    found = list(over.order_by("pk"))
    for callup in found:
        actions.end_notice(callup, at=at)
    return len(found)
