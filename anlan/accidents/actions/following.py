"""What the tree of areas does to accidents."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, OuterRef, Subquery

from anlan.kernel import trail
from anlan.people.models import Area, Person

from ..models import Accident


@transaction.atomic
def relocate(area: Area, *, before: str, by: Person | None, at: datetime) -> int:
    """Follow an area that moved: accidents below its former path get their own (随区划调整).

    Safe to do twice; the second time finds none.
    """
    rows = Accident.objects.under(before).exclude(area_path=F("area__path"))
    path_now = Area.objects.filter(pk=OuterRef("area")).values("path")[:1]
    moved = rows.update(area_path=Subquery(path_now))
    if moved:
        trail.write(area, "relocate", by=by, at=at, before=before, accidents=moved)
    return moved
