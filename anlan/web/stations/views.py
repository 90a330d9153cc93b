"""The list of streams, the page of a station, and the numbers behind charts and maps."""

from dataclasses import replace
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render

from anlan.kernel.errors import Forbidden
from anlan.kernel.models import Heartbeat
from anlan.people.access import areas_visible_to
from anlan.watch import access
from anlan.watch.models import Station, properties

from ..deeds import perform
from ..ledgers.asker import Asker
from ..ledgers.ledger import Ledger
from ..middleware import go
from ..requests import Request
from .deeds import DEEDS, NEW_SOURCE, NEW_STATION, add_station, open_source
from .ground import LOOKS_ON_MAP, ground_of
from .latest import as_features, latest_of
from .ledger import ledger_of_streams
from .page import SPANS, online_rates, series, shown


def everything(asker: Asker) -> Ledger:
    """The list."""
    return ledger_of_streams()


def page(request: Request, pk: int) -> HttpResponse:
    """One station: its streams, their chart, what can be done."""
    seen = access.visible_to(request.scope).select_related("area__parent", "item", "body", "post")
    station = get_object_or_404(seen, pk=pk)
    streams = shown(station, request.at)
    wanted = request.GET.get("stream", "")
    chosen = next(
        (s for s in streams if str(s.stream.pk) == wanted), streams[0] if streams else None
    )
    verbs = access.open_to(request.scope, station)
    span = request.GET.get("span", "24h")
    context = {
        "station": station, "streams": streams, "chosen": chosen, "spans": SPANS,
        "span": span if span in SPANS else "24h",
        "deeds": [DEEDS[verb] for verb in verbs if verb in DEEDS],
        "sightings": station.sightings.order_by("-at")[:10],
        "trouble": _trouble(),
    }  # fmt: skip
    return render(request, "stations/page.html", context)


def _trouble() -> str:
    """Why no observation is taken in, or judged, where that is so."""
    parts = Heartbeat.objects.filter(part__in=("watch.receive", "ingest", "judge")).exclude(note="")
    return "；".join(parts.order_by("part").values_list("note", flat=True))


def deed(request: Request, pk: int, verb: str) -> HttpResponseBase:
    """Something done to a station."""
    station = get_object_or_404(access.visible_to(request.scope), pk=pk)
    made = DEEDS.get(verb)
    if made is None or verb not in access.open_to(request.scope, station):
        words = f"{station}现在不能这样办，或不由您的岗位办理"
        raise Forbidden(words, mend="请刷新页面查看测站的现状")
    return perform(request, station, made, back=f"/stations/{pk}/")


def new(request: Request) -> HttpResponseBase:
    """Enter a station."""
    _only_for(request, "watch.add_station")
    entered: list[Station] = []

    def do(thing: Any, values: dict[str, Any], asker: Asker) -> None:
        entered.append(add_station(values, asker))

    answer = perform(request, None, replace(NEW_STATION, do=do), back="/stations/")
    # The list is one of streams, and it has none yet: they are entered on its page.
    return go(request, f"/stations/{entered[0].pk}/") if entered else answer


def points(request: Request, pk: int) -> HttpResponse:
    """The series of one stream, for the chart."""
    stream = get_object_or_404(access.streams_visible_to(request.scope), pk=pk)
    return _json(series(stream, request.GET.get("span", "24h"), request.at))


def latest(request: Request) -> HttpResponse:
    """The newest value, state and alarm of every stream they see: columns, or GeoJSON."""
    seen = access.streams_visible_to(request.scope).filter(active=True)
    if under := request.GET.get("area", ""):
        seen = seen.filter(station__area_path__startswith=_path_of(request, under))
    told = latest_of(seen, request.at, named="names" in request.GET)
    return _json(as_features(told) if request.GET.get("as") == "geojson" else told)


def plan(request: Request) -> HttpResponse:
    """The map of stations: drawn from outlines of areas, without tiles and without WebGL."""
    area = None
    if code := request.GET.get("area", ""):
        area = get_object_or_404(areas_visible_to(request.scope), code=code, valid_to=None)
    context = {
        "ground": ground_of(request.scope, area),
        "area": area,
        "looks": LOOKS_ON_MAP,
        "kinds": [(key, each.label) for key, each in properties().items()],
    }
    return render(request, "stations/plan.html", context)


def _path_of(request: Request, code: str) -> str:
    return get_object_or_404(areas_visible_to(request.scope), code=code, valid_to=None).path


def online(request: Request) -> HttpResponse:
    """The online rate of every owner."""
    seen = access.streams_visible_to(request.scope).filter(active=True)
    return render(request, "stations/online.html", {"rates": online_rates(seen, request.at)})


def sources(request: Request) -> HttpResponse:
    """Who sends data."""
    _only_for(request, "watch.open_source")
    rows = access.sources_visible_to(request.scope).select_related("body", "area").order_by("key")
    return render(request, "stations/sources.html", {"sources": rows})


def new_source(request: Request) -> HttpResponseBase:
    """Let somebody send data; the password is said once."""
    _only_for(request, "watch.open_source")
    secrets: list[str] = []

    def do(thing: Any, values: dict[str, Any], asker: Asker) -> None:
        secrets.append(open_source(values, asker))

    answer = perform(request, None, replace(NEW_SOURCE, do=do), back="/stations/sources/")
    for secret in secrets:
        messages.warning(request, f"密钥只显示这一次，请立即交给对方：{secret}")
    return answer


def _only_for(request: Request, right: str) -> None:
    if not request.scope.may_anywhere(right):
        words = f"{request.person}没有办理权限({right})"
        raise Forbidden(words, mend="如属您的职责，请联系管理员核对岗位和责任区域。")


def _json(content: Any) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), content_type="application/json")
