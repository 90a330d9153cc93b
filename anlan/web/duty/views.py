"""The duty room: who is on, what is open, the month's roster, the log, the handovers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render

from anlan.duty import access
from anlan.duty.flow import Stage
from anlan.duty.models import Desk, Handover, LogEntry, LogKind, Shift, Summons, Swap
from anlan.duty.models.coverage import coming_gaps, flags, missing_at
from anlan.duty.rules.cover import Gap
from anlan.kernel.errors import Refused
from anlan.kernel.trail import LOCAL

from ..ledgers.asker import asker_of
from ..people.phones import Callee, person_line
from ..requests import Request
from ..work.awaited import open_alarms
from .deeds import ON_THE_SCREEN, Button, buttons
from .desk import chosen, desks_of

SOON = timedelta(hours=18)
RECENT = 15


@dataclass(frozen=True)
class Present:
    """Somebody who is on now or comes next: whom to ring, and whether they are there."""

    shift: Shift
    callee: Callee
    arrival: str
    wrong: str
    buttons: list[Button]


def now(request: Request) -> HttpResponse:
    """Who is on now, when the next one comes, what is uncovered, what was written."""
    desks = desks_of(request)
    desk = chosen(request, desks)
    context: dict[str, Any] = {"desks": desks, "desk": desk, "tab": "now"}
    if desk is not None:
        context |= _of_desk(request, desk)
        context["overview"] = _overview(request, desks)
    context["offers"] = buttons("new", None, asker_of(request))
    return render(request, "duty/now.html", context)


def _of_desk(request: Request, desk: Desk) -> dict[str, Any]:
    at, asker = request.at, asker_of(request)
    rows = desk.shifts.standing().filter(ends__gt=at, starts__lt=at + SOON)
    shifts = list(rows.select_related("person", "post", "desk", "seat__body").order_by("starts"))
    wrong = flags(shifts, at=at)
    people = [_present(request, shift, wrong.get(shift.pk, [])) for shift in shifts]
    order = list(Shift.Level.values)
    people.sort(key=lambda p: (p.shift.starts > at, order.index(p.shift.level), p.shift.starts))
    books = access.sees_books(request.scope, desk, at=at)
    context: dict[str, Any] = {
        "now": [p for p in people if p.shift.starts <= at],
        "next": [p for p in people if p.shift.starts > at],
        "books": books,
        "buttons": buttons("desk", desk, asker, only=ON_THE_SCREEN),
        "swaps": _swaps(request, desk),
        "levels": Shift.Level.choices,
        "open": open_alarms(request, desk.area_path),
    }
    context["gaps"], context["trouble"] = _gaps(desk, at) if books else ([], "")
    if books:
        context |= {
            "log": _log(desk)[:RECENT],
            "kinds": LogKind.choices,
            "may_write": access.may(request.scope, "write_log", desk, at=at),
            "may_assign": access.may(request.scope, "assign", desk, at=at),
            "handover": _last_handover(request, desk),
            "summons": _summons(request, desk),
        }
    return context


def _present(request: Request, shift: Shift, wrong: list[Any]) -> Present:
    return Present(
        shift,
        person_line(shift.person, request.scope),
        shift.arrival(request.at),
        "；".join(flag.words for flag in wrong),
        buttons("shift", shift, asker_of(request), only=("confirm_arrival", "give_handover")),
    )


def _gaps(desk: Desk, at: datetime) -> tuple[list[Gap], str]:
    try:
        return coming_gaps(desk, at=at), ""
    except Refused as refusal:
        return [], str(refusal)


def _swaps(request: Request, desk: Desk) -> list[tuple[Swap, list[Button]]]:
    mine = access.swaps_visible_to(request.scope).filter(shift__desk=desk, stage=Stage.ASKED)
    rows = mine.select_related("shift__desk", "back__desk", "asker", "other")
    asker = asker_of(request)
    return [(swap, buttons("swap", swap, asker)) for swap in rows.order_by("lapses_at")]


def _summons(request: Request, desk: Desk) -> list[tuple[Summons, str, list[Button]]]:
    rows = desk.summons.filter(ended_at=None).select_related("person", "post", "desk")
    asker = asker_of(request)
    return [
        (each, each.arrival(request.at), buttons("summons", each, asker))
        for each in rows.order_by("arrive_by", "pk")
    ]


def _last_handover(request: Request, desk: Desk) -> tuple[Handover, list[Button]] | None:
    rows = desk.handovers.select_related("given_by", "taken_by", "shift__desk")
    last = rows.order_by("-given_at", "-pk").first()
    return (last, buttons("handover", last, asker_of(request))) if last else None


@dataclass(frozen=True)
class Line:
    """One desk of the overview: who leads, who sits there, what is missing."""

    desk: Desk
    leaders: list[Callee]
    officers: list[tuple[Callee, str]]
    missing: str | None  # None: nobody is needed there now


def _overview(request: Request, desks: list[Desk]) -> list[Line]:
    """Every desk that one sees, with who is on now: two queries, however many there are."""
    at = request.at
    rows = Shift.objects.on_at(at).filter(desk__in=desks).select_related("person__body")
    shifts = list(rows.order_by("starts", "pk"))
    try:
        missing = missing_at(desks, shifts, at=at)
    except Refused as refusal:
        missing = dict.fromkeys((desk.pk for desk in desks), str(refusal))
    lines = []
    for desk in desks:
        own = [shift for shift in shifts if shift.desk_id == desk.pk]
        leaders = [person_line(s.person, request.scope) for s in own if s.level == "LEADER"]
        officers = [
            (person_line(s.person, request.scope), s.arrival(at))
            for s in own
            if s.level == "OFFICER"
        ]
        lines.append(Line(desk, leaders, officers, missing.get(desk.pk)))
    return lines


# --- the books --------------------------------------------------------------------------------


def log(request: Request) -> HttpResponse:
    """The duty log of one desk: what, when, who; by kind, by day, by words."""
    desks = _with_books(request)
    desk = chosen(request, desks)
    context: dict[str, Any] = {"desks": desks, "desk": desk, "tab": "log"}
    if desk is not None:
        rows = _log(desk)
        kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()
        if kind in LogKind.values:
            rows = rows.filter(kind=kind)
        if words:
            rows = rows.filter(Q(words__icontains=words))
        day = request.GET.get("day", "")
        rows = _on_day(rows, day)
        page = Paginator(rows, 50).get_page(request.GET.get("page"))
        may_write = access.may(request.scope, "write_log", desk, at=request.at)
        context |= {
            "page": page,
            "kind": kind,
            "words": words,
            "day": day,
            "kinds": LogKind.choices,
        }
        context |= {"may_write": may_write}
    return render(request, "duty/log.html", context)


def _log(desk: Desk) -> QuerySet[LogEntry]:
    rows = desk.log.select_related("person", "post", "corrects")
    return rows.prefetch_related("corrections").order_by("-happened_at", "-pk")


def _on_day(rows: QuerySet[LogEntry], day: str) -> QuerySet[LogEntry]:
    try:
        first = datetime.fromisoformat(f"{day}T00:00").replace(tzinfo=LOCAL)
    except ValueError:
        return rows
    return rows.filter(happened_at__gte=first, happened_at__lt=first + timedelta(days=1))


def handover(request: Request) -> HttpResponse:
    """What went from shift to shift, and what waits to be taken over."""
    desks = _with_books(request)
    desk = chosen(request, desks)
    asker = asker_of(request)
    context: dict[str, Any] = {"desks": desks, "desk": desk, "tab": "handover"}
    if desk is not None:
        rows = desk.handovers.select_related("given_by", "taken_by", "shift__desk")
        page = Paginator(rows.order_by("-given_at", "-pk"), 20).get_page(request.GET.get("page"))
        near = desk.shifts.standing().filter(
            person=request.person,
            starts__lte=request.at,
            ends__gt=request.at - access.AROUND_A_SHIFT,
        )
        mine = [shift for shift in near.select_related("desk") if not shift.handovers.exists()]
        context |= {
            "page": page,
            "notes": [(each, buttons("handover", each, asker)) for each in page],
            "mine": [(s, buttons("shift", s, asker, only=("give_handover",))) for s in mine],
        }
    return render(request, "duty/handover.html", context)


def _with_books(request: Request) -> list[Desk]:
    """The desks whose books one reads, in the order in which they are offered everywhere."""
    seen = access.desks_with_books(request.scope, at=request.at)
    kept = set(seen.values_list("pk", flat=True))
    return [desk for desk in desks_of(request) if desk.pk in kept]
