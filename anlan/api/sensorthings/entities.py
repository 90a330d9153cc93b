# ruff: noqa: E501 (the table is wide so that it can be read)
"""The entity sets of SensorThings, and our rows behind each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Q, QuerySet

from anlan.formats.odata import BadQuestion, Node, Options
from anlan.watch.models import Description, Latest, Source, Station, Stream

ROOT = "/sensorthings/v1.1"
OBSERVATIONS = "Observations"
_COMPARED = {"gt": "__gt", "ge": "__gte", "lt": "__lt", "le": "__lte", "eq": "", "ne": ""}
_TEXT = {"contains": "__contains", "startswith": "__startswith", "endswith": "__endswith"}

Row = Any


@dataclass(frozen=True)
class Entity:
    """One entity set: its rows, its properties, the names a filter may use, its relations.

    `links` leads to another set: its name, whether it is many, and the rows from one row.
    """

    name: str
    rows: Callable[[Source], QuerySet[Any]]
    shown: Callable[[Row], dict[str, Any]]
    fields: Mapping[str, str]
    links: Mapping[str, tuple[str, bool, Callable[[Row], Any]]]


def _described(kind: str) -> Callable[[Source], QuerySet[Any]]:
    def rows(source: Source) -> QuerySet[Any]:
        return Description.objects.filter(kind=kind, source=source)

    return rows


def _words(row: Description) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.name, "description": row.description}
    return told | ({"properties": row.properties} if row.properties else {})


def _thing(row: Station) -> dict[str, Any]:
    return {"name": row.name, "description": row.description, "properties": row.properties}


def _datastream(row: Stream) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": row.name,
        "description": row.description,
        "observationType": row.observation_type or f"{_OM}OM_Measurement",
        "unitOfMeasurement": row.given_unit or {"name": row.unit, "symbol": row.unit,
                                                "definition": f"ucum:{row.unit}"},
    }  # fmt: skip
    return told | ({"properties": row.properties} if row.properties else {})


_OM = "http://www.opengis.net/def/observationType/OGC-OM/2.0/"
_NAMED = {"id": "pk", "@iot.id": "pk", "name": "name", "description": "description"}

# fmt: off
ENTITIES = {each.name: each for each in (
    Entity(
        "Things", lambda source: Station.objects.filter(source=source), _thing, _NAMED,
        {"Datastreams": ("Datastreams", True, lambda row: row.streams.all()),
         "Locations": ("Locations", True, lambda row: Description.objects.filter(stations=row))},
    ),
    Entity(
        "Locations", _described("LOCATION"),
        lambda row: _words(row) | {"encodingType": row.definition, "location": row.content}, _NAMED,
        {"Things": ("Things", True, lambda row: row.stations.all())},
    ),
    Entity(
        "Sensors", _described("SENSOR"),
        lambda row: _words(row) | {"encodingType": row.definition, "metadata": row.content}, _NAMED,
        {"Datastreams": ("Datastreams", True, lambda row: row.streams.all())},
    ),
    Entity(
        "ObservedProperties", _described("PROPERTY"),
        lambda row: _words(row) | {"definition": row.definition}, {**_NAMED, "definition": "definition"},
        {"Datastreams": ("Datastreams", True, lambda row: row.measured.all())},
    ),
    Entity(
        "FeaturesOfInterest", _described("FEATURE"),
        lambda row: _words(row) | {"encodingType": row.definition, "feature": row.content}, _NAMED, {},
    ),
    Entity(
        "Datastreams", lambda source: Stream.objects.filter(source=source, active=True), _datastream,
        {**_NAMED, "observationType": "observation_type", "unitOfMeasurement/name": "given_unit__name",
         "unitOfMeasurement/symbol": "given_unit__symbol"},
        {"Thing": ("Things", False, lambda row: row.station),
         "Sensor": ("Sensors", False, lambda row: row.sensor),
         "ObservedProperty": ("ObservedProperties", False, lambda row: row.described),
         OBSERVATIONS: (OBSERVATIONS, True, lambda row: row)},
    ),
)}
# fmt: on
_FAR = {
    "Thing": "station",
    "Sensor": "sensor",
    "ObservedProperty": "described",
    "Datastreams": "streams",
    "Locations": "location",
    "Things": "stations",
}  # fmt: skip


def column(entity: Entity, path: str) -> str:
    """The column behind a name of the standard, `Thing/name` included; BadQuestion for others."""
    if path in entity.fields:
        return entity.fields[path]
    if path.startswith("properties/"):
        return "properties__" + "__".join(path.split("/")[1:])
    first, _, rest = path.partition("/")
    if rest and first in entity.links and first in _FAR:
        return f"{_FAR[first]}__{column(ENTITIES[entity.links[first][0]], rest)}"
    raise BadQuestion(f"{entity.name} 没有“{path}”，可用 {'、'.join(entity.fields)}")


def condition(entity: Entity, node: Node) -> Q:
    """A filter over an entity set."""
    if node.kind == "not":
        return ~condition(entity, node.parts[0])
    if node.kind in ("and", "or"):
        one, other = (condition(entity, part) for part in node.parts)
        return one & other if node.kind == "and" else one | other
    left, right = node.parts
    if left.kind == "value" and right.kind == "path":
        flipped = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
        return condition(entity, Node(flipped.get(node.kind, node.kind), (right, left)))
    if left.kind != "path" or right.kind != "value":
        raise BadQuestion("$filter 的比较应当是一个名称和一个值")
    name, value = column(entity, left.parts[0]), right.parts[0]
    if value is None:
        found = Q(**{f"{name}__isnull": True})
    else:
        found = Q(**{name + {**_COMPARED, **_TEXT}[node.kind]: _fitting(name, value)})
    return ~found if node.kind == "ne" else found


def _fitting(name: str, value: Any) -> Any:
    if name.split("__")[-1] == "pk" and not isinstance(value, int):
        raise BadQuestion(f"id 应当是整数，写的是“{value}”")
    return value


def ordered(entity: Entity, rows: QuerySet[Any], options: Options) -> QuerySet[Any]:
    """The rows that are asked for, in the order asked; by id where nothing is said."""
    if options.filter is not None:
        rows = rows.filter(condition(entity, options.filter)).distinct()
    order = [("-" if down else "") + column(entity, path) for path, down in options.order]
    return rows.order_by(*order, "pk")


def key_of(row: Model) -> str:
    """`(12)`."""
    return f"({row.pk})"


def newest(row: Stream) -> Latest | None:
    return Latest.objects.filter(stream=row).first()
