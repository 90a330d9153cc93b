"""Records: what was done (台账)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Min, QuerySet

from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.records import access as books
from anlan.records.models import Record
from anlan.records.models import kinds as record_kinds

from .matters import sectors
from .shape import Dimension, Measure, Moment, Said, Source

BODIES, VISITS = "bodies", "visits"  # 家, 家次: two different things everywhere


def _kept(scope: Scope | None) -> QuerySet[Any]:
    """What stands in the books; an unannounced visit counts for whom it is not hidden from."""
    seen = Record.objects.all() if scope is None else books.visible_to(scope)
    return seen.kept()


def kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in record_kinds().items()}


def _counts(of: tuple[str, ...]) -> Mapping[str, str]:
    known = record_kinds()
    return {
        count.key: count.unit for key in of or known if key in known for count in known[key].counts
    }


def _begins() -> date | None:
    first = Record.objects.aggregate(first=Min("started_at"))["first"]
    return first.astimezone(LOCAL).date() if first else None


SOURCES = (
    Source(
        "records",
        "台账",
        _kept,
        "records",
        moments={"started_at": Moment("started_at")},
        measures={
            VISITS: Measure("count", "visits", ("家次", "次", "处次", "户次"), joins="visits"),
            BODIES: Measure(
                "distinct", "visits__body", ("家", "个"), "visits", "visits__body__area_path"
            ),
            "persons": Measure(
                "distinct", "participations__person", ("人", "名"), "participations"
            ),
            "items": Measure("distinct", "item"),
            "organisers": Measure("distinct", "organiser"),
            "rounds": Said("distinct", "details", ("轮",), key="round"),
            "groups": Said("distinct", "details", ("个", "组"), key="group"),
            "person_times": Measure("sum", "person_times", ("人次",)),
        },
        numbers={"counts": _counts},
        dimensions={
            "kind": Dimension("台账种类", "kind", kinds),
            "sector": Dimension("重点领域", "sector", sectors),
            "topic": Dimension("专项", "topic"),
            "audience": Dimension("培训对象", "details", key="audience"),
        },
        columns={
            "sector": "sector",
            "topic": "topic",
            "details": "details",
        },
        kinds=kinds,
        order="started_at",
        begins=_begins,
    ),
)
