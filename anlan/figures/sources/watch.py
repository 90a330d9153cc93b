"""Warnings that went out or came in, local alarms, and the stations behind them (监测预警)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from anlan.people.access import Scope
from anlan.registry.models import kinds as item_kinds
from anlan.watch import access
from anlan.watch.flow import AlarmStage, Stage, World
from anlan.watch.models import Alarm, Station, Stream, Warning, families, warned_of
from anlan.watch.models.issuing import COLOURS
from anlan.watch.models.warnings import SENT

from .matters import sectors
from .shape import Dimension, Measure, Moment, Source

PICTURE = "video_feed"  # of catalogues/observed_properties.yaml: whether the picture comes


def _warnings(scope: Scope | None) -> QuerySet[Any]:
    """Messages that were sent, our own and others'; a drill warns nobody, nor does an end."""
    seen = Warning.objects.all() if scope is None else access.warnings_visible_to(scope)
    return seen.filter(world=World.LIVE, stage__in=SENT).exclude(kind=Warning.Kind.CANCEL)


def _alarms(scope: Scope | None) -> QuerySet[Any]:
    return Alarm.objects.all() if scope is None else access.alarms_visible_to(scope)


def _stations(scope: Scope | None) -> QuerySet[Any]:
    return Station.objects.all() if scope is None else access.visible_to(scope)


def _standing(end: datetime) -> Q:
    return Q(stage=Stage.IN_USE, made_at__lt=end)


def _goes_on(end: datetime) -> Q:
    return Q(raised_at__lt=end) & (Q(over_at__isnull=True) | Q(over_at__gte=end))


def _heard(end: datetime, narrow: Q) -> Q:
    """All of its streams of a sort speak; of the past only a silence that still lasts is known."""
    streams = Stream.objects.filter(narrow, station=OuterRef("pk"), active=True)
    mute = Q(latest__isnull=True) | Q(latest__silent_since__lt=end)
    return Q(Exists(streams)) & Q(~Exists(streams.filter(mute)))


def _kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in item_kinds().items()}


def _hazards() -> Mapping[str, str]:
    return {key: each.label for key, each in warned_of().items()}


def _families() -> Mapping[str, str]:
    return {key: each.label for key, each in families().items()}


def _grades() -> Mapping[str, str]:
    return {str(key): str(word) for key, word in Alarm._meta.get_field("grade").choices or ()}


SOURCES = (
    Source(
        "warnings",
        "预警",
        _warnings,
        "warnings",
        moments={"sent": Moment("sent")},
        states={
            "own": lambda end: Q(received_at__isnull=True),
            "received": lambda end: Q(received_at__isnull=False),
        },
        dimensions={
            "hazard": Dimension("预警类别", "hazard", _hazards),
            "colour": Dimension("预警颜色", "colour", lambda: COLOURS),
        },
        columns={"colour": "colour"},
        kind="hazard",
        kinds=_hazards,
        order="sent",
    ),
    Source(
        "alarms",
        "实况告警",
        _alarms,
        "alarms",
        moments={
            "raised_at": Moment("raised_at"),
            "acknowledged_at": Moment("acknowledged_at"),
            "over_at": Moment("over_at"),
        },
        standing=_goes_on,
        states={"settled": lambda end: Q(stage=AlarmStage.SETTLED, settled_at__lt=end)},
        dimensions={
            "family": Dimension("告警类别", "family", _families),
            "worst": Dimension("告警级别", "worst", _grades),
            "sector": Dimension("重点领域", "sector", sectors),
        },
        columns={"sector": "sector"},
        kind="family",
        kinds=_families,
        order="raised_at",
    ),
    Source(
        "stations",
        "测站",
        _stations,
        "stations",
        standing=_standing,
        states={
            "reporting": lambda end: _heard(end, ~Q(observed=PICTURE)),
            "in_sight": lambda end: _heard(end, Q(observed=PICTURE)),
        },
        measures={"items": Measure("distinct", "item", ("家", "处", "个"))},
        dimensions={"sector": Dimension("重点领域", "sector", sectors)},
        columns={"sector": "sector", "item": "item__attributes"},
        kind="item__kind",
        kinds=_kinds,
    ),
)
