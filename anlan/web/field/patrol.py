"""The phone on its round (巡查登记): pick a kind, one tap an answer, a photo, send."""

from typing import Any, cast
from uuid import uuid4

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from anlan.kernel.errors import Forbidden, Refused
from anlan.records import access, actions
from anlan.records.actions import Entry, Found, Shown, Visited
from anlan.records.models import Record, checklists, kinds
from anlan.records.rules import Checklist, RecordKind, names_in
from anlan.registry import access as registry_access
from anlan.registry.models import Item
from anlan.web.records.forms import answers_in
from anlan.web.requests import Request

from . import reference, reporting
from .answering import json_of

OWN_ROWS = {  # drawn by the page itself, the same for all kinds
    "started_at", "ended_at", "area", "place", "organiser", "bodies", "item", "leader", "people",
    "person_times", "sector", "topic", "lon", "lat", "words", "origin", "title",
}  # fmt: skip


class Patrol(View):
    """The form of all kinds that the phone offers, and what it or a plain browser sends."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return _form(cast(Request, request), _offered(cast(Request, request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        asked = cast(Request, request)
        by_script = request.headers.get("Accept", "").startswith("application/json")
        try:
            offered = _offered(asked)
            record = _kept(asked, offered)
        except Refused as no:
            if by_script:
                said = {"words": no.words, "mend": no.mend, "field": _slot(no.field)}
                return json_of({"refused": said}, status=422)
            status = 403 if isinstance(no, Forbidden) else 422
            return _form(asked, _offered(asked), refusal=no, status=status)
        if by_script:
            return json_of(_accepted(record), status=201)
        messages.success(request, _("已登记：%s") % record.number)
        return redirect(f"/records/{record.number}/")


def _offered(request: Request) -> list[RecordKind]:
    """The kinds that this person enters on a phone."""
    found = [
        kind
        for kind in kinds().values()
        if kind.phone and access.may_enter(request.scope, kind.key)
    ]
    if not found:
        raise Forbidden("您没有登记巡查的权限", mend="如确属您的职责，请联系本级管理员核对岗位")
    return found


def _form(
    request: Request,
    offered: list[RecordKind],
    *,
    refusal: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    wanted = request.POST.get("kind") or request.GET.get("kind", "")
    areas = reference.areas_here(request.scope, request.at)
    lists = {key for kind in offered for key in kind.checklists}
    given = {
        "refusal": refusal,
        "origin": request.POST.get("origin") or uuid4(),
        "typed": request.POST,
        "kinds": [(kind, _own_fields(kind), kind.key == wanted) for kind in offered],
        "lists": [_questions(checklists()[key]) for key in checklists() if key in lists],
        "chosen": wanted,
        "checklist": request.POST.get("checklist") or request.GET.get("checklist", ""),
        "groups": reference.grouped(areas) if len(areas) <= reference.SMALL else [],
        "item": _item(request),
    }
    return render(request, "field/patrol.html", given, status=status)


def _own_fields(kind: RecordKind) -> list[Any]:
    return [each for each in access.form_fields(kind) if each.key not in OWN_ROWS]


def _questions(checklist: Checklist) -> tuple[Checklist, Any]:
    return checklist, checklist.editions[-1].items


def _item(request: Request) -> Item | None:
    wanted = request.POST.get("item_id") or request.GET.get("item", "")
    seen = registry_access.visible_to(request.scope).select_related("area", "enterprise")
    return seen.filter(pk=wanted).first() if wanted.isdigit() else None


# --- what was sent --------------------------------------------------------------------------------


def _kept(request: Request, offered: list[RecordKind]) -> Record:
    """Keep what the phone sent; once, however often sent."""
    kind = next((each for each in offered if each.key == request.POST.get("kind")), None)
    if kind is None:
        raise Refused("没有选择做了什么", mend="请先选择巡查种类")
    entry = _entry(request, kind)
    lon, lat = entry.lon, entry.lat
    shown = [Shown(one.file, lon=lon, lat=lat) for one in reporting.shown_in(request, "photos")]
    try:
        return actions.keep(entry, evidence=shown, by=request.person, at=request.at)
    except IntegrityError:
        # The same record arrived twice at once: the other one is in by now, and is this one.
        return actions.keep(entry, evidence=shown, by=request.person, at=request.at)


def _entry(request: Request, kind: RecordKind) -> Entry:
    given = request.POST
    written, under = _written(request, kind), _home(request)
    typed = access.values_of(kind.key, written, at=request.at, under=under, whole=False)
    body, item = reporting.body_in(request), _item(request)
    named = tuple(Visited(each) for each in typed.pop("bodies"))
    typed["item"] = item or typed["item"]
    checklist = given.get("checklist", "")
    spared = {key for one in given.getlist("spared") for key in one.split(",") if key}
    return Entry(
        kind=kind.key,
        bodies=(Visited(body),) if body and "bodies" in kind.asks else named,
        checklist=checklist,
        answers=answers_in(given, checklist),
        spared=frozenset(spared),
        found=tuple(Found(title[:120]) for title in names_in(given.get("found", ""))),
        again=given.get("again", "").strip()[:200],
        late=given.get("late", "").strip()[:200],
        **typed,
    )


def _written(request: Request, kind: RecordKind) -> dict[str, Any]:
    """The kind's own form as the phone filled it in; where and when as it found them itself."""
    given, asks = request.POST, kind.asks
    area = reporting.area_in(given)
    found: dict[str, Any] = {each.key: given.get(each.key, "") for each in _own_fields(kind)}
    found |= {
        "area": area.code,
        "started_at": reporting.found_at(given.get("found_at", ""), request.at),
        "words": given.get("words", ""),
        "origin": reporting.origin_of(given.get("origin", "")),
    }
    body_name = "" if given.get("body") else given.get("body_name", "")
    rows = {"place": "place", "title": "title", "leader": "leader", "item": "item"}
    found |= {key: given.get(name, "") for key, name in rows.items() if key in asks}
    if "bodies" in asks:
        found["bodies"] = body_name
    if "people" in asks:
        mine = _myself(request)
        others = given.get("people", "")
        found["people"] = "、".join(filter(None, (mine, others)))
    if "position" in asks and given.get("lon") and given.get("lat"):
        found |= {"lon": given["lon"], "lat": given["lat"]}
    return found


def _myself(request: Request) -> str:
    person = request.person
    return f"{person.body.name}/{person.name}" if person.body else person.name


def _home(request: Request) -> str:
    return request.scope.reaches[0].path if request.scope.reaches else "/"


def _slot(field: str) -> str:
    """Where on the phone's form a refusal is shown."""
    same = {"evidence": "photos", "file": "photos", "bodies": "area", "place": "area"}
    return same.get(field, field)


def _accepted(record: Record) -> dict[str, str]:
    raised = record.raised.count()
    said = _("发现的%d处问题已转为待交办事项。") % raised if raised else _("没有需要转办的问题。")
    return {"number": record.number, "url": f"/records/{record.number}/", "next": said}
