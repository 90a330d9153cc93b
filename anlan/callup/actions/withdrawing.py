"""Taking messages back (撤回). Takes part in its caller's transaction and trail."""

from django.db.models import QuerySet

from ..models import Attempt

UNKNOWN = "通道取走后没有回报，可能已经发出"


def _withdraw(rows: QuerySet[Attempt]) -> None:
    """Nobody needs these any more.

    What no line ever took is taken back. What one had taken may have rung before it died: to call
    that taken back would be a lie in the evidence. A receipt that comes later still counts.
    """
    free = {"line": None, "lease_until": None}
    rows.filter(claims__gt=0).update(state=Attempt.State.DONE, fault=UNKNOWN, **free)
    rows.filter(claims=0).update(state=Attempt.State.CANCELLED, **free)
