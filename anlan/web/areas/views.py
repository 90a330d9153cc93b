"""The division tree: found by name, code or pinyin; and the page of one area."""

from urllib.parse import urlencode, urlsplit

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from anlan.kernel import trail
from anlan.matters.access import visible_to as matters_visible_to
from anlan.people import actions
from anlan.people.access import areas_visible_to, charges_visible_to, posts_visible_to
from anlan.people.access import bodies_visible_to as bodies_seen
from anlan.people.models import Area, AreaQuerySet
from anlan.people.models.charges import areas_lacking, charge_kinds
from anlan.registry.access import visible_to as items_visible_to

from ..deeds import history_of
from ..ledgers.asker import Asker, asker_of
from ..ledgers.state import State
from ..people.phones import answers_of, holders_of, person_line, post_line
from ..requests import Request
from .sketch import sketch_of_area

LABELS = {"name": "名称", "code": "代码", "since": "自", "into": "并入", "reason": "理由",
          "parts": "分为", "former": "析自", "matters": "随之划归的事项",
          "items": "随之划归的对象", "stations": "随之划归的测站"}  # fmt: skip
STANDING = Q(children__valid_to=None)


def tree(request: Request) -> HttpResponse:
    """The towns of one's reach, or what a search finds."""
    asker, typed = asker_of(request), request.GET.get("q", "").strip()
    seen = areas_visible_to(asker.scope)
    found = None
    if typed:
        matched = seen.valid_on(asker.day).matching(typed) | seen.of_code(typed)
        found = matched.select_related("parent").order_by("code")[:60]
    roots = seen.valid_on(asker.day).filter(level__in=("CITY", "DISTRICT")).order_by("code")
    context = {
        "typed": typed,
        "found": found,
        "roots": roots,
        "towns": _counted(seen.valid_on(asker.day).filter(level="TOWN")),
    }
    return render(request, "areas/tree.html", context)


def below(request: Request, code: str) -> HttpResponse:
    """What lies directly below an area, as leaves of the tree."""
    asker = asker_of(request)
    area = _area_of(asker, code)
    children = areas_visible_to(asker.scope).valid_on(asker.day).filter(parent=area)
    return render(request, "areas/below.html", {"children": _counted(children)})


def offers(request: Request) -> HttpResponse:
    """Areas that fit what was typed, each as a link back to the list with this filter set."""
    asker = asker_of(request)
    parts = urlsplit(request.GET.get("back", ""))
    key = request.GET.get("key", "area")
    typed = request.GET.get("look_for", "").strip()
    state = State.parse(parts.query)
    areas = areas_visible_to(asker.scope).valid_on(asker.day).select_related("parent")
    areas = areas.matching(typed) if typed else areas.filter(level="TOWN")
    links = [
        (area, f"{parts.path}?{state.query(**{key: area.code})}")
        for area in areas.order_by("code")[:40]
    ]
    return render(request, "areas/offers.html", {"links": links, "typed": typed})


def page(request: Request, code: str) -> HttpResponse:
    """Who answers here, who sits here, what lies here, what is missing."""
    asker = asker_of(request)
    area = _area_of(asker, code)
    children = areas_visible_to(asker.scope).filter(parent=area)
    here = charges_visible_to(asker.scope).valid_on(asker.day).filter(area=area, target_kind="")
    context = {
        "area": area,
        "above": _above(area),
        "aliases": area.aliases.order_by("-until", "pk"),
        "gone": not area.stands_on(asker.day),
        "children": _counted(children.valid_on(asker.day)),
        "successors": _successors(area),
        "former": children.filter(valid_to__lte=asker.day).order_by("-valid_to")[:40],
        "answers": answers_of(here.order_by("kind", "pk"), asker.scope, asker.day),
        "stale": charges_visible_to(asker.scope).under(area.path).stale_on(asker.day).count(),
        "gaps": _gaps(area, asker),
        "counts": _counts(area, asker),
        "bodies": _bodies(area, asker),
        "posts": _posts(area, asker),
        "sketch": sketch_of_area(area),
        "lines": history_of(area, actions, LABELS),
    }
    return render(request, "areas/page.html", context)


def _area_of(asker: Asker, code: str) -> Area:
    seen = areas_visible_to(asker.scope).of_code(code).select_related("parent__parent")
    return get_object_or_404(seen.order_by("-valid_from")[:1])


def _successors(area: Area) -> list[Area]:
    """What a divided area became, as its trail says."""
    notes = trail.entries_of(area).filter(verb="split_area").values_list("note", flat=True)
    made = [code for note in notes for code in note.get("parts", ())]
    return list(Area.objects.filter(code__in=made, valid_to=None).exclude(pk=area.pk))


def _counted(areas: AreaQuerySet) -> QuerySet[Area]:
    villages = Count("children", filter=STANDING & Q(children__level="VILLAGE"))
    grids = Count("children", filter=STANDING & Q(children__level="GRID"))
    return areas.annotate(villages=villages, grids=grids).order_by("code")


def _above(area: Area) -> list[Area]:
    """The way down to it, topmost first."""
    codes = area.path.strip("/").split("/")[:-1]
    found = {one.code: one for one in Area.objects.filter(code__in=codes)}
    return [found[code] for code in codes if code in found]


def _gaps(area: Area, asker: Asker) -> list[tuple[str, str, int]]:
    """Kinds of charge that should have somebody below here and have nobody: how many places."""
    lacking = [
        (kind.key, kind.label, areas_lacking(kind, day=asker.day, path=area.path).count())
        for kind in charge_kinds().values()
        if kind.required
    ]
    return [gap for gap in lacking if gap[2]]


def _counts(area: Area, asker: Asker) -> dict[str, int]:
    matters = matters_visible_to(asker.scope).filter(area_path__startswith=area.path)
    items = items_visible_to(asker.scope).filter(area_path__startswith=area.path)
    items = items.filter(stage="LISTED")
    return {
        "live": matters.filter(due_at__isnull=False).count(),
        "late": matters.filter(due_at__lte=asker.at).count(),
        "items": items.count(),
        "stale": items.filter(stale_on__lt=asker.day).count(),
    }


def _bodies(area: Area, asker: Asker) -> list[tuple[str, int, str]]:
    """How many bodies of each kind lie here, each with the way to them."""
    here = bodies_seen(asker.scope).valid_on(asker.day).under(area.path)
    counted = here.order_by().values_list("kind").annotate(n=Count("pk"))
    labels = dict(here.model.Kind.choices)
    return [
        (str(labels[kind]), number, f"/enterprises/?{urlencode({'kind': kind, 'area': area.code})}")
        for kind, number in sorted(counted, key=lambda row: -row[1])
    ]


def _posts(area: Area, asker: Asker) -> list[dict[str, object]]:
    posts = posts_visible_to(asker.scope).valid_on(asker.day).filter(area=area)
    posts = posts.exclude(body__kind__in=("ENTERPRISE", "AGENCY")).select_related("body")[:40]
    held = holders_of([post.pk for post in posts], asker.day)
    lines = {
        post.pk: [person_line(one, asker.scope) for one in held.get(post.pk, [])] for post in posts
    }
    return [{"post": post_line(post), "people": lines[post.pk]} for post in posts]
