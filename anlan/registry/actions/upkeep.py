"""What time and the tree of areas do to items."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import outbox, trail
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area, Heirs, Person

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
    """Follow an area that moved: items below its former path get their areas' own (随区划调整).

    Safe to do twice; the second time finds none.
    """
    rows = Item.objects.filter(area_path__startswith=before).exclude(area_path=F("area__path"))
    moved = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    Item.objects.filter(pk__in=moved).update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, items=len(moved))
    return len(moved)


@transaction.atomic
def apportion(area: Area, *, heirs: Heirs, by: Person | None, at: datetime) -> int:
    """Place what stands in a divided area in the part on whose ground it lies (随析置划归).

    Retired things too: they may come back. Safe to do twice; the second time finds none.
    """
    standing = Item.objects.filter(area__in=Area.objects.bygone(area))
    moved = 0
    for item in standing.select_for_update(of=("self",)).select_related("area").order_by("pk"):
        heir = heirs.holding(item.lon, item.lat)
        if heir == heirs.former:
            continue
        Item.objects.filter(pk=item.pk).update(area=heir, area_path=heir.path)
        trail.write(item, "apportion", by=by, at=at, before=str(item.area), after=str(heir))
        outbox.announce(events.ItemMoved(item.pk, item.area_id, heir.pk))
        moved += 1
    if moved:
        trail.write(area, "apportion", by=by, at=at, items=moved)
    return moved
