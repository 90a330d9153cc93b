"""One file per enterprise (一企一档): everything ever tied to it, as far as one may see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden
from anlan.matters.access import visible_to as matters_visible_to
from anlan.matters.models import Matter
from anlan.people import actions
from anlan.people.access import bodies_visible_to, charges_visible_to, may, posts_visible_to
from anlan.people.models import Body, ChargeQuerySet
from anlan.registry.access import Line, Section, enterprise_file
from anlan.registry.access import visible_to as items_visible_to
from anlan.registry.models import Item

from .. import reading
from ..areas.sketch import sketch_of_place
from ..deeds import Deed, history_of, perform
from ..ledgers.asker import Asker, asker_of
from ..people.phones import Callee, answers_of, holders_of, person_line, post_line
from ..requests import Request
from .deeds import DEEDS, REGISTER
from .seats import seats_deeds

OWN = ("items", "matters", "people")  # told in more words by this page itself
LABELS = {"reason": "理由", "name": "名称", "on": "日期", "since": "日期", "member": "成员",
          "role": "身份"}  # fmt: skip


@dataclass(frozen=True)
class PostShown:
    """A post of the body and who holds it."""

    post: Callee
    people: list[Callee]


@dataclass(frozen=True)
class Counts:
    """How its hazards stand."""

    found: int
    live: int
    late: int
    closed: int
    major: int


@dataclass(frozen=True)
class Told:
    """One line of another room's section, with the address it opens."""

    line: Line
    at: str


def page(request: Request, pk: int) -> HttpResponse:
    """The file of one body."""
    asker = asker_of(request)
    seen = bodies_visible_to(asker.scope).select_related("area__parent", "parent", "office")
    body = get_object_or_404(seen, pk=pk)
    matters = matters_visible_to(asker.scope).filter(body=body).exclude(stage="DRAFT")
    items = items_visible_to(asker.scope).filter(enterprise=body).order_by("kind", "code")
    context = {
        "body": body,
        "sectors": [reading.sector_label(key) for key in body.sectors if key != "*"],
        "everything": "*" in body.sectors,
        "counts": _counts(matters, asker),
        "matters": matters.select_related("area", "owner").order_by("-found_at", "-pk")[:10],
        "items": _grouped(items.select_related("area")),
        "posts": _posts(body, asker),
        "answers": answers_of(_charges(body, items, asker), asker.scope, asker.day),
        "seats": _seats(body, asker),
        "sections": _sections(body, asker),
        "sketch": sketch_of_place(body.area, body.lon, body.lat),
        "lines": history_of(body, actions, LABELS),
        "deeds": [one for verb, one in _deeds(body).items() if may(asker.scope, verb, body)],
        "closed": bool(body.valid_to and body.valid_to <= asker.day),
    }
    return render(request, "enterprises/page.html", context)


def new(request: Request) -> HttpResponseBase:
    """Enter a firm or another body."""
    if not request.scope.may_anywhere("people.register_body"):
        raise Forbidden("您没有登记单位的权限", mend="请联系本级管理员。")
    return perform(request, None, REGISTER, back="/enterprises/")


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """One button of the page."""
    body = get_object_or_404(bodies_visible_to(request.scope).select_related("area"), pk=pk)
    wanted = _deeds(body).get(verb)
    if wanted is None:
        raise Http404
    if not may(request.scope, verb, body):
        raise Forbidden(f"您不能为“{body}”办理{wanted.label}", mend="请联系本级管理员。")
    return perform(request, body, wanted, back=f"/enterprises/{pk}/")


def _deeds(body: Body) -> dict[str, Deed]:
    return DEEDS | seats_deeds(body)


def _counts(matters: QuerySet[Matter], asker: Asker) -> Counts:
    hazards = matters.filter(kind="hazard")
    return Counts(
        found=hazards.count(),
        live=hazards.filter(due_at__isnull=False).count(),
        late=hazards.filter(due_at__lte=asker.at).count(),
        closed=hazards.filter(stage="CLOSED").count(),
        major=hazards.filter(grade="MAJOR").count(),
    )


def _grouped(items: Iterable[Item]) -> list[tuple[str, list[Item]]]:
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.spec.label, []).append(item)
    return list(groups.items())


def _posts(body: Body, asker: Asker) -> list[PostShown]:
    posts = list(posts_visible_to(asker.scope).valid_on(asker.day).filter(body=body).order_by("pk"))
    held = holders_of([post.pk for post in posts], asker.day)
    return [
        PostShown(post_line(post), [person_line(one, asker.scope) for one in held.get(post.pk, [])])
        for post in posts
    ]


def _charges(body: Body, items: QuerySet[Item], asker: Asker) -> ChargeQuerySet:
    charges = charges_visible_to(asker.scope).valid_on(asker.day)
    targets = list(items.values_list("pk", flat=True))
    of_items = charges.filter(target_kind="registry.item", target_id__in=targets)
    return of_items | charges.filter(target_kind="people.body", target_id=body.pk)


def _seats(body: Body, asker: Asker) -> dict[str, object]:
    """Its committees, and where it is one itself, its members."""
    held = body.memberships.valid_on(asker.day).select_related("committee")
    own = body.seats.valid_on(asker.day).select_related("member", "post")
    return {"held": list(held), "own": list(own.order_by("role", "pk"))}


def _sections(body: Body, asker: Asker) -> list[tuple[Section, list[Told]]]:
    sections = [one for one in enterprise_file(body, asker.scope) if one.key not in OWN]
    return [(one, [Told(line, _when(line.at)) for line in one.lines]) for one in sections]


def _when(at: date | datetime | None) -> str:
    if isinstance(at, datetime):
        return reading.moment(at)
    return at.isoformat() if at else ""
