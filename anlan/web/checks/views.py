"""Spot checks (抽查): draw a sample, ask by telephone, score, see who must be trained again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.callup import access
from anlan.callup.models import Check, Checked
from anlan.callup.models.profiles import check_rule
from anlan.kernel.errors import Forbidden, Refused
from anlan.people.rules.privacy import mask_phone

from ..deeds import perform, tell
from ..ledgers.asker import asker_of
from ..middleware import go
from ..requests import Request
from .deeds import CALL, CONCLUDE, DRAW, RECORD, SETTLE

OF_ALL = {deed.verb: deed for deed in (CALL, CONCLUDE)}
OF_ONE = {deed.verb: deed for deed in (RECORD, SETTLE)}


def new(request: Request) -> HttpResponseBase:
    """Draw a sample; the page of the check shows it."""
    if not request.scope.may_anywhere("callup.draw_check"):
        raise Forbidden("您没有抽查的权限", mend="如确属您的职责，请联系本级管理员核对岗位。")
    asker = asker_of(request)
    assert DRAW.form is not None
    form = DRAW.form(None, asker)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            check = DRAW.do(None, form.cleaned_data, asker)
        except Refused as refusal:
            tell(form, refusal)
        else:
            messages.success(request, f"已抽取：{check.number}")
            return go(request, f"/checks/{check.number}/")
    context = {"thing": None, "deed": DRAW, "form": form, "back": "/checks/"}
    status = 422 if request.method == "POST" else 200
    return render(request, "ledgers/deed.html", context, status=status)


def page(request: Request, number: str) -> HttpResponse:
    """One check: how it was drawn, who was drawn, what came out."""
    check, asker = _check(request, number), asker_of(request)
    rows = list(_rows(request, check).order_by("order"))
    waiting = [row for row in rows if row.outcome == Checked.Outcome.WAITING]
    calls = check.kind == Check.Kind.REACHABILITY
    deeds = []
    if calls and check.callup_id is None and access.may(asker.scope, "call_sample", check):
        deeds.append(CALL)
    if check.callup and waiting and access.may(asker.scope, "conclude_sample", check):
        deeds.append(CONCLUDE)
    context = {
        "check": check,
        "rule": check_rule(check.kind),
        "rows": [(row, mask_phone(row.person.phone) if row.person else "") for row in rows],
        "counts": _counts(rows),
        "deeds": deeds,
        "may_record": asker.scope.may("callup.record_check", path=check.area_path),
    }
    return render(request, "checks/page.html", context)


def one(request: Request, number: str, pk: int) -> HttpResponse:
    """One who was drawn: what was asked, what was said."""
    row, asker = _row(request, number, pk), asker_of(request)
    open_ = row.outcome == Checked.Outcome.WAITING
    due = row.due_on is not None and row.settled_on is None
    context = {
        "row": row,
        "check": row.check_of,
        "phone": mask_phone(row.person.phone) if row.person else "",
        "deeds": [
            deed
            for deed, now in ((RECORD, open_), (SETTLE, due))
            if now and access.may(asker.scope, deed.verb, row)
        ],
    }
    return render(request, "checks/one.html", context)


def deed(request: Request, number: str, verb: str) -> HttpResponseBase:
    """A deed on the whole check."""
    check, wanted = _check(request, number), OF_ALL.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, check):
        raise Forbidden(f"您不能{wanted.label}", mend="如确属您的职责，请联系本级管理员。")
    return perform(request, check, wanted, back=f"/checks/{number}/")


def deed_of_one(request: Request, number: str, pk: int, verb: str) -> HttpResponseBase:
    """A deed on one who was drawn."""
    row, wanted = _row(request, number, pk), OF_ONE.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, row):
        raise Forbidden(f"您不能{wanted.label}", mend="如确属您的职责，请联系本级管理员。")
    return perform(request, row, wanted, back=f"/checks/{number}/")


def _check(request: Request, number: str) -> Check:
    seen = access.checks_visible_to(request.scope).select_related("area", "drawn_by", "callup")
    return get_object_or_404(seen, number=number)


def _rows(request: Request, check: Check) -> Any:
    seen = access.checked_visible_to(request.scope).filter(check_of=check)
    return seen.select_related("person", "item", "area", "recorded_by", "check_of")


def _row(request: Request, number: str, pk: int) -> Checked:
    found: Checked = get_object_or_404(_rows(request, _check(request, number)), pk=pk)
    return found


def _counts(rows: list[Checked]) -> list[tuple[str, int]]:
    counted = [
        (str(outcome.label), sum(row.outcome == outcome for row in rows))
        for outcome in Checked.Outcome
    ]
    return [each for each in counted if each[1]]
