"""What happens to charges and posts when nobody is there any more."""

from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from anlan.kernel import outbox

from .. import events
from ..models import Charge, ChargeQuerySet, Post, Tenure
from ..rules import days


def _abolish(post: Post, *, on: date, at: datetime) -> None:
    """End a post: whoever stood below it stands below its superior from now on."""
    Post.objects.filter(pk=post.pk).update(valid_to=on)
    Post.objects.filter(superior=post).update(superior=post.superior)
    _end_tenures(Tenure.objects.filter(post=post), on=on)
    _flag_stale(Charge.objects.filter(post=post), at=at)
    outbox.announce(events.PostAbolished(post.pk))


def _end_tenures(tenures: QuerySet[Tenure], *, on: date) -> list[tuple[int, int]]:
    """End what runs; returns (person, post) of each. One not yet begun ends when it begins."""
    running = tenures.filter(Q(until=None) | Q(until__gt=on))
    ended = list(running.values_list("person_id", "post_id"))
    running.filter(since__gt=on).update(until=F("since"))
    running.filter(since__lte=on).update(until=on)
    return ended


def _end_charges(charges: ChargeQuerySet, *, on: date) -> list[int]:
    """End what runs; returns their ids."""
    running = charges.filter(Q(until=None) | Q(until__gt=on))
    ended = list(running.values_list("pk", flat=True))
    for pk in ended:
        outbox.announce(events.ChargeEnded(pk))
    running.filter(since__gt=on).update(until=F("since"))
    running.filter(since__lte=on).update(until=on)
    return ended


def _flag_stale(charges: ChargeQuerySet, *, at: datetime) -> int:
    """Mark those that went stale and were not marked, and tell of each once; how many."""
    today, flagged = days.day_of(at), 0
    stale = charges.filter(stale_since=None).stale_on(today)
    for charge in stale.order_by("pk"):
        # Compare and set: two sweeps at once tell of it only once.
        fresh = Charge.objects.filter(pk=charge.pk, stale_since=None)
        if fresh.update(stale_since=today, stale_reason=charge.staleness):
            outbox.announce(events.ChargeWentStale(charge.pk))
            flagged += 1
    return flagged


def _freshen(charges: ChargeQuerySet, *, at: datetime) -> None:
    """Somebody is there again: charges flagged for an empty post are sound again."""
    flagged = charges.filter(stale_reason=Charge.Staleness.EMPTY)
    sound = [charge.pk for charge in flagged.sound_on(days.day_of(at))]
    Charge.objects.filter(pk__in=sound).update(stale_since=None, stale_reason="")
