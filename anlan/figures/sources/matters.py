"""Matters: hazards, public reports, supervision (事项)."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db.models import DateTimeField, Min, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan

from anlan.kernel import catalogues
from anlan.kernel.trail import LOCAL
from anlan.matters import access
from anlan.matters.flow import LIVE, Stage
from anlan.matters.models import InterimControl, Matter
from anlan.matters.models import kinds as matter_kinds
from anlan.people.access import Scope
from anlan.records.models import kinds as record_kinds
from anlan.registry.models import Sector

from .shape import Dimension, Moment, Source

NOT_COUNTED = (Stage.DRAFT, Stage.VOID, Stage.MERGED)


def sectors() -> Mapping[str, str]:
    return {key: each.label for key, each in catalogues.load("sectors", Sector).items()}


def _matters(scope: Scope | None) -> QuerySet[Any]:
    seen = Matter.objects.all() if scope is None else access.visible_to(scope)
    return seen.exclude(stage__in=NOT_COUNTED)


def _of_records(scope: Scope | None) -> QuerySet[Any]:
    return _matters(scope).filter(raised_by__isnull=False)


def _live(end: datetime) -> Q:
    """Not settled at the last instant of the period.

    A matter reopened later counts as it stands today: the ledger keeps its present stage, the
    trail its past. Frozen figures keep the number that was given. Both arms carry both columns,
    so that each is one index.
    """
    return Q(stage__in=LIVE, found_at__lt=end) | Q(closed_at__gte=end, found_at__lt=end)


def _overdue(end: datetime) -> Q:
    """Past its term at that instant and not settled.

    What is live has the term of its present turn; what was closed since, the one in which it was to
    be rectified: the term of a turn that is over is kept nowhere but in the trail.
    """
    deadline = Cast(KeyTextTransform("deadline", "plan"), DateTimeField())
    late = Q(LessThan(deadline, Value(end, DateTimeField())))
    return Q(stage__in=LIVE, found_at__lt=end, due_at__lt=end) | (
        Q(closed_at__gte=end, found_at__lt=end) & late
    )


def _controlled(end: datetime) -> Q:
    held = InterimControl.objects.filter(at__lt=end).exclude(ended_at__lt=end)
    return _live(end) & Q(pk__in=held.values("matter"))


def _kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in matter_kinds.kinds().items()}


def _kinds_of_records() -> Mapping[str, str]:
    return {key: kind.label for key, kind in record_kinds().items()}


def _begins() -> date | None:
    first = Matter.objects.aggregate(first=Min("found_at"))["first"]
    return first.astimezone(LOCAL).date() if first else None


_TOPIC = "raised_by__record__topic"
_SHAPE: dict[str, Any] = {
    "ledger": "matters",
    "moments": {
        "found_at": Moment("found_at"),
        "closed_at": Moment("closed_at"),
        "dispatched_at": Moment("dispatched_at"),
    },
    "states": {
        "live": _live,
        "closed": lambda end: Q(stage=Stage.CLOSED, closed_at__lt=end),
        "overdue": _overdue,
        "controlled": _controlled,
        "published": lambda end: Q(details__public=True),
    },
    "dimensions": {
        "source": Dimension("来源", "source", lambda: dict(Matter.Source.choices)),
        "grade": Dimension("隐患等级", "grade", lambda: dict(Matter.Grade.choices)),
        "sector": Dimension("重点领域", "sector", sectors),
    },
    "columns": {"source": "source", "grade": "grade", "sector": "sector", "clause": "clause"},
    "order": "found_at",
    "begins": _begins,
}


def _of_kind(key: str, label: str, kind: str, **also: Any) -> Source:
    return Source(key, label, _matters, narrow=Q(kind=kind, **also), **_SHAPE)


SOURCES = (
    Source("matters", "事项", _matters, kinds=_kinds, **_SHAPE),
    _of_kind("hazards", "隐患", "hazard"),
    _of_kind("major_hazards", "重大事故隐患", "hazard", grade=Matter.Grade.MAJOR),
    _of_kind("public_reports", "群众举报", "public_report"),
    _of_kind("listed_supervisions", "挂牌督办", "listed_supervision"),
    _of_kind("supervision_orders", "督办单", "supervision_order"),
    Source(
        "campaign_hazards",
        "专项隐患",
        _matters,
        narrow=Q(kind="hazard", details__has_key="topic"),
        **{
            **_SHAPE,
            "dimensions": _SHAPE["dimensions"]
            | {"topic": Dimension("专项", "details", key="topic")},
            "columns": _SHAPE["columns"] | {"details": "details"},
        },
    ),
    Source(
        "hazards_of_records",
        "检查发现并转办的隐患",
        _of_records,
        narrow=Q(kind="hazard"),
        kind="raised_by__record__kind",
        kinds=_kinds_of_records,
        **{
            **_SHAPE,
            "dimensions": _SHAPE["dimensions"] | {"topic": Dimension("专项", _TOPIC)},
            "columns": _SHAPE["columns"] | {"topic": _TOPIC},
        },
    ),
)
