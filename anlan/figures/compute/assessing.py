"""Scores computed from dues and figures, for any period and area (考核得分); nobody types one."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from anlan.dues.models import Asked as DuesAsked
from anlan.dues.models import coverage, due_named, dues, who_owes
from anlan.dues.rules import Totals, Who, total
from anlan.kernel import catalogues
from anlan.kernel.catalogues import nearest
from anlan.kernel.errors import Invalid
from anlan.kernel.expressions import Expression, ExpressionError, compile_expression
from anlan.kernel.trail import LOCAL
from anlan.people.access import ALL, Scope
from anlan.people.models import Area, Body
from anlan.people.rules.codes import ancestors_of

from ..rules import Period, percent
from ..rules.assessment import Indicator, Scheme, Veto, clamped, ranked, total_of
from .answers import breakdowns
from .catalogue import definition, definitions
from .definition import ADDITIVE, Figure
from .deriving import dimensions_of
from .measuring import Asked

Values = dict[str, dict[str, Decimal | None]]  # figure → key of who is assessed → value

OF_A_DUE: dict[str, type] = {
    "share": float, "done": float, "required": float, "late": int, "lag": int,
}  # fmt: skip
OF_A_FIGURE: dict[str, type] = {"value": float}
NAME = "assessment"
ASSESSED = ("towns", "departments")  # across what a due may be owed that names who is assessed


@dataclass(frozen=True)
class Leaf:
    """One leaf as it was scored: from what, and where its evidence is."""

    score: Decimal | None
    told: str  # 完成 22/26 次
    evidence: str  # the address of what it was computed from


@dataclass
class Assessed:
    """One town with its leaves, its total, its place."""

    who: Who
    leaves: dict[str, Leaf] = field(default_factory=dict)
    vetoes: list[str] = field(default_factory=list)
    total: Decimal | None = None
    place: int | None = None

    @property
    def scores(self) -> dict[str, Decimal | None]:
        return {key: leaf.score for key, leaf in self.leaves.items()}


def schemes() -> dict[str, Scheme]:
    """All assessments of the catalogue, checked against dues and figures."""
    return dict(catalogues.once("assessment", _checked))


def scheme_named(key: str) -> Scheme:
    known = schemes()
    if key not in known:
        raise Invalid(f"没有“{key}”这项考核", mend=nearest(key, known), field="scheme")
    return known[key]


def assess(
    scheme: Scheme, *, period: Period, area: Area, scope: Scope | None, at: datetime
) -> list[Assessed]:
    """Everybody's score in a period, best first; of a running period what has come of it so far."""
    today = at.astimezone(LOCAL).date()
    now = period.until(today)
    start = now.start or now.last
    asked = DuesAsked(start, now.last, area, scope, at)
    found = {who.key: Assessed(who) for who in who_owes(due_named(scheme.rows), asked)}
    for leaf in scheme.leaves:
        if leaf.due:
            _by_due(scheme, leaf.key, found, asked)
    _by_figures(scheme, found, period=now, area=area, scope=scope, at=at)
    for one in found.values():
        one.total = total_of(scheme, one.scores)
    places = ranked(
        {k: e.total for k, e in found.items()}, {k for k, e in found.items() if e.vetoes}
    )
    for key, one in found.items():
        one.place = places.get(key)
    return sorted(found.values(), key=lambda one: (one.place or 10_000, one.who.key))


def assess_for(
    scope: Scope, scheme: Scheme, *, period: Period, area: Area, at: datetime
) -> list[Assessed]:
    """The scores of those whom the reader sees: the same numbers and places for every reader.

    A score counts everything that stands in the books; the rows behind it open by one's own rights.
    """
    whole = Area.objects.filter(path__in=ancestors_of(area.path), level=Area.Level.DISTRICT).first()
    scored = assess(scheme, period=period, area=whole or area, scope=None, at=at)
    today = at.astimezone(LOCAL).date()
    asked = DuesAsked(today, today, area, scope, at)
    seen = {who.key for who in who_owes(due_named(scheme.rows), asked)}
    return [one for one in scored if one.who.key in seen]


