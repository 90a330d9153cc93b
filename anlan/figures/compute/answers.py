"""What is asked of figures: values with their bases, parts, cross-tables, and the rows behind."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import F, QuerySet, Value
from django.db.models.lookups import Exact

from anlan.figures import rules
from anlan.figures.models import FrozenPeriod
from anlan.figures.rules import Period, reporting
from anlan.figures.sources import AREA, MONTH, SOURCES, STANDING
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.access import Scope
from anlan.people.models import Area

from .catalogue import definition, definitions
from .definition import COUNTED, Figure
from .deriving import Round, dimensions_of, is_rate, places_of
from .frozen import Correction, FigureValue, corrections, frozen_of, given_out, read, reprinted
from .measuring import ELSEWHERE, Asked, Cell, dimension, rows_of
from .noting import notes_of

UNFILLED = reporting.UNFILLED
ITSELF = "本级"
# Whose change against last year would say nothing, or says itself.
NOT_COMPARED = ("yoy", "period_on_period", "points", "rank", "streak", "coverage")


@dataclass(frozen=True)
class Part:
    """One line of a breakdown; `key` filters the rows behind it."""

    key: str
    label: str
    value: Decimal | None


@dataclass(frozen=True)
class CrossTable:
    """A figure by two dimensions at once; the margins are its breakdowns by one."""

    across: str
    columns: list[tuple[str, str]]
    lines: list[tuple[str, str, list[Decimal | None]]] = field(default_factory=list)


def check_begun(period: Period, *, at: datetime) -> None:
    """Refuse a period of which not one day has come: its noughts would be no figures."""
    today = at.astimezone(LOCAL).date()
    if period.start is not None and period.start > today:
        begins = f"{period.start.year}年{period.start.month}月{period.start.day}日"
        words = f"统计期还没有到：{reporting.spoken(period)}从{begins}开始"
        mend = f"请改选今天（{today:%Y-%m-%d}）及以前开始的统计期，如 {today.year}"
        raise Invalid(words, mend=mend, field="period")


def compute(
    names: list[str] | None,
    *,
    period: Period,
    area: Area,
    scope: Scope | None,
    at: datetime,
    live: bool = False,
) -> list[FigureValue]:
    """Values for an area and period with the same period of last year beside them.

    A period that was frozen is answered as it was given out, for those to whom the whole area is
    open; `live` asks the ledger all the same.
    """
    check_begun(period, at=at)
    figures = [definition(name) for name in names] if names else list(definitions().values())
    frozen = None if live else frozen_of(period, area, scope)
    if frozen is None:
        return _computed(figures, period, Asked(area, scope, at))
    kept = {each.key: each for each in frozen.figures.all()}
    missing = [figure for figure in figures if figure.key not in kept]
    computed = {v.figure.key: v for v in _computed(missing, period, Asked(area, scope, at))}
    return [
        computed[figure.key] if figure.key in computed else reprinted(kept[figure.key], frozen)
        for figure in figures
    ]


def corrections_of(frozen: FrozenPeriod, *, at: datetime) -> list[Correction]:
    """Where the ledger would answer a closed period otherwise today, and which rows make it so."""
    names = [key for key in frozen.figures.values_list("key", flat=True) if key in definitions()]
    today = _computed(
        [definition(name) for name in names], frozen.span, Asked(frozen.area, None, at)
    )
    values = {value.figure.key: value for value in today}
    return corrections(frozen, values, at=at)


def breakdown(
    name: str,
    by: str,
    *,
    period: Period,
    area: Area,
    scope: Scope | None,
    at: datetime,
) -> list[Part]:
    """The parts of a figure by one of its dimensions; the parts of a count or sum add up to it."""
    figure = definition(name)
    _check(figure, (by,))
    frozen = frozen_of(period, area, scope)
    kept = frozen.figures.filter(key=name).first() if frozen else None
    if kept and by in kept.parts:
        return [Part(key, label, read(value)) for key, label, value in kept.parts[by]]
    return breakdowns([figure], by, period=period, asked=Asked(area, scope, at))[name]


def breakdowns(
    figures: list[Figure], by: str, *, period: Period, asked: Asked
) -> dict[str, list[Part]]:
    """The parts of many figures by one dimension, counted together: a table of towns."""
    check_begun(period, at=asked.at)
    found = Round(asked, (by,))
    found.count((figure, period) for figure in figures)
    answer = {}
    for figure in figures:
        cells = found.cells(figure, period)
        labels = labels_of(by, [cell[0] for cell in cells], figure)
        parts = [
            Part(cell[0], labels[cell[0]], _rounded(found, figure, period, cell)) for cell in cells
        ]
        answer[figure.key] = sorted(parts, key=lambda part: (part.label, part.key))
    return answer


def crosstab(
    name: str,
    by: tuple[str, str],
    *,
    period: Period,
    area: Area,
    scope: Scope | None,
    at: datetime,
) -> CrossTable:
    """A figure by two dimensions at once (交叉分组)."""
    check_begun(period, at=at)
    figure, (down, across) = definition(name), by
    _check(figure, by)
    if down == across:
        raise Invalid("交叉分组要选两个不同的分组", mend="请改选其中一个")
    found = Round(Asked(area, scope, at), (down, across))
    found.count([(figure, period)])
    cells = found.cells(figure, period)
    rows = labels_of(down, [cell[0] for cell in cells], figure)
    columns = labels_of(across, [cell[1] for cell in cells], figure)
    order = sorted(columns, key=lambda key: (columns[key], key))
    lines = [
        (
            key,
            rows[key],
            [
                _rounded(found, figure, period, (key, col)) if (key, col) in cells else None
                for col in order
            ],
        )
        for key in sorted(rows, key=lambda key: (rows[key], key))
    ]
    return CrossTable(across, [(key, columns[key]) for key in order], lines)


def rows(
    name: str,
    *,
    period: Period,
    area: Area,
    scope: Scope | None,
    at: datetime,
    live: bool = False,
) -> QuerySet[Any]:
    """The rows behind a number: the very query the number is counted from.

    Behind a quotient stand the rows of its whole; behind what is worked out, those of its first
    figure. A frozen number opens the rows it was counted from then.
    """
    check_begun(period, at=at)
    figure = leading(definition(name))
    asked = Asked(area, scope, at)
    frozen = None if live else frozen_of(period, area, scope)
    kept = frozen.figures.filter(key=figure.key).select_related("rows").first() if frozen else None
    if kept is not None and kept.rows is not None:
        return SOURCES[figure.source].rows(scope).filter(pk__in=kept.rows.numbers())
    return rows_of(figure, period.until(at.astimezone(LOCAL).date()), asked)


def leading(figure: Figure) -> Figure:
    """The figure whose rows stand behind another: its whole, or the first it is made of."""
    while figure.kind not in COUNTED:
        figure = definition(figure.whole or figure.operands[0])
    return figure


def only(found: QuerySet[Any], by: str, key: str, area: Area, figure: Figure) -> QuerySet[Any]:
    """The rows of one part of a breakdown."""
    counted = leading(figure)
    name = f"part_{by}"  # of its own: a cell of a cross-table is narrowed twice
    parts = found.annotate(**{name: dimension(by, area, counted)})
    part: QuerySet[Any] = parts.filter(Exact(F(name), Value(key)))
    measure = SOURCES[counted.source].measure(counted.of) if counted.of else None
    return part.distinct() if measure and measure.place else part


def labels_of(by: str, keys: list[str], figure: Figure) -> dict[str, str]:
    """The words for the keys of a dimension."""
    if by == AREA:
        known = dict(
            Area.objects.filter(code__in=keys).order_by("valid_from").values_list("code", "name")
        )
        known |= {"": ITSELF, ELSEWHERE: "辖区外"}
    elif by == MONTH:
        known = {}
    else:
        known = dict(SOURCES[leading(figure).source].dimensions[by].words())
    return {key: known.get(key, key or UNFILLED) for key in keys}


def _check(figure: Figure, wanted: tuple[str, ...]) -> None:
    known = ways_of(figure)
    for by in wanted:
        if by not in known:
            raise Invalid(f"不能按“{by}”分组", mend=f"可用:{'、'.join(known) or '无'}")


def ways_of(figure: Figure) -> dict[str, str]:
    """By what a figure can be broken down, months included where its rows have a day."""
    known = dimensions_of(figure)
    counted = leading(figure)
    dated = counted.moment != STANDING and figure.kind not in (
        "rank",
        "streak",
        "progress",
        "coverage",
    )
    return known | ({MONTH: "月份"} if dated and counted.kind != "distinct" else {})


def _computed(figures: list[Figure], period: Period, asked: Asked) -> list[FigureValue]:
    found = Round(asked)
    now = period.until(found.today)
    base = now.year_before()
    found.given = given_out(_bases(figures, now, base), asked)
    found.count(
        [(figure, now) for figure in figures]
        + [(figure, base) for figure in figures if figure.kind not in NOT_COMPARED]
    )
    return [_valued(found, figure, period, now, base) for figure in figures]


def _bases(figures: list[Figure], now: Period, base: Period) -> list[Period]:
    """The periods that these figures are measured against."""
    before = any(figure.kind == "period_on_period" for figure in figures)
    return [base, now.previous()] if before and now.start else [base]


def _valued(found: Round, figure: Figure, period: Period, now: Period, base: Period) -> FigureValue:
    value = _rounded(found, figure, now)
    if figure.kind in NOT_COMPARED:
        change = rules.Change(None, None, None, "")
    else:
        before = _rounded(found, figure, base)
        change = rules.compare(value, before, is_rate=is_rate(figure), unit=figure.unit)
    notes = notes_of(found, figure, now, base, value)
    return FigureValue(figure, period, found.asked.area, value, change, notes)


def _rounded(found: Round, figure: Figure, period: Period, cell: Cell = ()) -> Decimal | None:
    value = found.value(figure, period, cell)
    return None if value is None else _shortened(value, figure)


def _shortened(value: Fraction, figure: Figure) -> Decimal:
    """Rounded once; the zeros of a sum that came out whole are not written."""
    rounded = rules.round_to(value, places_of(figure))
    if figure.kind == "sum":
        rounded = rounded.to_integral_value() if rounded == int(rounded) else rounded.normalize()
    return rounded
