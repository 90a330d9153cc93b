"""Delivering what was announced (投递): every event reaches everyone who hears it.

An announcement is marked in the transaction of its handlers' writes: either all of it happened or
none, and a worker killed in the middle leaves it waiting. What fails is tried again, later each
time, and in the end parked, where `anlan doctor` shows it. Announcements go out in their order,
save that a failing one does not hold up those behind it.
"""

import logging
import traceback
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import F, Q, QuerySet

from .models import Announcement
from .outbox import name_of

CHANNEL = "anlan_announced"  # the bell of migration 0003
# After each failed attempt; when there is none left it is parked.
PAUSES = tuple(timedelta(seconds=s) for s in (5, 20, 60, 300, 1200, 3600))
KEPT_FOR = timedelta(days=90)  # once delivered

_log = logging.getLogger("anlan.delivery")


class Handler(Protocol):
    """Hears one kind of event and does what follows from it, through some room's actions."""

    def __call__(self, event: Any, *, at: datetime) -> object: ...


Hearers = Mapping[type, Sequence[Handler]]


class Unheard(Exception):
    """An announcement of a kind that this version of the house does not know."""


def deliver(hearers: Hearers, *, at: datetime, limit: int = 1000) -> int:
    """Deliver what waits, oldest first (投递); how many were tried."""
    _pass_over([kind for kind, handlers in hearers.items() if not handlers], at)
    known = {name_of(kind): kind for kind in hearers}
    tried = 0
    while tried < limit and _deliver_next(hearers, known, at):
        tried += 1
    return tried


def _due(at: datetime) -> QuerySet[Announcement]:
    waiting = Announcement.objects.filter(delivered_at__isnull=True, parked_at__isnull=True)
    return waiting.filter(Q(retry_at__isnull=True) | Q(retry_at__lte=at)).order_by("id")


def _pass_over(kinds: Sequence[type], at: datetime) -> None:
    """Kinds that nobody hears yet are delivered by the mere look at them, all at once."""
    _due(at).filter(event__in=[name_of(kind) for kind in kinds]).update(delivered_at=at)


@transaction.atomic
def _deliver_next(hearers: Hearers, known: Mapping[str, type], at: datetime) -> bool:
    waiting = _due(at).select_for_update(skip_locked=True).first()
    if waiting is None:
        return False
    try:
        with transaction.atomic():
            _hear(waiting, hearers, known, at)
    except Exception as fault:  # whatever a handler runs into is kept, shown and tried again
        _put_off(waiting, fault, at)
    else:
        Announcement.objects.filter(pk=waiting.pk).update(
            delivered_at=at, attempts=F("attempts") + 1, trouble=""
        )
    return True


def _hear(waiting: Announcement, hearers: Hearers, known: Mapping[str, type], at: datetime) -> None:
    kind = known.get(waiting.event)
    if kind is None:
        raise Unheard(f"没有登记这种事件：{waiting.event}")
    event = kind(**waiting.payload)
    for handler in hearers[kind]:
        handler(event, at=at)


def _put_off(waiting: Announcement, fault: Exception, at: datetime) -> None:
    _log.exception("announcement %s: attempt %s failed", waiting, waiting.attempts + 1)
    given_up = waiting.attempts >= len(PAUSES)
    Announcement.objects.filter(pk=waiting.pk).update(
        attempts=waiting.attempts + 1,
        retry_at=None if given_up else at + PAUSES[waiting.attempts],
        parked_at=at if given_up else None,
        trouble="".join(traceback.format_exception(fault, limit=-3))[-2000:],
    )


# --- for the doctor and the sweeps ------------------------------------------------------------


def parked() -> QuerySet[Announcement]:
    """What was given up on, oldest first; each says its trouble."""
    return Announcement.objects.filter(parked_at__isnull=False).order_by("id")


def troubled() -> QuerySet[Announcement]:
    """What failed at least once and will be tried again, oldest first."""
    waiting = Announcement.objects.filter(delivered_at__isnull=True, parked_at__isnull=True)
    return waiting.filter(attempts__gt=0).order_by("id")


def resume() -> int:
    """Try everything parked again from the beginning (重新投递), once its cause is mended."""
    return parked().update(parked_at=None, retry_at=None, attempts=0)


def forget_delivered(*, at: datetime) -> int:
    """Drop what was delivered long ago (清理发件箱); the trail keeps the deeds themselves."""
    return Announcement.objects.filter(delivered_at__lt=at - KEPT_FOR).delete()[0]