def _by_due(scheme: Scheme, key: str, found: dict[str, Assessed], asked: DuesAsked) -> None:
    """A leaf that is scored by what was owed: the same cells as the matrix shows."""
    leaf = scheme.leaf(key)
    assert leaf is not None
    due = due_named(leaf.due)
    seen = coverage(
        due, since=asked.since, until=asked.until, area=asked.area, scope=asked.scope, at=asked.at
    )
    # A cell belongs to the month in which it falls due: every cell is scored once, none too early.
    until = min(asked.until, asked.today)
    ended = [n for n, span in enumerate(seen.spans) if asked.since <= span.due <= until]
    rows = {row.who.key: total(row.cells[n] for n in ended) for row in seen.rows}
    where = f"/dues/{due.key}/?until={asked.until.isoformat()}"
    for town, one in found.items():
        totals = rows.get(town, Totals())
        one.leaves[key] = Leaf(_of_due(leaf.score, totals), _words(totals, due.unit), where)


def _of_due(text: str, totals: Totals) -> Decimal | None:
    share = totals.percent
    if share is None:
        return None
    if not text:
        return clamped(share)
    facts = {
        "share": float(share), "done": float(totals.met), "required": float(totals.required),
        "late": totals.late, "lag": totals.lag,
    }  # fmt: skip
    return clamped(compiled(text, "due").evaluate(**facts))


def _words(totals: Totals, unit: str) -> str:
    if not totals.required:
        return "本期没有应做"
    return f"完成{totals.met}/{totals.required}{unit}（{totals.words}）"


def _by_figures(scheme: Scheme, found: dict[str, Assessed], **asked: Any) -> None:
    """Leaves and vetoes by figures: all towns of a figure counted together."""
    leaves = [leaf for leaf in scheme.leaves if leaf.figure]
    wanted = {leaf.figure for leaf in leaves} | {veto.figure for veto in scheme.vetoes}
    if not wanted:
        return
    period: Period = asked["period"]
    here = Asked(asked["area"], asked["scope"], asked["at"])
    values = _of_towns(wanted, period, here)
    if due_named(scheme.rows).across == "departments":
        values = _of_departments(wanted, found, period, here)
    for town, one in found.items():
        for leaf in leaves:
            value = _valued(leaf.figure, values[leaf.figure].get(town))
            place = town if one.who.area_id != here.area.pk else here.area.code
            where = f"/figures/{leaf.figure}/?period={period.text}&area={place}"
            one.leaves[leaf.key] = Leaf(
                _of_figure(leaf.score, value), _said(leaf.figure, value), where
            )
        for veto in scheme.vetoes:
            value = _valued(veto.figure, values[veto.figure].get(town))
            if value is not None and compiled(veto.when, "figure").holds(value=float(value)):
                one.vetoes.append(f"{veto.label}（{_said(veto.figure, value)}）")


def _of_towns(wanted: set[str], period: Period, asked: Asked) -> Values:
    """Each figure by the towns of the district."""
    figures = [definition(name) for name in sorted(wanted)]
    parts = breakdowns(figures, "area", period=period, asked=asked)
    return {name: {part.key: part.value for part in some} for name, some in parts.items()}


def _of_departments(
    wanted: set[str], found: dict[str, Assessed], period: Period, asked: Asked
) -> Values:
    """Each figure over the sectors that a department answers for (行业领域): counts are added up,
    a rate is that of the sums."""
    counted = sorted({part for name in wanted for part in _parts_of(definition(name))})
    parts = breakdowns([definition(name) for name in counted], "sector", period=period, asked=asked)
    bodies = Body.objects.in_bulk([one.who.body_id for one in found.values() if one.who.body_id])
    values: Values = {name: {} for name in wanted}
    for key, one in found.items():
        body = bodies.get(one.who.body_id or 0)
        sums = {
            name: sum(
                (
                    part.value or Decimal(0)
                    for part in parts[name]
                    if body and _answers(body, part.key)
                ),
                Decimal(0),
            )
            for name in counted
        }
        for name in wanted:
            values[name][key] = _from_sums(definition(name), sums)
    return values


