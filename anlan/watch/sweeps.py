"""What time does in watching; each is safe to run twice."""

from datetime import datetime

from anlan.kernel.errors import NotAllowed

from . import actions
from .flow import WarningStage
from .models import Alarm, Warning


def prepare_parts(*, at: datetime) -> int:
    """The tables of the coming days."""
    return actions.prepare_parts(at=at)


def sum_up(*, at: datetime) -> int:
    """Hours and days."""
    return actions.sum_up(at=at)


def forget_old(*, at: datetime) -> int:
    """Points that were kept long enough."""
    return actions.forget_old(at=at)


def index_parts(*, at: datetime) -> int:
    """Indexes by stream, where they cost nothing."""
    return actions.index_parts(at=at)


def mark_silent(*, at: datetime) -> int:
    """Streams that say nothing."""
    return actions.mark_silent(at=at)


def unsilence_alarms(*, at: datetime) -> int:
    """Alarms whose silence is over speak again."""
    due = list(Alarm.objects.filter(silenced_until__lte=at).order_by("pk"))
    for alarm in due:
        actions.unsilence(alarm, by=None, at=at)
    return len(due)


def expire_warnings(*, at: datetime) -> int:
    """Warnings whose time is over."""
    due = Warning.objects.filter(stage=WarningStage.ISSUED, expires__lte=at).order_by("pk")
    return sum(_expired(warning, at=at) for warning in due)


def _expired(warning: Warning, *, at: datetime) -> bool:
    """False where somebody cancelled or updated it just now."""
    try:
        actions.expire(warning, at=at)
    except NotAllowed:
        return False
    return True
