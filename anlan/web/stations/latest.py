"""Newest value and state of every stream (最新值): what a map draws ten thousand of."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, Case, FloatField, Func, Max, Q, Value, When
from numpy.typing import NDArray

from anlan.watch.models import AlarmPart, Maintenance
from anlan.watch.rules import Grade, label_of
from anlan.watch.rules.quality import UNFIT

STATES = ("在线", "离线", "数据存疑", "停用", "未上线", "维护中")
ONLINE, SILENT, DOUBTFUL, STOPPED, NEVER, WORKING = range(len(STATES))
NONE = -1.0
_FIELDS = ("pk", "station_id", "station__lon", "station__lat", "observed", "unit", "silent_s",
           "in_use", "latest__value", "heard", "latest__flag")  # fmt: skip
_NAMED = ("station__name",)
_COLUMNS = ("stream", "station", "lon", "lat", "observed", "unit", "value", "at", "state", "grade")


def latest_of(streams: Any, at: datetime, *, named: bool = False) -> dict[str, Any]:
    """Newest value, state and alarm of every stream, as columns.

    Plain numbers out of the database, a column at a time, no objects of the ORM and no dates:
    those alone would take longer than all that is allowed.
    """
    columns = _gathered(_plain(streams), (*_FIELDS, *(_NAMED if named else ())))
    if not columns:
        facts = {"states": STATES, "grades": _grades(), "now": int(at.timestamp())}
        return {**facts, **dict.fromkeys(_COLUMNS, ())}
    stream, station, lon, lat, observed, unit, silent, in_use, value, heard, flag, *name = columns
    state = _states(np.array(silent), np.array(in_use), _numbers(heard), _numbers(flag), at)
    ids = np.array(stream)
    working = np.isin(ids, list(_worked_on(at, zip(stream, station, strict=True))))
    state[working & (state != STOPPED)] = WORKING
    grade = _alarmed(at)
    told: dict[str, Any] = {
        "states": STATES,
        "grades": _grades(),
        "now": int(at.timestamp()),
        "stream": stream,
        "station": station,
        "lon": lon,
        "lat": lat,
        "observed": observed,
        "unit": unit,
        "units": {each: label_of(each) for each in set(unit)},
        "value": [v if v is not None and v == v else None for v in value],
        "at": [None if each is None else int(each) for each in heard],
        "state": state.tolist(),
        "grade": [grade.get(each, 0) for each in stream] if grade else [0] * len(stream),
    }
    return told | ({"name": name[0]} if named else {})


def _gathered(found: Any, fields: Sequence[str]) -> list[list[Any]]:
    """A list for each field, all in the same order; none where nothing is found.

    The server gathers them and sends them as they lie in its memory: half the time of ten thousand
    rows.
    """
    try:
        sql, given = found.values_list(*fields).query.sql_with_params()
    except EmptyResultSet:  # who may see nothing: known before the server is asked
        return []
    names = [f"c{number}" for number in range(len(fields))]
    gathered = ", ".join(f"array_agg({name})" for name in names)
    asked = f"SELECT {gathered} FROM ({sql}) AS found ({', '.join(names)})"
    connection.ensure_connection()
    wire = connection.connection
    whole = psycopg.ClientCursor(wire).mogrify(asked, given)
    (row,) = psycopg.Cursor(wire).execute(whole, binary=True).fetchall()
    return [] if row[0] is None else list(row)


def _plain(streams: Any) -> Any:
    """With numbers and truths in the place of dates and words."""
    return streams.annotate(
        # Not Django's Extract: that would first make local time of it, eight hours ahead.
        heard=Func(
            "latest__at", template="date_part('epoch', %(expressions)s)", output_field=FloatField()
        ),
        in_use=Case(
            When(station__stage="IN_USE", then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
    )


def _grades() -> list[str]:
    return [grade.label for grade in Grade]


def _numbers(given: Any) -> NDArray[np.float64]:
    return np.array([NONE if each is None else each for each in given], np.float64)


def _states(
    silent: NDArray[Any], in_use: NDArray[Any], heard: NDArray[Any], flag: NDArray[Any],
    at: datetime,
) -> NDArray[np.int64]:  # fmt: skip
    """What can be said of each at a glance; the first that holds."""
    doubtful = (np.maximum(flag, 0).astype(np.int64) & int(UNFIT)) != 0
    cases = [~in_use, heard == NONE, at.timestamp() - heard > silent, doubtful]
    return np.select(cases, [STOPPED, NEVER, SILENT, DOUBTFUL], ONLINE).astype(np.int64)


def _worked_on(at: datetime, pairs: Any) -> set[int]:
    """The streams that somebody works on now, alone or with their whole station."""
    rows = Maintenance.objects.filter(since__lte=at, until__gt=at)
    given = list(rows.values_list("stream_id", "station_id"))
    if not given:
        return set()
    streams = {stream for stream, _ in given if stream}
    stations = {station for stream, station in given if not stream}
    return {one for one, station in pairs if one in streams or station in stations}


def _alarmed(at: datetime) -> Mapping[int, int]:
    """The gravest grade of what goes on at each stream."""
    open_now = AlarmPart.objects.filter(over_at__isnull=True, stream__isnull=False)
    quiet = Q(alarm__silenced_until__gt=at)
    rows = open_now.exclude(quiet).values("stream").annotate(worst=Max("grade"))
    return dict(rows.values_list("stream", "worst"))


def as_features(told: Mapping[str, Any]) -> dict[str, Any]:
    """The same as GeoJSON, for other programs' maps; what has no place is left out (要素集)."""
    names = ("stream", "station", "observed", "unit", "value", "at", "name")
    columns = [told[name] for name in names if name in told]
    kept = [name for name in names if name in told]
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": dict(zip(kept, cells, strict=True))
            | {"state": STATES[state], "grade": told["grades"][grade]},
        }
        for lon, lat, state, grade, *cells in zip(
            told["lon"], told["lat"], told["state"], told["grade"], *columns, strict=True
        )
        if lon is not None
    ]  # fmt: skip
    return {"type": "FeatureCollection", "features": features}
