"""Closed periods: what was given out, what changed since, and the two deeds (封账、解封)."""

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from anlan.figures import access, actions, compute
from anlan.figures.models import FrozenPeriod
from anlan.kernel.errors import Forbidden, Invalid
from anlan.people.models import Area
from anlan.web.deeds import Deed, perform
from anlan.web.forms import Form
from anlan.web.ledgers.asker import Asker
from anlan.web.requests import Request

from .asked import Asked, asked

LISTED = 200
SHOWN_ROWS = 20


class Reason(Form):
    """Why a closed period is opened again."""

    reason = forms.CharField(
        label="解封原因",
        max_length=300,
        widget=forms.Textarea({"class": "form-control", "rows": 3}),
    )


def listing(request: HttpRequest) -> HttpResponse:
    """All closed periods of one's areas, the newest first."""
    asker = cast(Request, request)
    rows = access.visible_to(asker.scope).select_related("area", "frozen_by", "opened_by")
    return render(request, "figures/closed.html", {"rows": rows.order_by("-frozen_at")[:LISTED]})


def one(request: HttpRequest, number: int) -> HttpResponse:
    """One closed period: its figures as given out, the seal, and what changed since."""
    asker = cast(Request, request)
    frozen = _frozen(asker, number)
    figures = list(frozen.figures.order_by("position"))
    shown = {
        "frozen": frozen,
        "figures": [
            {"kept": each, "words": each.told, "said": each.definition} for each in figures
        ],
        "intact": compute.intact(frozen) if figures else None,
        "corrections": [_correction(each) for each in compute.corrections_of(frozen, at=asker.at)],
        "may_open": frozen.stage == frozen.Stage.FROZEN
        and access.may(asker.scope, "unfreeze", frozen.area),
        "live": Asked(frozen.span, frozen.area).query,
    }
    return render(request, "figures/closed_one.html", shown)


def freeze(request: HttpRequest) -> HttpResponseBase:
    """Close the period that is being looked at."""
    asker = cast(Request, request)
    try:
        wanted = asked(asker)
    except Invalid as wrong:
        raise Http404(str(wrong)) from wrong
    _allowed(asker, "freeze", wanted.area)

    def do(area: Area, given: dict[str, Any], by: Asker) -> None:
        actions.freeze(period=wanted.period, area=area, by=by.person, at=by.at)

    count = len(compute.definitions())
    warning = (
        f"{wanted.area} {wanted.period.words()}的{count}个指标将按现在的数字、口径和明细封存；"
        "以后的补录和更正不改变封账数字，另行列出。"
    )
    deed = Deed("freeze", "封账", do, warning=warning, icon="lock", grave=True)
    return perform(request=asker, thing=wanted.area, deed=deed, back=reverse("closed-periods"))


def unfreeze(request: HttpRequest, number: int) -> HttpResponseBase:
    """Open a closed period again, for a reason."""
    asker = cast(Request, request)
    frozen = _frozen(asker, number)
    _allowed(asker, "unfreeze", frozen.area)

    def do(thing: FrozenPeriod, given: dict[str, Any], by: Asker) -> None:
        actions.unfreeze(thing, reason=given["reason"], by=by.person, at=by.at)

    warning = "解封以后，这一统计期的数字重新由台账现算；封账时的数字和明细仍然保留可查。"
    deed = Deed("unfreeze", "解封", do, form=lambda thing, by: Reason, warning=warning, grave=True)
    back = reverse("closed-period", kwargs={"number": number})
    return perform(request=asker, thing=frozen, deed=deed, back=back)


def _frozen(request: Request, number: int) -> FrozenPeriod:
    seen = access.visible_to(request.scope).select_related("area", "frozen_by", "opened_by")
    return get_object_or_404(seen, pk=number)


def _allowed(request: Request, verb: str, area: Area) -> None:
    if not access.may(request.scope, verb, area):
        raise Forbidden(f"您不能办理{area}的统计封账", mend=access.WHOM_TO_ASK)


def _correction(found: compute.Correction) -> dict[str, Any]:
    """One line: what it was, what it would be today, and which rows make the difference."""
    return {
        "label": found.kept.definition["label"],
        "unit": found.kept.definition["unit"],
        "was": found.was,
        "now": found.now,
        "entered": len(found.entered),
        "left": len(found.left),
        "changed": found.changed[:SHOWN_ROWS],
        "changes": len(found.changed),
        "redefined": bool(found.redefined),
    }
