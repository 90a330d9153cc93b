"""One field for everything (搜索): matters, things, firms, people, areas, in their groups."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render

from anlan.matters.access import visible_to as matters_visible_to
from anlan.people import access
from anlan.people.rules.privacy import mask_phone
from anlan.registry.access import visible_to as items_visible_to
from anlan.registry.models import Item, kinds

from .. import navigation, reading
from ..ledgers import cells
from ..ledgers.asker import Asker, asker_of
from ..requests import Request

IN_THE_PALETTE, ON_THE_PAGE = 5, 12


@dataclass(frozen=True)
class Hit:
    """One thing found: what it is called, what is told beside it, what it opens."""

    title: str
    beside: str
    href: str


@dataclass(frozen=True)
class Group:
    """Things of one sort, and the way to all of them."""

    title: str
    hits: list[Hit]
    more: str


def search(request: Request) -> HttpResponse:
    """What was found for the words typed; the palette shows the same part of the page."""
    asker, typed = asker_of(request), request.GET.get("q", "").strip()
    most = IN_THE_PALETTE if request.htmx else ON_THE_PAGE
    groups = [source(typed, asker, most) for source in SOURCES] if typed else []
    places = [] if typed else _places(request)
    context = {"typed": typed, "groups": [one for one in groups if one.hits], "places": places}
    return render(request, "search/page.html", context)


def _places(request: Request) -> list[Hit]:
    """Before anything is typed: where one can go."""
    desks = navigation.of(request).desks
    return [Hit(str(e.label), str(d.label), e.path) for d in desks for e in d.entries]


def _matters(typed: str, asker: Asker, most: int) -> Group:
    rows = matters_visible_to(asker.scope).exclude(stage="DRAFT")
    words = " ".join(word for word in typed.split() if len(word) >= 2)
    found = rows.filter(number=typed.upper())
    if words and not found:
        found = rows.containing(words)
    found = found.select_related("area__parent", "body").order_by("-found_at", "-pk")
    hits = [
        Hit(
            matter.title,
            f"{matter.number} · {cells.where(matter, asker)} · {matter.get_stage_display()}"
            f" · {reading.light_of(matter, asker.at).words}",
            f"/matters/{matter.number}/",
        )
        for matter in (found[:most] if words else [])
    ]
    return Group("事项", hits, f"/matters/?q={typed}")


def _items(typed: str, asker: Asker, most: int) -> Group:
    rows = items_visible_to(asker.scope).filter(stage__in=("LISTED", "PROPOSED"))
    words = " ".join(word for word in typed.split() if len(word) >= 2)
    found = rows.filter(code=typed.upper())
    if words and not found:
        found = Item.objects.filter(pk__in=rows.values("pk")).containing(words)
    hits = [
        Hit(
            item.name,
            f"{item.spec.label} · {item.code} · {item.area}",
            f"/items/{item.kind}/{item.code}/",
        )
        for item in (found.select_related("area").order_by("pk")[:most] if words else [])
        if item.kind in kinds()
    ]
    return Group("对象", hits, f"/items/all/?q={typed}")


def _bodies(typed: str, asker: Asker, most: int) -> Group:
    rows = access.bodies_visible_to(asker.scope).valid_on(asker.day)
    found = rows.matching(typed) if len(typed) >= 2 else rows.none()
    hits = [
        Hit(body.name, f"{body.get_kind_display()} · {body.area}", f"/enterprises/{body.pk}/")
        for body in found.select_related("area").order_by("pk")[:most]
    ]
    return Group("单位", hits, f"/enterprises/?q={typed}")


def _persons(typed: str, asker: Asker, most: int) -> Group:
    found = access.persons_visible_to(asker.scope).here_on(asker.day).matching(typed)
    hits = [
        Hit(
            person.name,
            " · ".join(filter(None, [str(person.body or ""), mask_phone(person.phone)])),
            f"/people/{person.pk}/",
        )
        for person in found.select_related("body").order_by("pk")[:most]
    ]
    return Group("人员", hits, f"/people/?q={typed}")


def _areas(typed: str, asker: Asker, most: int) -> Group:
    seen = access.areas_visible_to(asker.scope)
    found = seen.valid_on(asker.day).matching(typed).filter(~Q(level="CITY"))
    hits = [
        Hit(area.name, f"{area.parent or ''} · {area.code}", f"/areas/{area.code}/")
        for area in found.select_related("parent").order_by("code")[:most]
    ]
    return Group("区域", hits, f"/areas/?q={typed}")


SOURCES: tuple[Callable[[str, Asker, int], Group], ...] = (
    _matters,
    _bodies,
    _items,
    _persons,
    _areas,
)
