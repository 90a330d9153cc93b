"""From definitions to queries: the condition of a figure, its measure, many of them in one pass.

The condition made here is the only one there is: filtered by it, the source gives the rows behind a
number; aggregated under it, the number. Figures over one source share a pass of the table, each
with a FILTER of its own, this period and its bases together.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Aggregate,
    Avg,
    Case,
    Count,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.fields import DurationField
from django.db.models.functions import Cast, Coalesce, Extract, Substr, TruncMonth

from anlan.figures.rules import Period
from anlan.figures.sources import AREA, MONTH, SOURCES, STANDING, Source, day_before
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area

from .definition import SPANS, Figure

ELSEWHERE = "-"  # what is counted lies outside the area asked for
AT_LEAST = ">="  # after the name of a number in `where`
FEW = 3  # so many conditions may be joined by OR and still be found by an index

Cell = tuple[str, ...]  # the keys of a part, one for each dimension; () for the whole
Amounts = Mapping[Cell, Fraction]


@dataclass(frozen=True)
class Asked:
    """Where, for whom and as of when everything of one answer is computed."""

    area: Area
    scope: Scope | None
    at: datetime


@dataclass(frozen=True)
class Want:
    """One figure over one period, cut off where it has not passed yet."""

    figure: Figure
    period: Period

    @property
    def key(self) -> tuple[str, Any, Any]:
        return (self.figure.key, self.period.start, self.period.last)


class Percentiles(Aggregate):
    """PostgreSQL's continuous percentiles, the middle value (中位数) and 95 %, off one sort."""

    name = "Percentiles"
    template = "percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = ArrayField(FloatField())


# --- the condition and its rows ------------------------------------------------------------------


def condition(figure: Figure, period: Period, at: datetime) -> Q:
    """Which rows of its source a figure counts over a period."""
    source = SOURCES[figure.source]
    begin, end = period.instants(LOCAL)
    end = min(end, at)
    found = source.narrow & _asked_for(source, figure)
    if figure.moment == STANDING:
        if source.standing:
            found &= source.standing(end)
    else:
        found &= _within(source, figure.moment, period, begin, end)
    if figure.state:
        found &= source.states[figure.state](end)
    return found


def rows_of(figure: Figure, period: Period, asked: Asked) -> QuerySet[Any]:
    """The rows behind a number: the very condition the number is counted under."""
    return _base(figure, asked).filter(condition(figure, period, asked.at))


def _base(figure: Figure, asked: Asked) -> QuerySet[Any]:
    source = SOURCES[figure.source]
    return source.rows(asked.scope).filter(**{f"{source.path}__startswith": asked.area.path})


def _within(source: Source, name: str, period: Period, begin: datetime | None, end: datetime) -> Q:
    moment = source.moments[name]
    if moment.days:
        found = Q(**{f"{moment.column}__lte": min(period.last, day_before(end))})
        return found & Q(**{f"{moment.column}__gte": period.start}) if period.start else found
    found = Q(**{f"{moment.column}__lt": end})
    return found & Q(**{f"{moment.column}__gte": begin}) if begin is not None else found


def _asked_for(source: Source, figure: Figure) -> Q:
    found = Q()
    if figure.kinds:
        found &= Q(**{f"{source.kind}__in": figure.kinds})
    for name, values in figure.where.items():
        column, _, key = name.removesuffix(AT_LEAST).partition(".")
        if name.endswith(AT_LEAST):
            lookup = f"{source.columns[column]}__{key}__gte"
            found &= Q(**{lookup: float(values[0])})
            continue
        lookup = f"{source.columns[column]}__{key}" if key else source.columns[column]
        found &= Q(**{f"{lookup}__in": [_typed(each) if key else each for each in values]})
    return found


def _typed(word: str) -> Any:
    """A value inside JSON: yes and no are no texts there."""
    return {"true": True, "false": False, "是": True, "否": False}.get(word, word)


# --- many in one pass ----------------------------------------------------------------------------


