"""The service itself: one address for every path, answered as OGC 18-088 says."""

from typing import Any
from urllib.parse import quote, urlencode

import orjson
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse

from anlan.formats.odata import BadQuestion, Options, Step, options_of, path_of
from anlan.watch.models import Source, Station, Stream
from anlan.wiring.now import now

from ..ingest import from_source
from . import observing
from .entities import ENTITIES, OBSERVATIONS, ROOT, Entity, ordered
from .observing import Point
from .writing import BadEntity, Writer

MOST_BYTES = 32 * 2**20
_CONFORMANCE = "http://www.opengis.net/spec/iot_sensing/1.1/req/"


class NotThere(Exception):
    """Nothing stands at this path."""


@from_source
def resource(request: HttpRequest, source: Source, path: str = "") -> HttpResponse:
    """Whatever stands at a path: read, or written."""
    try:
        steps = path_of(path)
        if request.method == "POST":
            return _post(request, source, steps)
        if request.method == "GET":
            return _json(_get(request, source, steps))
    except (BadQuestion, BadEntity) as wrong:
        return _wrong(400, str(wrong))
    except NotThere as nothing:
        return _wrong(404, str(nothing) or "没有这个资源")
    words = "已经登记的不能通过接口修改或删除，请联系管理员"
    return _wrong(405, words)


def _json(content: Any, status: int = 200) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json")


def _wrong(status: int, words: str) -> HttpResponse:
    content = {"code": status, "type": "error", "message": words}
    return JsonResponse(content, status=status, json_dumps_params={"ensure_ascii": False})


# --- reading ------------------------------------------------------------------------------------


def _get(request: HttpRequest, source: Source, steps: list[Step]) -> Any:
    base = request.build_absolute_uri(ROOT)
    if not steps:
        return _root(base)
    given = {name: str(value) for name, value in request.GET.items()}
    options = options_of(given)
    teller = Teller(source, base, request.build_absolute_uri(request.path), given)
    return teller.walk(steps, options)


def _root(base: str) -> dict[str, Any]:
    names = [*ENTITIES, OBSERVATIONS]
    return {
        "value": [{"name": name, "url": f"{base}/{name}"} for name in names],
        "serverSettings": {
            "conformance": [
                f"{_CONFORMANCE}{part}"
                for part in ("datamodel", "resource-path/resource-path-to-entities",
                             "request-data", "create-update-delete/create-entity",
                             "create-update-delete/deep-insert",
                             "data-array/data-array")
            ]
        },
    }  # fmt: skip


