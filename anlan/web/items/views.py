"""Registered things: the overview of kinds, the page of one, and its deeds."""

from typing import Any

from django.db.models import Count, Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden
from anlan.registry import access, actions
from anlan.registry.access.rights import deed_of
from anlan.registry.flow import Stage
from anlan.registry.models import Item, kinds
from anlan.registry.rules import ItemKind

from ..deeds import Deed, perform
from ..ledgers.asker import Asker, asker_of
from ..ledgers.ledger import Ledger
from ..requests import Request
from .deeds import DEEDS
from .forms import form_for, given_of
from .ledger import ledger_of, ledger_of_all
from .page import page_of

ALL = "all"  # no kind of the catalogue: every kind in one list


def spec_of(kind: str) -> ItemKind:
    """The kind of an address; one that the catalogue has not is no page."""
    spec = kinds().get(kind)
    if spec is None:
        raise Http404
    return spec


def ledger(asker: Asker, kind: str) -> Ledger:
    """The ledger of the kind that the address names."""
    return ledger_of_all() if kind == ALL else ledger_of(spec_of(kind))


def overview(request: Request) -> HttpResponse:
    """All kinds by group: how many there are, how many are stale or lack somebody."""
    asker = asker_of(request)
    counted = (
        access.visible_to(asker.scope)
        .order_by()
        .values("kind")
        .annotate(
            standing=Count("pk", filter=Q(stage=Stage.LISTED)),
            stale=Count("pk", filter=Q(stage=Stage.LISTED, stale_on__lt=asker.day)),
            missing=Count("pk", filter=Q(stage=Stage.LISTED, parties_missing=True)),
            waiting=Count("pk", filter=Q(stage=Stage.PROPOSED)),
        )
    )
    numbers = {row["kind"]: row for row in counted}
    groups: dict[str, list[dict[str, Any]]] = {}
    for spec in kinds().values():
        groups.setdefault(spec.group, []).append({"spec": spec, **numbers.get(spec.key, {})})
    totals = {
        name: sum(row[name] for row in numbers.values())
        for name in ("standing", "stale", "missing", "waiting")
    }
    return render(request, "items/overview.html", {"groups": groups.items(), "totals": totals})


def new(request: Request, kind: str) -> HttpResponseBase:
    """Register one thing by the form of its kind."""
    spec = spec_of(kind)
    if not asker_of(request).scope.may_anywhere("registry.register_item"):
        raise Forbidden(f"您没有登记{spec.label}的权限", mend="请联系本级管理员核对岗位。")

    def register(_: Any, values: dict[str, Any], asker: Asker) -> None:
        given = given_of(values)
        actions.register_item(kind=kind, given=given, by=asker.person, at=asker.at)

    deed = Deed("register_item", f"登记{spec.label}", register, lambda thing, asker: form_for(spec))
    back = f"/items/{kind}/?sort=-registered_at"
    return perform(request, None, deed, back=back, said=f"已登记{spec.label}")


def item_of(request: Request, kind: str, code: str) -> Item:
    """The item of an address, as far as the asker may see it."""
    seen = access.visible_to(request.scope).select_related(
        "area__parent", "territorial", "industry", "enterprise", "keeper__body", "proposer"
    )
    found: Item = get_object_or_404(seen, kind=spec_of(kind).key, code=code)
    return found


def page(request: Request, kind: str, code: str) -> HttpResponse:
    """Everything about one thing."""
    item = item_of(request, kind, code)
    asker = asker_of(request)
    open_now = access.deeds_open(asker.scope, item)
    deeds = [deed for verb, deed in DEEDS.items() if verb in open_now]
    context = {"page": page_of(item, asker), "item": item, "deeds": deeds[:3], "more": deeds[3:]}
    return render(request, "items/page.html", context)


def deed(request: Request, kind: str, code: str, verb: str) -> HttpResponseBase:
    """One button of the page."""
    item = item_of(request, kind, code)
    back = f"/items/{kind}/{code}/"
    if verb.startswith("reveal-"):
        return reveal(request, item, verb.removeprefix("reveal-"))
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, item):
        raise Forbidden(
            f"您不能对“{item}”办理{wanted.label}（{deed_of(verb)}）",
            mend="如属您的职责，请联系管理员核对岗位和责任区域。",
        )
    return perform(request, item, wanted, back=back)


def reveal(request: Request, item: Item, key: str) -> HttpResponse:
    """Show one sensitive attribute in full; asking for it leaves its trace, so it is posted."""
    field = next((each for each in item.spec.attribute_fields() if each.key == key), None)
    if field is None or not field.sensitive:
        raise Http404
    value = ""
    if request.method == "POST":
        value = actions.reveal_item(item, key=key, by=request.person, at=request.at)
    context = {"item": item, "field": field, "value": value, "asked": request.method == "POST"}
    return render(request, "items/reveal.html", context)
