"""Observations as SensorThings tells them: points of the table, with what else was said of them."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Subquery
from django.db.models.expressions import RawSQL

from anlan.formats.odata import BadQuestion, Options
from anlan.watch.models import Description, Source, Stream, reading

from . import expressions
from .entities import ENTITIES, OBSERVED
from .entities import faces as entity_faces
from .expressions import ANY, Faces, of_json

_ID = re.compile(r"([0-9]{1,9})-(-?[0-9]{1,16})")
_FROM = (
    "FROM watch_observation o LEFT JOIN watch_remark r ON r.stream_id = o.stream_id AND r.at = o.at"
)
_SELECT = f"SELECT o.stream_id, o.at, o.value, o.flag, r.body {_FROM}"
_AT = "o.at"


def _raw(sql: str, *given: Any) -> RawSQL:
    return RawSQL(sql, given)


# A gap, and a result that is no number, lie in the table as NaN, which PostgreSQL takes for the
# greatest number of all.
_NUMBER = "nullif(o.value, 'NaN')"
_ID_SAID = "o.stream_id || '-' || (extract(epoch FROM o.at) * 1000000)::int8"
_FEATURE = "(r.body ->> '@feature')::int8"
_OTHER = of_json(_raw("r.body -> 'result'"))
_FACES: dict[str, Faces] = {
    "phenomenonTime": {"time": _raw(_AT)},
    "resultTime": {"time": _raw("coalesce((r.body ->> 'resultTime')::timestamptz, o.at)")},
    "result": {
        "number": _raw(_NUMBER),
        "text": _OTHER["text"],
        "truth": _OTHER["truth"],
        ANY: _raw(f"coalesce({_NUMBER}::text, r.body ->> 'result')"),
    },
    "validTime": {"text": _raw("r.body ->> 'validTime'")},
    "Datastream/id": {"number": _raw("o.stream_id")},
    "Datastream/@iot.id": {"number": _raw("o.stream_id")},
    "FeatureOfInterest/id": {"number": _raw(_FEATURE)},
    "FeatureOfInterest/@iot.id": {"number": _raw(_FEATURE)},
    "id": {"text": _raw(_ID_SAID)},
    "@iot.id": {"text": _raw(_ID_SAID)},
}


def faces(path: str) -> Faces:
    """What stands behind a name of the standard; of the datastream everything that it has."""
    if path in _FACES:
        return _FACES[path]
    first, _, rest = path.partition("/")
    if first in ("resultQuality", "parameters"):
        return of_json(_raw("r.body #> %s::text[]", path.split("/")))
    if first == "Datastream" and rest:
        found = entity_faces(ENTITIES["Datastreams"], rest)
        own = Stream.objects.filter(pk=_raw("o.stream_id"))
        return {kind: Subquery(own.values(asked=face)) for kind, face in found.items()}
    raise BadQuestion(f"Observations 没有“{path}”，可用 {'、'.join(_FACES)}、Datastream/…")


class Point(NamedTuple):
    """One observation."""

    stream: int
    at: datetime
    value: float
    flag: int
    said: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Its stream and its µs: a point stands once, so this is its name for good."""
        return f"{self.stream}-{reading.micros(self.at)}"


def found(source: Source, owner: Any, options: Options) -> list[Point]:
    """A page of observations, one more than asked where there are more.

    `owner` is the stream or the feature whose observations they are; None: all of the source.
    """
    where, given = _where(source, owner, options)
    by = ""
    for node, down in options.order:
        told, more = _compiled(expressions.order(node, faces))
        # A time is always there, and an index holds it in the plain order.
        last = "" if told == f"({_AT})" else " NULLS LAST"
        by, given = f"{by}{told}{' DESC' if down else ''}{last}, ", given + more
    statement = f"{_SELECT} WHERE {where} ORDER BY {by}o.at, o.stream_id LIMIT %s OFFSET %s"
    return _points(statement, [*given, options.top + 1, options.skip])


def counted(source: Source, owner: Any, options: Options) -> int:
    """How many there are: only when it is asked, for it must look at every one."""
    where, given = _where(source, owner, options)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {_FROM} WHERE {where}", given)
        return int(cursor.fetchone()[0])


def one(source: Source, name: int | str) -> Point | None:
    """The observation of this id."""
    match = _ID.fullmatch(str(name))
    if match is None or not Stream.objects.filter(pk=int(match[1]), source=source).exists():
        return None
    return standing(int(match[1]), [int(match[2])]).get(int(match[2]))


def standing(stream: int, times: Iterable[int]) -> dict[int, Point]:
    """The points that a stream has at some µs since 1970."""
    moments = [reading.moment(at) for at in times]
    given = [stream, min(moments), max(moments), moments]
    where = "o.stream_id = %s AND o.at BETWEEN %s AND %s AND o.at = ANY(%s)"
    points = _points(f"{_SELECT} WHERE {where}", given)
    return {reading.micros(point.at): point for point in points}


def _points(statement: str, given: list[Any]) -> list[Point]:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        rows = cursor.fetchall()
    return [
        Point(stream, at, value, flag, orjson.loads(body) if body else {})
        for stream, at, value, flag, body in rows
    ]


def told(point: Point) -> dict[str, Any]:
    """Its properties, as they came in."""
    at = instant(point.at)
    usual = {"phenomenonTime": at, "resultTime": at, "result": _number(point.value)}
    said = usual | dict(point.said)
    return {name: said[name] for name in OBSERVED.columns if name in said}


def instant(at: datetime) -> str:
    """2015-03-01T00:00:00.000Z; with the µs where there are any."""
    spec = "microseconds" if at.microsecond % 1000 else "milliseconds"
    return at.astimezone(UTC).isoformat(timespec=spec).replace("+00:00", "Z")


def _number(value: float) -> float | int | None:
    if value != value:
        return None
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def _where(source: Source, owner: Any, options: Options) -> tuple[str, list[Any]]:
    given: list[Any]
    if isinstance(owner, Stream):
        where, given = "o.stream_id = %s", [owner.pk]
    else:
        mine = Stream.objects.filter(source=source, active=True).values_list("pk", flat=True)
        where, given = "o.stream_id = ANY(%s)", [list(mine)]
    if isinstance(owner, Description):
        where, given = f"{where} AND {_FEATURE} = %s", [*given, owner.pk]
    if options.filter is not None:
        asked, more = _compiled(expressions.truth(options.filter, faces))
        where, given = f"{where} AND {asked}", given + more
    return where, given


def _compiled(expression: Any) -> tuple[str, list[Any]]:
    """As SQL: every name in it is of the table or a query of its own, so any compiler will do."""
    compiler = Stream.objects.all().query.get_compiler(DEFAULT_DB_ALIAS)
    sql, given = compiler.compile(expression)
    return sql, list(given)


def is_of(point: Point, owner: Any) -> bool:
    """Whether it is an observation of this stream or feature."""
    if isinstance(owner, Stream):
        return point.stream == owner.pk
    return bool(point.said.get("@feature") == owner.pk)
