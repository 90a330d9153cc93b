"""What a phone sent becomes a finding, and the finding a matter."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from django.db import IntegrityError
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from anlan.kernel import files
from anlan.kernel.errors import Invalid
from anlan.kernel.models import StoredFile
from anlan.matters import actions
from anlan.matters.actions import Finding, Shown
from anlan.matters.models import Evidence, Matter, Source
from anlan.people.access import bodies_visible_to
from anlan.people.models import Area, Body, Tenure
from anlan.registry import access as registry_access
from anlan.registry.models import Item
from anlan.web.requests import Request

Phase = Evidence.Phase
OLDEST = timedelta(days=30)  # how long a report may have waited in a phone without a signal
OF_KIND = {
    Body.Kind.ENTERPRISE: Source.ENTERPRISE,
    Body.Kind.AGENCY: Source.AGENCY,
}


def report(request: Request) -> Matter:
    """Report what the phone sent, or that it was mended on the spot; once, however often sent."""
    finding = _finding(request)
    on_the_spot = request.POST.get("deed") == "rectify_now"
    shown = shown_in(request, "photos", Phase.BEFORE if on_the_spot else Phase.FOUND)
    shown += shown_in(request, "after", Phase.AFTER) if on_the_spot else []
    try:
        return _do(request, finding, shown, on_the_spot=on_the_spot)
    except IntegrityError:
        # The same report arrived twice at once: the other one is in by now, and is this one.
        return _do(request, finding, shown, on_the_spot=on_the_spot)


def _do(request: Request, finding: Finding, shown: Sequence[Shown], *, on_the_spot: bool) -> Matter:
    by, at = request.person, request.at
    if on_the_spot:
        words = request.POST.get("words", "").strip() or "当场整改完成"
        return actions.rectify_now(finding, words=words, evidence=shown, by=by, at=at)
    return actions.report(finding, evidence=shown, by=by, at=at)


def _finding(request: Request) -> Finding:
    given = request.POST
    lon, lat = _degrees(given.get("lon")), _degrees(given.get("lat"))
    body = body_in(request)
    located = lon is not None and lat is not None
    return Finding(
        title=given.get("title", "").strip() or given.get("description", "").strip()[:60],
        source=_source(request),
        area=area_in(given),
        description=given.get("description", "").strip(),
        place=_place(given, body),
        lon=lon if located else None,
        lat=lat if located else None,
        body=body,
        item=_item(request),
        clause=given.get("clause", ""),
        found_at=found_at(given.get("found_at", ""), request.at),
        origin=origin_of(given.get("origin", "")),
        details=_accuracy(given),
    )


def _place(given: QueryDict, body: Body | None) -> str:
    """Where exactly; the name of a firm that is in no list yet is kept as part of it.

    Only where whoever reports says so: a name that was typed and not picked lost its firm
    without a word.
    """
    unlisted = "" if body else given.get("body_name", "").strip()
    if unlisted and not given.get("unlisted") and not given.get("item"):
        mend = "请从提示里点选；名册里没有的，勾选“名册里没有这家单位”"
        raise Invalid(f"没有选中名册里的单位（{unlisted}）", mend=mend, field="body")
    return " ".join(filter(None, (given.get("place", "").strip(), unlisted)))[:160]


def _source(request: Request) -> str:
    wanted, own = request.POST.get("source", ""), source_of(request)
    return wanted if wanted in sources_for(own) else own


def sources_for(own: str) -> list[str]:
    """The sources that a finder may name: a firm and an agency speak for themselves only."""
    return [own] if own in OF_KIND.values() else list(Source.values)


def source_of(request: Request) -> str:
    """Who found it, by who they are: a firm itself, an agency, a grid worker, a department."""
    body = request.person.body
    if body and body.kind in OF_KIND:
        return OF_KIND[Body.Kind(body.kind)]
    held = Tenure.objects.filter(post__in=request.scope.posts, person=request.person)
    on_grid = held.filter(post__roles__contains=["grid_worker"]).exists()
    return Source.GRID if on_grid else Source.DEPARTMENT


def area_in(given: QueryDict) -> Area:
    """The area that was chosen; Invalid where there is none."""
    found = Area.objects.filter(code=given.get("area", ""), valid_to=None).first()
    if found is None:
        raise Invalid("没有选择所在区域", mend="请选择网格或村社区", field="area")
    return found


def body_in(request: Request) -> Body | None:
    """The firm that was chosen, or one's own."""
    number = request.POST.get("body", "")
    if number.isdigit():
        return bodies_visible_to(request.scope).filter(pk=number).first()
    own = request.person.body
    return own if own and own.pk in request.scope.bodies else None


def _item(request: Request) -> Item | None:
    number = request.POST.get("item", "")
    seen = registry_access.visible_to(request.scope)
    return seen.filter(pk=number).first() if number.isdigit() else None


def found_at(text: str, at: datetime) -> datetime:
    """When the phone says; never in the future, because phones' clocks run ahead."""
    try:
        said = parse_datetime(text)
    except ValueError:
        said = None
    if said is None or said.tzinfo is None:
        return at
    return min(at, max(said, at - OLDEST))


def origin_of(text: str) -> str:
    """The phone's own id of what it sent, or nothing."""
    try:
        return f"phone:{UUID(text)}"
    except ValueError:
        return ""


def _degrees(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def _accuracy(given: QueryDict) -> dict[str, object]:
    metres = given.get("accuracy", "")
    return {"accuracy_m": int(metres)} if metres.isdigit() else {}


def shown_in(request: Request, name: str, phase: str = Phase.FOUND) -> list[Shown]:
    """The photos of one field, kept."""
    lon, lat = _degrees(request.POST.get("lon")), _degrees(request.POST.get("lat"))
    kept = [_keep(request, file, file.name or "") for file in request.FILES.getlist(name)]
    return [Shown(file, phase, lon=lon, lat=lat) for file in kept]


def _keep(request: Request, file: object, name: str) -> StoredFile:
    return files.keep(cast(BinaryIO, file), name=name, by=request.person, at=request.at)
