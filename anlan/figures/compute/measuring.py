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
from operator import and_, or_
from typing import Any, NamedTuple

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
from django.db.models.functions import Cast, Coalesce, Substr

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


class Seconds(Func):
    """An interval in seconds; EXTRACT would make a decimal number of each first, slowly."""

    template = "date_part('epoch', %(expressions)s)"
    output_field = FloatField()


# --- the condition and its rows ------------------------------------------------------------------


def condition(figure: Figure, period: Period, at: datetime) -> Q:
    """Which rows of its source a figure counts over a period."""
    return _joined(_clauses(figure, period, at).values())


def _clauses(figure: Figure, period: Period, at: datetime) -> dict[Any, Q]:
    """What a figure asks of a row: each clause under what tells it from those of other figures."""
    source = SOURCES[figure.source]
    begin, end = _span(period, at)
    found: dict[Any, Q] = {("narrow",): source.narrow} if source.narrow else {}
    if figure.kinds:
        found["kinds", figure.kinds] = Q(**{f"{source.kind}__in": figure.kinds})
    for name, values in figure.where.items():
        found["where", name, tuple(values)] = _asked_for(source, name, values)
    if figure.moment != STANDING:
        within = _within(source, figure.moment, period, begin, end)
        found["within", figure.moment, period.start, period.last] = within
    elif source.standing:
        found["standing", end] = source.standing(end)
    if figure.state:
        found["state", figure.state, end] = source.states[figure.state](end)
    return found


def _joined(clauses: Iterable[Q]) -> Q:
    return reduce(and_, clauses, Q())


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


def _asked_for(source: Source, name: str, values: tuple[str, ...]) -> Q:
    column, _, key = name.removesuffix(AT_LEAST).partition(".")
    if name.endswith(AT_LEAST):
        return Q(**{f"{source.columns[column]}__{key}__gte": float(values[0])})
    lookup = f"{source.columns[column]}__{key}" if key else source.columns[column]
    return Q(**{f"{lookup}__in": [_typed(each) if key else each for each in values]})


def _typed(word: str) -> Any:
    """A value inside JSON: yes and no are no texts there."""
    return {"true": True, "false": False, "是": True, "否": False}.get(word, word)


# --- many in one pass ----------------------------------------------------------------------------


def measured(wants: Iterable[Want], asked: Asked, by: tuple[str, ...] = ()) -> dict[Any, Amounts]:
    """What every want comes to, by cell; those that share a pass of a table are taken together."""
    passes: dict[Pass, dict[Any, Want]] = defaultdict(dict)
    for want in wants:
        passes[_pass_of(want, by)][want.key] = want
    if not by:
        _ride_along(passes)
    found: dict[Any, Amounts] = {}
    for together in passes.values():
        found |= _one_pass(list(together.values()), asked, by)
    return found


class Pass(NamedTuple):
    """What may be read together: one base query, one instant, one way of multiplying rows."""

    source: str
    kinds: tuple[str, ...]
    moment: str
    instant: Any
    joins: str
    place: str
    once: str  # what is told apart, so that each counts once


def _pass_of(want: Want, by: tuple[str, ...]) -> Pass:
    figure, source = want.figure, SOURCES[want.figure.source]
    measure = source.measure(figure.of) if figure.of else None
    # Of the large books kinds are taken apart: a FILTER costs every row it is asked of, and each
    # kind has its index. Of the small ones all together: there a query costs more than its rows.
    return Pass(
        source=source.key,
        kinds=figure.kinds if source.ledger == "records" else (),
        moment=figure.moment,
        instant=want.period.last if figure.moment == STANDING else None,
        joins=measure.joins if measure else "",
        place=measure.place if measure and AREA in by else "",
        once=figure.of if figure.kind == "distinct" else "",
    )


def _ride_along(passes: dict[Pass, dict[Any, Want]]) -> None:
    """Visits are counted where the visited are gathered: the join is made once for 家 and 家次."""
    for each in [each for each in passes if each.joins and each.once]:
        passes[each] |= passes.pop(each._replace(once=""), {})