class Teller:
    """Answers one question; knows the addresses that stand in the answer."""

    def __init__(self, source: Source, base: str, here: str, given: dict[str, str]) -> None:
        self.source, self.base, self.here, self.given = source, base, here, given

    def walk(self, steps: list[Step], options: Options) -> Any:
        """From step to step: a set, one of it, what it is related to, a property of it."""
        entity, thing = self._first(steps[0])
        for place, step in enumerate(steps[1:], 1):
            if isinstance(thing, Point) or step.name not in (entity.links if entity else {}):
                return self._property(entity, thing, steps[place:])
            if not isinstance(thing, Model):
                raise BadQuestion(f"{step.name} 前面应当指明是哪一个，如 {steps[0].name}(1)")
            name, _, lead = entity.links[step.name]  # type: ignore[union-attr]
            thing = lead(thing)
            entity = ENTITIES.get(name)
            thing = self._chosen(step, entity, thing)
        return self._told(entity, thing, options)

    def _first(self, step: Step) -> tuple[Entity | None, Any]:
        if step.name == OBSERVATIONS:
            if step.id is None:
                return None, None
            point = observing.one(self.source, step.id)
            if point is None:
                raise NotThere(f"没有 Observations({step.id})")
            return None, point
        entity = ENTITIES.get(step.name)
        if entity is None:
            raise NotThere(f"没有“{step.name}”，可用 {'、'.join([*ENTITIES, OBSERVATIONS])}")
        return entity, self._chosen(step, entity, entity.rows(self.source))

    def _chosen(self, step: Step, entity: Entity | None, found: Any) -> Any:
        if step.id is None or not isinstance(found, QuerySet):
            if found is None:
                raise NotThere
            return found
        row = found.filter(pk=step.id).first() if isinstance(step.id, int) else None
        if row is None:
            raise NotThere(f"没有 {step.name}({step.id})")
        return row

    def _property(self, entity: Entity | None, thing: Any, steps: list[Step]) -> Any:
        if isinstance(thing, Point):
            if steps[0].name == "Datastream":
                row = Stream.objects.get(pk=thing.stream)
                return self.shown(ENTITIES["Datastreams"], row, Options())
            shown = observing.shown(thing)
        elif isinstance(thing, Model) and entity is not None:
            shown = entity.shown(thing)
        else:
            raise NotThere
        if steps[0].name not in shown:
            raise NotThere(f"没有属性“{steps[0].name}”")
        value = shown[steps[0].name]
        return value if steps[-1].name == "$value" else {steps[0].name: value}

    def _told(self, entity: Entity | None, thing: Any, options: Options) -> Any:
        if isinstance(thing, Point):
            return self.observation(thing, options)
        if entity is None:
            streams = [thing.pk] if isinstance(thing, Stream) else None
            return self._observations(streams, options, self.here)
        if isinstance(thing, Model):
            return self.shown(entity, thing, options)
        return self._set(entity, thing, options, self.here)

    def _set(
        self, entity: Entity, rows: QuerySet[Any], options: Options, where: str
    ) -> dict[str, Any]:
        rows = ordered(entity, rows, options)
        page = list(rows[options.skip : options.skip + options.top + 1])
        told: dict[str, Any] = {"@iot.count": rows.count()} if options.count else {}
        if len(page) > options.top:
            told["@iot.nextLink"] = self._next(where, options)
        told["value"] = [self.shown(entity, row, options) for row in page[: options.top]]
        return told

    def _observations(
        self, streams: list[int] | None, options: Options, where: str
    ) -> dict[str, Any]:
        page = observing.found(self.source, streams, options)
        told: dict[str, Any] = {}
        if options.count:
            told["@iot.count"] = observing.counted(self.source, streams, options)
        if len(page) > options.top:
            told["@iot.nextLink"] = self._next(where, options)
        told["value"] = [self.observation(point, options) for point in page[: options.top]]
        return told

    def _next(self, where: str, options: Options) -> str:
        own = self.given if where == self.here else {}
        asked = {**own, "$top": str(options.top), "$skip": str(options.skip + options.top)}
        return f"{where}?{urlencode(asked, quote_via=quote, safe='$,()/')}"

    # --- one entity -------------------------------------------------------------------------

    def shown(self, entity: Entity, row: Any, options: Options) -> dict[str, Any]:
        link = f"{self.base}/{entity.name}({row.pk})"
        told = {"@iot.id": row.pk, "@iot.selfLink": link, **entity.shown(row)}
        for name in entity.links:
            told[f"{name}@iot.navigationLink"] = f"{link}/{name}"
        told = _selected(told, options)
        for name, inner in options.expand.items():
            if name not in entity.links:
                raise BadQuestion(f"{entity.name} 没有可展开的“{name}”")
            told[name] = self._expanded(entity, name, row, inner, f"{link}/{name}", told)
        return told

    def _expanded(
        self, entity: Entity, name: str, row: Any, inner: Options, link: str, told: dict[str, Any]
    ) -> Any:  # fmt: skip
        other, many, lead = entity.links[name]
        if other == OBSERVATIONS:
            found = self._observations([row.pk], inner, link)
        elif many:
            found = self._set(ENTITIES[other], lead(row), inner, link)
        else:
            single = lead(row)
            return self.shown(ENTITIES[other], single, inner) if single is not None else None
        for note in ("@iot.count", "@iot.nextLink"):
            if note in found:
                told[f"{name}{note}"] = found[note]
        return found["value"]

    def observation(self, point: Point, options: Options) -> dict[str, Any]:
        link = f"{self.base}/{OBSERVATIONS}('{point.id}')"
        told = {"@iot.id": point.id, "@iot.selfLink": link, **observing.shown(point)}
        told.pop("@feature", None)
        told["Datastream@iot.navigationLink"] = f"{self.base}/Datastreams({point.stream})"
        if feature := point.said.get("@feature"):
            told["FeatureOfInterest@iot.navigationLink"] = (
                f"{self.base}/FeaturesOfInterest({feature})"
            )
        told = _selected(told, options)
        for name, inner in options.expand.items():
            if name == "Datastream":
                row = Stream.objects.get(pk=point.stream)
                told[name] = self.shown(ENTITIES["Datastreams"], row, inner)
            elif name == "FeatureOfInterest":
                features = ENTITIES["FeaturesOfInterest"]
                seen = features.rows(self.source).filter(pk=feature or 0).first()
                told[name] = self.shown(features, seen, inner) if seen else None
            else:
                raise BadQuestion(f"Observations 没有可展开的“{name}”")
        return told


def _selected(told: dict[str, Any], options: Options) -> dict[str, Any]:
    if not options.select:
        return told
    wanted = {"id": "@iot.id"}
    names = {wanted.get(name, name) for name in options.select}
    if strange := {n for n in names if n not in told and f"{n}@iot.navigationLink" not in told}:
        raise BadQuestion(f"$select 里没有“{strange.pop()}”")
    return {name: value for name, value in told.items() if name.split("@iot.nav")[0] in names}


# --- writing ------------------------------------------------------------------------------------


def _post(request: HttpRequest, source: Source, steps: list[Step]) -> HttpResponse:
    try:
        body = orjson.loads(request.read(MOST_BYTES + 1))
    except orjson.JSONDecodeError as wrong:
        raise BadEntity(f"不是 JSON：{wrong}") from None
    if not steps:
        raise NotThere
    base, writer = request.build_absolute_uri(ROOT), Writer(source, now())
    with transaction.atomic():
        if steps[0].name == "CreateObservations":
            answers = writer.data_array(body)
            return _json([_linked(base, each) for each in answers], 201)
        within = _within(source, steps)
        name = steps[-1].name
        if name == OBSERVATIONS:
            made = f"{OBSERVATIONS}('{writer.observation(body, within.get('Datastream'))}')"
        elif name in ENTITIES and steps[-1].id is None:
            made = f"{name}({writer.add(name, body, within).pk})"
        else:
            raise NotThere
    answer = _json({"@iot.selfLink": f"{base}/{made}"}, 201)
    answer["Location"] = f"{base}/{made}"
    return answer


def _linked(base: str, answer: str) -> str:
    return answer if answer.startswith("error") else f"{base}/{OBSERVATIONS}('{answer}')"


def _within(source: Source, steps: list[Step]) -> dict[str, Any]:
    """What the path says a new entity belongs to: `Things(1)/Datastreams`."""
    if len(steps) == 1:
        return {}
    owner = ENTITIES.get(steps[0].name)
    row = owner.rows(source).filter(pk=steps[0].id).first() if owner and steps[0].id else None
    if row is None or len(steps) != 2 or owner is None or steps[1].name not in owner.links:
        raise NotThere
    return {"Thing": row} if isinstance(row, Station) else {"Datastream": row}
