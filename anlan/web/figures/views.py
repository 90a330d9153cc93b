"""Figures: the number, its definition, its parts, its rows (统计指标)."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from anlan.figures import compute
from anlan.figures.compute import FigureValue, Part
from anlan.figures.sources import DIMENSIONS
from anlan.kernel.errors import Invalid
from anlan.kernel.trail import LOCAL
from anlan.people.models import Area
from anlan.web.requests import Request

from .asked import Asked, asked, presets, root_of

MOST_AREAS = 200


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
    """All figures of a period and area, beside the same days of last year."""
    asker = cast(Request, request)
    try:
        wanted = asked(asker)
    except Invalid as wrong:
        return _wrong(asker, wrong)
    values = compute.compute(
        None, period=wanted.period, area=wanted.area, scope=asker.scope, at=asker.at
    )
    shown = [(value, wanted.rows(value.figure.key)) for value in values]
    return render(request, "figures/overview.html", {**_frame(asker, wanted), "values": shown})


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
        "rows": wanted.rows(name),
        "tables": [_table(asker, wanted, value, by) for by in compute.ways_of(value.figure)],
    }
    return render(request, "figures/one.html", shown)


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
