"""Answer times (应答统计): rate, median and 95th percentile, by town, post, charge or channel.

Each line opens the people it was counted from: value and rows come from one statement.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast, get_args

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from anlan.callup import access
from anlan.callup.models import Attempt, Called
from anlan.callup.models.statistics import AnswerTimes, By, answer_times
from anlan.kernel.errors import Forbidden
from anlan.kernel.trail import LOCAL
from anlan.people.access import SEE
from anlan.people.models import Area, charge_kinds

from ..requests import Request

GROUPS = (("town", "镇街"), ("post", "岗位"), ("kind", "责任类型"), ("channel", "应答方式"))
MOST_ROWS = 500
NOBODY = {"town": "县级", "post": "未设岗位", "kind": "未记责任", "channel": "未应答"}


@require_safe
def page(request: Request) -> HttpResponse:
    """The table for the widest area one sees, and the people behind one of its lines."""
    area = _reach(request)
    asked = request.GET.get("by", "")
    by = cast(By, asked if asked in get_args(By) and asked else "town")
    first, last = _span(request)
    span = (_begin(first), _begin(last + timedelta(days=1)))
    drills = bool(request.GET.get("drills"))
    found = answer_times(by, span=span, path=area.path, drills=drills, rows=True)
    whole = answer_times(span=span, path=area.path, drills=drills)
    lines = [_named(line, by) for line in found]
    key = request.GET.get("key")
    context: dict[str, Any] = {
        "area": area,
        "by": by,
        "groups": GROUPS,
        "group": dict(GROUPS)[by],
        "first": first,
        "last": last,
        "drills": request.GET.get("drills", ""),
        "lines": lines,
        "whole": whole[0] if whole else None,
        "chosen": next((line for line in lines if line.key == key), None),
    }
    if context["chosen"]:
        context["rows"] = _rows(request, context["chosen"])
    return render(request, "callups/times.html", context)


def _reach(request: Request) -> Area:
    paths = [reach.path for reach in request.scope.reaches if reach.allows(SEE)]
    if not paths:
        raise Forbidden("您没有可以统计的区域", mend="如确属您的职责，请联系本级管理员核对岗位。")
    return Area.objects.get(path=min(paths, key=len), valid_to=None)


def _span(request: Request) -> tuple[date, date]:
    """From the beginning of the year until today, unless other days were asked for."""
    today = request.at.astimezone(LOCAL).date()
    first = _day(request.GET.get("from", ""), today.replace(month=1, day=1))
    last = _day(request.GET.get("to", ""), today)
    return (first, last) if first <= last else (last, first)


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def _named(line: AnswerTimes, by: By) -> AnswerTimes:
    """With a label in words where the statement gives a key."""
    label = line.label
    if by == "kind" and line.key in charge_kinds():
        label = charge_kinds()[line.key].label
    if by == "channel" and line.key:
        label = str(Attempt.Channel(line.key).label)
    return replace(line, label=label or NOBODY.get(by, ""))


def _rows(request: Request, line: AnswerTimes) -> list[Called]:
    seen = access.people_visible_to(request.scope).filter(pk__in=line.ids)
    joined = seen.select_related("callup", "person", "area").defer("area__outline")
    return list(joined.order_by("-called_at", "pk")[:MOST_ROWS])
