"""My work: what I owe, by when; what came back; what waits on others because of me."""

from datetime import datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime

from anlan.matters.models import Matter
from anlan.web.callups import mine
from anlan.web.checks import mine as checks
from anlan.web.reports import mine as reports
from anlan.web.requests import Request

from . import lists
from .awaited import awaited, nothing


def my_work(request: HttpRequest) -> HttpResponse:
    """The first screen of everybody (我的工作)."""
    return _listing(cast(Request, request), lists.LISTINGS[0])


def reported(request: HttpRequest) -> HttpResponse:
    """What I reported, and what became of it (我上报的)."""
    return _listing(cast(Request, request), lists.LISTINGS[1])


def supervised(request: HttpRequest) -> HttpResponse:
    """What I supervise and others rectify (我督办的)."""
    return _listing(cast(Request, request), lists.LISTINGS[2])


def waiting(request: HttpRequest) -> HttpResponse:
    """What waits on others because of me (等别人办的)."""
    return _listing(cast(Request, request), lists.LISTINGS[3])


def _listing(request: Request, listing: lists.Listing) -> HttpResponse:
    found = listing.rows(request.scope)
    asked = lists.Filters(
        show=request.GET.get("show", ""),
        kind=request.GET.get("kind", ""),
        major=request.GET.get("grade") == "MAJOR",
    )
    newest_first = listing.key == "reported"
    wanted = asked.of(found, request.at)
    matters = lists.page_of(_after(request, wanted, newest_first), newest_first=newest_first)
    shown: dict[str, Any] = {
        "called": mine.open_for(request) if listing.key == "owed" else [],
        "awaited": awaited(request) if listing.key == "owed" else nothing(),
        "checks": checks.owed(request) if listing.key == "owed" else [],
        "reports": reports.to_check(request) if listing.key == "owed" else [],
        "listing": listing,
        "listings": lists.LISTINGS,
        "counted": lists.count(found, request.at),
        "asked": asked,
        "rows": lists.rows_of(request.scope, matters[: lists.PAGE], request.at),
        "more": _more(request, matters, newest_first) if len(matters) > lists.PAGE else "",
        "query": _query(request),
    }
    return render(request, "work/my_work.html", shown)


def _after(request: Request, found: QuerySet[Matter], newest_first: bool) -> QuerySet[Matter]:
    """Keyset paging: what comes after the last row of the page before."""
    when, _, number = request.GET.get("after", "").partition("~")
    at = _instant(when)
    if not number.isdigit() or (when and at is None):
        return found
    if newest_first and at:
        return found.filter(Q(found_at__lt=at) | Q(found_at=at, pk__lt=int(number)))
    if at:
        later = Q(due_at__gt=at) | Q(due_at=at, pk__gt=int(number))
        return found.filter(later | Q(due_at__isnull=True))
    return found.filter(due_at__isnull=True, pk__gt=int(number))


def _instant(text: str) -> datetime | None:
    try:
        return parse_datetime(text)
    except ValueError:  # looks like an instant and is none: somebody typed into the address
        return None


def _more(request: Request, matters: list[Matter], newest_first: bool) -> str:
    last = matters[lists.PAGE - 1]
    key = last.found_at if newest_first else last.due_at
    return _query(request, after=f"{key.isoformat() if key else ''}~{last.pk}")


def _query(request: Request, **changes: str) -> str:
    kept = {k: v for k in ("show", "kind", "grade") if (v := request.GET.get(k))}
    return urlencode({**kept, **changes})
