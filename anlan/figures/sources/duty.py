"""Who stood on duty, and whether they came (值班)."""

from typing import Any

from django.db.models import Q, QuerySet

from anlan.duty import access
from anlan.duty.models import Shift
from anlan.people.access import Scope

from .shape import Dimension, Measure, Moment, Source


def _shifts(scope: Scope | None) -> QuerySet[Any]:
    found = Shift.objects.standing()
    return found if scope is None else found.filter(desk__in=access.visible_to(scope))


SOURCES = (
    Source(
        "shifts",
        "值班",
        _shifts,
        "shifts",
        moments={"starts": Moment("starts")},
        states={
            "arrived": lambda end: Q(arrived_at__isnull=False),
            "absent": lambda end: Q(absent_at__isnull=False),
        },
        measures={"persons": Measure("distinct", "person", ("人", "名"))},
        dimensions={"level": Dimension("班次", "level", lambda: dict(Shift.Level.choices))},
        kind="desk__kind",
        path="desk__area_path",
        order="starts",
    ),
)
