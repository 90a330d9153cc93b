"""Papers that went out: how many, to whom, what they say in numbers, which still hold (文书)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import Min, Q, QuerySet

from anlan.kernel.trail import LOCAL
from anlan.papers import access
from anlan.papers.flow import Stage
from anlan.papers.models import Paper
from anlan.papers.models import kinds as paper_kinds
from anlan.papers.models import templates as paper_templates
from anlan.people.access import Scope

from .matters import sectors
from .shape import Dimension, Measure, Moment, Source

NUMBER = "number"


def _out(scope: Scope | None) -> QuerySet[Any]:
    """What went out and was not taken back; what was superseded had been issued all the same."""
    seen = Paper.objects.all() if scope is None else access.visible_to(scope)
    return seen.out().exclude(stage=Stage.WITHDRAWN)


def _in_force(end: datetime) -> Q:
    running = Q(valid_until__isnull=True) | Q(valid_until__gte=end)
    return Q(stage=Stage.ISSUED, valid_from__lt=end) & running


def _replied(end: datetime) -> Q:
    return Q(replied_at__lt=end)


def _kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in paper_kinds().items()}


def _numbers(of: tuple[str, ...]) -> Mapping[str, str]:
    """The numbers that papers of these kinds carry; their unit is what the label says."""
    known, written = paper_kinds(), paper_templates()
    named = (known[key].template for key in of or known if key in known)
    return {
        field.key: ""
        for name in filter(None, named)
        for field in written[name].fields
        if field.type == NUMBER
    }


def _begins() -> date | None:
    first = Paper.objects.aggregate(first=Min("issued_at"))["first"]
    return first.astimezone(LOCAL).date() if first else None


SOURCES = (
    Source(
        "papers",
        "文书",
        _out,
        "papers",
        moments={"issued_at": Moment("issued_at"), "replied_at": Moment("replied_at")},
        standing=_in_force,
        states={"replied": _replied},
        measures={
            "addressees": Measure(
                "distinct", "sent_to__body", ("家", "个"), "sent_to", "sent_to__body__area_path"
            ),
        },
        numbers={"values": _numbers},
        dimensions={
            "kind": Dimension("文书种类", "kind", _kinds),
            "sector": Dimension("重点领域", "sector", sectors),
            "hazard": Dimension("灾种", "values", key="hazard"),
        },
        columns={"sector": "sector", "values": "values"},
        kinds=_kinds,
        order="issued_at",
        begins=_begins,
    ),
)
