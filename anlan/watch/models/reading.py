"""Reading observations: as columns, straight from PostgreSQL's binary COPY."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from django.db.models import QuerySet
from psycopg import sql

from ..rules.partitions import Span
from ..rules.streams import Columns, Ints
from .observations import LAYOUT, Batch

SECOND = 1_000_000
_POINTS = """COPY (SELECT at, value, batch, stream_id, flag FROM watch_observation
 WHERE {where}) TO STDOUT (FORMAT binary)"""
_PARTS = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'watch_observation'::regclass
"""


class Points(NamedTuple):
    """Points as they lie in the table: `stream` is the id of the stream's row."""

    columns: Columns
    batch: Ints


@contextmanager
def cursor() -> Iterator[Any]:
    """A cursor of psycopg's own, for COPY. Its faults come as Django's: who catches those, catches
    a full disk and a lost connection here as well.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as own:
        yield own


def copied(statement: sql.Composable) -> list[bytes]:
    """What a COPY ... TO STDOUT says."""
    with cursor() as own, own.copy(statement) as copy:
        return [bytes(piece) for piece in copy]


def digest(rows: QuerySet[Any, Any]) -> tuple[int, int]:
    """Of the values of some rows, in any order; made by the server, so that none travels."""
    inner, given = rows.order_by().query.sql_with_params()
    asked = (
        "SELECT count(*), coalesce(sum(hashtextextended(told::text, 0)), 0)::text "
        f"FROM ({inner}) told"
    )
    with connection.cursor() as own:
        own.execute(asked, given)
        count, total = own.fetchone()
    return count, int(total)


def of_batches(numbers: Iterable[int]) -> Points:
    """The points of some batches, in the order in which they came."""
    wanted = sorted(numbers)
    if not wanted:
        return _points([])
    where = sql.SQL("batch BETWEEN {} AND {} AND batch = ANY({})").format(
        wanted[0], wanted[-1], wanted
    )
    return _points(copied(sql.SQL(_POINTS).format(where=where)))


def between(first: int, last: int) -> Points:
    """The points of the batches first..last, as they came."""
    (since, until) = _span_of(first, last)
    if since is None:
        return _points([])
    where = sql.SQL("batch BETWEEN {} AND {} AND at BETWEEN {} AND {}").format(
        first, last, since, until
    )
    return _points(copied(sql.SQL(_POINTS).format(where=where)))


def _span_of(first: int, last: int) -> tuple[Any, Any]:
    """From when to when the points of some batches are: then few parts of the table are asked."""
    with connection.cursor() as own:
        own.execute(
            "SELECT min(first_at), max(last_at) FROM watch_batch WHERE number BETWEEN %s AND %s",
            [first, last],
        )
        row: tuple[Any, Any] = own.fetchone()
    return row


def series(streams: Iterable[int], since: datetime, until: datetime) -> Points:
    """All points of some streams from one instant up to another, by time."""
    where = sql.SQL("stream_id = ANY({}) AND at >= {} AND at < {} ORDER BY at").format(
        sorted(streams), since, until
    )
    return _points(copied(sql.SQL(_POINTS).format(where=where)))


def _points(pieces: list[bytes]) -> Points:
    if not pieces:
        none = np.zeros(0, np.int64)
        return Points(Columns.of(none, none, none), none)
    found = LAYOUT.decode(pieces)
    columns = Columns.of(found["stream_id"], found["at"], found["value"], found["flag"])
    return Points(columns, np.asarray(found["batch"], np.int64))


def stored(stream: Ints, at: Ints) -> set[tuple[int, int]]:
    """Which of these points lie in the table already."""
    statement = """
        SELECT o.stream_id, (extract(epoch FROM o.at) * 1000000)::int8
          FROM unnest(%s::int[], %s::timestamptz[]) AS asked (stream_id, at)
          JOIN watch_observation o USING (stream_id, at)
         WHERE o.at BETWEEN %s AND %s
    """
    moments = [moment(each) for each in at.tolist()]
    with connection.cursor() as own:
        own.execute(statement, [stream.tolist(), moments, min(moments), max(moments)])
        return {(number, micros) for number, micros in own.fetchall()}


def newest(after: int, streams: Ints | None = None) -> Columns:
    """Of each stream (of those asked) its newest point in batches above a number.

    Points of a clock that is ahead do not count (`Flag.SKEWED`).
    """
    wanted: sql.Composable = sql.SQL("")
    if streams is not None:
        wanted = sql.SQL("AND stream_id = ANY({})").format(streams.tolist())
    since, _ = _span_of(after + 1, np.iinfo(np.int64).max)
    if since is None:
        return _points([]).columns
    statement = sql.SQL(
        "COPY (SELECT DISTINCT ON (stream_id) at, value, batch, stream_id, flag "
        "FROM watch_observation WHERE batch > {} AND at >= {} AND flag & 16 = 0 {} "
        "ORDER BY stream_id, at DESC) TO STDOUT (FORMAT binary)"
    ).format(after, since, wanted)
    return _points(copied(statement)).columns


def newest_batch() -> int:
    """The number of the last batch that was committed."""
    return Batch.objects.order_by("-number").values_list("number", flat=True).first() or 0


def parts() -> dict[Span, str]:
    """The tables that observations lie in: from which day up to which, and their names."""
    with connection.cursor() as own:
        own.execute(_PARTS)
        rows = own.fetchall()
    return {_span(bounds): name for name, bounds in rows}


def _span(bounds: str) -> Span:
    """From `FOR VALUES FROM ('2024-06-12 00:00:00+00') TO ('2024-06-13 00:00:00+00')`."""
    first, last = (part for part in bounds.split("'") if part[:1].isdigit())
    return Span(date.fromisoformat(first[:10]), date.fromisoformat(last[:10]))


def moment(micros: int) -> datetime:
    """The instant of µs since 1970."""
    return datetime.fromtimestamp(0, UTC) + timedelta(microseconds=micros)


def micros(at: datetime) -> int:
    """µs since 1970 of an instant."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1)
