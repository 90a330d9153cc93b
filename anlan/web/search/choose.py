"""Suggestions for a field that names a registered thing, by name, code or pinyin initials."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render

from anlan.people import access
from anlan.registry.access import visible_to as items_visible_to

from ..ledgers.asker import Asker, asker_of
from ..requests import Request

MOST = 20
Option = tuple[str, str]  # what is sent, what is read beside it


def options(request: Request, what: str) -> HttpResponse:
    """The `<option>`s of a datalist; the one value sent is what was typed."""
    if what not in SOURCES:
        raise Http404
    typed = next((str(value).strip() for value in request.GET.values()), "")
    found = SOURCES[what](typed, asker_of(request))
    return render(request, "search/options.html", {"options": found[:MOST]})


def _areas(typed: str, asker: Asker) -> list[Option]:
    rows = access.areas_visible_to(asker.scope).valid_on(asker.day).select_related("parent")
    rows = rows.matching(typed) if typed else rows.filter(level="TOWN")
    found = []
    for area in rows.order_by("code")[:MOST]:
        deep = area.parent is not None and area.parent.level not in ("CITY", "DISTRICT")
        name = f"{area.parent}{area.name}" if deep else area.name
        found.append((name, f"{area.code} {area.initials}"))
    return found


def _bodies(typed: str, asker: Asker) -> list[Option]:
    rows = access.bodies_visible_to(asker.scope).valid_on(asker.day).select_related("area")
    rows = rows.matching(typed) if typed else rows.exclude(kind__in=("ENTERPRISE", "AGENCY"))
    return [(body.name, f"{body.area} {body.initials}") for body in rows.order_by("pk")[:MOST]]


def _posts(typed: str, asker: Asker) -> list[Option]:
    rows = access.posts_visible_to(asker.scope).valid_on(asker.day).select_related("body", "area")
    for word in typed.replace("/", " ").split():
        rows = rows.filter(name__contains=word) | rows.filter(body__name__contains=word)
    rows = rows.order_by("area_path", "pk").prefetch_related("holders")[:MOST]
    return [
        (f"{post.body.name}/{post.name}", "、".join(str(person) for person in post.holders.all()))
        for post in rows
    ]


def _persons(typed: str, asker: Asker) -> list[Option]:
    rows = access.persons_visible_to(asker.scope).here_on(asker.day).select_related("body")
    if typed:
        rows = rows.matching(typed)
    return [
        (f"{person.body}/{person.name}" if person.body else person.name, person.initials)
        for person in rows.order_by("pk")[:MOST]
    ]


def _items(typed: str, asker: Asker) -> list[Option]:
    rows = items_visible_to(asker.scope).filter(stage="LISTED")
    if len(typed) >= 2:
        rows = rows.filter(name__contains=typed)
    return [(item.code, item.name) for item in rows.order_by("pk")[:MOST]]


SOURCES: dict[str, Callable[[str, Asker], list[Option]]] = {
    "area": _areas,
    "body": _bodies,
    "post": _posts,
    "person": _persons,
    "item": _items,
}