def _one_pass(wants: list[Want], asked: Asked, by: tuple[str, ...]) -> dict[Any, Amounts]:
    """What all of them ask of a row stands in WHERE, what each asks besides in its FILTER."""
    first = wants[0].figure
    clauses = [_clauses(want.figure, want.period, asked.at) for want in wants]
    shared = set(clauses[0]).intersection(*clauses)
    own = [{key: q for key, q in each.items() if key not in shared} for each in clauses]
    every = _joined(each for key, each in clauses[0].items() if key in shared)
    names = [f"part{number}" for number in range(len(by))]
    dims = {n: dimension(each, asked.area, first) for n, each in zip(names, by, strict=True)}
    base = _base(first, asked).annotate(**dims)
    narrowed = base.filter(every & _bound(wants, own, asked.at)).order_by()
    columns, places = _columns(wants, own)
    lines: list[dict[str, Any]]
    if by:
        lines = list(narrowed.values(*names).annotate(**columns))
    elif any(want.figure.kind == "distinct" for want in wants):
        lines = [_each_once(narrowed, wants, columns)]
    else:
        lines = [narrowed.aggregate(**columns)]
    found: dict[Any, dict[Cell, Fraction]] = {want.key: {} for want in wants}
    for line in lines:
        cell = tuple(line[name] for name in names) if by else ()
        for want, name in zip(wants, places, strict=True) if None not in cell else ():
            amount = _as_amount(want.figure, line[name])
            if amount is not None and (amount or not by or want.figure.kind == "duration"):
                found[want.key][cell] = amount
    return dict(found)


def _each_once(
    rows: QuerySet[Any], wants: list[Want], columns: Mapping[str, Aggregate]
) -> dict[str, Any]:
    """How many different things meet each condition: every thing gathered once, then counted.

    COUNT(DISTINCT) would sort all rows anew for each condition, on one processor.
    """
    figure = next(want.figure for want in wants if want.figure.kind == "distinct")
    measure = SOURCES[figure.source].measure(figure.of)
    assert measure is not None, "the catalogue lets nobody count different nothings"
    met: dict[str, Aggregate] = {}
    counted: dict[str, Aggregate] = {}
    for name, column in columns.items():
        if getattr(column, "distinct", False):
            met[f"met_{name}"] = BoolOr(column.filter or Q(pk__isnull=False))
            counted[name] = Count("thing", filter=Q(**{f"met_{name}": True}))
        else:
            met[f"met_{name}"] = column
            counted[name] = Sum(f"met_{name}")
    gathered = rows.values(thing=measure.expression()).annotate(**met)
    line: dict[str, Any] = gathered.aggregate(**counted)
    return line


def _columns(wants: list[Want], own: list[dict[Any, Q]]) -> tuple[dict[str, Aggregate], list[str]]:
    """One aggregate for each, and which is whose: what two figures take alike is taken once."""
    columns: dict[str, Aggregate] = {}
    known: dict[Any, str] = {}
    places = []
    for want, clauses in zip(wants, own, strict=True):
        same = (frozenset(clauses), *_taken(want.figure))
        name = known.setdefault(same, f"n{len(known)}")
        if name not in columns:
            columns[name] = _aggregate(want.figure, _joined(clauses.values()) or None)
        places.append(name)
    return columns, places


def _taken(figure: Figure) -> tuple[str, ...]:
    """What is aggregated under it; two percentiles come off one sort."""
    of = "mean" if figure.statistic == "mean" else ""
    return (figure.kind, figure.of, figure.since, of)


def _bound(wants: list[Want], own: list[dict[Any, Q]], at: datetime) -> Q:
    """A condition that every one of them meets, simple enough for an index."""
    distinct = {frozenset(each): _joined(each.values()) for each in own}
    if frozenset() in distinct:
        return Q()  # one of them asks for no more than all do
    if len(distinct) <= FEW:
        joined: Q = reduce(or_, distinct.values())
        return joined
    first = wants[0].figure
    source = SOURCES[first.source]
    if first.moment == STANDING:  # of one instant: a pass never mixes two
        if source.standing:
            return Q()  # which all of them ask for
        _, end = _span(wants[0].period, at)
        stood: Q = reduce(or_, (source.states[want.figure.state](end) for want in wants))
        return stood
    spans = {
        (want.period.start, want.period.last): _within(
            source, first.moment, want.period, *_span(want.period, at)
        )
        for want in wants
    }
    found: Q = reduce(or_, spans.values())
    return found


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
    seconds = Seconds(span)
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
        moment = source.moments[figure.moment]
        here = (
            F(moment.column)
            if moment.days
            else Func(Value(str(LOCAL)), F(moment.column), function="timezone")
        )
        return Func(here, Value("YYYY-MM"), function="to_char", output_field=TextField())
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
