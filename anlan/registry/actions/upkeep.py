"""What time and the tree of areas do to items."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from anlan.kernel import outbox, trail
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Person

from .. import events
from ..models import Item


@transaction.atomic
def mark_stale(*, at: datetime) -> int:
    """Announce, once, each item that was not looked at by its day (标记待核实)."""
    day = at.astimezone(LOCAL).date()
    untold = Item.objects.stale_on(day).filter(stale_told_on__isnull=True)
    # Two sweeps at once: the second finds the rows taken and leaves them.
    late = list(untold.select_for_update(skip_locked=True).order_by("pk"))
    Item.objects.filter(pk__in=[item.pk for item in late]).update(stale_told_on=day)
    for item in late:
        trail.write(item, "mark_stale", by=None, at=at, stale_on=str(item.stale_on))
        outbox.announce(events.ItemWentStale(item.pk))
    return len(late)


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved in the tree: items below its former path go along (随区划调整)."""
    rows = Item.objects.filter(area_path__startswith=before)
    rest = Substr(F("area_path"), Length(Value(before)) + 1)
    count = rows.update(area_path=Concat(Value(area.path), rest))
    if count:
        trail.write(area, "relocate", by=by, at=at, before=before, count=count)
    return count