def measured(wants: Iterable[Want], asked: Asked, by: tuple[str, ...] = ()) -> dict[Any, Amounts]:
    """What every want comes to, by cell; those that share a pass of a table are taken together."""
    passes: dict[Any, dict[Any, Want]] = defaultdict(dict)
    for want in wants:
        passes[_pass_of(want, by)][want.key] = want
    found: dict[Any, Amounts] = {}
    for together in passes.values():
        found |= _one_pass(list(together.values()), asked, by)
    return found


def _pass_of(want: Want, by: tuple[str, ...]) -> Any:
    """What may be read together: one base query, one instant, one way of multiplying rows."""
    figure, source = want.figure, SOURCES[want.figure.source]
    measure = source.measure(figure.of) if figure.of else None
    end = want.period.last if figure.moment == STANDING else None
    once = figure.of if figure.kind == "distinct" else ""
    apart = (figure.kind == "duration", measure.joins if measure else "", once)
    place = measure.place if measure and AREA in by else ""
    # Of the large books kinds are taken apart: a FILTER costs every row it is asked of, and each
    # kind has its index. Of the small ones all together: there a query costs more than its rows.
    kinds = figure.kinds if source.ledger == "records" else ()
    return (source.key, kinds, figure.moment, end, apart, place)


def _one_pass(wants: list[Want], asked: Asked, by: tuple[str, ...]) -> dict[Any, Amounts]:
    first = wants[0].figure
    conditions = [condition(want.figure, want.period, asked.at) for want in wants]
    alone = len(wants) == 1
    base = _base(first, asked)
    if by:
        names = [f"part{number}" for number in range(len(by))]
        dims = {n: dimension(each, asked.area, first) for n, each in zip(names, by, strict=True)}
        base = base.annotate(**dims)
    narrowed = base.filter(conditions[0] if alone else _bound(wants, conditions, asked.at))
    columns, places = _columns(wants, conditions)
    lines: list[dict[str, Any]]
    if by:
        lines = list(narrowed.order_by().values(*names).annotate(**columns))
    elif first.kind == "distinct":
        lines = [_each_once(narrowed.order_by(), first, columns)]
    else:
        lines = [narrowed.order_by().aggregate(**columns)]
    found: dict[Any, dict[Cell, Fraction]] = {want.key: {} for want in wants}
    for line in lines:
        cell = tuple(line[name] for name in names) if by else ()
        for want in wants if None not in cell else ():
            amount = _as_amount(want.figure, line[places[_same(want)]])
            if amount is not None and (amount or not by or want.figure.kind == "duration"):
                found[want.key][cell] = amount
    return dict(found)


def _each_once(
    rows: QuerySet[Any], figure: Figure, columns: Mapping[str, Aggregate]
) -> dict[str, Any]:
    """How many different things meet each condition: every thing gathered once, then counted.

    COUNT(DISTINCT) would sort all rows anew for each condition, on one processor.
    """
    measure = SOURCES[figure.source].measure(figure.of)
    assert measure is not None, "the catalogue lets nobody count different nothings"
    thing = measure.expression()
    met = {
        f"met_{name}": BoolOr(column.filter or Q(pk__isnull=False))
        for name, column in columns.items()
    }
    gathered = rows.values(thing=thing).annotate(**met)
    counted = {name: Count("thing", filter=Q(**{f"met_{name}": True})) for name in columns}
    line: dict[str, Any] = gathered.aggregate(**counted)
    return line


def _columns(wants: list[Want], conditions: list[Q]) -> tuple[dict[str, Aggregate], dict[Any, str]]:
    """One aggregate for each, and which is whose: what two figures take alike is taken once."""
    columns: dict[str, Aggregate] = {}
    places: dict[Any, str] = {}
    for number, (want, under) in enumerate(zip(wants, conditions, strict=True)):
        name = f"n{number}"
        if places.setdefault(_same(want), name) == name:
            columns[name] = _aggregate(want.figure, None if len(wants) == 1 else under)
    return columns, places


def _same(want: Want) -> Any:
    return (_condition_of(want), *_taken(want.figure))


