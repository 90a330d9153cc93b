"""Compute figures: one query gives the value, its parts and its rows (统计指标)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.db.models import (
    Aggregate,
    Count,
    ExpressionWrapper,
    F,
    Func,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import DurationField, FloatField
from django.db.models.functions import Coalesce, Extract, Substr
from django.db.models.lookups import Exact

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.people.access import Scope
from anlan.people.models import Area
from anlan.registry.models import Sector

from . import rules
from .sources import DIMENSIONS, SOURCES, state_at

DAY_SECONDS = 86400
UNFILLED = "未填写"
ITSELF = "本级"


@dataclass(frozen=True)
class Figure:
    """One definition (指标): what is counted, when it counts, and what it is called."""

    key: str
    label: str
    unit: str
    kind: Literal["count", "rate", "median_days"]
    scope: str
    clause: str
    source: str = ""
    moment: Literal["", "found_at", "closed_at", "dispatched_at", "standing"] = ""
    state: Literal["", "live", "closed", "controlled", "overdue"] = ""
    since: str = ""
    part: str = ""
    whole: str = ""

    def __post_init__(self) -> None:
        if self.kind == "rate":
            if not (self.part and self.whole):
                raise ValueError("比率指标要写明 part(分子)和 whole(分母)")
        elif self.source not in SOURCES:
            raise ValueError(f"数据来源“{self.source}”不存在,可用:{'、'.join(SOURCES)}")


@dataclass(frozen=True)
class Part:
    """One line of a breakdown; `key` filters the rows behind it."""

    key: str
    label: str
    value: Decimal | None


@dataclass(frozen=True)
class FigureValue:
    """A computed figure, with its definition, its base and how it changed."""

    figure: Figure
    period: rules.Period
    area: Area
    value: Decimal | None
    change: rules.Change

    def words(self) -> str:
        """The value as a table shows it."""
        return "—" if self.value is None else f"{self.value:f}"


def definitions() -> dict[str, Figure]:
    """All figures of the catalogue, checked against each other."""
    figures = catalogues.load("figures", Figure)
    for figure in figures.values():
        for name in filter(None, (figure.part, figure.whole)):
            if name not in figures:
                raise Invalid(
                    f"指标“{figure.label}”引用的“{name}”不存在", mend="请核对 figures.yaml"
                )
    return figures


def definition(name: str) -> Figure:
    figures = definitions()
    if name not in figures:
        near = catalogues.nearest(name, figures)
        hint = f",是否为“{near}”?" if near else ""
        raise Invalid(f"没有名为“{name}”的指标{hint}", mend=f"可用指标:{'、'.join(figures)}")
    return figures[name]


def rows(
    name: str, *, period: rules.Period, area: Area, scope: Scope | None, at: datetime
) -> QuerySet[Matter]:
    """The rows behind a number: the very query the number is counted from."""
    figure = definition(name)
    if figure.kind == "rate":
        return rows(figure.whole, period=period, area=area, scope=scope, at=at)
    begin, end = period.until(at.astimezone(LOCAL).date()).instants(LOCAL)
    end = min(end, at)
    found = SOURCES[figure.source].rows(scope).filter(area_path__startswith=area.path)
    if figure.moment != "standing":
        if begin is not None:
            found = found.filter(**{f"{figure.moment}__gte": begin})
        found = found.filter(**{f"{figure.moment}__lt": end})
    if figure.state:
        found = found.filter(state_at(figure.state, end))
    return found


def compute(
    names: list[str] | None, *, period: rules.Period, area: Area, scope: Scope | None, at: datetime
) -> list[FigureValue]:
    """Values for an area and period with the same period of last year beside them."""
    found = []
    for name in names or list(definitions()):
        figure = definition(name)
        value = _value(figure, period=period, area=area, scope=scope, at=at)
        now = period.until(at.astimezone(LOCAL).date())
        base = _value(figure, period=now.year_before(), area=area, scope=scope, at=at)
        change = rules.compare(value, base, is_rate=figure.kind == "rate", unit=figure.unit)
        found.append(FigureValue(figure, period, area, value, change))
    return found


def breakdown(
    name: str,
    by: str,
    *,
    period: rules.Period,
    area: Area,
    scope: Scope | None,
    at: datetime,
) -> list[Part]:
    """The parts of a figure by source, grade, sector or area; the parts of a count sum to it."""
    if by not in DIMENSIONS:
        raise Invalid(f"不能按“{by}”分组", mend=f"可用:{'、'.join(DIMENSIONS)}")
    figure = definition(name)
    asked: dict[str, Any] = {"period": period, "area": area, "scope": scope, "at": at}
    if figure.kind == "rate":
        part = _counts(rows(figure.part, **asked), by, area)
        whole = _counts(rows(figure.whole, **asked), by, area)
        values = {key: rules.percent(part.get(key, 0), count) for key, count in whole.items()}
    elif figure.kind == "median_days":
        values = _medians(figure, rows(name, **asked), by, area)
    else:
        values = {key: Decimal(n) for key, n in _counts(rows(name, **asked), by, area).items()}
    labels = _labels(by, list(values))
    return [Part(key, labels[key], values[key]) for key in sorted(values, key=labels.__getitem__)]


def only(found: QuerySet[Matter], by: str, key: str, area: Area) -> QuerySet[Matter]:
    """The rows of one part of a breakdown."""
    return found.annotate(part=_dimension(by, area)).filter(Exact(F("part"), Value(key)))


def _value(
    figure: Figure, *, period: rules.Period, area: Area, scope: Scope | None, at: datetime
) -> Decimal | None:
    asked: dict[str, Any] = {"period": period, "area": area, "scope": scope, "at": at}
    if figure.kind == "rate":
        return rules.percent(
            rows(figure.part, **asked).count(), rows(figure.whole, **asked).count()
        )
    found = rows(figure.key, **asked)
    if figure.kind == "median_days":
        return _days(found.aggregate(median=_median(figure))["median"])
    return Decimal(found.count())


def _counts(found: QuerySet[Matter], by: str, area: Area) -> dict[str, int]:
    grouped = found.order_by().annotate(part=_dimension(by, area)).values("part")
    return {row["part"]: row["n"] for row in grouped.annotate(n=Count("id"))}


def _medians(
    figure: Figure, found: QuerySet[Matter], by: str, area: Area
) -> dict[str, Decimal | None]:
    grouped = found.order_by().annotate(part=_dimension(by, area)).values("part")
    return {row["part"]: _days(row["m"]) for row in grouped.annotate(m=_median(figure))}


class Median(Aggregate):
    """The middle value (中位数): PostgreSQL's continuous percentile at one half."""

    name = "Median"
    template = "percentile_cont(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


def _median(figure: Figure) -> Median:
    span = ExpressionWrapper(
        F(figure.moment) - F(figure.since or "found_at"), output_field=DurationField()
    )
    return Median(Extract(span, "epoch"))


def _days(seconds: float | None) -> Decimal | None:
    if seconds is None:
        return None
    return rules.round_to(Fraction(seconds) / DAY_SECONDS, 1)


def _dimension(by: str, area: Area) -> Combinable:
    if by != "area":
        return Coalesce(F(by), Value(""))
    rest = Substr("area_path", len(area.path) + 1)
    return Func(rest, Value("/"), Value(1), function="split_part", output_field=TextField())


def _labels(by: str, keys: list[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    if by == "area":
        known = dict(Area.objects.filter(code__in=keys).values_list("code", "name"))
        known[""] = ITSELF
    elif by == "source":
        known = dict(Matter.Source.choices)
    elif by == "grade":
        known = dict(Matter.Grade.choices)
    else:
        known = {key: sector.label for key, sector in catalogues.load("sectors", Sector).items()}
    return {key: known.get(key, key or UNFILLED) for key in keys}
