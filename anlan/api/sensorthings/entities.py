"""The entity sets of SensorThings, and our rows behind each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import F, Model, OrderBy, QuerySet
from django.db.models.fields.json import KeyTransform

from anlan.formats.odata import BadQuestion, Options
from anlan.watch.models import Description, Source, Station, Stream

from .expressions import Faces, of_json, order, truth

ROOT = "/sensorthings/v1.1"
OBSERVATIONS = "Observations"
_JSON = {"properties", "content", "given_unit"}  # columns that hold it
_OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"


class Link(NamedTuple):
    """A relation: to which set, whether to many, what leads there, and what leads back from there.

    What leads there is a field of ours; nothing does to the observations, which are no rows.
    """

    to: str
    many: bool
    far: str = ""
    back: str = ""


@dataclass(frozen=True)
class Entity:
    """One entity set: our model, which of its rows, the column behind each property, relations."""

    name: str
    model: type[Model] | None  # None: the observations, which are points of a table
    columns: Mapping[str, str]
    links: Mapping[str, Link]
    only: Mapping[str, Any] = field(default_factory=dict)

    def rows(self, source: Source) -> QuerySet[Any]:
        """Those of this source."""
        assert self.model is not None, "observations are no rows"
        return self.model._default_manager.filter(source=source, **self.only)

    def told(self, row: Any) -> dict[str, Any]:
        """The properties of one."""
        said = {name: getattr(row, column) for name, column in self.columns.items()}
        if isinstance(row, Stream):  # one that no SensorThings client made
            said["observationType"] = row.observation_type or f"{_OM}OM_Measurement"
            said["unitOfMeasurement"] = row.given_unit or {
                "name": row.unit, "symbol": row.unit, "definition": f"ucum:{row.unit}"
            }  # fmt: skip
        return said


_SAID = {"name": "name", "description": "description", "properties": "properties"}
_CODED = {**_SAID, "encodingType": "definition"}

# fmt: off
ENTITIES = {each.name: each for each in (
    Entity("Things", Station, _SAID,
           {"Datastreams": Link("Datastreams", True, "streams", "station"),
            "Locations": Link("Locations", True, "location", "stations")}),
    Entity("Locations", Description, {**_CODED, "location": "content"},
           {"Things": Link("Things", True, "stations", "location")}, {"kind": "LOCATION"}),
    Entity("Sensors", Description, {**_CODED, "metadata": "content"},
           {"Datastreams": Link("Datastreams", True, "streams", "sensor")}, {"kind": "SENSOR"}),
    Entity("ObservedProperties", Description, {**_SAID, "definition": "definition"},
           {"Datastreams": Link("Datastreams", True, "measured", "described")},
           {"kind": "PROPERTY"}),
    Entity("FeaturesOfInterest", Description, {**_CODED, "feature": "content"},
           {OBSERVATIONS: Link(OBSERVATIONS, True)}, {"kind": "FEATURE"}),
    Entity("Datastreams", Stream,
           {**_SAID, "observationType": "observation_type", "unitOfMeasurement": "given_unit"},
           {"Thing": Link("Things", False, "station", "streams"),
            "Sensor": Link("Sensors", False, "sensor", "streams"),
            "ObservedProperty": Link("ObservedProperties", False, "described", "measured"),
            OBSERVATIONS: Link(OBSERVATIONS, True)}, {"active": True}),
    Entity(OBSERVATIONS, None,
           dict.fromkeys(("phenomenonTime", "resultTime", "result", "resultQuality", "validTime",
                          "parameters"), ""),
           {"Datastream": Link("Datastreams", False),
            "FeatureOfInterest": Link("FeaturesOfInterest", False)}),
)}
# fmt: on
OBSERVED = ENTITIES[OBSERVATIONS]


def faces(entity: Entity, path: str, before: str = "") -> Faces:
    """What stands behind a name of the standard, `Thing/name` included; BadQuestion for others."""
    first, _, rest = path.partition("/")
    if first in ("id", "@iot.id") and not rest:
        return {"number": F(f"{before}pk")}
    column, link = entity.columns.get(first), entity.links.get(first)
    if column in _JSON:
        inner: Any = F(before + column)
        for key in filter(None, rest.split("/")):
            inner = KeyTransform(key, inner)
        return of_json(inner)
    if column and not rest:
        return {"text": F(before + column)}
    if rest and link is not None and link.far:
        return faces(ENTITIES[link.to], rest, f"{before}{link.far}__")
    known = "、".join(["id", *entity.columns, *(f"{name}/…" for name in entity.links)])
    raise BadQuestion(f"{entity.name} 没有“{path}”，可用 {known}")


def ordered(entity: Entity, rows: QuerySet[Any], options: Options) -> QuerySet[Any]:
    """The rows that are asked for, in the order asked; by id where nothing is said."""

    def leaf(path: str) -> Faces:
        return faces(entity, path)

    if options.filter is not None:
        # By a query of its own, since a name of a relation to many finds a row several times.
        rows = rows.filter(pk__in=rows.filter(truth(options.filter, leaf)).values("pk"))
    by = [
        OrderBy(order(node, leaf), descending=down, nulls_last=True) for node, down in options.order
    ]
    return rows.order_by(*by, "pk")


def check(entity: Entity, options: Options) -> None:
    """Refuse names in $select and $expand that the set does not have, down to the innermost."""
    known = {"id", "@iot.id", "@iot.selfLink", *entity.columns, *entity.links}
    for name in options.select:
        if name not in known:
            raise BadQuestion(
                f"$select：{entity.name} 没有“{name}”，可用 {'、'.join(entity.columns)}"
            )
    for name, inner in options.expand.items():
        if name not in entity.links:
            linked = "、".join(entity.links)
            raise BadQuestion(f"$expand：{entity.name} 没有“{name}”，可展开 {linked}")
        check(ENTITIES[entity.links[name].to], inner)
