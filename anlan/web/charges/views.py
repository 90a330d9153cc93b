"""Charges: the page of one with its chain, places without anybody, and the public list."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden, Invalid
from anlan.kernel.trail import LOCAL
from anlan.people import access, actions
from anlan.people.models import Area, Charge, Post, Tenure
from anlan.people.models.charges import areas_lacking, charge_kinds
from anlan.people.rules.charges import ChargeKind
from anlan.people.rules.facts import ChargeFacts

from ..deeds import Deed, history_of, perform
from ..forms import Day, Form, Found, Lines
from ..ledgers.asker import Asker, asker_of
from ..people.phones import answers_of
from ..requests import Request

LABELS = {"reason": "理由", "on": "日期", "kind": "责任", "confirm_by": "确认截止"}


def page(request: Request, pk: int) -> HttpResponse:
    """One charge: who, for what, since when, confirmed by whom, and the chain above and below."""
    asker = asker_of(request)
    charge = _charge(asker, pk)
    one = access.charges_visible_to(asker.scope).filter(pk=pk)
    below = access.charges_visible_to(asker.scope).valid_on(asker.day).filter(above=charge)
    context = {
        "charge": charge,
        "kind": charge_kinds().get(charge.kind),
        "answers": answers_of(one, asker.scope, asker.day),
        "above": _chain(charge),
        "below": answers_of(below.order_by("area_path")[:40], asker.scope, asker.day),
        "deeds": [d for verb, d in DEEDS.items() if access.may(asker.scope, verb, charge)],
        "lines": history_of(charge, actions, LABELS),
    }
    return render(request, "charges/page.html", context)


def _charge(asker: Asker, pk: int) -> Charge:
    seen = access.charges_visible_to(asker.scope)
    return get_object_or_404(
        seen.select_related("area__parent", "post", "person", "confirmed_by", "above"), pk=pk
    )


def _chain(charge: Charge) -> list[Charge]:
    """Those above it, nearest first; a chain has no more links than there are levels."""
    chain: list[Charge] = []
    link = charge.above
    while link is not None and len(chain) < 6:
        chain.append(link)
        link = link.above
    return chain


# --- deeds ------------------------------------------------------------------------------------


def new(request: Request) -> HttpResponseBase:
    """Make somebody answer for an area."""
    if not request.scope.may_anywhere("people.give_charge"):
        raise Forbidden("您没有落实责任的权限", mend="请联系本级管理员。")
    asker = asker_of(request)
    given = {key: request.GET.get(key, "") for key in ("kind", "area")}
    area = Area.objects.filter(code=given["area"]).first()
    form = _give_form(asker, kind=given["kind"], area=area.code if area else "")
    deed = Deed("give_charge", "落实责任", _give, lambda thing, asker: form)
    return perform(request, None, deed, back="/charges/")


def _give_form(asker: Asker, *, kind: str, area: str) -> type[Form]:
    kinds = [(key, one.label) for key, one in charge_kinds().items() if not one.items]
    made = {
        "kind": forms.ChoiceField(label="责任类型", choices=kinds, initial=kind),
        "area": Found("area", asker, label="区域", initial=area),
        "post": Found("post", asker, label="责任岗位", required=False),
        "person": Found(
            "person", asker, label="责任人", required=False, help_text="岗位或个人填一项"
        ),
        "since": Day(label="自", initial=asker.day),
        "until": Day(label="至", required=False, help_text="留空为长期"),
        "duty": Lines(label="职责", rows=2, required=False),
    }
    return type("GiveForm", (Form,), made)


def _give(_: None, values: dict[str, Any], asker: Asker) -> None:
    holder = values["post"] or values["person"]
    if holder is None or (values["post"] and values["person"]):
        raise Invalid("责任岗位和责任人要填且只填一项", mend="按责任类型的要求填写", field="post")
    facts = ChargeFacts(
        kind=values["kind"], since=values["since"], until=values["until"], duty=values["duty"]
    )
    actions.give_charge(facts, area=values["area"], holder=holder, by=asker.person, at=asker.at)


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    charge = _charge(asker_of(request), pk)
    wanted = DEEDS.get(verb)
    if wanted is None:
        raise Http404
    if not access.may(request.scope, verb, charge):
        raise Forbidden(f"您不能办理“{charge}”的{wanted.label}", mend="请联系本级管理员。")
    return perform(request, charge, wanted, back=f"/charges/{pk}/")


class _End(Form):
    on = Day(label="解除日期")
    reason = Lines(label="原因", rows=2)


def _confirm(charge: Charge, values: dict[str, Any], asker: Asker) -> None:
    actions.confirm_charge(charge, by=asker.person, at=asker.at)


def _end(charge: Charge, values: dict[str, Any], asker: Asker) -> None:
    actions.end_charge(charge, **values, by=asker.person, at=asker.at)


DEEDS = {
    deed.verb: deed
    for deed in (
        Deed(
            "confirm_charge",
            "确认无误",
            _confirm,
            warning="表示姓名、电话和职责都已核对，仍然有效。",
        ),
        Deed("end_charge", "解除责任", _end, lambda charge, asker: _End, grave=True),
    )
}


# --- gaps and the public list -----------------------------------------------------------------


def gaps(request: Request) -> HttpResponse:
    """Places that should have somebody of a kind and have nobody (责任空白)."""
    asker = asker_of(request)
    kinds = [kind for kind in charge_kinds().values() if kind.required]
    under = access.areas_visible_to(asker.scope).filter(code=request.GET.get("area", "")).first()
    counted = [(kind, _lacking(kind, asker, under).count()) for kind in kinds]
    chosen = next((kind for kind in kinds if kind.key == request.GET.get("kind")), None)
    chosen = chosen or next((kind for kind, number in counted if number), None)
    found = _lacking(chosen, asker, under) if chosen else Area.objects.none()
    pages = Paginator(found.select_related("parent").order_by("code"), 100)
    context = {
        "counted": counted,
        "chosen": chosen,
        "under": under,
        "page": pages.get_page(request.GET.get("page")),
        "may_give": asker.scope.may_anywhere("people.give_charge"),
    }
    return render(request, "charges/gaps.html", context)


def _lacking(kind: ChargeKind, asker: Asker, under: Area | None) -> QuerySet[Area]:
    lacking = areas_lacking(kind, day=asker.day, path=under.path if under else "/")
    return lacking.filter(asker.scope.places(path="path", sector=""))


@dataclass(frozen=True)
class Published:
    """One line of the public list: no personal number on it, only the office's."""

    area: str
    kind: str
    names: str
    post: str
    phone: str


