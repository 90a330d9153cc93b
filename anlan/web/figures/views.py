"""Figures: the number, its definition, its parts, its rows (统计指标)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.figures import access, compute
from anlan.figures.compute import FigureValue, Part
from anlan.figures.sources import DIMENSIONS, MONTH
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area
from anlan.web.requests import Request

from .asked import Asked, asked, presets, root_of

MOST_AREAS = 200
MOST_MONTHS, FEWEST_MONTHS = 36, 2  # of the chart
ALL, OTHERS = "*", "其他"  # headings: every figure, and those without one


@dataclass(frozen=True)
class Line:
    """One line of a breakdown, with its share of the longest for the bar."""

    label: str
    words: str
    value: float
    href: str


@dataclass(frozen=True)
class Table:
    """A breakdown by one dimension."""

    title: str
    lines: list[Line]
    longest: float


def overview(request: HttpRequest) -> HttpResponse:
    """The figures of a group, period and area, beside the same days of last year.

    All of them at once are a page that nobody reads, and a second of waiting for it.
    """
    asker = cast(Request, request)
    try:
        wanted = asked(asker)
    except Invalid as wrong:
        return _wrong(asker, wrong)
    headings = _headings()
    heading = request.GET.get("group", "")
    if heading != ALL and heading not in headings:
        heading = next(iter(headings), ALL)
    values = compute.compute(
        None if heading == ALL else headings[heading],
        period=wanted.period, area=wanted.area, scope=asker.scope, at=asker.at,
    )  # fmt: skip
    groups: dict[str, list[tuple[FigureValue, str]]] = {}
    for value in values:
        opened = wanted.rows(value.figure.key) if _opens(value) else ""
        groups.setdefault(value.figure.group or OTHERS, []).append((value, opened))
    frozen = compute.frozen_of(wanted.period, wanted.area, asker.scope)
    shown = {
        **_frame(asker, wanted),
        "groups": groups,
        "headings": [(key, key, len(names)) for key, names in headings.items()]
        + [(ALL, "全部", sum(map(len, headings.values())))],
        "heading": heading,
        "frozen": frozen,
        "may_freeze": frozen is None
        and wanted.period.last < asker.at.astimezone(LOCAL).date()
        and access.may(asker.scope, "freeze", wanted.area),
    }
    return render(request, "figures/overview.html", shown)


def _headings() -> dict[str, list[str]]:
    """The figures under each heading, in the order of the catalogue."""
    found: dict[str, list[str]] = {}
    for key, figure in compute.definitions().items():
        found.setdefault(figure.group or OTHERS, []).append(key)
    return found


def _opens(value: FigureValue) -> bool:
    """Whether a number has rows of its own: a place in a ranking or a streak has none."""
    return value.figure.kind not in ("rank", "streak")


def one(request: HttpRequest, name: str) -> HttpResponse:
    """One figure: value, scope and clause, and its parts by every dimension."""
    asker = cast(Request, request)
    try:
        wanted = asked(asker)
        [value] = compute.compute(
            [name], period=wanted.period, area=wanted.area, scope=asker.scope, at=asker.at
        )
    except Invalid as wrong:
        if wrong.field == "period":
            return _wrong(asker, wrong)
        raise Http404(str(wrong)) from wrong
    shown = {
        **_frame(asker, wanted),
        "value": value,
        "rows": wanted.rows(name) if _opens(value) else "",
        "operands": [compute.definition(each) for each in value.figure.operands],
        "trend": _trend(asker, wanted, value),
        "cross": _cross(asker, wanted, value),
        "ways": compute.ways_of(value.figure),
        "tables": [_table(asker, wanted, value, by) for by in compute.ways_of(value.figure)],
    }
    return render(request, "figures/one.html", shown)


def _trend(request: Request, wanted: Asked, value: FigureValue) -> list[dict[str, Any]]:
    """Bars by month over the period, for the chart: heights in hundredths of the highest."""
    if MONTH not in compute.ways_of(value.figure):
        return []
    parts = compute.breakdown(
        value.figure.key, MONTH,
        period=wanted.period, area=wanted.area, scope=request.scope, at=request.at,
    )[-MOST_MONTHS:]  # fmt: skip
    most = max((float(part.value or 0) for part in parts), default=0) or 1
    if len(parts) < FEWEST_MONTHS:
        return []
    step = 600 / len(parts)
    return [
        {
            "label": part.label,
            "words": compute.written(part.value),
            "x": round(number * step + step * 0.15, 1),
            "middle": round(number * step + step / 2, 1),
            "wide": round(step * 0.7, 1),
            "tall": (tall := round(110 * float(part.value or 0) / most, 1)),
            "y": round(130 - tall, 1),
            "above": round(126 - tall, 1),
            "href": wanted.rows(value.figure.key, MONTH, part.key),
        }
        for number, part in enumerate(parts)
    ]


@dataclass(frozen=True)
class Crossed:
    """A cross-table as a page shows it: every number opens its rows."""

    columns: list[str]
    lines: list[tuple[str, list[tuple[str, str]]]]  # label, then words and address of each cell


def _cross(request: Request, wanted: Asked, value: FigureValue) -> Crossed | None:
    """Two dimensions at once, where two were chosen."""
    by = (request.GET.get("down", ""), request.GET.get("across", ""))
    if not all(by) or by[0] == by[1]:
        return None
    name = value.figure.key
    found = compute.crosstab(
        name, by, period=wanted.period, area=wanted.area, scope=request.scope, at=request.at
    )
    lines = [
        (
            label,
            [
                ("", "")
                if number is None
                else (compute.written(number), wanted.cell(name, by, (down, across)))
                for (across, _), number in zip(found.columns, numbers, strict=True)
            ],
        )
        for down, label, numbers in found.lines
    ]
    return Crossed([label for _, label in found.columns], lines)


def _table(request: Request, wanted: Asked, value: FigureValue, by: str) -> Table:
    parts = compute.breakdown(
        value.figure.key,
        by,
        period=wanted.period,
        area=wanted.area,
        scope=request.scope,
        at=request.at,
    )
    ordered = sorted(parts, key=lambda part: part.value or Decimal(0), reverse=True)
    lines = [_line(wanted, value, by, part) for part in ordered]
    return Table(DIMENSIONS[by], lines, max((line.value for line in lines), default=0))


def _line(wanted: Asked, value: FigureValue, by: str, part: Part) -> Line:
    words = "—" if part.value is None else f"{part.value:f}"
    href = wanted.rows(value.figure.key, by, part.key)
    return Line(part.label, words, float(part.value or 0), href)


def _frame(request: Request, wanted: Asked) -> dict[str, Any]:
    """Period and area pickers, the same on every page of figures."""
    today = request.at.astimezone(LOCAL).date()
    root = root_of(request.scope)
    chain = Area.objects.filter(code__in=wanted.area.path.split("/")).order_by("path")
    below = wanted.area.children.exclude(level=Area.Level.GRID).valid_on(today).order_by("code")
    return {
        "wanted": wanted,
        "presets": presets(today),
        "chain": [area for area in chain if area.path.startswith(root.path)],
        "below": list(below[:MOST_AREAS]),
        "as_of": request.at,
        "running": wanted.period.last >= today,
    }


def _wrong(request: Request, wrong: Invalid) -> HttpResponse:
    today = request.at.astimezone(LOCAL).date()
    shown = {"wrong": wrong, "typed": request.GET.get("period", ""), "presets": presets(today)}
    return render(request, "figures/wrong.html", shown, status=422)
