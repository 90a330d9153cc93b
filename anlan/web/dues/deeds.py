"""The buttons of what is owed, each with its form and the action behind it."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from anlan.dues import access, actions
from anlan.dues.models import Arrear, PlanLine, Step, Waiver
from anlan.kernel.errors import Forbidden

from ..deeds import Deed, perform
from ..forms import Day, Form, Lines
from ..ledgers.asker import Asker
from ..requests import Request
from . import asked

OUTWARD = "确认后将以本单位名义拟稿送签，由另一位同志签发后发给责任单位。"


class Words(Form):
    words = Lines(label="补充要求", required=False, help_text="写进文书的工作要求，可留空")


class Reason(Form):
    reason = Lines(label="理由")


class Waiving(Form):
    until = Day(label="豁免至", required=False, help_text="留空只豁免这一期")
    reason = Lines(label="理由", help_text="如 台风应急响应期间、企业停产")


def _confirm(step: Step, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_step(step, words=values["words"], by=asker.person, at=asker.at)


def _decline(step: Step, values: dict[str, Any], asker: Asker) -> None:
    actions.decline_step(step, reason=values["reason"], by=asker.person, at=asker.at)


STEPS = {
    "confirm_step": Deed("confirm_step", "确认措施", _confirm, lambda t, a: Words, warning=OUTWARD),
    "decline_step": Deed("decline_step", "不予采取", _decline, lambda t, a: Reason),
}


def step(request: HttpRequest, pk: int, verb: str) -> HttpResponseBase:
    """Take a rung, or do without it."""
    asker = cast(Request, request)
    seen = access.visible_to(asker.scope)
    thing = get_object_or_404(Step.objects.select_related("arrear"), pk=pk, arrear__in=seen)
    if verb not in STEPS:
        raise Http404(verb)
    _must(asker, verb, thing.arrear.area_path)
    return perform(asker, thing, STEPS[verb], back=f"/dues/ladder/{thing.arrear_id}/")


def remind(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One more word of reminder."""
    asker = cast(Request, request)
    arrear = get_object_or_404(access.visible_to(asker.scope), pk=pk)
    _must(asker, "remind", arrear.area_path)

    def do(thing: Arrear, values: dict[str, Any], who: Asker) -> None:
        actions.remind(thing, by=who.person, at=who.at)

    deed = Deed("remind", "催办", do, warning=f"将在系统内提醒{arrear.label}尽快补齐。")
    return perform(asker, arrear, deed, back=f"/dues/ladder/{pk}/")


def waive(request: HttpRequest, key: str, row: str, first: str) -> HttpResponseBase:
    """Excuse one cell, or some periods from it on."""
    asker = cast(Request, request)
    look, who, span, _ = asked.cell_of(asker, key, row, first)
    _must(asker, "waive", who.who.path, who.who.body_id)

    def do(thing: Any, values: dict[str, Any], by: Asker) -> None:
        days = (span.first, values["until"] or span.due)
        actions.waive(key, who=who.who, days=days, reason=values["reason"], by=by.person, at=by.at)

    warning = f"豁免后，{who.who.label}的“{look.due.label}”（{span.label}）不再计为应做。"
    deed = Deed("waive", "豁免", do, lambda t, a: Waiving, warning=warning)
    return perform(asker, None, deed, back=f"/dues/{key}/")


def withdraw(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What was excused is owed again."""
    asker = cast(Request, request)
    seen = Waiver.objects.standing().filter(access.everything_below(asker.scope))
    waiver = get_object_or_404(seen, pk=pk)
    _must(asker, "withdraw_waiver", waiver.area_path)

    def do(thing: Waiver, values: dict[str, Any], by: Asker) -> None:
        actions.withdraw_waiver(thing, by=by.person, at=by.at)

    deed = Deed("withdraw_waiver", "撤销豁免", do, warning="撤销后，这些周期重新计为应做。")
    return perform(asker, waiver, deed, back=f"/dues/{waiver.due}/")


def unplan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Out of the plan, with a reason."""
    asker = cast(Request, request)
    seen = PlanLine.objects.filter(access.everything_below(asker.scope), dropped_at__isnull=True)
    line = get_object_or_404(seen, pk=pk)
    _must(asker, "plan", line.area_path)

    def do(thing: PlanLine, values: dict[str, Any], by: Asker) -> None:
        actions.unplan(thing, reason=values["reason"], by=by.person, at=by.at)

    deed = Deed("unplan", "移出计划", do, lambda t, a: Reason)
    back = f"/dues/{line.due}/plan/?first={line.first.isoformat()}"
    return perform(asker, line, deed, back=back)


def _must(request: Request, verb: str, path: str, body_id: int | None = None) -> None:
    if not access.may(request.scope, verb, path, body_id):
        own = verb == "waive" and body_id in access.units_of(request.scope)
        mend = access.NOT_ONESELF if own else access.WHOM_TO_ASK
        raise Forbidden("您不能在此处办理这一步", mend=mend)
