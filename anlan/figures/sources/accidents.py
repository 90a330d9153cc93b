"""Accidents, as they stand settled and as they were first reported (事故)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Min, Q, QuerySet

from anlan.accidents import access
from anlan.accidents.models import Accident, Investigation, production_scopes, scopes
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope

from .matters import sectors
from .shape import Dimension, Measure, Moment, Source


def _all(scope: Scope | None) -> QuerySet[Any]:
    seen = Accident.objects.all() if scope is None else access.visible_to(scope)
    return seen.kept()


def _production(scope: Scope | None) -> QuerySet[Any]:
    return _all(scope).filter(scope__in=production_scopes())


def _inquiries(scope: Scope | None) -> QuerySet[Any]:
    """Inquiries into what counts as an accident, whatever its scope (事故调查)."""
    return Investigation.objects.filter(accident__in=_all(scope))


def _scopes() -> Mapping[str, str]:
    return {key: each.label for key, each in scopes().items()}


def _begins() -> date | None:
    first = Accident.objects.aggregate(first=Min("happened_at"))["first"]
    return first.astimezone(LOCAL).date() if first else None


_SHAPE: dict[str, Any] = {
    "ledger": "accidents",
    "moments": {"happened_at": Moment("happened_at"), "reported_at": Moment("reported_at")},
    "states": {
        "fatal": lambda end: Q(deaths__gt=0),
        "larger": lambda end: ~Q(grade=Accident.Grade.GENERAL),
    },
    "measures": {
        "deaths": Measure("sum", "deaths", ("人",)),
        "injured": Measure("sum", "injured", ("人",)),
        "direct_loss": Measure("sum", "direct_loss", ("万元",)),
        "first_deaths": Measure("sum", "first_deaths", ("人",)),
        "first_injured": Measure("sum", "first_injured", ("人",)),
    },
    "dimensions": {
        "scope": Dimension("统计范围", "scope", _scopes),
        "grade": Dimension("事故等级", "grade", lambda: dict(Accident.Grade.choices)),
        "sector": Dimension("重点领域", "sector", sectors),
    },
    "columns": {"grade": "grade", "sector": "sector", "category": "category"},
    "kind": "scope",
    "kinds": _scopes,
    "order": "happened_at",
    "begins": _begins,
}

SOURCES = (
    Source("accidents", "生产安全事故", _production, **_SHAPE),
    Source("all_accidents", "各类事故", _all, **_SHAPE),
    Source(
        "investigations",
        "事故调查",
        _inquiries,
        "accidents.inquiries",
        moments={"started_at": Moment("started_at"), "replied_at": Moment("replied_at")},
        dimensions={
            "level": Dimension("调查级别", "level", lambda: dict(Investigation.Level.choices))
        },
        path="accident__area_path",
        order="started_at",
    ),
)
