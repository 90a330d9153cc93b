"""Compute figures: one query gives the value, its parts and its rows (统计指标)."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from django.db.models import (
    Aggregate,
    Case,
    Count,
    ExpressionWrapper,
    F,
    Func,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import DecimalField, DurationField, FloatField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Extract, Substr
from django.db.models.lookups import Exact

from anlan.kernel import catalogues
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.matters.models import Matter
from anlan.people.access import Scope
from anlan.people.models import Area
from anlan.records.models import kinds as record_kinds
from anlan.registry.models import Sector

from . import rules
from .sources import DIMENSIONS, SOURCES, state_at

DAY_SECONDS = 86400
UNFILLED = "未填写"
ITSELF = "本级"
ELSEWHERE = "-"  # a firm that lies outside the area asked for
COUNTED = "counts."  # what a record counts: counts.trained
BODIES, VISITS = "bodies", "visits"  # 家, 家次: two different things everywhere


@dataclass(frozen=True)
class Figure:
    """One definition (指标): what is counted, when it counts, and what it is called.

    `of` is what of the rows is counted or added: nothing for the rows themselves, `visits` (家次),
    `bodies` (家, distinct), `person_times`, or a number of the records such as `counts.trained`.
    """

    key: str
    label: str
    unit: str
    kind: Literal["count", "sum", "distinct", "rate", "median_days"]
    scope: str
    clause: str
    source: str = ""
    moment: Literal["", "found_at", "closed_at", "dispatched_at", "started_at", "standing"] = ""
    state: Literal["", "live", "closed", "controlled", "overdue"] = ""
    kinds: tuple[str, ...] = ()  # of records; empty for all
    of: str = ""
    since: str = ""
    part: str = ""
    whole: str = ""

    def __post_init__(self) -> None:
        if self.kind == "rate":
            if not (self.part and self.whole):
                raise ValueError("比率指标要写明 part(分子)和 whole(分母)")
        elif self.source not in SOURCES:
            raise ValueError(f"数据来源“{self.source}”不存在,可用:{'、'.join(SOURCES)}")
        known = ("", VISITS, BODIES, "person_times")
        if self.of not in known and not self.of.startswith(COUNTED):
            raise ValueError(f"of“{self.of}”不认识,可用:{'、'.join(known[1:])}、{COUNTED}计数项")
        if (self.kind == "distinct") != (self.of == BODIES):
            raise ValueError(
                "家(去重)写 kind: distinct 和 of: bodies;家次写 kind: count 和 of: visits"
            )
        if (self.kind == "sum") != (self.of == "person_times" or self.of.startswith(COUNTED)):
            raise ValueError("求和指标要写 kind: sum 和 of: person_times 或 counts.计数项")


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
        _kinds_exist(figure)
    return figures


def _kinds_exist(figure: Figure) -> None:
    """Refuse a figure over kinds or numbers of records that do not exist."""
    known = record_kinds()
    for key in figure.kinds:
        if key not in known:
            mend = catalogues.nearest(key, known)
            raise Invalid(f"指标“{figure.label}”写了没有的台账种类“{key}”", mend=mend)
    wanted = figure.of.removeprefix(COUNTED)
    if figure.of.startswith(COUNTED) and not any(
        wanted in known[key].count_keys for key in figure.kinds or known
    ):
        raise Invalid(
            f"指标“{figure.label}”的计数项“{wanted}”在所列台账中不存在",
            mend="请核对 figures.yaml 和 record_kinds.yaml",
        )


def definition(name: str) -> Figure:
    figures = definitions()
    if name not in figures:
        near = catalogues.nearest(name, figures)
        hint = f",是否为“{near}”?" if near else ""
        raise Invalid(f"没有名为“{name}”的指标{hint}", mend=f"可用指标:{'、'.join(figures)}")
    return figures[name]


def rows(
    name: str, *, period: rules.Period, area: Area, scope: Scope | None, at: datetime
) -> QuerySet[Any]:
    """The rows behind a number: the very query the number is counted from."""
    figure = definition(name)
    if figure.kind == "rate":
        return rows(figure.whole, period=period, area=area, scope=scope, at=at)
    begin, end = period.until(at.astimezone(LOCAL).date()).instants(LOCAL)
    end = min(end, at)
    source = SOURCES[figure.source]
    found = source.rows(scope).filter(area_path__startswith=area.path)
    if figure.kinds:
        found = found.filter(**{f"{source.kind}__in": figure.kinds})
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
    """The parts of a figure by one of its dimensions; the parts of a count or sum add up to it."""
    figure = definition(name)
    if by not in dimensions_of(figure):
        raise Invalid(f"不能按“{by}”分组", mend=f"可用:{'、'.join(dimensions_of(figure))}")
    asked: dict[str, Any] = {"period": period, "area": area, "scope": scope, "at": at}
    if figure.kind == "rate":
        part = _amounts(definition(figure.part), rows(figure.part, **asked), by, area)
        whole = _amounts(definition(figure.whole), rows(figure.whole, **asked), by, area)
        values = {key: rules.percent(part.get(key, 0), count) for key, count in whole.items()}
    elif figure.kind == "median_days":
        values = _medians(figure, rows(name, **asked), by, area)
    else:
        amounts = _amounts(figure, rows(name, **asked), by, area)
        values = {key: Decimal(n) for key, n in amounts.items()}
    labels = _labels(by, list(values))
    return [Part(key, labels[key], values[key]) for key in sorted(values, key=labels.__getitem__)]


def dimensions_of(figure: Figure) -> dict[str, str]:
    """By what a figure can be broken down, with its words: firms by where each of them lies only,
    because one firm may be inspected in two ways, but stands in one place."""
    while figure.kind == "rate":
        figure = definition(figure.whole)
    known = ("area",) if figure.kind == "distinct" else SOURCES[figure.source].dimensions
    return {by: DIMENSIONS[by] for by in known}


def only(
    found: QuerySet[Any], by: str, key: str, area: Area, figure: Figure | None = None
) -> QuerySet[Any]:
    """The rows of one part of a breakdown."""
    parts = found.annotate(part=_dimension(by, area, figure))
    part: QuerySet[Any] = parts.filter(Exact(F("part"), Value(key)))
    return part.distinct() if figure and figure.kind == "distinct" else part


def _value(
    figure: Figure, *, period: rules.Period, area: Area, scope: Scope | None, at: datetime
) -> Decimal | None:
    asked: dict[str, Any] = {"period": period, "area": area, "scope": scope, "at": at}
    if figure.kind == "rate":
        part, whole = definition(figure.part), definition(figure.whole)
        return rules.percent(
            _amount(part, rows(part.key, **asked)), _amount(whole, rows(whole.key, **asked))
        )
    found = rows(figure.key, **asked)
    if figure.kind == "median_days":
        return _days(found.aggregate(median=_median(figure))["median"])
    return Decimal(_amount(figure, found))


def _amount(figure: Figure, found: QuerySet[Any]) -> int | Decimal:
    number: int | Decimal = found.order_by().aggregate(n=_measure(figure))["n"]
    return number


def _amounts(figure: Figure, found: QuerySet[Any], by: str, area: Area) -> dict[str, int | Decimal]:
    grouped = found.order_by().annotate(part=_dimension(by, area, figure)).values("part")
    measured = grouped.annotate(n=_measure(figure))
    return {row["part"]: row["n"] for row in measured if row["part"] is not None and row["n"]}


def _measure(figure: Figure) -> Combinable:
    """What is taken of the rows: how many, how many visits, how many firms, or their sum."""
    if figure.of == VISITS:
        return Count("visits")
    if figure.of == BODIES:
        return Count("visits__body", distinct=True)
    if figure.of == "person_times":
        return Coalesce(Sum("person_times"), 0)
    if figure.of.startswith(COUNTED):
        number = Cast(
            KeyTextTransform(figure.of.removeprefix(COUNTED), "counts"),
            DecimalField(max_digits=20, decimal_places=4),
        )
        return Coalesce(Sum(number), Value(Decimal(0)), output_field=DecimalField())
    return Count("pk")


def _medians(
    figure: Figure, found: QuerySet[Any], by: str, area: Area
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


def _dimension(by: str, area: Area, figure: Figure | None = None) -> Combinable:
    if by != "area":
        return Coalesce(F(by), Value(""))
    if figure and figure.kind == "distinct":
        inside = When(visits__body__area_path__startswith=area.path,
                      then=_below("visits__body__area_path", area))  # fmt: skip
        nobody = When(visits__isnull=True, then=Value(None))
        return Case(nobody, inside, default=Value(ELSEWHERE), output_field=TextField())
    return _below("area_path", area)


def _below(path: str, area: Area) -> Func:
    """The code of the area one level down that a path lies in."""
    rest = Substr(path, len(area.path) + 1)
    return Func(rest, Value("/"), Value(1), function="split_part", output_field=TextField())


def _labels(by: str, keys: list[str]) -> dict[str, str]:
    known: dict[str, str] = {}
    if by == "area":
        known = dict(Area.objects.filter(code__in=keys).values_list("code", "name"))
        known |= {"": ITSELF, ELSEWHERE: "辖区外"}
    elif by == "source":
        known = dict(Matter.Source.choices)
    elif by == "grade":
        known = dict(Matter.Grade.choices)
    elif by == "kind":
        known = {key: kind.label for key, kind in record_kinds().items()}
    else:
        known = {key: sector.label for key, sector in catalogues.load("sectors", Sector).items()}
    return {key: known.get(key, key or UNFILLED) for key in keys}
