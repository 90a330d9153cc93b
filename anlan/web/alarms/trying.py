"""A rule changed on the screen: what it would have raised, and putting it in force (规则试算)."""

from dataclasses import dataclass
from datetime import timedelta
from difflib import unified_diff
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Refused
from anlan.people.models import Area
from anlan.watch import access, actions
from anlan.watch.models import BackTest, RuleTrial, back_test, rule_from, text_in_force, watch_rules
from anlan.wiring.catalogues import look_again

from ..middleware import go
from ..requests import Request
from . import rules

MOST_DAYS, USUAL_DAYS = 366, 30
MOST_SHOWN = 200
MOST_CHANGES = 20


@dataclass(frozen=True)
class Changed:
    """A change that was put in force: who, when, and which lines."""

    trial: RuleTrial
    lines: list[tuple[str, str]]


def one_rule(request: Request, key: str) -> HttpResponseBase:
    """A rule: tried as it is changed here, and then put in force just as it was tried."""
    known = watch_rules()
    if key not in known:
        raise Http404
    if request.method == "POST" and "put" in request.POST:
        return _put(request)
    text = request.POST.get("text", "").replace("\r\n", "\n") or text_in_force(key)
    context: dict[str, Any] = {"rule": rules.told(known[key]), "text": text, "days": _days(request)}
    context["may_change"] = access.may_change_rules(request.scope)
    status = 200
    if request.method == "POST":
        try:
            context |= _tried(request, text, context["days"])
        except Refused as refusal:
            context["refusal"], status = refusal, 422
    context["changes"] = _changes(key)
    return render(request, "alarms/rule.html", context, status=status)


def _days(request: Request) -> int:
    given = request.POST.get("days") or ""
    return min(max(int(given), 1), MOST_DAYS) if given.isdecimal() else USUAL_DAYS


def _tried(request: Request, text: str, days: int) -> dict[str, Any]:
    """Whoever may change rules tries it on the way into force; anybody else only looks."""
    trial: RuleTrial | None = None
    if access.may_change_rules(request.scope):
        trial, found = actions.try_rule(text, days=days, by=request.person, at=request.at)
    else:
        seen = access.streams_visible_to(request.scope)
        found = back_test(rule_from(text), seen, request.at - timedelta(days=days), request.at)
    told: dict[str, Any] = {"tried": _told(found, days)}
    if trial is not None:
        differs = trial.text != trial.before
        told |= {"trial": trial if differs else None, "same": not differs}
        told["lines"] = _lines(trial.before, trial.text)
    return told


def _told(found: BackTest, days: int) -> dict[str, Any]:
    named = {row.pk: row for row in found.streams}
    shown = found.episodes[:MOST_SHOWN]
    places = Area.objects.in_bulk([each.place for each in shown if not each.stream])
    names = {pk: area.name for pk, area in places.items()}
    return {
        "episodes": [rules.episode(each, named, names) for each in shown],
        "count": len(found.episodes),
        "points": found.points,
        "streams": len(found.streams),
        "days": days,
    }


def _put(request: Request) -> HttpResponseBase:
    number = request.POST["put"]
    trial = get_object_or_404(RuleTrial, pk=int(number) if number.isdecimal() else 0)
    actions.put_rule_in_force(trial, by=request.person, at=request.at)
    look_again()
    messages.success(request, f"已启用规则 {trial.key}，研判程序十秒左右改用")
    # A new one is known to every process only in a moment: the list is there at once.
    return go(request, f"/alarms/rules/{trial.key}/" if trial.before else "/alarms/rules/")


def _changes(key: str) -> list[Changed]:
    put = RuleTrial.objects.filter(key=key, put_at__isnull=False).select_related("put_by")
    newest = put.order_by("-put_at")[:MOST_CHANGES]
    return [Changed(each, _lines(each.before, each.text)) for each in newest]


def _lines(before: str, after: str) -> list[tuple[str, str]]:
    """Lines that went and came, and those around them: the sign, and what stands there."""
    listed = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=2))
    return [(line[:1], line[1:]) for line in listed[2:] if not line.startswith("@@")]
