"""The rows behind a number: the ledger itself, narrowed to exactly what was counted."""

from dataclasses import replace
from functools import partial
from typing import Any, cast

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from anlan.figures import compute
from anlan.figures.sources import DIMENSIONS, SOURCES
from anlan.kernel.errors import Invalid
from anlan.web.ledgers import views as ledgers
from anlan.web.ledgers.asker import Asker
from anlan.web.ledgers.ledger import Ledger, Tab
from anlan.web.ledgers.matters import LEDGER
from anlan.web.records.ledger import ledger_of_all, shown_with
from anlan.web.requests import Request

from .asked import BLANK, Asked, area_of, period_of


def rows_behind(request: HttpRequest, **where: Any) -> HttpResponseBase:
    """The list of what a number counts; everything a list can do, it can do too."""
    return ledgers.page(cast(Request, request), find=_ledger, **where)


def _ledger(
    asker: Asker, *, name: str, period: str, area: str, by: str = "", part: str = ""
) -> Ledger:
    try:
        figure = compute.definition(name)
        asked = Asked(period_of(period), area_of(area, asker.scope))
    except Invalid as unknown:
        raise Http404(str(unknown)) from unknown
    if by and by not in DIMENSIONS:
        raise Http404(by)
    key = "" if part == BLANK else part
    title = f"{figure.label} · {asked.area} · {asked.period.words()}"
    counted = compute.definition(figure.whole) if figure.whole else figure
    of_records = SOURCES[counted.source].ledger == "records"
    ledger = ledger_of_all() if of_records else LEDGER
    rows = _records if of_records else _rows
    return replace(
        ledger,
        key="figure-rows",
        title=title,
        rows=partial(rows, asked, name, by, key),
        address=asked.rows(name, by, part),
        tabs=(Tab("全部"),),
        deeds=(),
        links=(),
        begin="这个数字是0,没有对应的记录。",
        import_kind="",
    )


def _records(asked: Asked, name: str, by: str, part: str, asker: Asker) -> QuerySet[Any]:
    return shown_with(_found(asked, name, by, part, asker))


def _rows(asked: Asked, name: str, by: str, part: str, asker: Asker) -> QuerySet[Any]:
    found = _found(asked, name, by, part, asker)
    return found.select_related("area__parent", "body", "owner").defer("search", "plan", "details")


def _found(asked: Asked, name: str, by: str, part: str, asker: Asker) -> QuerySet[Any]:
    found = compute.rows(name, period=asked.period, area=asked.area, scope=asker.scope, at=asker.at)
    if by:
        figure = compute.definition(name)
        found = compute.only(found, by, part, asked.area, figure)
    return found
