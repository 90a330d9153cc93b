"""Warnings: composed, approved, sent, taken back; those of others as they came (预警)."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render

from anlan.callup.models.profiles import approved_beforehand, profile_named
from anlan.formats import cap
from anlan.kernel import pulse
from anlan.kernel.errors import Forbidden, Refused
from anlan.people.models import Area
from anlan.watch import access, actions
from anlan.watch.access import alarms_visible_to
from anlan.watch.flow import WarningStage
from anlan.watch.models import Alarm, Warning, bulletin_of, call_brief, steps, warned_of

from ..areas.sketch import sketch_of_area
from ..callups import composing as picking
from ..callups.audience import audience_of
from ..deeds import history_of, perform, tell
from ..ledgers.asker import Asker, asker_of
from ..requests import Request
from . import composing
from .deeds import DEEDS
from .drawn import drawn_of, ground_for, near_of

MOST = 100
LABELS = {"reason": "理由", "identifier": "标识", "follows": "更新的是", "faults": "差错",
          "callup": "叫应", "feed": "来源"}  # fmt: skip
TABS = (
    ("", "生效中", Q(stage=WarningStage.ISSUED)),
    ("todo", "待批待发", Q(stage__in=[WarningStage.DRAFT, WarningStage.SUBMITTED])),
    ("received", "收到的", Q(received_at__isnull=False) & ~Q(stage=WarningStage.REFUSED)),
    ("refused", "拒用的", Q(stage=WarningStage.REFUSED)),
    ("all", "全部", Q()),
)


def index(request: Request) -> HttpResponse:
    """The list: what holds now first."""
    tab = request.GET.get("tab", "")
    chosen = next((q for key, _, q in TABS if key == tab), None)
    if chosen is None:
        raise Http404
    rows = access.warnings_visible_to(request.scope).filter(chosen)
    listed = rows.select_related("root__parent", "body").defer("xml").order_by("-pk")[:MOST]
    context = {
        "warnings": list(listed),
        "tabs": [(key, words, key == tab) for key, words, _ in TABS],
        "hazards": {key: each.label for key, each in warned_of().items()},
        "may_draft": request.scope.may_anywhere("watch.draft_warning"),
        "most": MOST,
        "dead_feeds": pulse.troubles("cap_feed."),
    }
    return render(request, "warnings/index.html", context)


# --- composing ------------------------------------------------------------------------------------


def new(request: Request) -> HttpResponseBase:
    """Write a warning; an alarm gives its words where it comes from one."""
    asker = _drafting(request)
    alarm = _alarm(request, asker)
    given = request.POST if request.method == "POST" else request.GET
    codes = given.getlist("area") or ([alarm.area.code] if alarm else [])
    form = composing.WarningForm(
        request.POST or None, body=asker.person.body, initial=composing.like_alarm(alarm)
    )

    def keep(areas: list[Area]) -> Warning:
        brief = composing.brief_of(form, areas, alarm, asker)
        return actions.draft_warning(brief, by=asker.person, at=asker.at)

    return _compose(request, form, codes, keep, {"alarm": alarm})


def edit(request: Request, pk: int) -> HttpResponseBase:
    """Write a draft anew."""
    warning, asker = warning_of(request, pk), _drafting(request)
    codes = request.POST.getlist("area") if request.method == "POST" else warning.codes
    form = composing.WarningForm(
        request.POST or None, body=asker.person.body, initial=composing.like(warning)
    )

    def keep(areas: list[Area]) -> Warning:
        brief = composing.brief_of(form, areas, warning.alarm, asker)
        actions.edit_warning(warning, brief=brief, by=asker.person, at=asker.at)
        return warning

    return _compose(request, form, codes, keep, {"warning": warning})


def _compose(
    request: Request, form: composing.WarningForm, codes: list[str], keep: Any, more: dict[str, Any]
) -> HttpResponseBase:
    asker = asker_of(request)
    areas = picking.picked(codes, asker)
    ground = ground_for(areas, asker.scope)
    if request.method == "POST" and form.is_valid():
        try:
            warning = keep(areas)
        except Refused as refusal:
            tell(form, refusal)
        else:
            return redirect(f"/warnings/{warning.pk}/")
    context = {
        "form": form,
        "areas": areas,
        "roots": picking.below(None, asker),
        "ground": ground,
        "near": near_of(ground, areas),
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "warnings/new.html", context, status=status)


def _drafting(request: Request) -> Asker:
    if not request.scope.may_anywhere("watch.draft_warning"):
        raise Forbidden("您没有拟写预警的权限", mend="如确属您的职责，请联系本级管理员核对岗位。")
    return asker_of(request)


def _alarm(request: Request, asker: Asker) -> Alarm | None:
    number = request.GET.get("alarm", "")
    seen = alarms_visible_to(asker.scope).select_related("area")
    return get_object_or_404(seen, number=number) if number else None


# --- one warning ----------------------------------------------------------------------------------


def warning_of(request: Request, pk: int) -> Warning:
    """The warning of an address, as far as the asker may see it."""
    seen = access.warnings_visible_to(request.scope).select_related(
        "root", "body", "drafter", "approver", "follows", "alarm"
    )
    return get_object_or_404(seen, pk=pk)


def page(request: Request, pk: int) -> HttpResponse:
    """One warning: what it says, as people and machines read it, and whom it calls."""
    warning, asker = warning_of(request, pk), asker_of(request)
    verbs = access.warning_deeds(asker.scope, warning)
    deeds = [DEEDS[verb] for verb in DEEDS if verb in verbs]
    context = {
        "warning": warning,
        "content": warning.content,
        "step": steps().get(str(warning.content.get("step", ""))),
        "deeds": deeds[:2],
        "more": deeds[2:],
        "may_edit": "edit_warning" in verbs,
        "areas": Area.objects.filter(code__in=warning.codes, valid_to=None).order_by("path"),
        "sketch": sketch_of_area(warning.root) if warning.root else None,
        "drawn": drawn_of(warning.places, asker.scope, warning.root),
        "xml": _xml(warning, asker),
        "audience": _audience(warning, asker),
        "callups": [each.callup for each in warning.reached.select_related("callup")],
        "later": list(warning.followed_by.order_by("pk")),
        "lines": history_of(warning, actions, LABELS),
    }
    return render(request, "warnings/page.html", context)


def _xml(warning: Warning, asker: Asker) -> str:
    """The message that went out or came in; of a draft, the one that would."""
    if warning.xml:
        return bytes(warning.xml).decode("utf-8", "replace")[:20_000]
    if not warning.own or warning.root is None:
        return ""
    name = cap.WarningIdentifier(warning.root.code[:6], "000", asker.at, 0).written()
    return composing.as_text(bulletin_of(warning, identifier=name, at=asker.at))


def _audience(warning: Warning, asker: Asker) -> dict[str, int | str] | None:
    """How many people would be called, while it is not out yet."""
    if warning.stage not in (WarningStage.DRAFT, WarningStage.SUBMITTED) or not warning.root:
        return None
    brief = call_brief(warning)
    if brief is None:
        return None
    try:
        found = audience_of(
            list(brief.areas), warning.root, brief.hazard, brief.colour, on=asker.day
        )
    except Refused:
        return None
    standing = approved_beforehand(profile_named(brief.profile), at=asker.at)
    return {**found.count(), "standing": standing}


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    warning = warning_of(request, pk)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may_warning(request.scope, verb, warning):
        raise Forbidden(f"您不能对这份预警办理{wanted.label}", mend="请联系管理员核对岗位")
    return perform(request, warning, wanted, back=f"/warnings/{pk}/")
