"""What the page of a station shows, and the series its chart asks for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from anlan.kernel.trail import LOCAL
from anlan.watch.models import AlarmPart, Maintenance, Rollup, Station, Stream, reading
from anlan.watch.rules import Grade, label_of
from anlan.watch.rules.quality import UNFIT

from .ledger import number_of, state_of, state_tag

SPANS = {"24h": timedelta(hours=24), "3d": timedelta(days=3), "30d": timedelta(days=30),
         "365d": timedelta(days=365)}  # fmt: skip
POINTS_UNTIL = timedelta(days=4)  # longer series are drawn from hours, the longest from days
HOURS_UNTIL = timedelta(days=62)
MOST_POINTS = 20_000
LEVELS = {"fortified": "设防", "warning": "警戒", "guaranteed": "保证", "flood_limit": "汛限"}


@dataclass(frozen=True)
class Shown:
    """One stream on the page of its station."""

    stream: Stream
    state: str
    value: str
    unit: str
    limits: list[tuple[str, str]]


def shown(station: Station, at: datetime) -> list[Shown]:
    """The streams of a station, each as it stands."""
    rows = station.streams.filter(active=True).select_related("latest", "station", "source")
    return [
        Shown(
            row, str(state_tag(row, at)), number_of(row.latest.value if _has(row) else None),
            label_of(row.unit),
            [(LEVELS[k], number_of(v)) for k, v in row.thresholds.items() if k in LEVELS],
        )
        for row in rows.order_by("pk")
    ]  # fmt: skip


def _has(row: Stream) -> bool:
    return getattr(row, "latest", None) is not None


def series(stream: Stream, span: str, at: datetime) -> dict[str, Any]:
    """What the chart draws: points or sums, where it is broken, limits, alarms and works."""
    length = SPANS.get(span, SPANS["24h"])
    since = at - length
    points = _points(stream, since, at) if length <= POINTS_UNTIL else _sums(stream, since, length)
    alarms = AlarmPart.objects.filter(stream=stream, raised_at__gte=since).order_by("raised_at")
    works = Maintenance.objects.filter(station=stream.station, until__gte=since)
    return {
        "name": stream.name,
        "unit": label_of(stream.unit),
        "bars": stream.spec.shows == "sum",
        "since": _ms(since),
        "until": _ms(at),
        "points": points,
        "limits": [
            {"name": LEVELS[name], "value": value}
            for name, value in stream.thresholds.items() if name in LEVELS
        ],
        "alarms": [
            {"from": _ms(part.raised_at), "to": _ms(part.over_at or at),
             "grade": Grade(part.worst).label, "value": part.peak}
            for part in alarms[:200]
        ],
        "works": [{"from": _ms(w.since), "to": _ms(w.until), "why": w.reason} for w in works[:50]],
    }  # fmt: skip


def _points(stream: Stream, since: datetime, until: datetime) -> list[list[float | None]]:
    """Single points; where it was silent for too long the line is broken, and doubtful ones too."""
    found = reading.series([stream.pk], since, until + timedelta(days=1)).columns
    step = max(1, len(found) // MOST_POINTS)
    at, value, flag = found.at[::step], found.value[::step], found.flag[::step]
    broken = stream.interval_s * 3 * 1_000_000 * step
    drawn: list[list[float | None]] = []
    for place in range(len(at)):
        if place and at[place] - at[place - 1] > broken:
            drawn.append([float(at[place - 1] // 1000 + 1), None])
        unfit = bool(flag[place] & UNFIT) or not np.isfinite(value[place])
        drawn.append([float(at[place] // 1000), None if unfit else float(value[place])])
    return drawn


def _sums(stream: Stream, since: datetime, length: timedelta) -> list[list[float | None]]:
    wide = "H" if length <= HOURS_UNTIL else "D"
    rows = Rollup.objects.filter(stream=stream, span=wide, start__gte=since).order_by("start")
    step = timedelta(hours=1) if wide == "H" else timedelta(days=1)
    drawn: list[list[float | None]] = []
    before: datetime | None = None
    for row in rows:
        if before is not None and row.start - before > step:
            drawn.append([_ms(before + step), None])
        before = row.start
        shows = {"sum": row.total, "max": row.highest}
        mean = row.total / row.points if row.points else None
        drawn.append([_ms(row.start), shows.get(stream.spec.shows, mean) if row.points else None])
    return drawn


def _ms(at: datetime) -> float:
    return float(reading.micros(at) // 1000)


@dataclass(frozen=True)
class Online:
    """How many streams of an owner are heard now, and how much of today came."""

    owner: str
    streams: int
    online: int
    came: float | None

    @property
    def rate(self) -> str:
        return f"{100 * self.online / self.streams:.1f}%"

    @property
    def completeness(self) -> str:
        return "—" if self.came is None else f"{min(100.0, 100 * self.came):.1f}%"


def online_rates(streams: Any, at: datetime) -> list[Online]:
    """By owner: streams heard in time, and of today's expected points how many came."""
    midnight = at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = streams.filter(station__stage="IN_USE").select_related("station__body", "latest")
    today = Rollup.objects.filter(span="D", start=midnight, stream__in=streams.values("pk"))
    came = {pk: good + bad for pk, good, bad in today.values_list("stream", "points", "unfit")}
    passed = max((at - midnight).total_seconds(), 1.0)
    found: dict[str, list[tuple[bool, float]]] = {}
    for row in rows:
        owner = row.station.body.name if row.station.body else "（未指明单位）"
        expected = max(passed / row.interval_s, 1.0)
        heard = state_of(row, at) in ("online", "doubtful", "working")
        found.setdefault(owner, []).append((heard, min(1.0, came.get(row.pk, 0) / expected)))
    made = [
        Online(
            owner, len(all_), sum(heard for heard, _ in all_), sum(c for _, c in all_) / len(all_)
        )
        for owner, all_ in found.items()
    ]
    return sorted(made, key=lambda each: (each.online / each.streams, each.owner))