def _condition_of(want: Want) -> Any:
    """What tells two conditions apart, without looking into them: they may hold queries."""
    figure = want.figure
    where = tuple(sorted((key, tuple(each)) for key, each in figure.where.items()))
    span = (want.period.start, want.period.last)
    return (figure.source, figure.kinds, where, figure.moment, figure.state, *span)


def _taken(figure: Figure) -> tuple[str, ...]:
    """What is aggregated under it; two percentiles come off one sort."""
    of = "mean" if figure.statistic == "mean" else ""
    return (figure.kind, figure.of, figure.since, of)


def _bound(wants: list[Want], conditions: list[Q], at: datetime) -> Q:
    """A condition that every one of them meets, simple enough for an index."""
    distinct = dict(zip(map(_condition_of, wants), conditions, strict=True))
    if len(distinct) <= FEW:
        joined: Q = reduce(or_, distinct.values())
        return joined
    first = wants[0].figure
    source = SOURCES[first.source]
    if first.moment == STANDING:  # of one instant: a pass never mixes two
        _, end = _span(wants[0].period, at)
        states = {want.figure.state: SOURCES[want.figure.source].states for want in wants}
        if source.standing:
            return source.standing(end)
        stood: Q = reduce(or_, (known[state](end) for state, known in states.items()))
        return stood
    spans = {
        (want.period.start, want.period.last): _within(
            source, first.moment, want.period, *_span(want.period, at)
        )
        for want in wants
    }
    found: Q = reduce(or_, spans.values()) & source.narrow
    same = first.kinds and all(want.figure.kinds == first.kinds for want in wants)
    return found & Q(**{f"{source.kind}__in": first.kinds}) if same else found


def _span(period: Period, at: datetime) -> tuple[datetime | None, datetime]:
    begin, end = period.instants(LOCAL)
    return begin, min(end, at)


def _aggregate(figure: Figure, under: Q | None) -> Aggregate:
    if figure.kind == "duration":
        return _duration(figure, under)
    measure = SOURCES[figure.source].measure(figure.of) if figure.of else None
    if measure is None:
        return Count("pk", filter=under)
    if measure.way == "sum":
        return Sum(measure.expression(), filter=under)
    return Count(measure.expression(), distinct=measure.way == "distinct", filter=under)


def _duration(figure: Figure, under: Q | None) -> Aggregate:
    source = SOURCES[figure.source]
    till, since = source.moments[figure.moment].column, source.moments[figure.since].column
    span = ExpressionWrapper(F(till) - F(since), output_field=DurationField())
    seconds = Cast(Extract(span, "epoch"), FloatField())
    if figure.statistic == "mean":
        return Avg(seconds, filter=under)
    return Percentiles(seconds, filter=under)


def _as_amount(figure: Figure, found: Any) -> Fraction | None:
    if figure.kind != "duration":
        return Fraction(found or 0)
    if isinstance(found, list):
        found = found[1 if figure.statistic == "p95" else 0]
    return None if found is None else Fraction(found) / SPANS[figure.unit]


# --- parts ---------------------------------------------------------------------------------------


def dimension(by: str, area: Area, figure: Figure) -> Combinable:
    """The key of the part that a row belongs to."""
    source = SOURCES[figure.source]
    if by == MONTH:
        month = TruncMonth(source.moments[figure.moment].column, tzinfo=LOCAL)
        return Func(month, Value("YYYY-MM"), function="to_char", output_field=TextField())
    if by != AREA:
        key = Cast(source.dimensions[by].expression(), TextField())
        return Coalesce(key, Value(""), output_field=TextField())
    measure = source.measure(figure.of) if figure.of else None
    if measure is None or not measure.place:
        return _below(source.path, area)
    inside = When(**{f"{measure.place}__startswith": area.path}, then=_below(measure.place, area))
    nobody = When(**{f"{measure.joins}__isnull": True}, then=Value(None))
    return Case(nobody, inside, default=Value(ELSEWHERE), output_field=TextField())


def _below(path: str, area: Area) -> Func:
    """The code of the area one level down that a path lies in."""
    rest = Substr(path, len(area.path) + 1)
    return Func(rest, Value("/"), Value(1), function="split_part", output_field=TextField())
