"""Registered things and what stores hold of materials (底数、物资)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from anlan.people.access import Scope
from anlan.registry.access import visible_to
from anlan.registry.flow import Stage
from anlan.registry.models import Item, StockBalance
from anlan.registry.models import kinds as item_kinds

from .matters import sectors
from .shape import Dimension, Measure, Moment, Said, Source, Town, day_before


def _items(scope: Scope | None) -> QuerySet[Any]:
    return Item.objects.all() if scope is None else visible_to(scope)


def _balances(scope: Scope | None) -> QuerySet[Any]:
    return StockBalance.objects.filter(item__in=_items(scope)) if scope else _all_balances()


def _all_balances() -> QuerySet[Any]:
    return StockBalance.objects.all()


def _there(end: datetime) -> Q:
    """In the register at the last instant of the period: whatever was retired since counts."""
    not_yet = Q(retired_on__isnull=True) | Q(retired_on__gt=day_before(end))
    return Q(stage__in=(Stage.LISTED, Stage.RETIRED), registered_at__lt=end) & not_yet


def _held_there(end: datetime) -> Q:
    return Q(item__stage=Stage.LISTED, item__registered_at__lt=end)


def kinds() -> Mapping[str, str]:
    return {key: kind.label for key, kind in item_kinds().items()}


def _attributes(of: tuple[str, ...]) -> Mapping[str, str]:
    known = item_kinds()
    return {
        each.key: each.unit
        for key in of or known
        if key in known
        for each in known[key].attributes
        if each.type == "number"
    }


SOURCES = (
    Source(
        "items",
        "底数",
        _items,
        "items",
        moments={
            "registered_at": Moment("registered_at"),
            "retired_on": Moment("retired_on", days=True),
            "confirmed_on": Moment("confirmed_on", days=True),
        },
        standing=_there,
        states={
            "stale": lambda end: Q(stale_on__lte=day_before(end)),
            "confirmed": lambda end: Q(confirmed_on__isnull=False),
            "parties_missing": lambda end: Q(parties_missing=True),
            "kept": lambda end: Q(keeper__isnull=False),
        },
        measures={
            "enterprises": Measure("distinct", "enterprise", ("家",)),
            "towns": Town("distinct", "area_path", ("个",)),
            "fields": Said("distinct", "attributes", ("个", "类"), key="field"),
        },
        numbers={"attributes": _attributes},
        dimensions={
            "kind": Dimension("底数类别", "kind", kinds),
            "grade": Dimension("风险等级", "grade", lambda: dict(Item.Grade.choices)),
            "sector": Dimension("重点领域", "sector", sectors),
            "level": Dimension("级别", "attributes", key="level"),
            "state": Dimension("状态", "attributes", key="state"),
        },
        columns={"grade": "grade", "sector": "sector", "attributes": "attributes"},
        kinds=kinds,
        order="registered_at",
    ),
    Source(
        "stock",
        "物资库存",
        _balances,
        "items",
        standing=_held_there,
        measures={"quantity": Measure("sum", "quantity"), "stores": Measure("distinct", "item")},
        dimensions={"material": Dimension("物资", "material")},
        columns={"material": "material", "unit": "unit"},
        kind="item__kind",
        kinds=kinds,
        path="item__area_path",
    ),
)
