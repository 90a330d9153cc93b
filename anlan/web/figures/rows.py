"""The rows behind a number: the ledger itself, narrowed to exactly what was counted."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse

from anlan.figures import compute
from anlan.figures.access import reports_visible_to
from anlan.figures.models import Report
from anlan.figures.sources import DIMENSIONS, SOURCES, Source
from anlan.kernel.errors import Invalid
from anlan.web.accidents.ledger import ledger as ledger_of_accidents
from anlan.web.accidents.ledger import shown_with as accidents_shown_with
from anlan.web.items.ledger import ledger_of_all as ledger_of_items
from anlan.web.ledgers import views as ledgers
from anlan.web.ledgers.asker import Asker
from anlan.web.ledgers.columns import Column, Value
from anlan.web.ledgers.ledger import Ledger, Tab
from anlan.web.ledgers.matters import LEDGER
from anlan.web.ledgers.paging import Order
from anlan.web.records.ledger import ledger_of_all, shown_with
from anlan.web.requests import Request

from .asked import BLANK, Asked, area_of, period_of, ways_to

Shown = Callable[[QuerySet[Any]], QuerySet[Any]]


def rows_behind(request: HttpRequest, **where: Any) -> HttpResponseBase:
    """The list of what a number counts; everything a list can do, it can do too."""
    return ledgers.page(cast(Request, request), find=_ledger, **where)


def rows_of_report(request: HttpRequest, pk: int, **where: Any) -> HttpResponseBase:
    """What a number of a report counts; of a frozen one the rows that were frozen with it."""
    seen = reports_visible_to(cast(Request, request).scope).select_related("area")
    report = get_object_or_404(seen, pk=pk)
    found = partial(_ledger, report=report)
    return ledgers.page(cast(Request, request), find=found, **where)


def address_in(report: Report, ref: str) -> str:
    """The rows behind a number of this report."""
    name, period, _, *part = ref.split("|")
    where = {"pk": report.pk, "name": name, "period": period}
    if not part:
        return reverse("report-rows", kwargs=where)
    by, key = part
    return reverse("report-part", kwargs={**where, "by": by, "part": key or BLANK})


@dataclass(frozen=True)
class Number:
    """One number on a page, as its address says it: a figure, its part, perhaps of a report."""

    name: str
    asked: Asked
    by: str
    part: str
    report: Report | None

    @property
    def address(self) -> str:
        if self.report is None:
            return self.asked.rows(self.name, self.by, self.part)
        way = (self.by, self.part) if self.by else ()
        return address_in(self.report, "|".join((self.name, self.asked.period.text, "", *way)))

    @property
    def back(self) -> tuple[str, str]:
        """Where the number stands: its report, or the page of the figure."""
        if self.report is not None:
            return self.report.title, f"/reports/{self.report.pk}/"
        return compute.definition(self.name).label, f"/figures/{self.name}/?{self.asked.query}"

    @property
    def title(self) -> str:
        label = compute.definition(self.name).label
        then = "（定稿时的明细）" if self.report is not None and self.report.is_kept else ""
        return f"{label} · {self.asked.area} · {self.asked.period.words()}{then}"

    def rows(self, asker: Asker) -> QuerySet[Any]:
        """What it counts: as it was frozen with the report, else as the ledger says."""
        figure, asked, report = compute.definition(self.name), self.asked, self.report
        kept = report and report.rows.filter(figure=self.name, period=asked.period.text).first()
        if kept:
            found = SOURCES[compute.leading(figure).source].rows(asker.scope)
            found = found.filter(pk__in=kept.numbers())
        else:
            found = compute.rows(
                self.name,
                period=asked.period,
                area=asked.area,
                scope=asker.scope,
                at=report.as_of if report else asker.at,
            )
        for by, key in ways_to(self.by, self.part):
            found = compute.only(found, by, key, asked.area, figure)
        return found


def _ledger(asker: Asker, *, report: Report | None = None, **where: str) -> Ledger:
    by, part = where.get("by", ""), where.get("part", "")
    try:
        figure = compute.definition(where["name"])
        area = report.area if report else area_of(where["area"], asker.scope)
        asked = Asked(period_of(where["period"]), area)
    except Invalid as unknown:
        raise Http404(str(unknown)) from unknown
    compute.check_begun(asked.period, at=asker.at)
    if any(each not in DIMENSIONS for each, _ in ways_to(by, part)):
        raise Http404(by)
    number = Number(figure.key, asked, by, "" if part == BLANK else part, report)
    ledger, shown = _list_of(SOURCES[compute.leading(figure).source])
    return replace(
        ledger,
        key="figure-rows",
        title=number.title,
        rows=lambda asker: shown(number.rows(asker)),
        address=number.address,
        back=number.back,
        tabs=(Tab("全部"),),
        deeds=(),
        links=(),
        begin="这个数字是0,没有对应的记录。",
        import_kind="",
        within=None,
    )


# --- which list shows the rows of which ledger ----------------------------------------------------


def _list_of(source: Source) -> tuple[Ledger, Shown]:
    """The list that people know these rows from; a plain one where they have none."""
    if source.ledger == "matters":
        return LEDGER, _as_matters
    if source.ledger == "records":
        return ledger_of_all(), shown_with
    if source.ledger == "accidents":
        return ledger_of_accidents(), accidents_shown_with
    if source.key == "items":
        return ledger_of_items(), _as_items
    return _plain(source), _as_they_are


def _as_matters(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.select_related("area__parent", "body", "owner").defer("search", "plan", "details")


def _as_items(found: QuerySet[Any]) -> QuerySet[Any]:
    parties = ("territorial", "industry", "enterprise", "keeper")
    return found.select_related("area__parent", *parties).defer("search")


def _as_they_are(found: QuerySet[Any]) -> QuerySet[Any]:
    return found


def _plain(source: Source) -> Ledger:
    """What the row calls itself, and since when it is there."""
    columns = [
        Column("name", source.label, lambda row, asker: str(row), css="title", width=40, fixed=True)
    ]
    if source.order != "pk":
        columns.append(Column("day", "日期", partial(_day, source.order), width=16, css="nowrap"))
    columns.append(
        Column(
            "number", "序号", lambda row, asker: row.pk, sort=Order("pk"), width=10, css="number"
        )
    )
    return Ledger(
        key=f"figures.{source.key}",
        title=source.label,
        unit="条",
        rows=lambda asker: source.rows(asker.scope),
        columns=tuple(columns),
        filters=(),
        sort="number",
        address="/figures/",
        href=lambda row: _page_of(source, row),
        line=lambda row, asker: str(row),
    )


def _day(name: str, row: Any, asker: Asker) -> Value:
    found: Value = getattr(row, name, None)
    return found


def _page_of(source: Source, row: Any) -> str:
    """Where the thing itself is shown, for those kinds that have a page."""
    pages = {"charges": f"/charges/{row.pk}/", "bodies": f"/enterprises/{row.pk}/"}
    if source.key == "areas":
        return f"/areas/{row.code}/"
    return pages.get(source.key, "")
