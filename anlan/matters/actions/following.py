"""What the tree of areas does to matters."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import outbox, trail
from anlan.people.models import Area, Heirs, Person

from .. import events
from ..flow import LIVE, Stage
from ..models import Matter


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: matters below its former path get their areas' own (随区划调整).

    Safe to do twice; the second time finds none.
    """
    rows = Matter.objects.under(before).exclude(area_path=F("area__path"))
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    moved = rows.update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, matters=moved)
    return moved


@transaction.atomic
def apportion(area: Area, *, heirs: Heirs, by: Person | None, at: datetime) -> int:
    """Bring what is open in a divided area to the part on whose ground it lies (随析置划归).

    Owner, checker and clocks stay. What is closed stays where it was counted. Safe to do twice.
    """
    lying = Matter.objects.filter(stage__in=(*LIVE, Stage.DRAFT))
    lying = lying.filter(area__in=Area.objects.bygone(area))
    moved = []
    for matter in lying.select_for_update(of=("self",)).select_related("area").order_by("pk"):
        heir = heirs.holding(matter.lon, matter.lat)
        if heir == heirs.former:
            continue
        here = Matter.objects.filter(pk=matter.pk)
        here.update(area=heir, area_path=heir.path)
        trail.write(
            matter, "apportion", by=by, at=at, from_area=str(matter.area), to_area=str(heir)
        )
        moved.append(matter.pk)
    if moved:
        trail.write(area, "apportion", by=by, at=at, matters=len(moved))
        outbox.announce(events.MattersApportioned(area.pk, moved))
    return len(moved)
