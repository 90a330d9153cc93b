"""Which desk a duty page shows, and who is on now for the top bar of every page."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from django.http import HttpRequest

from anlan.duty import access
from anlan.duty.models import Desk, Shift, on_duty, order_of
from anlan.people.access import Scope

from ..requests import Request

PHONE_OF_THE_DESK = "值班电话"


def desks_of(request: Request) -> list[Desk]:
    """The open desks that this person sees; the one that is nearest to them first."""
    seen = access.visible_to(request.scope).open_at(request.at)
    rows = order_of(seen.select_related("area", "body").prefetch_related("seats__body"))
    mine = set(_serving(request.scope, request.at))
    own = {reach.path for reach in request.scope.reaches}
    return sorted(rows, key=lambda desk: (desk.pk not in mine, desk.area_path not in own))


def _serving(scope: Scope, at: datetime) -> list[int]:
    near = Shift.objects.standing().filter(
        person=scope.person_id,
        starts__lte=at + access.AROUND_A_SHIFT,
        ends__gt=at - access.AROUND_A_SHIFT,
    )
    return list(near.values_list("desk", flat=True))


def chosen(request: Request, desks: list[Desk]) -> Desk | None:
    """The desk that the address asks for, else the nearest."""
    asked = request.GET.get("desk", "")
    found = [desk for desk in desks if str(desk.pk) == asked]
    return next(iter([*found, *desks]), None)


# --- the top bar ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OnNow:
    """值班 李明 ☎: the nearest officer on duty; `phone` is the office's, never a person's."""

    name: str
    desk: str
    phone: str
    until: datetime


def on_now(request: HttpRequest) -> OnNow | None:
    """Who is on duty for where this person works: one query a request."""
    asked = cast(Request, request)
    if not hasattr(asked, "scope"):
        return None
    if not hasattr(request, "_on_now"):
        request._on_now = _ask(asked)  # type: ignore[attr-defined]
    return cast("OnNow | None", request._on_now)  # type: ignore[attr-defined]


def _ask(request: Request) -> OnNow | None:
    path = _place(request)
    found = on_duty(path, level=Shift.Level.OFFICER, at=request.at) if path else []
    if not found:
        return None
    shift = found[0]
    office = shift.post.phone if shift.post else ""
    return OnNow(str(shift.person), str(shift.desk), shift.desk.phone or office, shift.ends)


def _place(request: Request) -> str:
    """Where they work: their widest reach, else their firm, else their unit."""
    if request.scope.reaches:
        return min((reach.path for reach in request.scope.reaches), key=len)
    firms = sorted(request.scope.firm_paths)
    body = request.person.body
    return firms[0] if firms else body.area_path if body else ""