def _parts_of(figure: Figure) -> tuple[str, ...]:
    return (figure.key,) if figure.kind in ADDITIVE else (figure.part, figure.whole)


def _answers(body: Body, sector: str) -> bool:
    return ALL in body.sectors or sector in body.sectors


def _from_sums(figure: Figure, sums: dict[str, Decimal]) -> Decimal | None:
    if figure.kind in ADDITIVE:
        return sums[figure.key]
    whole = sums[figure.whole]
    return percent(sums[figure.part], whole) if whole else None


def _valued(name: str, value: Decimal | None) -> Decimal | None:
    """A count of nothing is zero; a rate of nothing is no rate."""
    if value is not None:
        return value
    return Decimal(0) if definition(name).kind in ("count", "sum", "distinct") else None


def _of_figure(text: str, value: Decimal | None) -> Decimal | None:
    return None if value is None else clamped(compiled(text, "figure").evaluate(value=float(value)))


def _said(name: str, value: Decimal | None) -> str:
    figure = definition(name)
    return "本期没有数据" if value is None else f"{figure.label}{value:f}{figure.unit}"


@lru_cache(maxsize=128)
def compiled(text: str, of: str) -> Expression:
    return compile_expression(text, OF_A_DUE if of == "due" else OF_A_FIGURE)


def _checked() -> dict[str, Scheme]:
    known = catalogues.load("assessment", Scheme)
    for scheme in known.values():
        _check(scheme)
    return known


def _check(scheme: Scheme) -> None:
    """Refuse a scheme that names what does not exist; with its file, line and mend."""
    if scheme.rows not in dues():
        raise catalogues.unknown(NAME, scheme.key, scheme.rows, "rows 里没有的", dues())
    across = dues()[scheme.rows].across
    if across not in ASSESSED:
        words, mend = (
            "rows 的应做不是各镇街或各部门的",
            "请选择 across: towns 或 departments 的应做",
        )
        raise catalogues.refused(NAME, words, key=scheme.key, value=scheme.rows, mend=mend)
    _check_leaves(scheme, across)
    for veto in scheme.vetoes:
        if veto.figure not in definitions():
            what = f"一票否决「{veto.label}」没有的统计指标"
            raise catalogues.unknown(NAME, scheme.key, veto.figure, what, definitions())
        _compiles(scheme.key, veto.when, "figure")
    if across == "departments":
        _check_sectors(scheme)


def _check_leaves(scheme: Scheme, across: str) -> None:
    for leaf in scheme.leaves:
        known: Any = dues() if leaf.due else definitions()
        if (name := leaf.due or leaf.figure) not in known:
            raise catalogues.unknown(NAME, scheme.key, name, f"指标「{leaf.label}」没有的", known)
        if leaf.due and dues()[leaf.due].across != across:
            words = f"指标「{leaf.label}」的应做与 rows 不是同一类单位的"
            mend = f"请选择 across: {across} 的应做"
            raise catalogues.refused(NAME, words, key=scheme.key, value=name, mend=mend)
        _compiles(scheme.key, leaf.score, "due" if leaf.due else "figure")


def _check_sectors(scheme: Scheme) -> None:
    """A department is scored by its sectors: what has no sector says nothing of it."""
    told: tuple[Indicator | Veto, ...] = (*scheme.leaves, *scheme.vetoes)
    for each in told:
        if not each.figure:
            continue
        figure = definition(each.figure)
        summed = figure.kind in (*ADDITIVE, "rate", "share")
        if not summed or "sector" not in dimensions_of(figure):
            words = f"「{each.label}」的统计指标不能按重点领域合计，不能用来考核部门"
            mend = "请选用可按重点领域分组的数量或比率"
            raise catalogues.refused(NAME, words, key=scheme.key, value=each.figure, mend=mend)


def _compiles(key: str, text: str, of: str) -> None:
    if not text:
        return
    try:
        compiled(text, of)
    except ExpressionError as wrong:
        raise catalogues.refused(NAME, wrong.words, key=key, value=text, mend=wrong.mend) from wrong
