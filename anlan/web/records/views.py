"""What was done: the lists, the form of a kind, the page of one record, and its deeds."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden
from anlan.records import access, actions
from anlan.records.models import Record, checklists, kinds
from anlan.records.rules import RecordKind

from ..deeds import Deed, perform
from ..ledgers.asker import Asker, asker_of
from ..ledgers.ledger import Ledger
from ..requests import Request
from .deeds import DEEDS, shown_in
from .forms import entry_of, form_for
from .ledger import ledger_of, ledger_of_all
from .page import page_of


def kind_of(key: str) -> RecordKind:
    """The kind of an address; one that the catalogue has not is no page."""
    kind = kinds().get(key)
    if kind is None:
        raise Http404
    return kind


def everything(asker: Asker) -> Ledger:
    """The ledger of all kinds."""
    return ledger_of_all()


def of_kind(asker: Asker, kind: str) -> Ledger:
    """The ledger of the kind that the address names."""
    return ledger_of(kind_of(kind))


def choose(request: Request) -> HttpResponse:
    """Which kind of thing was done."""
    groups: dict[str, list[RecordKind]] = {}
    for kind in kinds().values():
        if access.may_enter(request.scope, kind.key):
            groups.setdefault(kind.group, []).append(kind)
    if not groups:
        raise Forbidden("您没有登记台账的权限", mend="如确属您的职责，请联系本级管理员核对岗位。")
    return render(request, "records/choose.html", {"groups": groups.items()})


def new(request: Request, kind: str) -> HttpResponseBase:
    """Enter what was done, by the form of its kind and the checklist chosen."""
    rule, asker = kind_of(kind), asker_of(request)
    if not access.may_enter(request.scope, kind):
        raise Forbidden(f"您没有登记{rule.label}的权限", mend="请联系本级管理员核对岗位。")
    wanted = request.GET.get("checklist", "")
    checklist = wanted if wanted in rule.checklists else ""

    def keep(_: Any, values: dict[str, Any], asker: Asker) -> None:
        entry = entry_of(rule, values, asker, checklist=checklist)
        actions.keep(
            entry,
            evidence=shown_in(values.get("evidence") or [], asker),
            on_behalf_of=values.get("on_behalf_of"),
            by=asker.person,
            at=asker.at,
        )

    made = form_for(rule, asker, checklist=checklist)
    deed = Deed(
        "keep",
        f"登记{rule.label}",
        keep,
        lambda thing, asker: made,
        template="records/new.html",
        offers=_offers(rule, checklist),
    )
    said = f"已登记{rule.label}"
    return perform(request, None, deed, back=f"/records/{kind}/", said=said)


def _offers(rule: RecordKind, chosen: str) -> tuple[tuple[str, str, bool], ...]:
    """The checklists that it may be done by."""
    if not rule.checklists:
        return ()
    known = checklists()
    lists = ((f"?checklist={key}", known[key].label, key == chosen) for key in rule.checklists)
    return (("?", "不用检查表", not chosen), *lists)


def record_of(request: Request, number: str) -> Record:
    """The record of an address, as far as the asker may see it."""
    seen = access.visible_to(request.scope).select_related(
        "area__parent", "organiser", "item", "edition", "entered_by", "on_behalf_of", "post"
    )
    found: Record = get_object_or_404(seen, number=number)
    return found


def page(request: Request, number: str) -> HttpResponse:
    """Everything about one record."""
    record, asker = record_of(request, number), asker_of(request)
    open_now = {move.name for move in access.deeds_open_to(asker.scope, record)}
    deeds = [deed for verb, deed in DEEDS.items() if verb in open_now]
    context = {
        "page": page_of(record, asker),
        "record": record,
        "deeds": deeds[:3],
        "more": deeds[3:],
    }
    return render(request, "records/page.html", context)


def deed(request: Request, number: str, verb: str) -> HttpResponseBase:
    """One button of the page."""
    record = record_of(request, number)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, record):
        raise Forbidden(
            f"您不能对{record.number}办理{wanted.label}",
            mend="如属您的职责，请联系管理员核对岗位和责任区域。",
        )
    back = f"/records/{record.kind}/" if verb == "discard" else f"/records/{number}/"
    return perform(request, record, wanted, back=back)
