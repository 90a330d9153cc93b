"""Observations as SensorThings tells them: points of the table, with what else was said of them."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection

from anlan.formats.odata import BadQuestion, Node, Options
from anlan.watch.models import Remark, Source, Stream, reading

_ID = re.compile(r"(\d+)-(-?\d+)")
# What a name of the standard is in the table; nothing else ever reaches the statement.
_COLUMNS = {
    "phenomenonTime": "at", "resultTime": "at", "result": "value", "id": "at", "@iot.id": "at",
    "Datastream/id": "stream_id", "Datastream/@iot.id": "stream_id",
}  # fmt: skip
_SIGNS = {"eq": "=", "ne": "<>", "gt": ">", "ge": ">=", "lt": "<", "le": "<="}


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


def found(source: Source, streams: Sequence[int] | None, options: Options) -> list[Point]:
    """A page of observations, one more than asked where there are more."""
    where, given = _where(source, streams, options)
    order = ", ".join(
        f"{_column(path)} {'DESC' if down else 'ASC'}" for path, down in options.order
    )
    statement = (
        f"SELECT stream_id, at, value, flag FROM watch_observation WHERE {where} "
        f"ORDER BY {order or 'at'}, stream_id LIMIT %s OFFSET %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*given, options.top + 1, options.skip])
        rows = cursor.fetchall()
    said = _said(rows)
    return [_point(row, said) for row in rows]


def _point(row: tuple[Any, ...], said: Mapping[tuple[int, datetime], Any]) -> Point:
    stream, at, value, flag = row
    return Point(stream, at, value, flag, said.get((stream, at), {}))


def counted(source: Source, streams: Sequence[int] | None, options: Options) -> int:
    """How many there are: only when it is asked, for it must look at every one."""
    where, given = _where(source, streams, options)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM watch_observation WHERE {where}", given)
        return int(cursor.fetchone()[0])


def one(source: Source, name: int | str) -> Point | None:
    """The observation of this id."""
    match = _ID.fullmatch(str(name))
    if match is None:
        return None
    if not Stream.objects.filter(pk=int(match[1]), source=source).exists():
        return None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT stream_id, at, value, flag FROM watch_observation "
            "WHERE stream_id = %s AND at = %s",
            [int(match[1]), reading.moment(int(match[2]))],
        )
        rows = cursor.fetchall()
    said = _said(rows)
    return _point(rows[0], said) if rows else None


def shown(point: Point) -> dict[str, Any]:
    """Its properties, as they came in."""
    at = instant(point.at)
    told = {"phenomenonTime": at, "resultTime": at, "result": _number(point.value)}
    return told | dict(point.said)


def instant(at: datetime) -> str:
    """2015-03-01T00:00:00.000Z."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _number(value: float) -> float | int | None:
    if value != value:
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else value


def _said(rows: list[tuple[Any, ...]]) -> dict[tuple[int, datetime], Any]:
    if not rows:
        return {}
    streams, times = {row[0] for row in rows}, [row[1] for row in rows]
    remarks = Remark.objects.filter(stream__in=streams, at__range=(min(times), max(times)))
    return {(r.stream_id, r.at): r.body for r in remarks}


def _where(
    source: Source, streams: Sequence[int] | None, options: Options
) -> tuple[str, list[Any]]:
    if streams is None:
        mine = Stream.objects.filter(source=source, active=True)
        streams = list(mine.values_list("pk", flat=True))
    given: list[Any] = [list(streams)]
    where = "stream_id = ANY(%s)"
    if options.filter is not None:
        where += f" AND ({_sql(options.filter, given)})"
    return where, given


def _sql(node: Node, given: list[Any]) -> str:
    if node.kind == "not":
        return f"NOT ({_sql(node.parts[0], given)})"
    if node.kind in ("and", "or"):
        one_, other = (_sql(part, given) for part in node.parts)
        return f"({one_}) {node.kind.upper()} ({other})"
    left, right = node.parts
    if left.kind == "value" and right.kind == "path":
        flipped = {"gt": "lt", "ge": "le", "lt": "gt", "le": "ge"}
        return _sql(Node(flipped.get(node.kind, node.kind), (right, left)), given)
    if node.kind not in _SIGNS or left.kind != "path" or right.kind != "value":
        raise BadQuestion("观测值的 $filter 只能用比较：名称、比较词、值")
    name, value = left.parts[0], right.parts[0]
    given.append(_value(name, value))
    return f"{_column(name)} {_SIGNS[node.kind]} %s"


def _column(path: str) -> str:
    if path not in _COLUMNS:
        raise BadQuestion(f"Observations 没有“{path}”，可用 {'、'.join(_COLUMNS)}")
    return _COLUMNS[path]


def _value(name: str, value: Any) -> Any:
    wanted = _column(name)
    if name in ("id", "@iot.id"):
        match = _ID.fullmatch(str(value))
        if match is None:
            raise BadQuestion(f"观测的 id 应当是“测点-微秒”，写的是“{value}”")
        return reading.moment(int(match[2]))
    if wanted == "at" and isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise BadQuestion(f"“{value}”不是时间") from None
    fits = isinstance(value, datetime) if wanted == "at" else isinstance(value, int | float)
    if not fits:
        raise BadQuestion(f"“{name}”不能与“{value}”比较")
    return value
