"""The phone at the scene (现场): what is near, and reporting in three taps."""

from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from anlan.kernel import geo
from anlan.kernel.errors import Forbidden, Invalid, Refused
from anlan.matters import access
from anlan.matters.models import Matter, Source
from anlan.registry import access as registry_access
from anlan.registry.flow import Stage as ItemStage
from anlan.web.reading import short_moment
from anlan.web.requests import Request

from . import reference, reporting
from .answering import json_of

NEAR = 120  # so many rows a phone sorts and shows without trouble


@require_safe
def near(request: HttpRequest) -> HttpResponse:
    """What is near me to do (附近): live matters and items to look at again."""
    asked = cast(Request, request)
    show = request.GET.get("show", "matters")
    given: dict[str, Any] = {
        "show": show,
        "may_patrol": asked.scope.may_anywhere("records.keep"),
    }
    if show == "items":
        seen = registry_access.visible_to(asked.scope).filter(stage=ItemStage.LISTED)
        items = seen.select_related("area").defer("area__outline")
        given["items"] = items.order_by("stale_on", "pk")[:NEAR]
    else:
        live = (
            access.visible_to(asked.scope)
            .filter(due_at__isnull=False)
            .select_related("area", "body", "owner")
            .defer("area__outline")
        )
        given["matters"] = live.order_by("due_at", "pk")[:NEAR]
    return render(request, "field/near.html", given)


class Report(View):
    """Report a hazard (上报隐患): the form, and what the phone or a plain browser sends."""

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        _must_be_allowed(asked)
        return _form(asked)

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        by_script = request.headers.get("Accept", "").startswith("application/json")
        try:
            _must_be_allowed(asked)  # before any photo is kept
            matter = reporting.report(asked)
        except Refused as no:
            if by_script:
                said = {"words": no.words, "mend": no.mend, "field": _slot(no.field)}
                return json_of({"refused": said}, status=422)
            status = 403 if isinstance(no, Forbidden) else 422
            return _form(asked, refusal=no, status=status)
        if by_script:
            return json_of(_accepted(asked, matter), status=201)
        messages.success(request, _("已上报：%s") % matter.number)
        return redirect(f"/matters/{matter.number}/")


def _must_be_allowed(request: Request) -> None:
    if not access.may_open(request.scope, "hazard"):
        raise Forbidden("您没有登记隐患的权限", mend="如确属您的职责，请联系本级管理员核对岗位")


def _form(request: Request, *, refusal: Refused | None = None, status: int = 200) -> HttpResponse:
    areas = reference.areas_here(request.scope, request.at)
    wanted = request.GET.get("item", "")
    seen = registry_access.visible_to(request.scope).select_related("area", "enterprise")
    given = {
        "refusal": refusal,
        "origin": request.POST.get("origin") or uuid4(),
        "typed": request.POST,
        "groups": reference.grouped(areas) if len(areas) <= reference.SMALL else [],
        "chips": reference.chips_here(request.scope, request.at),
        "sources": Source.choices,
        "source": reporting.source_of(request),
        "of_a_firm": bool(request.scope.bodies) and not request.scope.reaches,
        "item": seen.filter(pk=wanted).first() if wanted.isdigit() else None,
    }
    return render(request, "field/report.html", given, status=status)


def _slot(field: str) -> str:
    """Where on the phone's form a refusal is shown."""
    return {"evidence": "photos", "file": "photos", "title": "clause", "grade": "clause"}.get(
        field, field
    )


def _accepted(request: Request, matter: Matter) -> dict[str, str]:
    holder = matter.checker if matter.stage == Matter.Stage.SUBMITTED else matter.owner
    deed = _("核查") if matter.stage == Matter.Stage.SUBMITTED else _("交办")
    due = short_moment(matter.due_at, request.at)
    return {
        "number": matter.number,
        "url": f"/matters/{matter.number}/",
        "next": _("已交给%(post)s，%(due)s前%(deed)s。")
        % {"post": holder, "due": due, "deed": deed},
    }


@require_safe
@ensure_csrf_cookie
def hello(request: HttpRequest) -> HttpResponse:
    """Who is signed in, and the token a queued report must carry."""
    return json_of({"person": cast(Request, request).person.pk, "token": get_token(request)})


@require_safe
def place(request: HttpRequest) -> HttpResponse:
    """The grid or village at a position (所在网格)."""
    try:
        spot = geo.point(float(request.GET["lon"]), float(request.GET["lat"]))
    except (KeyError, ValueError) as fault:
        raise Invalid("位置不完整", mend="请重新定位") from fault
    found = reference.area_at(spot, cast(Request, request).at)
    return json_of(reference.area_value(found) if found else None)


@require_safe
def refer(request: HttpRequest) -> HttpResponse:
    """What the phone keeps for where there is no signal."""
    asked = cast(Request, request)
    return json_of(
        {
            "areas": [reference.area_value(a) for a in reference.areas_here(asked.scope, asked.at)],
            "clauses": reference.clause_values(),
            "bodies": reference.body_values(asked.scope),
        }
    )
