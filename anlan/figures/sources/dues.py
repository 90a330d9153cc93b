"""What was missed and is not made up (欠账); how much of a due was met is a figure of its kind."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from anlan.dues import access
from anlan.dues.models import Arrear
from anlan.dues.models import dues as known_dues
from anlan.people.access import Scope

from .shape import Dimension, Measure, Moment, Source


def _arrears(scope: Scope | None) -> QuerySet[Any]:
    return Arrear.objects.all() if scope is None else access.visible_to(scope)


def _stands(end: datetime) -> Q:
    return Q(opened_at__lt=end) & (Q(settled_at__isnull=True) | Q(settled_at__gte=end))


def _labels() -> Mapping[str, str]:
    return {key: due.label for key, due in known_dues().items()}


SOURCES = (
    Source(
        "arrears",
        "应做未做",
        _arrears,
        "dues",
        moments={"opened_at": Moment("opened_at"), "settled_at": Moment("settled_at")},
        standing=_stands,
        measures={"bodies": Measure("distinct", "body", ("家", "个"))},
        dimensions={"due": Dimension("应做事项", "due", _labels)},
        kind="due",
        kinds=_labels,
        order="opened_at",
    ),
)
