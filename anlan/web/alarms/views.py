"""The alarm desk: what goes on, what explains it, what was done; and the rules behind it."""

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.catalogues import path_of
from anlan.kernel.errors import Forbidden
from anlan.watch import access
from anlan.watch.flow import AlarmStage
from anlan.watch.models import Alarm, families, watch_rules

from ..deeds import perform
from ..ledgers.asker import asker_of
from ..requests import Request
from . import rules
from .deeds import DEEDS
from .page import page_of

MOST = 100
TABS = (
    ("", "未办结", ~Q(stage=AlarmStage.SETTLED)),
    ("now", "正在发生", Q(over_at__isnull=True)),
    ("mine", "我负责的", ~Q(stage=AlarmStage.SETTLED)),
    ("silenced", "已静默", Q(silenced_until__isnull=False)),
    ("all", "全部", Q()),
)


def index(request: Request) -> HttpResponse:
    """The desk: the gravest first; it asks again every few seconds."""
    tab = request.GET.get("tab", "")
    family = request.GET.get("family", "")
    seen = access.alarms_visible_to(request.scope)
    chosen = next((q for key, _, q in TABS if key == tab), None)
    if chosen is None:
        raise Http404
    rows = _of(tab, seen.filter(chosen), request)
    rows = rows.filter(family=family) if family else rows
    order = ("-raised_at", "-pk") if tab == "all" else ("-grade", "-raised_at", "-pk")
    listed = rows.select_related("area__parent", "answers", "acknowledged_by")
    context = {
        "alarms": list(listed.annotate(count=Count("parts")).order_by(*order)[:MOST]),
        "tabs": [(key, words, key == tab) for key, words, _ in TABS],
        "families": families().values(),
        "family": family,
        "tab": tab,
        "raised": seen.filter(stage=AlarmStage.RAISED, silenced_until=None).count(),
        "most": MOST,
    }
    return render(request, "alarms/index.html", context)


def _of(tab: str, rows: QuerySet[Alarm], request: Request) -> QuerySet[Alarm]:
    return rows.filter(answers__in=request.scope.posts) if tab == "mine" else rows


def alarm_of(request: Request, number: str) -> Alarm:
    """The alarm of an address, as far as the asker may see it."""
    seen = access.alarms_visible_to(request.scope).select_related(
        "area__parent", "station", "answers", "acknowledged_by"
    )
    return get_object_or_404(seen, number=number)


def page(request: Request, number: str) -> HttpResponse:
    """One alarm: it explains itself."""
    alarm, asker = alarm_of(request, number), asker_of(request)
    verbs = access.alarm_deeds(asker.scope, alarm)
    deeds = [DEEDS[verb] for verb in verbs if verb in DEEDS]
    hazard = alarm.about.hazard
    may_warn = hazard and asker.scope.may("watch.draft_warning", path=alarm.area_path)
    context = {
        "alarm": alarm,
        "page": page_of(alarm, asker),
        "deeds": deeds[:2],
        "more": deeds[2:],
        "may_warn": bool(may_warn),
        "may_call": bool(hazard) and asker.scope.may("callup.draft", path=alarm.area_path),
    }
    return render(request, "alarms/page.html", context)


def deed(request: Request, number: str, verb: str) -> HttpResponseBase:
    """One button of the page."""
    alarm = alarm_of(request, number)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may_alarm(request.scope, verb, alarm):
        raise Forbidden(f"您不能对{alarm.number}办理{wanted.label}", mend="请联系管理员核对岗位")
    return perform(request, alarm, wanted, back=f"/alarms/{number}/")


# --- rules ----------------------------------------------------------------------------------------


def all_rules(request: Request) -> HttpResponse:
    """What becomes an alarm, in words."""
    known = [rules.told(rule) for rule in watch_rules().values()]
    context = {"rules": known, "file": path_of("watch_rules").name}
    return render(request, "alarms/rules.html", context)
