"""What time and the tree of areas do to papers."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import outbox, trail
from anlan.people.models import Area, Body, Person

from .. import events
from ..models import Paper


@transaction.atomic
def mark_late(paper: Paper, *, at: datetime) -> bool:
    """Say once that a reply did not come in time (逾期未复); whether it was said now."""
    silent = Paper.objects.unanswered().filter(pk=paper.pk, reply_due_at__lte=at)
    if not silent.filter(late_told_at__isnull=True).update(late_told_at=at):
        return False
    trail.write(paper, "mark_late", by=None, at=at)
    outbox.announce(events.ReplyOverdue(paper.pk))
    return True


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: papers follow the body that issued them (随区划调整).

    Safe to do twice; the second time finds none.
    """
    stale = Paper.objects.filter(area_path__startswith=before).exclude(
        area_path=F("issuer__area_path")
    )
    path_now = Body.objects.filter(pk=OuterRef("issuer")).values("area_path")[:1]
    moved = stale.update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, papers=moved)
    return moved
