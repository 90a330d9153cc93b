"""The judge's rounds (研判): what was stored is judged once, in the order in which it came.

The alarms and how far the judge has come are written in one transaction. All that it remembers is
large, and written down only now and then: whoever begins again takes up what was remembered, and
judges once more, in silence, what had been judged since. After a crash it goes on from there.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import numpy as np
from django.db import transaction
from django.db.models import Q, QuerySet

from ..flow import Stage
from ..models import (
    AlarmPart,
    Batch,
    Maintenance,
    Position,
    Stream,
    conditions,
    reading,
    stamp_of,
    streams_of,
)
from ..rules import Change, Columns, Judge, WatchRule
from ..rules.quality import UNFIT
from .alarming import raise_changes
from .feed import Feed

READER, MEMORY = "judge", "judge_memory"  # how far it has come, what it remembers from where
MOST_POINTS = 400_000  # in one round
MOST_BATCHES = 500
SAVED_EVERY = timedelta(seconds=5)
TICK_EVERY = timedelta(seconds=1)
NEWS = timedelta(minutes=1)  # what a judge that never judged before takes up
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_SIGNED = 32  # bytes before what is remembered: under which rules and streams


def watched(*, at: datetime) -> QuerySet[Stream]:
    """The streams that are judged now (在判测点): in use, and nobody works on them."""
    working = Maintenance.objects.filter(since__lte=at, until__gt=at)
    return Stream.objects.filter(active=True, station__stage=Stage.IN_USE).exclude(
        Q(pk__in=working.filter(stream__isnull=False).values("stream"))
        | Q(station__in=working.filter(stream__isnull=True).values("station"))
    )


@dataclass
class Round:
    """What one round did; `behind` says that more lies there already."""

    points: int
    changes: list[Change]
    behind: bool


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
        rows = watched(at=at)
        self.stamp = stamp_of(rows)
        streams = streams_of(rows)
        given = conditions({rule.key: rule for rule in self.rules})
        self.judge = Judge(self.rules, streams, conditions=given, unfit=int(UNFIT))
        last = Stream.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        self.index = np.full(last + 2, -1, np.int64)
        self.index[streams.keys] = np.arange(len(streams.keys))
        there = Position.objects.in_bulk([READER, MEMORY])
        if READER not in there:
            # Nothing was ever judged here: history is no news, but for what came just now.
            old = Batch.objects.filter(received_at__lt=at - NEWS).order_by("-number")
            self.position = old.values_list("number", flat=True).first() or 0
            return
        self.position = self.saved = there[READER].batch
        if MEMORY in there:
            self._remember(there[MEMORY])

    def _remember(self, memory: Position) -> None:
        """What it knew then, and the points since, in silence: what they led to was said already.

        Where rules or streams are others by now, what stands open counts and not what these would
        have said: what is over their limits is said at its next point, and what is not, ends.
        """
        until, kept = self.position, bytes(memory.state or b"")
        self.position = memory.batch
        self.judge.restore(kept[_SIGNED:])
        while self.position < until:
            numbers, _, _ = self._next(until)
            if not numbers:
                break
            self.judge.judge(self._mine(self._points(numbers)))
            self.position = numbers[-1]
        self.position = until
        if kept[:_SIGNED] != self._signature():
            parts = AlarmPart.objects.filter(over_at__isnull=True, early=False)
            said = parts.filter(stream__isnull=False).values_list("rule", "stream_id", "grade")
            self.judge.stand({(rule, stream): grade for rule, stream, grade in said})

    def _signature(self) -> bytes:
        return sha256(repr((self.rules, self.stamp)).encode()).digest()

    def is_stale(self, *, at: datetime) -> bool:
        """Whether other streams, limits or works count by now (规则变动)."""
        return stamp_of(watched(at=at)) != self.stamp

    def round(self, *, at: datetime) -> Round:
        """Judge what was stored since the last round (研判一轮)."""
        numbers, many, behind = self._next()
        changes: list[Change] = []
        if numbers:
            points = self._points(numbers)
            if int(points.stream.max(initial=0)) > len(self.index) - 2:
                # A stream that is younger than we are: what it says first counts as well.
                self.put_away([], at=at)
                self.open(at=at)
            changes = self.judge.judge(self._mine(points))
            self.position = numbers[-1]
        gone: list[Change] = []
        # Who is behind has not heard yet of streams that are alive.
        if at - self.ticked_at >= TICK_EVERY and not behind:
            gone = self.judge.tick(reading.micros(at))
            self.ticked_at = at
        due = self.position != self.saved and at - self.saved_at >= SAVED_EVERY
        if changes or gone or due:
            # Silence is no matter of points: judging them once more would not find it again.
            self.put_away([*changes, *gone], whole=due or bool(gone), at=at)
        return Round(many, [*changes, *gone], behind)

    def _next(self, until: int | None = None) -> tuple[list[int], int, bool]:
        """The numbers of the next batches, how many points they hold, whether more lie there."""
        after = Batch.objects.filter(number__gt=self.position).order_by("number")
        if until is not None:
            after = after.filter(number__lte=until)
        rows = list(after.values_list("number", "points")[:MOST_BATCHES])
        numbers: list[int] = []
        many = 0
        for number, points in rows:
            if numbers and many + points > MOST_POINTS:
                return numbers, many, True
            numbers.append(number)
            many += points
        return numbers, many, len(rows) == MOST_BATCHES

    def _points(self, numbers: list[int]) -> Columns:
        """As they were handed over when they were stored; else as they lie in the table."""
        points = self.feed.take(numbers)
        return points or reading.between(numbers[0], numbers[-1]).columns

    def _mine(self, points: Columns) -> Columns:
        """Those of streams that are judged, by index."""
        ids = points.stream.astype(np.int64)
        inside = ids < len(self.index)
        mine = np.where(inside, self.index[np.where(inside, ids, 0)], -1)
        return replace(points, stream=mine.astype(np.int32)).take(mine >= 0)

    @transaction.atomic
    def put_away(self, changes: list[Change], *, whole: bool = True, at: datetime) -> None:
        """Alarms and position together, and what is remembered where it is `whole` (落定研判)."""
        if changes:
            raise_changes(changes, at=at)
        facts = {"batch": self.position, "at": at}
        Position.objects.update_or_create(reader=READER, defaults=facts)
        if whole or self.saved < 0:
            state = self._signature() + self.judge.state()
            Position.objects.update_or_create(reader=MEMORY, defaults={**facts, "state": state})
            self.saved_at = at
        self.saved = self.position
