"""One deed for all ticked rows, and what became of each of them (批量办理)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from anlan.kernel.errors import Forbidden, Refused

from ..requests import Request
from .asker import Asker, asker_of
from .ledger import Deed, Ledger

MOST = 500


@dataclass(frozen=True)
class Outcome:
    """What became of one row."""

    row: Any
    href: str
    refusal: Refused | None = None


def page(
    request: Request, *, find: Callable[..., Ledger], deed: str, **where: Any
) -> HttpResponseBase:
    """First the form over the ticked rows; sent again with it, the deed for each row."""
    asker = asker_of(request)
    ledger = find(asker, **where)
    wanted = next((one for one in ledger.deeds if one.key == deed), None)
    if wanted is None:
        raise Http404
    if not asker.scope.may_anywhere(wanted.right):
        raise Forbidden(
            f"您没有{wanted.label}的权限", mend="如确属您的职责，请联系本级管理员核对岗位。"
        )
    if request.method != "POST":
        return redirect(ledger.address)  # somebody reloaded or sent the address of a form
    rows = ticked(request, ledger, asker)
    sent = "sent" in request.POST
    form = wanted.form(asker, rows, request.POST if sent else None)
    context = {"ledger": ledger, "deed": wanted, "rows": rows, "form": form}
    if not sent or not form.is_valid():
        return render(request, "ledgers/bulk.html", context, status=422 if sent else 200)
    outcomes = [done(wanted, row, form.cleaned_data, ledger, asker) for row in rows]
    context["outcomes"] = outcomes
    context["well"] = sum(1 for outcome in outcomes if outcome.refusal is None)
    answer: HttpResponse = render(request, "ledgers/outcomes.html", context)
    answer["HX-Trigger"] = "anlan:changed"
    return answer


def ticked(request: Request, ledger: Ledger, asker: Asker) -> list[Any]:
    """The ticked rows, as far as this person may see them, in the order of the list."""
    wanted = [int(text) for text in request.POST.getlist("row") if text.isdigit()]
    if not wanted:
        raise Refused("没有勾选任何一行", mend="请先在列表左侧勾选要办理的记录。")
    if len(wanted) > MOST:
        raise Refused(f"一次最多办理 {MOST} 行", mend="请分几次勾选办理。")
    # Whole rows: a deed reads more of them than the columns of the list.
    found = {row.pk: row for row in ledger.rows(asker).defer(None).filter(pk__in=wanted)}
    return [found[pk] for pk in dict.fromkeys(wanted) if pk in found]


def done(deed: Deed, row: Any, values: dict[str, Any], ledger: Ledger, asker: Asker) -> Outcome:
    """Do it to one row; a row that refuses does not keep the others from being done."""
    try:
        deed.do(row, values, asker)
    except Refused as refusal:
        return Outcome(row, ledger.href(row), refusal)
    return Outcome(row, ledger.href(row))
