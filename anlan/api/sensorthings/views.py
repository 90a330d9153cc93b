"""The service itself: one address for every path, answered as OGC 18-088 says."""

import logging
import re
from typing import Any

import orjson
from django.db import DataError, NotSupportedError, ProgrammingError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from anlan.formats.odata import BadQuestion, Options, Step, options_of, path_of
from anlan.formats.points import BadPoints
from anlan.watch.models import Source
from anlan.wiring.now import now

from ..ingest import from_source
from . import observing
from .entities import ENTITIES, OBSERVATIONS, OBSERVED, ROOT
from .telling import NotThere, Teller
from .writing import BadEntity, Writer

MOST_BYTES = 32 * 2**20
# What of the standard is met. Not among it: HistoricalLocations, functions of geometry, changing
# and deleting what was written.
_CONFORMANCE = "http://www.opengis.net/spec/iot_sensing/1.1/req/"
_ASKED = ("status-code", "query-status-code", "order", "expand", "select", "orderby", "top", "skip",
          "count", "filter", "built-in-filter-operations", "pagination")  # fmt: skip
_DESCRIBED = ("datastream", "sensor", "observed-property", "observation", "feature-of-interest")
_MET = (
    "datamodel/entity-control-information/common-control-information",
    "datamodel/thing/properties", "datamodel/location/properties",
    *(f"datamodel/{each}/{part}" for each in _DESCRIBED for part in ("properties", "relations")),
    "resource-path/resource-path-to-entities",
    *(f"request-data/{each}" for each in _ASKED),
    "create-update-delete/create-entity", "create-update-delete/link-to-existing-entities",
    "create-update-delete/deep-insert", "create-update-delete/deep-insert-status-code",
    "data-array/data-array",
)  # fmt: skip
# What Python and the database say of values that are of the right kind and yet cannot be.
_FAULTS = (ArithmeticError, LookupError, TypeError, ValueError, RecursionError,
           DataError, NotSupportedError, ProgrammingError)  # fmt: skip
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
_log = logging.getLogger("anlan.sensorthings")


@from_source
def resource(request: HttpRequest, source: Source, path: str = "") -> HttpResponse:
    """Whatever stands at a path: read, or written."""
    teller = Teller(source, request.build_absolute_uri(ROOT))
    try:
        if request.method == "POST":
            return _post(request, teller, path_of(path))
        if request.method in ("GET", "HEAD"):
            return _get(request, teller, path_of(path))
    except NotThere as nothing:
        return _wrong(404, str(nothing) or "没有这个资源")
    except (BadQuestion, BadEntity, BadPoints) as wrong:
        return _wrong(400, str(wrong))
    except _FAULTS as wrong:
        # What a stranger's client sends: a 400 that says why, and a line for us to mend it by.
        _log.warning("%s %s was not understood", request.method, request.path, exc_info=True)
        return _wrong(400, f"看不懂：{str(wrong)[:200]}")
    answer = _wrong(405, "已经登记的不能通过接口修改或删除，请联系管理员")
    answer["Allow"] = "GET, HEAD, POST"
    return answer


def _json(content: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json")


def _wrong(status: int, words: str) -> HttpResponse:
    content = {"code": status, "type": "error", "message": words}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


def _get(request: HttpRequest, teller: Teller, steps: list[Step]) -> HttpResponse:
    if not steps:
        return _json(_root(teller.base))
    options = options_of({name: str(value) for name, value in request.GET.items()})
    told = teller.answer(steps, options, request.build_absolute_uri(request.path))
    if told is None:
        return HttpResponse(status=204)
    if isinstance(told, str):
        return HttpResponse(told, content_type="text/plain; charset=utf-8")
    return _json(told)


def _root(base: str) -> dict[str, Any]:
    return {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in ENTITIES],
        "serverSettings": {"conformance": [_CONFORMANCE + each for each in _MET]},
    }


def _post(request: HttpRequest, teller: Teller, steps: list[Step]) -> HttpResponse:
    if not steps:
        raise NotThere
    body, writer = _body(request), Writer(teller.source, now())
    with transaction.atomic():
        if steps[0].name == "CreateObservations":
            made = writer.data_array(body)
            return _json([_linked(teller.base, each) for each in made], 201)
        name, body = _into(teller, steps, body)
        row = writer.add(name, body)
    entity = ENTITIES[name]
    if entity is OBSERVED:
        row = observing.one(teller.source, row)
    told = teller.one(entity, row, Options())
    answer = _json(told, 201)
    answer["Location"] = told["@iot.selfLink"]
    return answer


def _body(request: HttpRequest) -> Any:
    sent = request.read(MOST_BYTES + 1)
    if len(sent) > MOST_BYTES:
        raise BadEntity(f"一次最多 {MOST_BYTES // 2**20} MB，请分几次发送")
    if _NUL.search(sent):
        raise BadEntity("文字里不能有空字符 \\u0000")
    try:
        return orjson.loads(sent)
    except orjson.JSONDecodeError as wrong:
        raise BadEntity(f"不是 JSON：{wrong}") from None


def _linked(base: str, answer: str) -> str:
    return answer if answer.startswith("error") else f"{base}/{OBSERVATIONS}('{answer}')"


def _into(teller: Teller, steps: list[Step], body: Any) -> tuple[str, Any]:
    """The set that a path ends in, and the body with what the path says: `Things(1)/Datastreams`
    adds a datastream of that thing, whatever the body says."""
    *way, last = steps
    if not way:
        name = last.name
    else:
        place, rest = teller.reach(way)
        link = place.entity.links.get(last.name)
        if rest or place.row is None or link is None or not link.many:
            raise NotThere
        name = link.to
        inverse, back = next(
            (each, back)
            for each, back in ENTITIES[name].links.items()
            if back.to == place.entity.name
        )
        named = {"@iot.id": place.row.pk}
        if isinstance(body, dict):
            body = {**body, inverse: [named] if back.many else named}
    if name not in ENTITIES or last.id is not None:
        raise NotThere(f"不能在这里新建，可用 {'、'.join(ENTITIES)}")
    return name, body