@login_not_required
def public(request: HttpRequest) -> HttpResponse:
    """The list that is shown to everybody (公示): area, charge, name, office telephone."""
    day = request.at.astimezone(LOCAL).date()  # type: ignore[attr-defined]
    rows = Charge.objects.valid_on(day).filter(public=True).select_related("area", "person", "post")
    towns = Area.objects.valid_on(day).filter(level="TOWN", administrative=True).order_by("code")
    town = towns.filter(code=request.GET.get("town", "")).first() or towns.first()
    rows = rows.under(town.path) if town else rows.none()
    held = _names_of({row.post_id for row in rows if row.post_id}, day)
    lines = [_published(row, held) for row in rows.order_by("area_path", "kind", "pk")]
    context = {"lines": lines, "towns": towns, "town": town, "day": day}
    return render(request, "charges/public.html", context)


def _published(charge: Charge, held: dict[int, str]) -> Published:
    kind = charge_kinds().get(charge.kind)
    post: Post | None = charge.post
    return Published(
        area=charge.area.name,
        kind=kind.label if kind else charge.kind,
        names=str(charge.person) if charge.person else held.get(charge.post_id or 0, ""),
        post=str(post or ""),
        phone=post.phone if post else "",
    )


def _names_of(posts: set[int], day: Any) -> dict[int, str]:
    names: dict[int, list[str]] = {}
    held = Tenure.objects.valid_on(day).filter(post__in=posts).select_related("person")
    for tenure in held.order_by("deputy", "pk"):
        names.setdefault(tenure.post_id, []).append(str(tenure.person))
    return {post: "、".join(people) for post, people in names.items()}
