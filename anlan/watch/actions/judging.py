"""The judge's rounds (研判): what was stored is judged once, in the order in which it came.

The alarms, what the judge remembers and how far it has come are written in one transaction: after
a crash it goes on from there, and judges again what had led to nothing yet.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import transaction
from django.db.models import Q

from anlan.kernel.expressions import Expression, compile_expression
from anlan.people.models import Area

from ..flow import Stage
from ..models import Batch, Maintenance, Position, Stream, reading
from ..rules import Change, Columns, Grade, Judge, Streams, WatchRule
from ..rules.joining import Condition
from ..rules.quality import UNFIT
from .alarming import raise_changes
from .feed import Feed

READER = "judge"
MOST_POINTS = 400_000  # in one round
SAVED_EVERY = timedelta(seconds=5)  # at the latest, when nothing happens
TICK_EVERY = timedelta(seconds=1)
LEVELS = ("fortified", "warning", "guaranteed", "flood_limit", "uniform_rate")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def watched(*, at: datetime) -> Streams:
    """The streams that are judged now (在判测点): in use, and nobody works on them."""
    working = Maintenance.objects.filter(since__lte=at, until__gt=at)
    rows = Stream.objects.filter(active=True, station__stage=Stage.IN_USE).exclude(
        Q(pk__in=working.filter(stream__isnull=False).values("stream"))
        | Q(station__in=working.filter(stream__isnull=True).values("station"))
    )
    found = list(
        rows.order_by("pk").values_list(
            "pk", "observed", "unit", "station__area", "station__area_path", "station__code",
            "thresholds", "lateness_s",
        )
    )  # fmt: skip
    towns = dict(Area.objects.filter(level=Area.Level.TOWN).values_list("code", "pk"))
    return Streams(
        keys=np.array([row[0] for row in found], np.int64),
        properties=[row[1] for row in found],
        units=[row[2] for row in found],
        places=np.array([_place(row[4], towns, row[3]) for row in found], np.int64),
        stations=[row[5] for row in found],
        levels={name: _levels([row[6] for row in found], name) for name in LEVELS},
        lateness=np.array([row[7] * 1_000_000 for row in found], np.int64),
    )


def _place(path: str, towns: Mapping[str, int], own: int) -> int:
    """Where alarms are grouped: the town, or the area itself where it lies in none."""
    return next((towns[code] for code in path.split("/") if code in towns), own)


def _levels(thresholds: list[Mapping[str, float]], name: str) -> np.ndarray[Any, Any]:
    return np.array([float(each.get(name, np.nan)) for each in thresholds], np.float64)


def _conditions_of(rules: list[WatchRule]) -> dict[str, dict[Grade, Condition]]:
    """What the expressions of rules over several others say, ready to be asked (联合条件)."""
    found: dict[str, dict[Grade, Condition]] = {}
    for rule in rules:
        if rule.kind == "several" and rule.when:
            names: dict[str, Any] = {f"{n}{key}": int for key in rule.of for n in ("", "n_")}
            found[rule.key] = {
                Grade[grade]: partial(_holds, compile_expression(text, names))
                for grade, text in rule.when.items()
            }
    return found


def _holds(expression: Expression, known: Mapping[str, int]) -> bool:
    return bool(expression.evaluate(**known))


@dataclass
class Round:
    """What one round did."""

    points: int
    changes: list[Change]
    batch: int


@dataclass
class JudgeBench:
    """The judge at work: its rules and streams, how far it is, what it wrote down last."""

    rules: list[WatchRule]
    feed: Feed = field(default_factory=Feed)
    position: int = 0
    saved_at: datetime = LONG_AGO
    ticked_at: datetime = LONG_AGO
    saved: int = -1  # the position that is written down

    def open(self, *, at: datetime) -> None:
        """Take up where the last one left off (接续研判)."""
        streams = watched(at=at)
        conditions = _conditions_of(self.rules)
        self.judge = Judge(self.rules, streams, conditions=conditions, unfit=int(UNFIT))
        self.index = np.full(int(streams.keys.max(initial=0)) + 2, -1, np.int64)
        self.index[streams.keys] = np.arange(len(streams.keys))
        self.streams = streams
        place = Position.objects.filter(reader=READER).first()
        if place is None:
            # A new site, or rules were never judged here: history is not news.
            self.position = reading.newest_batch()
            return
        self.position = self.saved = place.batch
        if place.state:
            self.judge.restore(bytes(place.state))

    def is_stale(self, *, at: datetime) -> bool:
        """Whether other streams, limits or works count by now (规则变动)."""
        now, then = watched(at=at), self.streams
        same = all(
            np.array_equal(getattr(now, name), getattr(then, name))
            for name in ("keys", "places", "lateness")
        )
        words = all(
            list(getattr(now, name)) == list(getattr(then, name))
            for name in ("properties", "units", "stations")
        )
        levels = all(
            np.array_equal(now.levels[name], then.levels[name], equal_nan=True) for name in LEVELS
        )
        return not (same and words and levels)

    def round(self, *, at: datetime) -> Round:
        """Judge what was stored since the last round (研判一轮)."""
        first, last, many = self._next()
        changes: list[Change] = []
        if many:
            changes = self.judge.judge(self._points(first, last))
        if at - self.ticked_at >= TICK_EVERY:
            changes += self.judge.tick(reading.micros(at))
            self.ticked_at = at
        self.position = max(self.position, last)
        if changes or (self.position != self.saved and at - self.saved_at >= SAVED_EVERY):
            self.put_away(changes, at=at)
        return Round(many, changes, last)

    def _next(self) -> tuple[int, int, int]:
        """From which batch up to which, and how many points they hold."""
        after = Batch.objects.filter(number__gt=self.position).order_by("number")
        rows = list(after.values_list("number", "points")[:500])
        last = many = 0
        for number, points in rows:
            if many and many + points > MOST_POINTS:
                break
            last, many = number, many + points
        return (rows[0][0], last, many) if rows else (0, 0, 0)

    def _points(self, first: int, last: int) -> Columns:
        """As they were handed over when they were stored; else as they lie in the table."""
        points = self.feed.take(first, last)
        if points is None:
            points = reading.between(first, last).columns
        ids = points.stream.astype(np.int64)
        inside = ids < len(self.index)
        mine = np.where(inside, self.index[np.where(inside, ids, 0)], -1)
        return replace(points, stream=mine.astype(np.int32)).take(mine >= 0)

    @transaction.atomic
    def put_away(self, changes: list[Change], *, at: datetime) -> None:
        """Alarms, memory and position together (落定研判)."""
        if changes:
            raise_changes(changes, at=at)
        facts = {"batch": self.position, "state": self.judge.state(), "at": at}
        Position.objects.update_or_create(reader=READER, defaults=facts)
        self.saved, self.saved_at = self.position, at
