"""What figures are counted over: each source is one query and the ways it can be broken down.

A figure's value, its parts and its rows all come from the query made here, so that a number
always equals the rows it opens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from anlan.matters import access
from anlan.matters.flow import LIVE, Stage
from anlan.matters.models import InterimControl, Matter
from anlan.people.access import Scope
from anlan.records import access as books
from anlan.records.models import Record

NOT_COUNTED = (Stage.DRAFT, Stage.VOID, Stage.MERGED)
DIMENSIONS = {
    "source": "来源",
    "grade": "隐患等级",
    "kind": "台账种类",
    "sector": "重点领域",
    "area": "区域",
}
OF_MATTERS = ("source", "grade", "sector", "area")
OF_RECORDS = ("kind", "sector", "area")


@dataclass(frozen=True)
class Source:
    """A named set of rows, before period and area are applied."""

    key: str
    label: str
    rows: Callable[[Scope | None], QuerySet[Any]]
    ledger: str = "matters"  # whose rows they are: the list that a number opens
    dimensions: tuple[str, ...] = OF_MATTERS
    kind: str = "kind"  # the column that a figure's `kinds` narrow


def _of_kind(kind: str, **also: Any) -> Callable[[Scope | None], QuerySet[Any]]:
    def rows(scope: Scope | None) -> QuerySet[Any]:
        seen = Matter.objects.all() if scope is None else access.visible_to(scope)
        return seen.filter(kind=kind, **also).exclude(stage__in=NOT_COUNTED)

    return rows


def _kept(scope: Scope | None) -> QuerySet[Any]:
    """What stands in the books; an unannounced visit counts for whom it is not hidden from."""
    seen = Record.objects.all() if scope is None else books.visible_to(scope)
    return seen.kept()


SOURCES = {
    source.key: source
    for source in (
        Source("hazards", "隐患", _of_kind("hazard")),
        Source("major_hazards", "重大事故隐患", _of_kind("hazard", grade=Matter.Grade.MAJOR)),
        Source("public_reports", "群众举报", _of_kind("public_report")),
        Source("listed_supervisions", "挂牌督办", _of_kind("listed_supervision")),
        Source("supervision_orders", "督办单", _of_kind("supervision_order")),
        Source("records", "台账", _kept, "records", OF_RECORDS),
        Source(
            "hazards_of_records",
            "检查发现并转办的隐患",
            _of_kind("hazard", raised_by__isnull=False),
            kind="raised_by__record__kind",
        ),
    )
}


def state_at(state: str, end: datetime) -> Q:
    """What must be true of a row at the last instant of the period.

    A matter reopened later counts as it stands today: the ledger keeps its present stage, the
    trail its past. Frozen reports keep the number that was given.
    """
    open_then = Q(found_at__lt=end) & (Q(stage__in=LIVE) | Q(closed_at__gte=end))
    if state == "live":
        return open_then
    if state == "closed":
        return Q(stage=Stage.CLOSED, closed_at__lt=end)
    if state == "overdue":
        return open_then & Q(due_at__lt=end)
    if state == "controlled":
        held = InterimControl.objects.filter(at__lt=end).exclude(ended_at__lt=end)
        return open_then & Q(pk__in=held.values("matter"))
    raise ValueError(state)
